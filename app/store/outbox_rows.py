"""What other tables need to know of the outbox, as small questions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select

from app.store import tables
from app.store.times import from_text

change = tables.table_of(tables.Change)
write = tables.table_of(tables.Write)
write_change = tables.table_of(tables.WriteChange)
receipt = tables.table_of(tables.Receipt)

NEW = "new"
SETTLED = "settled"
SET_ASIDE = "set-aside"
CUT = "cut"
ATTEMPTED = "attempted"
REFUSED = "refused"
WITHDRAWN = "withdrawn"
LOST = "lost"
"""A write that the plan had received and, put back to an earlier day, has no longer."""
OPEN = (CUT, ATTEMPTED)
UNSETTLED: ColumnElement[bool] = or_(change.c.state == NEW, change.c.state == SET_ASIDE)
"""What is not settled, in words that an index serves: of years of changes only a few are."""


def has_unsettled(connection: Connection, group_id: str) -> bool:
    """True while anything of this group is not settled."""
    return bool(
        connection.execute(
            select(exists().where(change.c.group_id == group_id, change.c.state != SETTLED))
        ).scalar_one()
    )


def unsettled_groups() -> Select[Any]:
    """Group ids with anything not settled."""
    return select(change.c.group_id).where(UNSETTLED).distinct()


def newest_settled_groups(limit: int) -> Select[Any]:
    """Group ids of the writes that settled last, by the server's own time text."""
    newest = select(write.c.group_id).where(write.c.state == SETTLED)
    return newest.order_by(write.c.settled_at.desc()).limit(limit)


def read_received_at(connection: Connection, group_ids: Collection[str]) -> dict[str, datetime]:
    """Of those groups that are wholly settled: the time (server's) of the last receipt."""
    rows = connection.execute(
        select(write.c.group_id, receipt.c.received_at)
        .join(receipt, receipt.c.write_id == write.c.id)
        .where(write.c.group_id.in_(group_ids), write.c.group_id.not_in(unsettled_groups()))
        .where(receipt.c.lost_at.is_(None))
    )
    latest: dict[str, datetime] = {}
    for group_id, text in rows:
        at = find_server_time(text)
        if at is not None and (group_id not in latest or at > latest[group_id]):
            latest[group_id] = at
    return latest


def find_server_time(text: str | None) -> datetime | None:
    """A server's own time text as a time; None for one that cannot be read, which takes nothing else with it."""
    if text is None:
        return None
    try:
        return from_text(text)
    except ValueError:
        return None
