"""The worklist of people who were not reached yet: for the supervisors of their own team, and the plan's own system."""

from __future__ import annotations

from tests.attacks.attempt import Attempt, get

DOOR = "$hearthside-worklist"
NOBODY = ("Patient/", "Okonkwo", "m-b")

WORKLIST: list[Attempt] = [
    get("who was not reached, by nobody", "", DOOR, 401, hides=NOBODY),
    get("who was not reached, by a nurse", "ben", DOOR, 403, hides=NOBODY),
    get("who was not reached, by a care manager", "cam", DOOR, 403, hides=NOBODY),
    get("who was not reached, withdrawn", "dan", DOOR, 403, hides=NOBODY),
    get("who was not reached, shut out", "dis", DOOR, 401, hides=NOBODY),
    get("who was not reached, with a token that reads one", "patients only", DOOR, 403, hides=NOBODY),
    get("who was not reached, with a token that only makes", "creates", DOOR, 403, hides=NOBODY),
    get("who was not reached, of another team", "tom", DOOR, 200, shows=("as-of",), hides=NOBODY),
]
