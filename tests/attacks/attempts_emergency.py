"""A nurse who opens a record in an emergency, and everything beyond what that gives. In this order."""

from __future__ import annotations

from tests.attacks.attempt import Attempt, change, delete, get, post, put
from tests.plan.fhir_builders import careteam, encounter, observation
from tests.plan.fhir_samples import samples

DOOR = "$hearthside-emergency"


def ask(
    given: str = "Test",
    family: str = "Okonkwo",
    born: str = "1940-02-03",
    reason: str = "Found in pain at home",
) -> object:
    words = {"given": given, "family": family, "reason": reason}
    parameters = [{"name": name, "valueString": value} for name, value in words.items()]
    return {
        "resourceType": "Parameters",
        "parameter": [*parameters, {"name": "birthDate", "valueDate": born}],
    }


BEFORE: list[Attempt] = [
    post("by nobody", "", DOOR, ask(), 401),
    get("what stands open, by nobody", "", DOOR, 401),
    post("without name and birth date", "eve", DOOR, {"resourceType": "Parameters"}, 422),
    post("without a reason", "eve", DOOR, ask(reason=""), 422),
    post("without a birth date", "eve", DOOR, ask(born=""), 422),
    post("with half a birth date", "eve", DOOR, ask(born="1940-02"), 422),
    post("with half a name", "eve", DOOR, ask(family="Okonk"), 404),
    post("with a wildcard", "eve", DOOR, ask(family="%"), 404),
    post("with another birth date", "eve", DOOR, ask(born="1940-02-04"), 404),
    post("by a supervisor", "tom", DOOR, ask(), 403),
    post("by a care manager", "cam", DOOR, ask(family="Muster"), 403),
    post("by the plan's own system", "rec", DOOR, ask(), 403),
    post("with a token that only reads", "reads", DOOR, ask(), 403),
    post("with a token that only creates", "creates", DOOR, ask(), 403),
    get("a record before", "eve", "Patient/b", 404),
]
AFTER: list[Attempt] = [
    post("by exact name and birth date, with a reason", "eve", DOOR, ask(), 200, hides=()),
    get("the record then", "eve", "Patient/b", 200, hides=()),
    get("another's record", "eve", "Patient/a", 404),
    get("a private concern", "eve", "Observation/secret-v", 404),
    get("for another nurse nothing stands open", "ana", DOOR, 200, hides=("Patient/b",)),
    get("for another nurse the record", "ana", "Patient/b", 404),
    put("makes a visit", "eve", encounter("e1", "b", "eve"), 201, hides=()),
    change(
        "the shared plan of care", "eve", samples("b", "ben", "b")["CarePlan"] | {"description": "No"}, 403
    ),
    change("another's record", "eve", observation("observation-b", "b", 1, "ben"), 403),
    delete("another's record", "eve", "Observation/observation-b", 403),
    put("a CareTeam that lasts", "eve", careteam("e2", "b", "eve"), 403),
]
EMERGENCY = [*BEFORE, *AFTER]
