"""What this device tells the plan about itself: how much waits, and the passes of which it has not told yet (F02)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Integer, bindparam, case, func, select, update

from app.store import passes
from app.store.no_patient import OF_SOMEBODY
from app.store.outbox_rows import SET_ASIDE, UNSETTLED, change
from app.store.passes import PassRow
from app.store.quick import Quick
from app.store.tables import SyncPass, table_of
from app.store.times import from_text

_pass = table_of(SyncPass)
_aside = change.alias("aside")
KINDS = {0: "alert", 10: "visit", 90: "file"}
"""By priority; whatever else waits is a "record"."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How many groups of one kind wait here, or were set aside, and since when by this device's clock."""

    kind: str
    set_aside: bool
    count: int
    oldest: datetime


def read_depths(connection: Connection) -> tuple[Depth, ...]:
    """In order of kind; a group of which any part was set aside counts as set aside."""
    found: dict[tuple[str, bool], Depth] = {}
    for priority, aside, count, since in _depths().all(connection):
        kind, oldest = KINDS.get(priority, "record"), from_text(since)
        known = found.get((kind, bool(aside)))
        if known is not None:
            count, oldest = count + known.count, min(oldest, known.oldest)
        found[kind, bool(aside)] = Depth(kind, bool(aside), count, oldest)
    return tuple(found[key] for key in sorted(found))


@cache
def _depths() -> Quick:
    groups = (
        select(
            func.min(change.c.priority).label("priority"),
            func.max(case((change.c.state == SET_ASIDE, 1), else_=0)).label("aside"),
            func.min(change.c.created_at).label("since"),
        )
        .where(UNSETTLED, OF_SOMEBODY)
        .group_by(change.c.group_id)
        .subquery()
    )
    return Quick(
        select(groups.c.priority, groups.c.aside, func.count(), func.min(groups.c.since)).group_by(
            groups.c.priority, groups.c.aside
        )
    )


@dataclass(frozen=True, slots=True)
class Aside:
    """How many groups of one kind were set aside for one reason (the words that are kept with it), and since when."""

    kind: str
    reason: str
    count: int
    oldest: datetime


def read_asides(connection: Connection) -> tuple[Aside, ...]:
    """In order of kind and reason; a group counts once, under the reason of the part that was set aside first."""
    found: dict[tuple[str, str], Aside] = {}
    for priority, since, reason in _asides().all(connection):
        kind, oldest = KINDS.get(priority, "record"), from_text(since)
        known = found.get((kind, reason), Aside(kind, reason, 0, oldest))
        found[kind, reason] = Aside(kind, reason, known.count + 1, min(known.oldest, oldest))
    return tuple(found[key] for key in sorted(found))


@cache
def _asides() -> Quick:
    return Quick(
        select(
            func.min(change.c.priority).label("priority"),
            func.min(change.c.created_at).label("since"),
            select(func.coalesce(_aside.c.reason, ""))
            .where(_aside.c.group_id == change.c.group_id, _aside.c.state == SET_ASIDE)
            .order_by(_aside.c.seq)
            .limit(1)
            .scalar_subquery()
            .label("reason"),
        )
        .where(UNSETTLED, OF_SOMEBODY)
        .group_by(change.c.group_id)
        .having(func.max(case((change.c.state == SET_ASIDE, 1), else_=0)) == 1)
    )


_UNTOLD = Quick(
    select(_pass.c.id)
    .where(_pass.c.reported.is_(False), _pass.c.ended_at.is_not(None), _pass.c.outcome != passes.OK)
    .order_by(_pass.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def list_untold(connection: Connection, limit: int) -> tuple[PassRow, ...]:
    """Finished passes that went other than well and of which the plan was not told, the newest `limit`, oldest first.

    A pass that went well left its trace at the plan already.
    """
    wanted = frozenset(row.id for row in _UNTOLD.all(connection, most=limit))
    if not wanted:
        return ()
    return tuple(row for row in reversed(passes.list_recent(connection, 500)) if row.id in wanted)


def mark_told(connection: Connection, ids: Collection[int]) -> None:
    if ids:
        connection.execute(update(_pass).where(_pass.c.id.in_(ids)).values(reported=True))
