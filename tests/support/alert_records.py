"""Alerts put into a store as the safety service puts them: a Task in a group of its own, at once, before anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection

from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.domain.visit import PersonRef
from app.store import alerts, current, outbox
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.task import amend_task, encode_task


def make_alert(patient_id: str, visit_id: str | None = None) -> Alert:
    return Alert(
        id=str(uuid4()),
        patient_id=patient_id,
        visit_id=visit_id,
        rule="severe-symptom",
        subject="esas-pain",
        level=Level.TODAY,
        state=AlertState.OPEN,
        finding="Pain 9",
        detail="Severe pain\nPain 9\nCall the prescriber",
        private=False,
        owner="supervisor",
        fired_at=datetime.now(UTC),
    )


def raise_alert(connection: Connection, alert: Alert, by: PersonRef) -> None:
    _save(connection, alert, json_text.dumps(encode_task(alert, by, alert.fired_at)), None)


def close_alert(connection: Connection, alert: Alert, reason: str = "Corrected") -> None:
    """Closed on top of the version that this device shows."""
    now = datetime.now(UTC)
    closed = replace(alert, state=AlertState.CLOSED, closed_at=now, closed_reason=reason)
    shown = current.list_current(connection, alert.patient_id, "Task")
    (body,) = [json_text.loads(one.body) for one in shown if one.id == alert.id]
    base = outbox.base_for_edit(connection, "Task", alert.id)
    _save(connection, closed, json_text.dumps(amend_task(body, closed, now)), base)


def _save(connection: Connection, alert: Alert, payload: str, base: str | None) -> None:
    save_record(
        connection,
        group_id=alert.id,
        patient_id=alert.patient_id,
        changes=[NewChange("Task", alert.id, payload, base, priority=0)],
        at=datetime.now(UTC),
        write_row=lambda c: alerts.put(c, alert),
    )
