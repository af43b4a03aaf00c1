"""Where each visit is, and how much waits: computed from the outbox each time, never stored as a status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, select

from app.domain.visit import VisitStatus
from app.store import arriving as arriving_visits
from app.store import bases, tables
from app.store.outbox_rows import (
    ATTEMPTED,
    CUT,
    OPEN,
    SET_ASIDE,
    SETTLED,
    UNSETTLED,
    change,
    find_server_time,
    read_received_at,
    receipt,
    write,
    write_change,
)
from app.store.quick import Quick
from app.store.records import OWN_LATEST
from app.store.visit_rows import OWN, visit_table

_base = tables.table_of(tables.Base)
_conflict = tables.table_of(tables.OpenConflict)


@dataclass(frozen=True, slots=True)
class VisitSending:
    """All that decides which word a visit gets. Counts are of its resources in the outbox.

    `received_at` is the server's time: for own visits the last receipt once everything is settled, for pulled ones
    the Encounter's lastUpdated; otherwise None. Received is `settled == total`, not a known `received_at`.
    """

    visit_id: str
    draft: bool
    own: bool
    total: int
    settled: int
    has_cut: bool
    has_attempted: bool
    set_aside: bool
    reason: str | None
    conflict: bool
    arriving: bool
    received_at: datetime | None
    lost: bool = False
    """The plan had received it and has it no longer; it goes again."""


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """Visits are groups that have a visit row. `changes` counts everything not settled."""

    unsent_visits: int
    set_aside_visits: int
    changes: int


@dataclass(slots=True)
class _Tally:
    total: int = 0
    settled: int = 0
    set_aside: bool = False
    reason: str | None = None
    lost: bool = False


def visit_status_rows(connection: Connection, visit_ids: Collection[str]) -> Mapping[str, VisitSending]:
    """By visit id; unknown ids are left out."""
    ids = list(visit_ids)
    if not ids:
        return {}
    tallies = _tally(connection, ids)
    states: defaultdict[str, set[str]] = defaultdict(set)
    troubles: dict[str, str] = {}
    for group_id, state, trouble in connection.execute(
        select(write.c.group_id, write.c.state, write.c.reason).where(
            write.c.group_id.in_(ids), write.c.state.in_(OPEN)
        )
    ):
        states[group_id].add(state)
        if trouble is not None:
            troubles[group_id] = trouble
    received = read_received_at(connection, ids)
    conflicts = _find_conflicts(connection, ids)
    words = arriving_visits.read_words(connection, ids)
    encounter_times = select(_base.c.id, _base.c.last_updated).where(
        _base.c.type == "Encounter", _base.c.id.in_(ids)
    )
    encounters = dict(connection.execute(encounter_times).all())
    found = {}
    columns = (visit_table.c.id, visit_table.c.status, visit_table.c.origin, visit_table.c.arriving)
    for visit_id, status, origin, arriving in connection.execute(
        select(*columns).where(visit_table.c.id.in_(ids))
    ):
        tally = tallies[visit_id]
        own = origin == OWN
        found[visit_id] = VisitSending(
            visit_id=visit_id,
            draft=status == VisitStatus.DRAFT.value,
            own=own,
            total=tally.total,
            settled=tally.settled,
            has_cut=CUT in states[visit_id],
            has_attempted=ATTEMPTED in states[visit_id],
            set_aside=tally.set_aside,
            reason=tally.reason or troubles.get(visit_id) or words.get(visit_id),
            conflict=visit_id in conflicts,
            arriving=arriving or 0 < tally.settled < tally.total,
            received_at=received.get(visit_id) if own else find_server_time(encounters.get(visit_id)),
            lost=tally.lost,
        )
    return found


def list_write_ids(connection: Connection, seqs: Collection[int]) -> Mapping[tuple[str, str], frozenset[str]]:
    """(type, id) → every write ever cut with these very changes, in any state: the server may hold an earlier one's.

    Not by group: an edit is no part of the write that created its record, though both are of one group.
    """
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, record_id, write_id in connection.execute(
        select(change.c.type, change.c.id, write_change.c.write_id)
        .join(write_change, write_change.c.seq == change.c.seq)
        .where(change.c.seq.in_(seqs))
    ):
        found[kind, record_id].add(write_id)
    return {record: frozenset(writes) for record, writes in found.items()}


_LAST_VERSION = Quick(
    select(receipt.c.version_id)
    .join(write_change, write_change.c.write_id == receipt.c.write_id)
    .join(change, change.c.seq == write_change.c.seq)
    .where(receipt.c.type == bindparam("type"), receipt.c.id == bindparam("id"))
    .where(change.c.type == bindparam("type"), change.c.id == bindparam("id"))
    .where(change.c.state == SETTLED, receipt.c.lost_at.is_(None))
    .order_by(change.c.seq.desc())
    .limit(1)
)


def last_version(connection: Connection, type: str, id: str) -> str | None:
    """The version that the plan gave our last settled write of this record; None when it took none from us."""
    found = _LAST_VERSION.scalar(connection, type=type, id=id)
    return None if found is None else str(found)


def base_for_edit(connection: Connection, type: str, id: str) -> str | None:
    """What an edit made now, on the record as `current.list_current` shows it, rests on.

    `OWN_LATEST` while our own version is the newest here, the plan's versionId once somebody else's later one is,
    None when neither we nor the plan have this record.
    """
    if is_unsettled(connection, type, id):
        return OWN_LATEST
    ours = last_version(connection, type, id)
    held = bases.find(connection, type, id)
    if held is None or held.version_id == ours:
        return None if ours is None else OWN_LATEST
    return held.version_id


_ASIDE = Quick(
    select(change.c.group_id, change.c.reason).where(change.c.state == SET_ASIDE).order_by(change.c.seq)
)


def list_set_aside(connection: Connection) -> Mapping[str, str]:
    """Group id → the server's reason, oldest first."""
    rows = _ASIDE.all(connection)
    reasons: dict[str, str] = {}
    for group_id, reason in rows:
        reasons.setdefault(group_id, reason or "")
    return reasons


