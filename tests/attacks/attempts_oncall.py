"""On-call packs: for the nurse on duty and nobody else, and openings that give nothing by themselves. In this order."""

from __future__ import annotations

from typing import Any

from plan.fhir.stamps import clock_ms, instant
from tests.attacks.attempt import HIDDEN, Attempt, get, post, put
from tests.attacks.cast import DAY
from tests.plan.fhir_builders import observation

DOOR = "$hearthside-oncall"
Json = dict[str, Any]
_NOW = clock_ms()
SECRETS = ("secret-r", "secret-v")
NOBODY = (*HIDDEN, "Muster", "Patient/a")
"""Whoever is not on duty learns of nobody, her own team's people included."""
ONE, TWO, THREE = (f"3333333{n}-2222-4333-8444-555555555555" for n in (1, 2, 3))


def opening(
    own_id: str, who: str, *, ago: int = 0, visit: bool = True, reason: str = "The family called"
) -> Json:
    parts: list[Json] = [
        {"name": "id", "valueString": own_id},
        {"name": "patient", "valueReference": {"reference": f"Patient/{who}"}},
        {"name": "at", "valueInstant": instant(_NOW - ago)},
        {"name": "reason", "valueString": reason},
        {"name": "visit", "valueBoolean": visit},
    ]
    return {"resourceType": "Parameters", "parameter": [{"name": "opening", "part": parts}]}


KEPT, NOT_KEPT = ('"name":"kept","valueBoolean":true',), ('"name":"kept","valueBoolean":false',)
NOTE = observation("nias", "b", 4, "nia") | {"effectiveDateTime": instant(_NOW)}
GIVING: list[Attempt] = [
    get("a pack, by nobody", "", DOOR, 401, hides=NOBODY),
    get("a pack, by a nurse of the team who is not on duty", "ana", DOOR, 404, hides=NOBODY),
    get("a pack, by her supervisor", "sue", DOOR, 403, hides=NOBODY),
    get("a pack, by another team's supervisor", "tom", DOOR, 403, hides=NOBODY),
    get("a pack, by a care manager", "cam", DOOR, 403, hides=NOBODY),
    get("a pack, by the plan's own system", "rec", DOOR, 403, hides=NOBODY),
    get("a pack, by another team's nurse", "eve", DOOR, 404, hides=NOBODY),
    get("a pack, withdrawn", "dan", DOOR, 403, hides=NOBODY),
    get("a pack, shut out", "dis", DOOR, 401, hides=NOBODY),
    get("a pack, with a token that only reads", "reads", DOOR, 403, hides=NOBODY),
    get("a pack, with a token for patients only", "patients only", DOOR, 403, hides=NOBODY),
    get("a pack, with a program's token", "bulk", DOOR, 401, hides=NOBODY),
    post("an opening before any pack", "nia", DOOR, opening(ONE, "b"), 200, shows=NOT_KEPT, hides=HIDDEN),
    get("nothing came of it", "nia", "Patient/b", 404),
    get("the pack of her team", "nia", DOOR, 200, shows=("Okonkwo", "Patient/a"), hides=SECRETS),
    get(
        "with a tag that she made up",
        "nia",
        DOOR,
        200,
        headers={"If-None-Match": f'"{"0" * 16}-1-{"0" * 32}"'},
        shows=("Okonkwo",),
        hides=SECRETS,
    ),
    get("with a tag that is none", "nia", DOOR, 200, headers={"If-None-Match": "*"}, hides=SECRETS),
    get("carrying it opens no record", "nia", "Patient/b", 404),
    get("and no search", "nia", "Patient?_count=100", 200, hides=(*HIDDEN, "m-a")),
]
TELLING: list[Attempt] = [
    post("an opening, by nobody", "", DOOR, opening(ONE, "b"), 401),
    post(
        "an opening, by a colleague who is not on duty", "ana", DOOR, opening(ONE, "b"), 200, shows=NOT_KEPT
    ),
    get("nothing comes of it", "ana", "Patient/b", 404),
    post("an opening, by a supervisor", "sue", DOOR, opening(ONE, "b"), 403),
    post("an opening, by a care manager", "cam", DOOR, opening(ONE, "a"), 403),
    post("an opening, withdrawn", "dan", DOOR, opening(ONE, "a"), 403),
    post("an opening with a token that only reads", "reads", DOOR, opening(ONE, "b"), 403),
    post("an opening of nobody there is", "nia", DOOR, opening(ONE, "nobody"), 200, shows=NOT_KEPT),
    post(
        "of a night before she was on duty", "nia", DOOR, opening(ONE, "b", ago=3 * DAY), 200, shows=NOT_KEPT
    ),
    post("an opening without a reason", "nia", DOOR, opening(ONE, "b", reason=" "), 422),
    post("an opening that is no Parameters", "nia", DOOR, {"resourceType": "Patient"}, 400),
    post("an opening that names a practitioner", "nia", DOOR, opening("x" * 36, "b"), 400),
    put("a record before she opened anybody", "nia", NOTE, 403),
    post("an opening without a visit", "nia", DOOR, opening(ONE, "b", visit=False), 200, shows=KEPT),
    get("gives nothing to read", "nia", "Patient/b", 404),
    put("and nothing to write", "nia", NOTE, 403),
    post("somebody else tells it as hers", "eve", DOOR, opening(ONE, "b"), 200, shows=NOT_KEPT),
    post("an opening with a visit", "nia", DOOR, opening(TWO, "b"), 200, shows=KEPT),
    get("gives her that person", "nia", "Patient/b", 200, hides=()),
    get("and nobody else of the team", "nia", "Patient/a", 404, hides=("m-a",)),
    put("and the right to write of now", "nia", NOTE, 201, hides=()),
    get("very restricted records stay with their author", "nia", "Observation/secret-v", 404, hides=()),
]
ON_CALL = [*GIVING, *TELLING]
