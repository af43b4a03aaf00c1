"""Edits that a machine may not merge: both sides are kept until a person chooses (F06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.store.tables import OpenConflict, table_of
from app.store.times import from_text, to_text

_conflict = table_of(OpenConflict)
_c = _conflict.c


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """`seq` is our change in the outbox, `theirs` the server's JSON text."""

    id: int
    type: str
    record_id: str
    seq: int
    theirs: str
    opened_at: datetime


def open_conflict(
    connection: Connection, *, type: str, record_id: str, seq: int, theirs: str, at: datetime
) -> int:
    """Returns the conflict's id; the same seq opened again keeps one conflict with the newer `theirs`."""
    known = connection.execute(
        select(_c.id).where(_c.seq == seq, _c.resolved_at.is_(None))
    ).scalar_one_or_none()
    if known is not None:
        connection.execute(update(_conflict).where(_c.id == known).values(theirs=theirs))
        return int(known)
    statement = insert(_conflict).values(
        type=type, record_id=record_id, seq=seq, theirs=theirs, opened_at=to_text(at)
    )
    return int(connection.execute(statement.returning(_c.id)).scalar_one())


def list_open(connection: Connection) -> tuple[ConflictRow, ...]:
    """Oldest first."""
    rows = connection.execute(select(_conflict).where(_c.resolved_at.is_(None)).order_by(_c.id))
    return tuple(
        ConflictRow(row.id, row.type, row.record_id, row.seq, row.theirs, from_text(row.opened_at))
        for row in rows
    )


def resolve(connection: Connection, conflict_id: int, at: datetime) -> None:
    """A person chose. Both sides stay on record."""
    connection.execute(update(_conflict).where(_c.id == conflict_id).values(resolved_at=to_text(at)))
