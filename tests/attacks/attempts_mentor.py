"""Giving a visit to a mentor: who asks, for whose visit, and what is no invitation."""

from __future__ import annotations

from typing import Any

from tests.attacks.attempt import Attempt, post

DOOR = "$hearthside-mentor"


def asked(visit: str, **more: str) -> dict[str, Any]:
    said = {"visit": visit, "recipient": "Evil Inc", "digest": "0" * 64} | more
    named: list[dict[str, Any]] = [{"name": name, "valueString": value} for name, value in said.items()]
    return {"resourceType": "Parameters", "parameter": [*named, {"name": "days", "valueInteger": 7}]}


VISIT = "visit-b"
BY = {"": 401, "ana": 403, "ben": 403, "eve": 403, "cam": 403, "rec": 403, "dan": 403, "dis": 401, "tom": 404}
"""Nobody, nurses (the visit's own too), another team's, the plan's system, withdrawn, shut out, another supervisor."""
MENTOR: list[Attempt] = [
    *(
        post(
            f"reads b's visit as a mentor would, by {who or 'nobody'}",
            who,
            f"{DOOR}/read",
            asked(VISIT),
            status,
        )
        for who, status in BY.items()
    ),
    *(
        post(f"gives b's visit to a mentor, by {who or 'nobody'}", who, DOOR, asked(VISIT), status)
        for who, status in BY.items()
    ),
    post("gives with a token that only reads", "reads", DOOR, asked(VISIT), 403),
    post("gives a visit that she has not read", "sue", DOOR, asked(VISIT), 409),
    post("gives a visit that never was", "sue", DOOR, asked("nothing"), 404),
    post("gives a patient for a visit", "sue", DOOR, asked("b"), 404),
    post("gives a wildcard for a visit", "sue", DOOR, asked("%"), 400),
    post("gives nothing", "sue", DOOR, {"resourceType": "Parameters"}, 400),
    post("gives another resource", "sue", DOOR, {"resourceType": "Patient"}, 400),
    post("reads a wildcard for a visit", "sue", f"{DOOR}/read", asked("%"), 400),
    post("reads no visit", "sue", f"{DOOR}/read", {"resourceType": "Parameters"}, 400),
    post("reads a visit that never was", "sue", f"{DOOR}/read", asked("nothing"), 404),
]
