"""Rows that screens read, of records that the plan no longer has: taken away again, what was made here never."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from app.store import answer_rows
from app.store.bases import slices
from app.store.tables import Alert, table_of
from app.store.visit_rows import PULLED, visit_table

_alert = table_of(Alert)


def remove_visits(connection: Connection, visit_ids: Collection[str]) -> int:
    """Visits that came from the plan; returns how many there were."""
    removed = 0
    for some in slices(visit_ids):
        pulled = list(
            connection.execute(
                select(visit_table.c.id).where(visit_table.c.id.in_(some), visit_table.c.origin == PULLED)
            ).scalars()
        )
        answer_rows.remove_all(connection, pulled)
        connection.execute(delete(visit_table).where(visit_table.c.id.in_(pulled)))
        removed += len(pulled)
    return removed


def remove_alerts(connection: Connection, alert_ids: Collection[str]) -> int:
    """Alerts that came from the plan; returns how many there were."""
    return sum(
        connection.execute(delete(_alert).where(_alert.c.id.in_(some), _alert.c.origin == PULLED)).rowcount
        for some in slices(alert_ids)
    )
