"""The visit log of a large team: who asks for it, and what of another team is in no page, filter or count of it."""

from __future__ import annotations

from tests.attacks.attempt import Attempt, get, post

DOOR = "$hearthside-visit-log"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NONE = ("Patient/", "Practitioner/", "Encounter/")
THEIRS = ("Patient/a", "Patient/b", "Patient/t", "visit-b", "Practitioner/ben")
VISIT_LOG: list[Attempt] = [
    get("the visit log, by nobody", "", DOOR, 401),
    get("the visit log, by a nurse", "ana", DOOR, 403, hides=NONE),
    get("the visit log, by a care manager", "cam", DOOR, 403, hides=NONE),
    get("the visit log, by the plan's own system", "rec", DOOR, 403, hides=NONE),
    get("the visit log, with a token that only reads one", "reads", DOOR, 403, hides=NONE),
    get("the visit log of her team", "sue", DOOR, 200, shows=("Encounter/visit-b",), hides=()),
    get("the visit log of another team", "tom", DOOR, 200, hides=THEIRS),
    get("another team's person by her id", "tom", f"{DOOR}?patient=b&_total=accurate", 200, hides=THEIRS,
        shows=('"valueUnsignedInt":0',)),
    get("another team's nurse by her id", "tom", f"{DOOR}?nurse=ben&_total=accurate", 200, hides=THEIRS,
        shows=('"valueUnsignedInt":0',)),
    get("a page that begins behind another team's visit", "tom", f"{DOOR}?_after=9999999999999_visit-b", 200,
        hides=THEIRS),
    get("a name in an address", "sue", f"{DOOR}?name=Okonkwo", 400),
    get("a filter nobody knows", "sue", f"{DOOR}?body=Okonkwo", 400),
    get("an order nobody knows", "sue", f"{DOOR}?_sort=body", 400),
    get("the end of a statement in a filter", "sue", f"{DOOR}?line=%27%20OR%201=1--", 200, hides=NONE),
    get("a page that nobody was given", "sue", f"{DOOR}?_after=1%20OR%201", 400),
    post("another team's person by her name", "tom", DOOR, {"name": "Okonkwo", "_total": "accurate"}, 200,
         headers=FORM, hides=THEIRS, shows=('"valueUnsignedInt":0',)),
    post("by name, by a nurse", "ana", DOOR, {"name": "Okonkwo"}, 403, headers=FORM, hides=NONE),
    post("by name, by nobody", "", DOOR, {"name": "Okonkwo"}, 401, headers=FORM),
    post("a document in place of the form", "sue", DOOR, {"name": "Okonkwo"}, 415),
]  # fmt: skip
