"""What waits, one row a group: nothing that the plan has not confirmed is in none of them, or in two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, cast, func, select

from app.store import tables
from app.store.outbox_kinds import GroupKind, find_kinds, find_names
from app.store.outbox_rows import (
    ATTEMPTED,
    OPEN,
    REFUSED,
    SET_ASIDE,
    SETTLED,
    UNSETTLED,
    change,
    write,
    write_change,
)
from app.store.times import find_time, from_text

_conflict = tables.table_of(tables.OpenConflict)
_attachment = tables.table_of(tables.Attachment)

Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OpenPush:
    """A write of this group without a final answer. `parts`: (confirmed, of), of its changes."""

    attempted: bool
    attempts: int
    server_errors: int
    parts: tuple[int, int]
    attempted_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One answer of the plan that refused a write of this group. `at`: when that write last left."""

    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """One visit, alert, record or file of which the plan has not confirmed everything.

    `seqs`: its changes that are not settled; `settled`: how many are. `size` in bytes of what has to travel.
    `reason`: the plan's own words, only when something of it was set aside. `waits_for`: the group that has to arrive
    first. `conflict`: the id of the open conflict. `lost_at`: when it was seen that the plan had lost it.
    """

    group_id: str
    patient_id: str
    patient_name: str
    kind: GroupKind
    since: datetime
    size: int
    seqs: tuple[int, ...]
    settled: int
    set_aside: bool
    reason: str | None
    waits_for: str | None
    conflict: int | None
    lost_at: datetime | None
    push: OpenPush | None
    urgent: bool
    refusals: tuple[Refusal, ...] = ()
    """Oldest first, also of earlier tries."""

    @property
    def parts(self) -> tuple[int, int]:
        """(confirmed, of): of a visit all its parts, of anything else those of the write under way."""
        if self.kind is GroupKind.VISIT or self.push is None:
            return self.settled, self.settled + len(self.seqs)
        return self.push.parts


def list_waiting(connection: Connection) -> tuple[WaitingGroup, ...]:
    """Alerts first, then the oldest."""
    rows = _read_unsettled(connection)
    groups: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.group_id].append(row)
    ids = list(groups)
    kinds = find_kinds(connection, {group: {row.type for row in held} for group, held in groups.items()})
    names = find_names(connection, {held[0].patient_id for held in groups.values()})
    settled = _count_settled(connection, ids)
    pushes = _read_pushes(connection, ids)
    refusals = find_refusals(connection, ids)
    conflicts = _find_conflicts(connection)
    blockers = _find_blockers(rows)
    sizes = _read_file_sizes(connection, [row.id for row in rows if row.type == "Binary"])
    found = [
        _to_group(
            held,
            kind=kinds[group],
            name=names.get(held[0].patient_id, ""),
            settled=settled.get(group, 0),
            push=pushes.get(group),
            refusals=refusals.get(group, ()),
            conflict=next((conflicts[row.seq] for row in held if row.seq in conflicts), None),
            waits_for=blockers.get(group),
            size=sum(row.size + sizes.get(row.id, 0) for row in held),
        )
        for group, held in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (not one.urgent, one.since, one.group_id)))


def _to_group(
    held: Sequence[Any],
    *,
    kind: GroupKind,
    name: str,
    settled: int,
    push: OpenPush | None,
    refusals: tuple[Refusal, ...],
    conflict: int | None,
    waits_for: str | None,
    size: int,
) -> WaitingGroup:
    aside = [row for row in held if row.state == SET_ASIDE]
    lost = [row.lost_at for row in held if row.lost_at is not None]
    return WaitingGroup(
        group_id=held[0].group_id,
        patient_id=held[0].patient_id,
        patient_name=name,
        kind=kind,
        since=from_text(min(row.created_at for row in held)),
        size=size,
        seqs=tuple(row.seq for row in held),
        settled=settled,
        set_aside=bool(aside),
        reason=next((row.reason or "" for row in aside), None),
        waits_for=waits_for,
        conflict=conflict,
        lost_at=find_time(max(lost, default=None)),
        push=push,
        refusals=refusals,
        urgent=min(row.priority for row in held) == 0,
    )


