"""A newer version takes the place of ones that the plan would not take: only for records that are edited in place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from app.store import conflicts
from app.store.outbox_rows import SET_ASIDE, change


def list_refused(connection: Connection, type: str) -> tuple[str, ...]:
    """Ids of records of this type with a version that was set aside and about which nobody has to choose."""
    rows = connection.execute(
        select(change.c.id).where(change.c.type == type, change.c.state == SET_ASIDE).distinct()
    )
    contested = {one.record_id for one in conflicts.list_open(connection) if one.type == type}
    return tuple(sorted(set(rows.scalars()) - contested))


def make_way(connection: Connection, type: str, id: str, at: datetime) -> bool:
    """Take this record's set-aside versions out of the outbox, so that a newer one can leave; whether there were any.

    The caller writes that newer version in the same transaction: it says all that the older ones said. The plan surely
    holds none of them. Never for records that are only ever added.
    """
    mine = (change.c.type == type, change.c.id == id, change.c.state == SET_ASIDE)
    gone = frozenset(connection.execute(select(change.c.seq).where(*mine)).scalars())
    if not gone:
        return False
    for conflict in conflicts.list_open(connection):
        if conflict.seq in gone:
            conflicts.resolve(connection, conflict.id, at, "ours")
    connection.execute(delete(change).where(*mine))
    return True
