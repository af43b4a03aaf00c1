"""Copies of unsigned drafts: kept by whoever makes the visit, read by her and her team's supervisors. In this order."""

from __future__ import annotations

from typing import Any

from tests.attacks.attempt import Attempt, delete, get

DOOR = "$hearthside-draft"
VISIT = "33333333-2222-4333-8444-555555555555"
ONE = f"{DOOR}/{VISIT}/{'c' * 32}"
WORD = "Quillfeather"
HIDES = (WORD, VISIT, "Okonkwo", "m-b")
Json = dict[str, Any]


def draft(patient: str) -> Json:
    said: list[Json] = [
        {"name": "patient", "valueString": patient},
        {"name": "began", "valueInstant": "2026-05-28T11:40:00Z"},
        {"name": "changed", "valueInstant": "2026-05-28T11:52:00Z"},
        {"name": "body", "valueString": WORD},
    ]
    return {"resourceType": "Parameters", "parameter": said}


def keep(what: str, who: str, path: str, status: int, patient: str = "a", body: Any = None) -> Attempt:
    return Attempt(what, who, "PUT", path, status, draft(patient) if body is None else body, hides=HIDES)


KEEPING: list[Attempt] = [
    keep("a draft, by nobody", "", ONE, 401),
    keep("a draft of a colleague's person", "ana", ONE, 403, "b"),
    keep("a draft of nobody there is", "ana", ONE, 403, "nobody"),
    keep("a draft, by a care manager", "cam", ONE, 403, "b"),
    keep("a draft, by the plan's own system", "rec", ONE, 403),
    keep("a draft, withdrawn", "dan", ONE, 403, "b"),
    keep("a draft, shut out", "dis", ONE, 401),
    keep("a draft, with a token that only reads", "reads", ONE, 403),
    keep("a draft of another team's person", "tom", ONE, 403),
    keep("a draft under no visit's id", "ana", f"{DOOR}/Patient/{'c' * 32}", 404),
    keep("a draft under no device's id", "ana", f"{DOOR}/{VISIT}/..%2f..", 404),
    keep("a draft that says nothing", "ana", ONE, 400, body={"resourceType": "Parameters"}),
    keep("a draft that is a record", "ana", ONE, 400, body={"resourceType": "Encounter", "id": "x"}),
    keep("a draft of her own", "ana", ONE, 200),
]
READING: list[Attempt] = [
    get("drafts, by nobody", "", DOOR, 401, hides=HIDES),
    get("drafts, by a care manager", "cam", DOOR, 403, hides=HIDES),
    get("drafts, by the plan's own system", "rec", DOOR, 403, hides=HIDES),
    get("drafts, withdrawn", "dan", DOOR, 403, hides=HIDES),
    get("drafts of a colleague", "ben", DOOR, 200, hides=HIDES),
    get("drafts of another team", "tom", DOOR, 200, hides=HIDES),
    get("a draft, by nobody", "", ONE, 401, hides=HIDES),
    get("a colleague's draft", "ben", ONE, 404, hides=HIDES),
    get("a draft of another team's nurse", "tom", ONE, 404, hides=HIDES),
    get("a draft, by a care manager", "cam", ONE, 403, hides=HIDES),
    get("her own draft", "ana", ONE, 200, shows=(WORD,), hides=()),
    get("a draft of her team", "sue", ONE, 200, shows=(WORD,), hides=()),
    get("a draft as a record", "rec", f"Encounter/{VISIT}", 404, hides=(WORD,)),
    get("drafts by a search for everything", "rec", f"Encounter?_id={VISIT}", 200, hides=(WORD,)),
]
REMOVING: list[Attempt] = [
    delete("a draft, by nobody", "", ONE, 401),
    delete("a draft, by a care manager", "cam", ONE, 403),
    delete("a draft, withdrawn", "dan", ONE, 403),
    delete("a draft, with a token that only reads", "reads", ONE, 403),
    delete("a colleague's draft, which is none of his own", "ben", ONE, 200),
    delete("a draft of her team, which is none of her own", "sue", ONE, 200),
    get("it is there all the same", "ana", ONE, 200, shows=(WORD,), hides=()),
    delete("another version of her draft", "ana", ONE, 412, headers={"If-Match": f'"{"0" * 64}"'}),
    delete("her own draft", "ana", ONE, 200),
    get("what she took away", "ana", ONE, 404, hides=HIDES),
]
DRAFTS = [*KEEPING, *READING, *REMOVING]
