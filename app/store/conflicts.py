"""Edits that a machine may not merge: both sides are kept until a person chooses, and stay readable after (F06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.store import bases
from app.store.outbox_rows import SETTLED, change
from app.store.tables import OpenConflict, table_of
from app.store.times import find_time, from_text, to_text

_conflict = table_of(OpenConflict)
_c = _conflict.c

MERGED = "merged"
"""Resolution of what was put together without a person."""


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """`seq` is our change in the outbox, `theirs` the server's JSON text, "" where the plan deleted the record.

    `ours` is our newest version, `base_body` what our edit was made on; None where an older app did not keep them.
    """

    id: int
    type: str
    record_id: str
    seq: int
    theirs: str
    opened_at: datetime
    ours: str | None = None
    base_body: str | None = None
    patient_id: str | None = None
    version_id: str | None = None
    resolved_at: datetime | None = None
    resolution: str | None = None

    @property
    def deleted(self) -> bool:
        """The plan has deleted what we changed."""
        return not self.theirs


def open_conflict(
    connection: Connection, *, type: str, record_id: str, seq: int, theirs: str, at: datetime
) -> int:
    """Returns the conflict's id; the same seq opened again keeps one conflict with both sides as they are now.

    `theirs` "": the plan has deleted the record.
    """
    if not theirs:
        bases.mark_deleted(connection, type, record_id)
    held = bases.find(connection, type, record_id)
    version_id = held.version_id if held is not None and held.body == theirs else None
    known = connection.execute(
        select(_c.id).where(_c.seq == seq, _c.resolved_at.is_(None))
    ).scalar_one_or_none()
    if known is not None:
        connection.execute(
            update(_conflict)
            .where(_c.id == known)
            .values(theirs=theirs, version_id=version_id, **_our_side(connection, seq))
        )
        return int(known)
    statement = insert(_conflict).values(
        type=type,
        record_id=record_id,
        seq=seq,
        theirs=theirs,
        opened_at=to_text(at),
        version_id=version_id,
        **_our_side(connection, seq),
    )
    return int(connection.execute(statement.returning(_c.id)).scalar_one())


def note_merged(
    connection: Connection, *, type: str, record_id: str, seq: int, theirs: str, at: datetime
) -> None:
    """A machine put both sides together: they stay on record, and nobody is asked."""
    opened = open_conflict(connection, type=type, record_id=record_id, seq=seq, theirs=theirs, at=at)
    resolve(connection, opened, at, MERGED)


def _our_side(connection: Connection, seq: int) -> dict[str, Any]:
    """Our side of the record that change `seq` is about: its newest version that waits, what the edit was made on."""
    row = connection.execute(select(change).where(change.c.seq == seq)).one_or_none()
    if row is None:
        return {}
    newest = select(func.max(change.c.seq)).where(
        change.c.type == row.type, change.c.id == row.id, change.c.state != SETTLED
    )
    last = connection.execute(select(change.c.payload).where(change.c.seq == newest.scalar_subquery()))
    ours = last.scalar_one_or_none()
    return {
        "ours": row.payload if ours is None else ours,
        "base_body": row.base_body,
        "patient_id": row.patient_id,
    }


def list_open(connection: Connection) -> tuple[ConflictRow, ...]:
    """Oldest first."""
    rows = connection.execute(select(_conflict).where(_c.resolved_at.is_(None)).order_by(_c.id))
    return tuple(map(_to_row, rows))


def find(connection: Connection, conflict_id: int) -> ConflictRow | None:
    """Resolved ones too."""
    row = connection.execute(select(_conflict).where(_c.id == conflict_id)).one_or_none()
    return None if row is None else _to_row(row)


def list_for_record(connection: Connection, type: str, record_id: str) -> tuple[ConflictRow, ...]:
    """All there ever were about one record, oldest first: the history of its conflicts."""
    rows = connection.execute(
        select(_conflict).where(_c.type == type, _c.record_id == record_id).order_by(_c.id)
    )
    return tuple(map(_to_row, rows))


def resolve(connection: Connection, conflict_id: int, at: datetime, resolution: str | None = None) -> None:
    """A person chose (`ours`, `theirs`, `combined`), or it fell away (None). Both sides stay on record."""
    connection.execute(
        update(_conflict).where(_c.id == conflict_id).values(resolved_at=to_text(at), resolution=resolution)
    )


def _to_row(row: Any) -> ConflictRow:
    return ConflictRow(
        row.id,
        row.type,
        row.record_id,
        row.seq,
        row.theirs,
        from_text(row.opened_at),
        row.ours,
        row.base_body,
        row.patient_id,
        row.version_id,
        find_time(row.resolved_at),
        row.resolution,
    )
