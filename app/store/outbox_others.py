"""What waits in the outbox beside visits: alerts, stays, addenda, moved referrals, files. One row a group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from app.store.outbox_kinds import GroupKind, find_kinds, find_names
from app.store.outbox_rows import SET_ASIDE, UNSETTLED, change
from app.store.times import from_text
from app.store.visit_rows import visit_table

__all__ = ["GroupKind", "OtherUnsent", "list_others"]


@dataclass(frozen=True, slots=True)
class OtherUnsent:
    """One record that the plan has not confirmed. `reason`: why it was set aside, None while it simply waits."""

    group_id: str
    kind: GroupKind
    patient_id: str
    patient_name: str
    since: datetime
    reason: str | None = None


def list_others(connection: Connection) -> tuple[OtherUnsent, ...]:
    """Groups that are no visit and hold anything unsettled, alerts first, then the oldest."""
    rows = list(
        connection.execute(
            select(
                change.c.group_id,
                change.c.patient_id,
                func.group_concat(change.c.type.distinct()).label("types"),
                func.min(change.c.created_at).label("since"),
                func.max(change.c.state == SET_ASIDE).label("aside"),
                func.max(change.c.reason).label("reason"),
            )
            .where(UNSETTLED)
            .where(~exists(select(visit_table.c.id).where(visit_table.c.id == change.c.group_id)))
            .group_by(change.c.group_id)
        )
    )
    kinds = find_kinds(connection, {row.group_id: row.types.split(",") for row in rows})
    names = find_names(connection, {row.patient_id for row in rows})
    found = [
        OtherUnsent(
            group_id=row.group_id,
            kind=kinds[row.group_id],
            patient_id=row.patient_id,
            patient_name=names.get(row.patient_id, ""),
            since=from_text(row.since),
            reason=(row.reason or "") if row.aside else None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.kind is not GroupKind.ALERT, one.since, one.group_id)))