def count(connection: Connection) -> OutboxCounts:
    """How much waits."""
    changes = select(func.count()).where(UNSETTLED)
    return OutboxCounts(
        unsent_visits=_count_visits(connection, UNSETTLED),
        set_aside_visits=_count_visits(connection, change.c.state == SET_ASIDE),
        changes=int(connection.execute(changes).scalar_one()),
    )


_IS_UNSETTLED = Quick(
    select(
        exists().where(
            change.c.type == bindparam("type"), change.c.id == bindparam("id"), change.c.state != SETTLED
        )
    )
)


def is_unsettled(connection: Connection, type: str, id: str) -> bool:
    """True while any change of this record is not settled: the server's version may not be shown over it."""
    return bool(_IS_UNSETTLED.scalar(connection, type=type, id=id))


def _count_visits(connection: Connection, condition: ColumnElement[bool]) -> int:
    groups = select(change.c.group_id).where(condition).distinct()
    statement = select(func.count()).select_from(visit_table).where(visit_table.c.id.in_(groups))
    return int(connection.execute(statement).scalar_one())


def _tally(connection: Connection, ids: Collection[str]) -> defaultdict[str, _Tally]:
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    rows = connection.execute(
        select(
            change.c.group_id,
            change.c.state,
            func.count(),
            func.min(change.c.reason),
            func.count(change.c.lost_at),
        )
        .where(change.c.group_id.in_(ids))
        .group_by(change.c.group_id, change.c.state)
    )
    for group_id, state, number, reason, lost in rows:
        tally = tallies[group_id]
        tally.total += number
        tally.lost = tally.lost or (state != SETTLED and lost > 0)
        if state == SETTLED:
            tally.settled += number
        elif state == SET_ASIDE:
            tally.set_aside, tally.reason = True, reason
    return tallies


def _find_conflicts(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    rows = connection.execute(
        select(change.c.group_id)
        .join(_conflict, _conflict.c.seq == change.c.seq)
        .where(_conflict.c.resolved_at.is_(None), change.c.group_id.in_(ids))
    )
    return frozenset(rows.scalars())
