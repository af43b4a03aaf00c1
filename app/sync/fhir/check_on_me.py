""" "Check on me at 11:30" ↔ Task of its own code, for the supervisors of the person's team."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.check_on_me import CheckOnMe
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json
from app.sync.fhir.stays import TASK_CODES
from app.sync.fhir.task import ROLE, ROLES
from app.sync.fhir.write import clean, person, time_text

CODE: codes.Coding = {"system": TASK_CODES, "code": "check-on-me", "display": "Check on the nurse"}
_OVER = frozenset({"completed", "cancelled", "rejected", "failed", "entered-in-error"})
_OWN = ("status", "statusReason", "lastModified")


def encode_check(task_id: str, patient_id: str, by: PersonRef, asked_at: datetime, at: datetime) -> Json:
    """The Task as it is made: somebody is to look after her at that time."""
    return {
        "resourceType": "Task",
        "id": task_id,
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": task_id}],
        "status": "requested",
        "intent": "order",
        "priority": "asap",
        "code": codes.concept(CODE, text=CODE["display"]),
        "description": "Find out whether the nurse is well if she has not said so by then.",
        "for": {"reference": f"Patient/{patient_id}"},
        "authoredOn": _stamp(asked_at),
        "lastModified": _stamp(asked_at),
        "requester": person(by),
        "owner": {"identifier": {"system": ROLE, "value": "supervisor"}, "display": ROLES["supervisor"]},
        "restriction": {"period": {"end": time_text(at)}},
    }


def finish_check(task: Mapping[str, Any], words: str, by: PersonRef, at: datetime) -> Json:
    """The same Task, over; everything else as it was.

    What was said goes into a note and not into the reason: a nurse who is fine and a supervisor who has reached her
    then say the same of how it stands, and nobody has to choose between the two.
    """
    kept = {name: value for name, value in task.items() if name not in (*_OWN, "meta")}
    held = task.get("meta")
    meta = {k: v for k, v in held.items() if k not in ("versionId", "lastUpdated")} if held else {}
    said = clean(words)
    note = {"authorReference": person(by), "time": _stamp(at), "text": said}
    return (
        kept
        | ({"meta": meta} if meta else {})
        | {"status": "completed", "lastModified": _stamp(at)}
        | ({"note": [*read.items(task, "note"), note]} if said else {})
    )


def decode_check(task: Any, *, known: bool = False, told: bool = False) -> CheckOnMe | None:
    """None for any other Task. Never raises."""
    task_id, patient = read.record_id(task), read.reference(task, "for")
    nurse, asked_at = read.reference(task, "requester"), read.instant(task, "authoredOn")
    at = read.instant(task, "restriction", "period", "end")
    if not read.has_code(read.find(task, "code"), CODE["code"], TASK_CODES):
        return None
    if task_id is None or patient is None or nurse is None or asked_at is None or at is None:
        return None
    return CheckOnMe(
        id=task_id,
        patient_id=patient[1],
        nurse=f"{nurse[0]}/{nurse[1]}",
        nurse_name=read.text(task, "requester", "display") or "",
        asked_at=asked_at,
        at=at,
        done=read.text(task, "status") in _OVER,
        known=known,
        told=told,
    )


def _stamp(moment: datetime) -> str:
    """In UTC, as on every Task: readers compare its two stamps as text."""
    return time_text(moment.astimezone(UTC))
