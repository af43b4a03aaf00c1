"""A nurse's call for herself, and everybody who has nothing to do with it. In this order."""

from __future__ import annotations

from typing import Any

from tests.attacks.attempt import Attempt, change, delete, get, put

CODE = {"coding": [{"system": "urn:hearthside:task", "code": "hard-day"}], "text": "Please call me"}


def call(task_id: str, who: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "id": task_id,
        "status": "requested",
        "intent": "order",
        "code": CODE,
        "authoredOn": "2026-11-22T10:00:00Z",
        "requester": {"reference": f"Practitioner/{who}"},
        "owner": {"identifier": {"system": "urn:hearthside:role", "value": "supervisor"}},
        **more,
    }


SUBJECT = {"reference": "Patient/a"}
TEAM_2 = {"reference": "Organization/team-2"}
CALLS: list[Attempt] = [
    put("a call in a colleague's name", "ana", call("c0", "ben"), 403),
    put(
        "a call that names nobody as its nurse", "ana", call("c0", "ana") | {"requester": {}}, 422, stores=""
    ),
    put("a call with a patient", "ana", call("c0", "ana", **{"for": SUBJECT}), 403),
    put("a call with a record", "ana", call("c0", "ana", focus={"reference": "Task/task-a"}), 403),
    put("a call with words of its own", "ana", call("c0", "ana", description="m-a is"), 403),
    put("a call to another team", "ana", call("c0", "ana", owner=TEAM_2), 403),
    put("a call by a supervisor", "sue", call("c0", "sue"), 403),
    put("a call by a care manager", "cam", call("c0", "cam"), 403),
    put("another Task without a patient", "ana", call("c0", "ana", code={"text": "Other"}), 403),
    put("a call for herself", "ana", call("c1", "ana"), 201),
    get("it, herself", "ana", "Task/c1", 200),
    get("it, a colleague of the team", "ben", "Task/c1", 404),
    get("it, another team's nurse", "eve", "Task/c1", 404),
    get("it, another team's supervisor", "tom", "Task/c1", 404),
    get("it, a care manager", "cam", "Task/c1", 404),
    get("it, her supervisor", "sue", "Task/c1", 200, shows=("hard-day",)),
    change("it, by a colleague", "ben", call("c1", "ana", status="cancelled"), 403),
    change("it, by another team's supervisor", "tom", call("c1", "ana", status="accepted"), 403),
    change("a patient put into it", "ana", call("c1", "ana", **{"for": SUBJECT}), 403),
    change("another asker put into it", "sue", call("c1", "ben"), 403),
    delete("it", "ana", "Task/c1", 403),
    change("answered by her supervisor", "sue", call("c1", "ana", status="accepted"), 200),
    change("taken back by herself", "ana", call("c1", "ana", status="cancelled"), 200),
]
