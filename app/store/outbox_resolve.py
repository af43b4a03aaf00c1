"""A change that was decided anew takes the place of the one that could not be sent; both sides are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, select, update

from app.store import bases, conflicts
from app.store.outbox_rows import NEW, OPEN, SET_ASIDE, SETTLED, change, write, write_change
from app.store.records import find_references
from app.store.times import to_text


def replace_change(
    connection: Connection, seq: int, payload: str, base_version: str | None, at: datetime
) -> int:
    """Put `payload`, made on the plan's version `base_version` (None creates), in the place of change `seq`.

    Returns the sequence number of the new change: the place of the old one, so that what waited for it still does.
    Later versions of the same record that wait are part of `payload` and leave the outbox. What it replaces stays
    readable as the side of a conflict. Raises ValueError for a change that is unknown, settled, or named by an open
    write (which may have arrived).
    """
    row, later = _get_free(connection, seq)
    held = bases.find(connection, row.type, row.id)
    theirs = held.body if held is not None and not held.deleted else ""
    _keep_sides(connection, row, theirs, at)
    _forget(connection, later)
    _detach(connection, [seq])
    connection.execute(
        update(change)
        .where(change.c.seq == seq)
        .values(
            payload=payload,
            refs="\n".join(find_references(payload)),
            base_version=base_version,
            base_body=None if base_version is None else theirs,
            state=NEW,
            reason=None,
            created_at=to_text(at),
            lost_at=None,
        )
    )
    return seq


def drop_change(connection: Connection, seq: int, at: datetime) -> None:
    """Let our side go: this change and later ones of the same record leave the outbox, readable as a conflict's side.

    Raises ValueError as `replace_change` does.
    """
    row, later = _get_free(connection, seq)
    held = bases.find(connection, row.type, row.id)
    _keep_sides(connection, row, held.body if held is not None and not held.deleted else "", at)
    _forget(connection, [seq, *later])


def free_group(connection: Connection, group_id: str) -> bool:
    """Once nothing of a group is contested, what was set aside with it may go again. Returns whether that is so."""
    contested = {row.seq for row in conflicts.list_open(connection)}
    waiting = connection.execute(
        select(change.c.seq).where(change.c.group_id == group_id, change.c.state == SET_ASIDE)
    )
    seqs = set(waiting.scalars())
    if seqs & contested:
        return False
    if seqs:
        connection.execute(update(change).where(change.c.seq.in_(seqs)).values(state=NEW, reason=None))
    return True


def hold_group(connection: Connection, group_id: str, reason: str) -> None:
    """Nothing of a group leaves while a part of it is contested, unless a write of it is already under way."""
    if connection.execute(
        select(exists().where(write.c.group_id == group_id, write.c.state.in_(OPEN)))
    ).scalar_one():
        return
    connection.execute(
        update(change)
        .where(change.c.group_id == group_id, change.c.state == NEW)
        .values(state=SET_ASIDE, reason=reason)
    )


def read_waiting(connection: Connection, type: str, id: str) -> Sequence[tuple[int, str, str | None]]:
    """(seq, payload, base body) of a record's versions that the plan has not answered, oldest first."""
    rows = connection.execute(
        select(change.c.seq, change.c.payload, change.c.base_body)
        .where(change.c.type == type, change.c.id == id, change.c.state != SETTLED)
        .order_by(change.c.seq)
    )
    return [(int(row.seq), str(row.payload), row.base_body) for row in rows]


def find_group(connection: Connection, seq: int) -> str | None:
    return connection.execute(select(change.c.group_id).where(change.c.seq == seq)).scalar_one_or_none()


def _get_free(connection: Connection, seq: int) -> tuple[Any, list[int]]:
    row = connection.execute(select(change).where(change.c.seq == seq)).one_or_none()
    if row is None or row.state == SETTLED:
        raise ValueError("there is no such change that waits")
    later = select(change.c.seq).where(
        change.c.type == row.type, change.c.id == row.id, change.c.seq > seq, change.c.state != SETTLED
    )
    seqs = list(connection.execute(later).scalars())
    named = (
        select(func.count())
        .select_from(write_change.join(write, write.c.id == write_change.c.write_id))
        .where(write_change.c.seq.in_([seq, *seqs]), write.c.state.in_(OPEN))
    )
    if connection.execute(named).scalar_one():
        raise ValueError("an open write names this change")
    return row, seqs


def _keep_sides(connection: Connection, row: Any, theirs: str, at: datetime) -> None:
    kind, record_id, seq = row.type, row.id, row.seq
    known = conflicts.list_for_record(connection, kind, record_id)
    is_open = any(one.seq == seq and one.resolved_at is None for one in known)
    keep = conflicts.open_conflict if is_open else conflicts.note_merged
    keep(connection, type=kind, record_id=record_id, seq=seq, theirs=theirs, at=at)


def _forget(connection: Connection, seqs: Sequence[int]) -> None:
    _detach(connection, seqs)
    connection.execute(delete(change).where(change.c.seq.in_(seqs)))


def _detach(connection: Connection, seqs: Sequence[int]) -> None:
    """Earlier writes, which surely did not arrive, no longer stand for what now lies in these places."""
    connection.execute(delete(write_change).where(write_change.c.seq.in_(seqs)))
