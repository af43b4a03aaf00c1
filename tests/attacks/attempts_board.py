"""The team board: who asks for it, and what of a CareTeam or a planned visit a supervisor may change. In this order."""

from __future__ import annotations

from typing import Any

from tests.attacks.attempt import Attempt, change, delete, get, put
from tests.plan.fhir_builders import careteam
from tests.plan.fhir_samples import samples

DOOR = "$hearthside-board"
Json = dict[str, Any]


def visit(*names: str, **more: Any) -> Json:
    """The planned visit of patient t, with these who go."""
    planned = samples("t", "ben", "t")["Appointment"] | more
    people = [{"actor": {"reference": "Patient/t"}, "status": "accepted"}]
    people += [{"actor": {"reference": f"Practitioner/{name}"}, "status": "accepted"} for name in names]
    return planned | {"participant": people}


TEAM_T = careteam("ct-t", "t", "ana", "ben")
NOTE = {"authorReference": {"reference": "Practitioner/ana"}, "text": "x"}
ANA_ALONE = [{"actor": {"reference": "Practitioner/ana"}, "status": "accepted"}]
ASKING: list[Attempt] = [
    get("the board, by nobody", "", DOOR, 401),
    get("the board, by a nurse", "ana", DOOR, 403, hides=("Patient/", "Practitioner/")),
    get("the board, by a care manager", "cam", DOOR, 403, hides=("Patient/", "Practitioner/")),
    get("the board, by the plan's own system", "rec", DOOR, 403, hides=("Patient/", "Practitioner/")),
    get("the board, with a token that only reads one", "reads", DOOR, 403, hides=("Patient/",)),
    get(
        "the board of her team",
        "sue",
        DOOR,
        200,
        shows=("Practitioner/ana", "Patient/t"),
        hides=("Practitioner/eve",),
    ),
    get(
        "the board of another team",
        "tom",
        DOOR,
        200,
        shows=("Practitioner/eve",),
        hides=("Practitioner/ana", "Patient/a", "Patient/b", "Patient/t"),
    ),
]
MOVING: list[Attempt] = [
    change("a nurse takes a colleague out", "ana", careteam("ct-t", "t", "ana"), 403),
    change("another team's supervisor moves a person", "tom", careteam("ct-t", "t", "eve"), 403),
    change("a nurse of another team", "sue", careteam("ct-t", "t", "ana", "eve"), 403),
    change("a care manager in a nurse's place", "sue", careteam("ct-t", "t", "cam"), 403),
    change("the plan's own system", "sue", careteam("ct-t", "t", "ana", "rec"), 403),
    change("herself", "sue", careteam("ct-t", "t", "ana", "sue"), 403),
    change("somebody who was shut out", "sue", careteam("ct-t", "t", "ana", "dis"), 403),
    change("somebody who does not exist", "sue", careteam("ct-t", "t", "ana", "nobody"), 403),
    change("nobody at all", "sue", {name: value for name, value in TEAM_T.items() if name != "participant"}, 403),
    change("a care manager taken out", "sue", careteam("ct-b", "b", "ben", "dan", "dis"), 403),
    change("to another person", "sue", TEAM_T | {"subject": {"reference": "Patient/a"}}, 403),
    change("to another team", "sue", careteam("ct-t", "t", "ana", team_id="team-2"), 403),
    change("the team ends", "sue", TEAM_T | {"status": "inactive"}, 403),
    change("a note in another's name", "sue", TEAM_T | {"note": [NOTE]}, 403),
    put("a CareTeam of her own", "sue", careteam("ct-sue", "t", "ana"), 403),
    delete("a CareTeam", "sue", "CareTeam/ct-t", 403),
    change("a nurse moves her planned visit", "ana", visit("ana"), 403),
    change("a planned visit to another team's nurse", "sue", visit("eve"), 403),
    change("a planned visit to nobody", "sue", visit(), 403),
    change("a planned visit to another time", "sue", visit("ana", start="2026-05-29T10:30:00Z"), 403),
    change("a planned visit called off", "sue", visit("ana", status="cancelled"), 403),
    change("a planned visit without the person", "sue", visit("ana") | {"participant": ANA_ALONE}, 403),
    change("another team's supervisor moves a planned visit", "tom", visit("eve"), 403),
    change("a planned visit to a nurse of her team", "sue", visit("fay"), 200),
    change("a person to a nurse of her team beside others", "sue", careteam("ct-t", "t", "ana", "ben", "fay"), 200),
    get("who came reads the person", "fay", "Patient/t", 200),
    change("and back again", "sue", TEAM_T, 200),
    get("who left reads nothing", "fay", "Patient/t", 404),
    put("a planned visit of her own", "sue", visit("ana", id="appointment-sue"), 403),
]  # fmt: skip
BOARD = [*ASKING, *MOVING]
