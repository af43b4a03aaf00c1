"""A person made at a door: who makes one, who reads and matches her, what a match opens to nobody. In this order."""

from __future__ import annotations

from typing import Any

from tests.attacks.attempt import HIDDEN, Attempt, change, delete, get, post, put
from tests.plan.fhir_builders import careteam, encounter, observation

DOOR = "$hearthside-match"
SYSTEM = "urn:hearthside:unmatched"
NAME = "Zwetschgenbaum"
NOBODY_ELSES = (*HIDDEN, NAME)
Json = dict[str, Any]


def person(person_id: str, **more: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": person_id,
        "identifier": [{"system": SYSTEM, "value": person_id}],
        "name": [{"text": f"Rosa {NAME}"}],
        **more,
    }


def ask(person_id: str, **said: str) -> Json:
    parameters: list[Json] = [{"name": "person", "valueReference": {"reference": f"Patient/{person_id}"}}]
    for name, value in said.items():
        if name == "member":
            parameters.append({"name": name, "valueReference": {"reference": f"Patient/{value}"}})
        else:
            parameters.append({"name": name, "valueString": value})
    return {"resourceType": "Parameters", "parameter": parameters}


LINKED = {"link": [{"other": {"reference": "Patient/b"}, "type": "replaced-by"}]}
MAKING: list[Attempt] = [
    put("a person, by nobody", "", person("x1"), 401),
    put("a person, by a supervisor", "sue", person("x1"), 403),
    put("a person, by a care manager", "cam", person("x1"), 403),
    put("a person, with a token that only reads", "reads", person("x1"), 403),
    put(
        "a member of the plan", "eve", person("x1") | {"identifier": [{"system": "urn:p", "value": "1"}]}, 403
    ),
    put("a person who is somebody already", "eve", person("x1", **LINKED), 422),
    put(
        "a person under another's number",
        "eve",
        person("x2") | {"identifier": person("x1")["identifier"]},
        422,
    ),
    change("a person over a member", "eve", person("a"), 404),
    put("a person as she was told", "eve", person("x1"), 201, hides=()),
    put("her visit", "eve", encounter("x1-visit", "x1", "eve"), 201, hides=()),
    change("her name afterwards", "eve", person("x1", birthDate="1950-01-01"), 403, hides=()),
    put(
        "a CareTeam for her of another nurse",
        "ana",
        careteam("x1-team", "x1", "ana"),
        403,
        hides=NOBODY_ELSES,
    ),
]
READING: list[Attempt] = [
    get("her, by a nurse of another team", "ana", "Patient/x1", 404, hides=NOBODY_ELSES),
    get("her visit, by a nurse of another team", "ana", "Encounter/x1-visit", 404, hides=NOBODY_ELSES),
    get("her, by another team's supervisor", "sue", "Patient/x1", 404, hides=NOBODY_ELSES),
    get("her, by a care manager", "cam", "Patient/x1", 404, hides=NOBODY_ELSES),
    put("a visit to her, by a stranger", "ana", encounter("x1-other", "x1", "ana"), 403, hides=NOBODY_ELSES),
    get("who waits, by nobody", "", DOOR, 401, hides=NOBODY_ELSES),
    get("who waits, by the nurse herself", "eve", DOOR, 403, hides=NOBODY_ELSES),
    get("who waits, by a care manager", "cam", DOOR, 403, hides=NOBODY_ELSES),
    get("who waits, with a token that only reads one", "patients only", DOOR, 403, hides=NOBODY_ELSES),
    get("who waits, by another team's supervisor", "sue", DOOR, 200, hides=(NAME,)),
    get("who waits, by her team's supervisor", "tom", DOOR, 200, shows=(NAME,)),
]
MATCHING: list[Attempt] = [
    post("a match, by nobody", "", DOOR, ask("x1", member="b"), 401),
    post("a match, by the nurse herself", "eve", DOOR, ask("x1", member="b"), 403),
    post("a match by another team's supervisor", "sue", DOOR, ask("x1", member="b"), 404),
    post("a match to another team's member", "tom", DOOR, ask("x1", member="b"), 404),
    post("a match to herself", "tom", DOOR, ask("x1", member="x1"), 422),
    post("a match of a member", "tom", DOOR, ask("b", member="x1"), 404),
    post("a name of another team's member", "tom", DOOR, ask("x1", name="Okonkwo"), 200),
    post("a match taken back that was not made", "tom", DOOR, ask("x1", undo="yes"), 409),
    post("a match to nobody", "tom", DOOR, ask("x1"), 422),
    post("something else", "tom", DOOR, {"resourceType": "Patient"}, 400),
    get("another member afterwards", "eve", "Patient/a", 404),
    put("a record of another member", "eve", observation("x9", "a", 1, "eve"), 403),
    delete("the person", "eve", "Patient/x1", 403, hides=()),
]
UNMATCHED = [*MAKING, *READING, *MATCHING]
