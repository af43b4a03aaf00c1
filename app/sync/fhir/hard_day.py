""" "Hard day" ↔ Task of its own code. It names no person and no record, so it stands in nobody's chart.

Only its author and the supervisors of her team read it: the plan files it under her team.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.hard_day import CallAsked, CallState
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, restricted
from app.sync.fhir.seen import note_by
from app.sync.fhir.task import ROLE, ROLES, unstamped
from app.sync.fhir.write import person, time_text

CODE: codes.Coding = {"system": "urn:hearthside:task", "code": "hard-day", "display": "Please call me"}
_STATUS = {CallState.ASKED: "requested", CallState.TAKEN: "accepted"}
_TAKEN = frozenset({"received", "accepted", "in-progress"})
_OVER = frozenset({"completed", "cancelled", "rejected", "failed", "entered-in-error"})
_WORDS = {CallState.TAKEN: "I will call", CallState.OVER: "We have talked"}
TAKEN_BACK = "cancelled"


def encode_call(task_id: str, by: PersonRef, at: datetime) -> Json:
    """The Task as it is made. No reason is asked for, and none is kept."""
    return restricted(
        {
            "resourceType": "Task",
            "id": task_id,
            "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": task_id}],
            "status": _STATUS[CallState.ASKED],
            "intent": "order",
            "priority": "asap",
            "code": codes.concept(CODE, text=CODE["display"]),
            "authoredOn": _stamp(at),
            "lastModified": _stamp(at),
            "requester": person(by),
            "owner": {"identifier": {"system": ROLE, "value": "supervisor"}, "display": ROLES["supervisor"]},
        }
    )


def answer_call(task: Mapping[str, Any], state: CallState, by: PersonRef, at: datetime) -> Json:
    """The same Task as a supervisor answered it; who did stands in a note."""
    status = "completed" if state is CallState.OVER else _STATUS[state]
    note = note_by(by, at, _WORDS[state])
    moved = {"status": status, "lastModified": _stamp(at)}
    return unstamped(task) | moved | {"note": [*read.items(task, "note"), note]}


def take_call_back(task: Mapping[str, Any], at: datetime) -> Json:
    """The same Task, taken back by who asked."""
    return unstamped(task) | {"status": TAKEN_BACK, "lastModified": _stamp(at)}


def is_call(resource: Any) -> bool:
    """Is this such a Task? Never raises."""
    return read.text(resource, "resourceType") == "Task" and read.has_code(
        read.find(resource, "code"), CODE["code"], CODE["system"]
    )


def decode_call(task: Any, *, known: bool = False, refused: bool = False) -> CallAsked | None:
    """None for any other Task. Never raises."""
    task_id, nurse = read.record_id(task), read.reference(task, "requester")
    asked_at = read.instant(task, "authoredOn")
    if not is_call(task) or task_id is None or nurse is None or asked_at is None:
        return None
    status = read.text(task, "status")
    state = CallState.TAKEN if status in _TAKEN else CallState.ASKED
    last = next(reversed(list(read.items(task, "note"))), None)
    return CallAsked(
        id=task_id,
        nurse=f"{nurse[0]}/{nurse[1]}",
        nurse_name=read.text(task, "requester", "display") or "",
        asked_at=asked_at,
        state=CallState.OVER if status in _OVER else state,
        known=known,
        refused=refused,
        by=read.text(last, "authorReference", "display") or "",
    )


def _stamp(moment: datetime) -> str:
    # In UTC: readers of the specification compare a Task's two stamps as text.
    return time_text(moment.astimezone(UTC))
