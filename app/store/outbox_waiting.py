"""What may travel now, and what must wait for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from app.domain.visit import VisitStatus
from app.store.outbox_rows import NEW, OPEN, SETTLED, UNSETTLED, change, write, write_change
from app.store.quick import Quick
from app.store.visit_rows import visit_table

Record = tuple[str, str]
"""(type, id)"""
FILE = "Binary"
_NOWHERE = -1
"""In place of a sequence number: it is not in the outbox at all."""
# Built once: every pass asks these, most of the time in vain.
_IS_OPEN = or_(*(write.c.state == state for state in OPEN))
_BUSY = Quick(select(write.c.group_id).where(_IS_OPEN))
_OPEN_WRITES = Quick(select(write).where(_IS_OPEN))
_OF_WRITES = (
    select(write_change.c.write_id, write_change.c.seq, change.c.state)
    .join(change, change.c.seq == write_change.c.seq)
    .where(write_change.c.write_id.in_(bindparam("ids", expanding=True)))
    .order_by(write_change.c.seq)
)
_SHORT = tuple(change.c[name] for name in ("seq", "group_id", "type", "id", "priority", "state", "refs"))
_WAITING = Quick(select(*_SHORT).where(UNSETTLED).order_by(change.c.seq))
_DRAFTS = Quick(select(visit_table.c.id).where(visit_table.c.status == VisitStatus.DRAFT.value))
_CHANGES = select(change).where(change.c.seq.in_(bindparam("seqs", expanding=True)))


@dataclass(frozen=True, slots=True)
class OutboxChange:
    """One frozen resource version. `payload` is the FHIR JSON text as it was saved."""

    seq: int
    group_id: str
    type: str
    id: str
    patient_id: str
    priority: int
    base_version: str | None
    payload: str


@dataclass(frozen=True, slots=True)
class PendingGroup:
    """Changes that may travel now, in order of seq, as one write (one visit)."""

    group_id: str
    patient_id: str
    priority: int
    changes: tuple[OutboxChange, ...]


@dataclass(frozen=True, slots=True)
class OpenWrite:
    """A write without a final answer. `state` is "cut" (send it) or "attempted" (look it up first).

    `settled`: records of it that the server has confirmed already.
    """

    id: str
    group_id: str
    patient_id: str
    body: str
    state: str
    attempts: int
    server_errors: int
    changes: tuple[OutboxChange, ...]
    settled: frozenset[Record] = frozenset()
    sealed: bool = False
    """A copy of it was laid for others to bring: it may have arrived although it never left here."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One unsettled change. `new`: it may be cut."""

    seq: int
    group_id: str
    record: Record
    priority: int
    new: bool
    refs: frozenset[Record]


def pending(connection: Connection, limit: int = 50) -> tuple[PendingGroup, ...]:
    """Groups that may be cut now, in order of (priority, first seq).

    Left out: groups with an open write; changes of a record that an earlier unsettled change names; changes that
    reference an unsettled record which does not travel with them (dependants wait, I16), or a visit that is a draft
    again; and files (Binary), whose bytes have a way of their own. A visit is not taken apart for what is on its way:
    while something older that will go by itself holds a part of a group back, all of the group waits.
    """
    waits = read_waits(connection)
    stuck = find_stuck(waits)
    ready = []
    for group_id, members in waits.groups.items():
        if group_id not in waits.busy:
            free = _find_free(members, waits.firsts)
            if free and not _will_be_more(members, free, waits.firsts, stuck):
                ready.append((min(one.priority for one in free), free[0].seq, free))
    ready.sort(key=lambda entry: entry[:2])
    return read_groups(connection, [tuple(one.seq for one in free) for _, _, free in ready[:limit]])


@dataclass(frozen=True, slots=True)
class Waits:
    """Everything unsettled. `firsts`: the first sequence number of each record; `busy`: groups with an open write.

    `drafts` are Encounters of visits that are drafts; they count as waiting before everything.
    """

    groups: Mapping[str, Sequence[Waiting]]
    firsts: Mapping[Record, int]
    busy: frozenset[str]
    drafts: frozenset[Record]


def read_waits(connection: Connection) -> Waits:
    busy = frozenset(row.group_id for row in _BUSY.all(connection))
    drafts = frozenset(_read_drafts(connection))
    firsts: dict[Record, int] = dict.fromkeys(drafts, _NOWHERE)
    groups: defaultdict[str, list[Waiting]] = defaultdict(list)
    for one in _read_waiting(connection):
        firsts.setdefault(one.record, one.seq)
        groups[one.group_id].append(one)
    return Waits(groups, firsts, busy, drafts)


def read_groups(connection: Connection, chosen: Sequence[Sequence[int]]) -> tuple[PendingGroup, ...]:
    """Whole groups from the sequence numbers of their changes."""
    full = _read_changes(connection, [seq for seqs in chosen for seq in seqs])
    return tuple(_to_group(tuple(full[seq] for seq in seqs)) for seqs in chosen)