def _read_unsettled(connection: Connection) -> list[Any]:
    c = change.c
    columns = (c.seq, c.group_id, c.patient_id, c.type, c.id, c.priority, c.state, c.reason, c.refs)
    size = func.length(cast(c.payload, LargeBinary)).label("size")
    statement = select(*columns, c.created_at, c.lost_at, size).where(UNSETTLED).order_by(c.seq)
    return list(connection.execute(statement))


def _count_settled(connection: Connection, groups: Collection[str]) -> Mapping[str, int]:
    statement = (
        select(change.c.group_id, func.count())
        .where(change.c.group_id.in_(groups), change.c.state == SETTLED)
        .group_by(change.c.group_id)
    )
    return {group: int(number) for group, number in connection.execute(statement)}


def _read_pushes(connection: Connection, groups: Collection[str]) -> Mapping[str, OpenPush]:
    """The open write of each group that has one; an attempted one before one that never left."""
    statement = (
        select(write, func.count().label("of"), func.count().filter(change.c.state == SETTLED).label("done"))
        .join(write_change, write_change.c.write_id == write.c.id)
        .join(change, change.c.seq == write_change.c.seq)
        .where(write.c.state.in_(OPEN), write.c.group_id.in_(groups))
        .group_by(write.c.id)
    )
    found: dict[str, OpenPush] = {}
    for row in connection.execute(statement):
        push = OpenPush(
            attempted=row.state == ATTEMPTED,
            attempts=row.attempts,
            server_errors=row.server_errors,
            parts=(int(row.done), int(row.of)),
            attempted_at=find_time(row.attempted_at),
            reason=row.reason,
        )
        known = found.get(row.group_id)
        if known is None or push.attempted > known.attempted:
            found[row.group_id] = push
    return found


def find_refusals(connection: Connection, groups: Collection[str]) -> Mapping[str, tuple[Refusal, ...]]:
    """What the plan said each time it refused one of these groups, oldest first; groups without are left out."""
    columns = (write.c.group_id, write.c.attempted_at, write.c.reason)
    rows = connection.execute(
        select(*columns)
        .where(write.c.state == REFUSED, write.c.group_id.in_(groups))
        .order_by(write.c.created_at, write.c.id)
    )
    found: defaultdict[str, list[Refusal]] = defaultdict(list)
    for group, attempted_at, reason in rows:
        found[group].append(Refusal(find_time(attempted_at), reason or ""))
    return {group: tuple(several) for group, several in found.items()}


def _find_conflicts(connection: Connection) -> Mapping[int, int]:
    rows = connection.execute(
        select(_conflict.c.seq, _conflict.c.id).where(_conflict.c.resolved_at.is_(None))
    )
    return dict(rows.all())


def _find_blockers(rows: Sequence[Any]) -> Mapping[str, str]:
    """Group → the group that must arrive before it: an earlier version of a record, or what it points to (I16)."""
    first: dict[Record, tuple[int, str]] = {}
    for row in rows:
        first.setdefault((row.type, row.id), (row.seq, row.group_id))
    found: dict[str, str] = {}
    for row in rows:
        needed = [first[row.type, row.id], *(first[ref] for ref in _refs(row.refs) if ref in first)]
        for _, group in needed:
            if group != row.group_id:
                found.setdefault(row.group_id, group)
    return found


def _refs(text: str) -> list[Record]:
    pairs = (line.partition("/") for line in text.splitlines())
    return [(kind, record_id) for kind, _, record_id in pairs]


def _read_file_sizes(connection: Connection, binaries: Collection[str]) -> Mapping[str, int]:
    if not binaries:
        return {}
    statement = select(_attachment.c.binary_id, _attachment.c.size).where(
        _attachment.c.binary_id.in_(binaries)
    )
    return {binary: int(size) for binary, size in connection.execute(statement)}
