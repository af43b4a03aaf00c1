"""Writing alerts: the row and its Task in one transaction, each alert a group of its own, ahead of all visits."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.alert import PRIVATE_TEXT, Alert, AlertState
from app.domain.safety import Finding
from app.domain.visit import PersonRef
from app.store import alerts, outbox, outbox_renew
from app.store.current import list_current
from app.store.records import NewChange, save_record
from app.store.visit_rows import OWN
from app.sync.fhir import json_text, read
from app.sync.fhir.seen import note_by
from app.sync.fhir.task import amend_task, encode_task
from app.sync.fhir.write import encoded, part_id

FIRST = 0
"""Priority in the outbox: before everything else."""
CLOCKS = uuid.UUID("6a1f0d52-8f4d-5a43-9a0e-0c1d5a2f7b11")
"""Namespace of alerts that belong to no visit."""


def alert_id(visit_id: str, subject: str) -> str:
    """The id of a visit's alert about one subject, the same on every try. Raises ValueError unless a UUID."""
    return part_id(visit_id, f"alert/{subject}")


def clock_alert_id(patient_id: str, key: str, nurse: str) -> str:
    """The id of the alert of a clock that runs outside of visits, one for each nurse who looks after the person."""
    return str(uuid.uuid5(CLOCKS, f"{patient_id} {key} {nurse}"))


def make_alert(
    finding: Finding, alert_id: str, patient_id: str, visit_id: str | None, now: datetime
) -> Alert:
    """A finding as an alert that has just fired."""
    return Alert(
        id=alert_id,
        patient_id=patient_id,
        visit_id=visit_id,
        rule=finding.rule,
        subject=finding.subject,
        level=finding.level,
        state=AlertState.OPEN,
        finding=PRIVATE_TEXT if finding.private else finding.finding,
        detail="\n".join((finding.title, finding.finding, *finding.actions)),
        private=finding.private,
        owner=finding.owner,
        fired_at=now,
        due_at=finding.due_at,
    )


def write(
    connection: Connection, alert: Alert, me: PersonRef, now: datetime, said: str | None = None
) -> None:
    """Store the alert and put this version of its Task into the outbox.

    `said`: this user has looked at it and does something with it, which a note tells everybody.

    It takes the place of versions that the plan refused or that somebody else's was quicker than: this one rests on
    what the plan has now and keeps what others wrote. An alert that could never leave again would be silent.
    """
    unseen = outbox_renew.make_way(connection, "Task", alert.id, now)
    base = outbox.base_for_edit(connection, "Task", alert.id)
    body = _read_task(connection, alert) if base is not None else None
    task = _encode(alert, me, now, body)
    if unseen and body is not None:
        task = _with_reason(task, body)
    if said is not None:
        task = task | {"note": [*read.items(task, "note"), note_by(me, now, said)]}
    change = NewChange("Task", alert.id, encoded(task).body, base, FIRST)
    save_record(
        connection,
        group_id=alert.id,
        patient_id=alert.patient_id,
        changes=[change],
        at=now,
        write_row=lambda c: alerts.put(c, alert),
    )


def renew_refused(connection: Connection, me: PersonRef, now: datetime) -> bool:
    """Try own alerts once more that the plan would not take; whether there were any.

    She may have been put on the team meanwhile, or somebody acknowledged while this tablet was away.
    """
    held = (alerts.find(connection, one) for one in outbox_renew.list_refused(connection, "Task"))
    own = [alert for alert in held if alert is not None and alert.origin == OWN]
    for alert in own:
        write(connection, alert, me, now)
    return bool(own)


def _encode(alert: Alert, me: PersonRef, now: datetime, body: dict[str, Any] | None) -> dict[str, Any]:
    if body is not None and alert.origin != OWN:
        return amend_task(body, alert, now)
    return encode_task(alert, me, now, body)


def _with_reason(task: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Why somebody else closed it, as a note: whoever writes this version may not have seen those words."""
    said = read.concept_text(read.find(before, "statusReason"))
    if said is None or said == read.concept_text(read.find(task, "statusReason")):
        return task
    at = read.text(before, "lastModified")
    note = {"text": said} | ({"time": at} if at is not None else {})
    return task | {"note": [*read.items(task, "note"), note]}


def _read_task(connection: Connection, alert: Alert) -> dict[str, Any] | None:
    """The Task as it stands, the plan's or our own newest version."""
    for record in list_current(connection, alert.patient_id, "Task"):
        if record.id == alert.id:
            found = json_text.loads(record.body)
            return found if isinstance(found, dict) else None
    return None
