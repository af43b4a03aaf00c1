"""Alerts as rows. What the plan knows of one is in the outbox and in the base copy of its Task."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.domain.visit import Setting, VisitStatus
from app.errors import NotFound
from app.store import tables
from app.store.outbox_rows import SETTLED, change
from app.store.quick import Quick
from app.store.times import find_time, from_text, to_text
from app.store.visit_rows import PULLED, visit_table

_table = tables.table_of(tables.Alert)
_patient = tables.table_of(tables.Patient)
_c = _table.c

STANDING = (AlertState.OPEN.value, AlertState.ACKNOWLEDGED.value)
NEVER = datetime.max.replace(tzinfo=UTC)
_URGENCY = {level.value: -level.urgency for level in Level}


def put(connection: Connection, alert: Alert) -> None:
    """Store or replace."""
    values = to_values(alert)
    statement = upsert(_table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def save_pulled(connection: Connection, alert: Alert) -> bool:
    """Store an alert as the plan has it; True when stored.

    Left alone while a version of ours waits to be sent. An alert that was raised here stays our own.
    """
    waits = exists().where(change.c.type == "Task", change.c.id == alert.id, change.c.state != SETTLED)
    if connection.execute(select(waits)).scalar_one():
        return False
    held = find(connection, alert.id)
    origin = PULLED if held is None else held.origin
    put(connection, replace(alert, origin=origin))
    return True


def find(connection: Connection, alert_id: str) -> Alert | None:
    row = connection.execute(select(_table).where(_c.id == alert_id)).one_or_none()
    return None if row is None else _to_alert(row)


def get(connection: Connection, alert_id: str) -> Alert:
    """Raises NotFound."""
    found = find(connection, alert_id)
    if found is None:
        raise NotFound(detail="no such alert")
    return found


def list_for_visit(connection: Connection, visit_id: str) -> tuple[Alert, ...]:
    """All alerts of one visit, closed ones too, the most urgent first."""
    return _sorted(_OF_VISIT.all(connection, visit=visit_id))


def list_for_patient(connection: Connection, patient_id: str) -> tuple[Alert, ...]:
    """Those that stand, the most urgent first."""
    return _sorted(_STANDING_OF.all(connection, person=patient_id))


def list_since(connection: Connection, patient_id: str, since: datetime) -> tuple[Alert, ...]:
    """All that fired about this person since then, whatever became of them."""
    return _sorted(_SINCE.all(connection, person=patient_id, since=to_text(since)))


def list_standing(connection: Connection) -> tuple[Alert, ...]:
    """Those that stand, of everybody on this device, the most urgent first."""
    return _list(connection, _c.state.in_(STANDING))


def find_unsent(connection: Connection, alert_ids: Collection[str]) -> frozenset[str]:
    """Of these: the ones of which the plan has not answered for the newest version."""
    rows = connection.execute(
        select(change.c.id)
        .where(change.c.type == "Task", change.c.id.in_(alert_ids), change.c.state != SETTLED)
        .distinct()
    )
    return frozenset(rows.scalars())


def read_names(connection: Connection, patient_ids: Collection[str]) -> dict[str, str]:
    """Display names by patient id."""
    rows = connection.execute(
        select(_patient.c.id, _patient.c.display_name).where(_patient.c.id.in_(patient_ids))
    )
    return {row.id: row.display_name for row in rows}


def read_settings_of(connection: Connection, visit_ids: Collection[str]) -> dict[str, Setting]:
    """Where the person was, by visit id."""
    rows = connection.execute(
        select(visit_table.c.id, visit_table.c.setting).where(visit_table.c.id.in_(visit_ids))
    )
    return {row.id: Setting(row.setting) for row in rows}


def find_drafts(connection: Connection, visit_ids: Collection[str]) -> frozenset[str]:
    """Of these visits: the ones that are still written at, whose answers may be slips of the finger."""
    draft = visit_table.c.status == VisitStatus.DRAFT.value
    return frozenset(
        connection.execute(select(visit_table.c.id).where(visit_table.c.id.in_(visit_ids), draft)).scalars()
    )


def _list(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Alert, ...]:
    return _sorted(connection.execute(_select(*conditions)))


def _select(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(_table).where(*conditions).order_by(_c.fired_at.desc(), _c.id)


_OF_VISIT = Quick(_select(_c.visit_id == bindparam("visit")))
_STANDING_OF = Quick(
    _select(_c.patient_id == bindparam("person"), or_(*(_c.state == state for state in STANDING)))
)
_SINCE = Quick(_select(_c.patient_id == bindparam("person"), _c.fired_at >= bindparam("since")))


def _sorted(rows: Iterable[Any]) -> tuple[Alert, ...]:
    """Of one urgency: what is due stands first, the longest overdue at its head; then the newest."""

    def place(alert: Alert) -> tuple[bool, int, datetime]:
        return not alert.state.stands, _URGENCY[alert.level.value], alert.due_at or NEVER

    return tuple(sorted(map(_to_alert, rows), key=place))


def to_values(alert: Alert) -> dict[str, Any]:
    """As it lies in a row: words and times as text."""
    return {
        "id": alert.id,
        "patient_id": alert.patient_id,
        "visit_id": alert.visit_id,
        "rule": alert.rule,
        "subject": alert.subject,
        "level": alert.level.value,
        "state": alert.state.value,
        "finding": alert.finding,
        "detail": alert.detail,
        "private": alert.private,
        "owner": alert.owner,
        "fired_at": to_text(alert.fired_at),
        "due_at": None if alert.due_at is None else to_text(alert.due_at),
        "closed_at": None if alert.closed_at is None else to_text(alert.closed_at),
        "closed_reason": alert.closed_reason,
        "origin": alert.origin,
    }


def _to_alert(row: Any) -> Alert:
    return Alert(
        id=row.id,
        patient_id=row.patient_id,
        visit_id=row.visit_id,
        rule=row.rule,
        subject=row.subject,
        level=Level(row.level),
        state=AlertState(row.state),
        finding=row.finding,
        detail=row.detail,
        private=row.private,
        owner=row.owner,
        fired_at=from_text(row.fired_at),
        due_at=find_time(row.due_at),
        closed_at=find_time(row.closed_at),
        closed_reason=row.closed_reason,
        origin=row.origin,
    )
