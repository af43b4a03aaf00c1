"""What waits in the outbox beside visits: alerts, stays, addenda, moved referrals. One row a group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, exists, func, select

from app.store import tables
from app.store.outbox_rows import SET_ASIDE, SETTLED, change
from app.store.times import from_text
from app.store.visit_rows import visit_table

_patient = tables.table_of(tables.Patient)
_alert = tables.table_of(tables.Alert)


class OtherKind(StrEnum):
    ALERT = "alert"
    STAY = "stay"
    ADDENDUM = "addendum"
    TASK = "task"
    RECORD = "record"


_KINDS = {"Encounter": OtherKind.STAY, "DocumentReference": OtherKind.ADDENDUM, "Task": OtherKind.TASK}


@dataclass(frozen=True, slots=True)
class OtherUnsent:
    """One record that the plan has not confirmed. `reason`: why it was set aside, None while it simply waits."""

    group_id: str
    kind: OtherKind
    patient_id: str
    patient_name: str
    since: datetime
    reason: str | None = None


def list_others(connection: Connection) -> tuple[OtherUnsent, ...]:
    """Groups that are no visit and hold anything unsettled, alerts first, then the oldest."""
    rows = connection.execute(
        select(
            change.c.group_id,
            change.c.patient_id,
            func.min(change.c.type).label("type"),
            func.min(change.c.created_at).label("since"),
            func.max(change.c.state == SET_ASIDE).label("aside"),
            func.max(change.c.reason).label("reason"),
            func.max(_patient.c.display_name).label("name"),
            exists(select(_alert.c.id).where(_alert.c.id == change.c.group_id)).label("alert"),
        )
        .select_from(change.outerjoin(_patient, _patient.c.id == change.c.patient_id))
        .where(change.c.state != SETTLED)
        .where(~exists(select(visit_table.c.id).where(visit_table.c.id == change.c.group_id)))
        .group_by(change.c.group_id, change.c.patient_id)
    )
    found = [
        OtherUnsent(
            group_id=row.group_id,
            kind=OtherKind.ALERT if row.alert else _KINDS.get(row.type, OtherKind.RECORD),
            patient_id=row.patient_id,
            patient_name=row.name or "",
            since=from_text(row.since),
            reason=(row.reason or "") if row.aside else None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.kind is not OtherKind.ALERT, one.since, one.group_id)))