def open_writes(connection: Connection) -> tuple[OpenWrite, ...]:
    """Cut and attempted writes, in order of (priority, first seq)."""
    rows = _OPEN_WRITES.all(connection)
    if not rows:
        return ()
    named = connection.execute(_OF_WRITES, {"ids": [row.id for row in rows]}).all()
    full = _read_changes(connection, [seq for _, seq, _ in named])
    by_write: defaultdict[str, list[OutboxChange]] = defaultdict(list)
    settled: defaultdict[str, set[Record]] = defaultdict(set)
    for write_id, seq, state in named:
        by_write[write_id].append(full[seq])
        if state == SETTLED:
            settled[write_id].add((full[seq].type, full[seq].id))
    found = [
        OpenWrite(
            id=row.id,
            group_id=row.group_id,
            patient_id=row.patient_id,
            body=row.body,
            state=row.state,
            attempts=row.attempts,
            server_errors=row.server_errors,
            changes=tuple(by_write[row.id]),
            settled=frozenset(settled[row.id]),
            sealed=row.sealed_at is not None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=_write_order))


def find_dependants(connection: Connection, seqs: Collection[int]) -> tuple[int, ...]:
    """Unsettled changes that must wait for these, transitively: later ones of the same record, and references to it."""
    waiting = _read_waiting(connection)
    held = {one.seq for one in waiting if one.seq in set(seqs)}
    earliest: dict[Record, int] = {}
    found: set[int] = set()
    grown = True
    while grown:
        grown = False
        for one in waiting:
            if one.seq in held | found:
                known = earliest.get(one.record)
                if known is None or one.seq < known:
                    earliest[one.record] = one.seq
                    grown = True
            elif one.refs & earliest.keys() or earliest.get(one.record, one.seq) < one.seq:
                found.add(one.seq)
                grown = True
    return tuple(sorted(found))


def _find_free(members: Iterable[Waiting], firsts: Mapping[Record, int]) -> list[Waiting]:
    """Of one group: what may go as one write. Taking one out may hold back another that points to it."""
    free = [one for one in members if one.new and firsts[one.record] == one.seq]
    while True:
        travelling = {one.record for one in free}
        kept = [one for one in free if not any(ref in firsts and ref not in travelling for ref in one.refs)]
        if len(kept) == len(free):
            return free
        free = kept


def find_stuck(waits: Waits) -> frozenset[int]:
    """Changes that need a person, or a way of their own, before they can go; and all that waits for one of them."""
    every = [one for members in waits.groups.values() for one in members]
    stuck = {_NOWHERE, *(one.seq for one in every if not one.new)}
    left = {one.seq: find_blockers(one, waits.firsts) for one in every if one.new}
    while found := {seq for seq, blockers in left.items() if not stuck.isdisjoint(blockers)}:
        stuck |= found
        left = {seq: blockers for seq, blockers in left.items() if seq not in found}
    return frozenset(stuck)


def find_blockers(one: Waiting, firsts: Mapping[Record, int]) -> set[int]:
    """What has to be settled, or travel with it, before this may go: seqs; `_NOWHERE` is a draft."""
    return {firsts[key] for key in (one.record, *one.refs) if key in firsts} - {one.seq}


def _will_be_more(
    members: Sequence[Waiting], free: Sequence[Waiting], firsts: Mapping[Record, int], stuck: frozenset[int]
) -> bool:
    """True while a part of the group waits for something that will go by itself.

    Only what is older than the whole group counts, so that no two groups wait for each other.
    """
    going = {one.seq for one in free} | stuck
    return any(
        min(find_blockers(one, firsts), default=one.seq) < members[0].seq
        for one in members
        if one.seq not in going
    )


def _read_waiting(connection: Connection) -> list[Waiting]:
    return [
        Waiting(
            seq=row.seq,
            group_id=row.group_id,
            record=(row.type, row.id),
            priority=row.priority,
            new=row.state == NEW and row.type != FILE,
            refs=_to_refs(row.refs),
        )
        for row in _WAITING.all(connection)
    ]


def _read_drafts(connection: Connection) -> list[Record]:
    """Encounters of visits that are drafts: what points to one waits for its signature."""
    return [("Encounter", row.id) for row in _DRAFTS.all(connection)]


def _to_refs(text: str) -> frozenset[Record]:
    pairs = (line.partition("/") for line in text.splitlines())
    return frozenset((type, id) for type, _, id in pairs)


def _read_changes(connection: Connection, seqs: Collection[int]) -> dict[int, OutboxChange]:
    if not seqs:
        return {}
    rows: Iterable[Any] = connection.execute(_CHANGES, {"seqs": list(seqs)})
    return {row.seq: to_change(row) for row in rows}


def to_change(row: Any) -> OutboxChange:
    """From a whole row of the change table."""
    return OutboxChange(
        seq=row.seq,
        group_id=row.group_id,
        type=row.type,
        id=row.id,
        patient_id=row.patient_id,
        priority=row.priority,
        base_version=row.base_version,
        payload=row.payload,
    )


def _to_group(changes: tuple[OutboxChange, ...]) -> PendingGroup:
    first = changes[0]
    return PendingGroup(first.group_id, first.patient_id, min(one.priority for one in changes), changes)


def _write_order(one: OpenWrite) -> tuple[int, int]:
    if not one.changes:
        return (0, 0)
    return (min(each.priority for each in one.changes), one.changes[0].seq)
