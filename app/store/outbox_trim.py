"""Own signed records stay on the device for 30 days after their receipt; then their bytes go, their receipts stay.

Until then they can be sent again, should the plan lose them. Nothing goes that a screen still reads from the outbox.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select, update

from app.store import meta, times
from app.store.bases import base_table
from app.store.outbox_rows import OPEN, SETTLED, change, find_server_time, receipt, write, write_change
from app.store.tables import OpenConflict, table_of

EVERY = timedelta(hours=24)
AT_ONCE = 500
_conflict = table_of(OpenConflict)


def is_due(connection: Connection, server_at: datetime) -> bool:
    """Once a day of the server's time."""
    last = find_server_time(meta.find(connection, meta.TRIMMED_AT))
    return last is None or not timedelta(0) <= server_at - last < EVERY


def trim(connection: Connection, server_at: datetime, received_before: datetime) -> int:
    """Take the bytes of some settled changes away that the plan received before that (server time); how many.

    To be called until it returns 0. A change keeps its bytes while its record has no copy of the plan's here that
    stands for it, while anything newer of that record waits, and while a conflict about it is open.
    """
    seqs = _find_old(connection, received_before)
    connection.execute(update(change).where(change.c.seq.in_(seqs)).values(payload="", base_body=None))
    connection.execute(update(write).where(write.c.id.in_(_spent_writes(seqs))).values(body=""))
    if not seqs:
        meta.put(connection, meta.TRIMMED_AT, times.to_text(server_at))
    return len(seqs)


def _find_old(connection: Connection, received_before: datetime) -> list[int]:
    later, b = change.alias("later"), base_table.c
    rows = connection.execute(
        select(
            change.c.seq,
            func.max(receipt.c.received_at),
            func.max(receipt.c.last_updated).label("ours"),
            b.last_updated.label("theirs"),
            func.max(receipt.c.version_id == b.version_id).label("same"),
            b.deleted,
        )
        .select_from(
            change.join(write_change, write_change.c.seq == change.c.seq)
            .join(
                receipt,
                and_(
                    receipt.c.write_id == write_change.c.write_id,
                    receipt.c.type == change.c.type,
                    receipt.c.id == change.c.id,
                    receipt.c.lost_at.is_(None),
                ),
            )
            .join(base_table, and_(b.type == change.c.type, b.id == change.c.id))
        )
        .where(
            change.c.state == SETTLED,
            change.c.payload != "",
            ~exists().where(
                later.c.type == change.c.type, later.c.id == change.c.id, later.c.state != SETTLED
            ),
            ~exists().where(_conflict.c.seq == change.c.seq, _conflict.c.resolved_at.is_(None)),
        )
        .group_by(change.c.seq)
        .order_by(change.c.seq)
    )
    old: list[int] = []
    for seq, received_at, ours, theirs, is_same, deleted in rows:
        at = find_server_time(received_at)
        if at is None or at >= received_before:
            continue
        mine, held = find_server_time(ours), find_server_time(theirs)
        if deleted or is_same or (mine is not None and held is not None and held >= mine):
            old.append(int(seq))
            if len(old) == AT_ONCE:
                break
    return old


def _spent_writes(seqs: Collection[int]) -> Select[Any]:
    """Closed writes that named these changes and of which nothing is left to send again."""
    other = write_change.alias("other")
    left = (
        select(other.c.seq)
        .join(change, change.c.seq == other.c.seq)
        .where(other.c.write_id == write.c.id, change.c.payload != "")
    )
    return (
        select(write.c.id)
        .join(write_change, write_change.c.write_id == write.c.id)
        .where(write_change.c.seq.in_(seqs), write.c.state.not_in(OPEN), ~left.exists())
    )
