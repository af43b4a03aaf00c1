"""Successive versions of one record that never left become one: the newest, in the first one's place.

Only for records that are edited in place, and only while no write has ever named a version: what may have arrived is
never changed. Signed, append-only and audit records keep every version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from app.store.outbox_rows import NEW, SETTLED, change, write_change
from app.store.quick import Quick
from app.store.records import OWN_LATEST

SQUASHABLE = frozenset({"Task"})
Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the outbox, as squashing sees it. `free`: new, never named by a write, never lost by the plan.

    `alone`: its group holds versions of this record only.
    """

    seq: int
    record: Record
    group_id: str
    free: bool
    alone: bool
    base_version: str | None
    refs: frozenset[Record]


def find_runs(versions: Iterable[Version]) -> tuple[tuple[int, ...], ...]:
    """Which of these unsettled versions (in order of seq) become one: seqs, the first one's place is kept. Pure.

    A version joins the one before it when both are free, it was made on top of that one, it does not belong to a
    visit's other records, and it points to nothing unsettled that the earlier one did not point to (or the one in
    the earlier place would wait for what comes later, perhaps for ever).
    """
    found: list[tuple[int, ...]] = []
    by_record: defaultdict[Record, list[Version]] = defaultdict(list)
    unsettled: set[Record] = set()
    for version in versions:
        by_record[version.record].append(version)
        unsettled.add(version.record)
    for record, rows in by_record.items():
        if record[0] not in SQUASHABLE:
            continue
        run: list[Version] = []
        for version in rows:
            if run and _joins(run[0], version, unsettled):
                run.append(version)
                continue
            found += _whole(run)
            run = [version]
        found += _whole(run)
    return tuple(sorted(found))


def _joins(first: Version, later: Version, unsettled: set[Record]) -> bool:
    return (
        first.free
        and later.free
        and later.base_version in (None, OWN_LATEST)
        and (later.group_id == first.group_id or later.alone)
        and not ((later.refs - first.refs) & unsettled - {first.record})
    )


def _whole(run: Sequence[Version]) -> list[tuple[int, ...]]:
    return [tuple(version.seq for version in run)] if len(run) > 1 else []


def squash(connection: Connection) -> int:
    """Make each run one change: newest payload, first base version and body, first place. Returns how many went."""
    if not has_runs(connection):
        return 0
    gone = 0
    for seqs in find_runs(_read(connection)):
        newest = connection.execute(select(change).where(change.c.seq == seqs[-1])).one()
        urgent = connection.execute(
            select(func.min(change.c.priority)).where(change.c.seq.in_(seqs))
        ).scalar_one()
        connection.execute(delete(change).where(change.c.seq.in_(seqs[1:])))
        connection.execute(
            update(change)
            .where(change.c.seq == seqs[0])
            .values(payload=newest.payload, refs=newest.refs, priority=urgent)
        )
        gone += len(seqs) - 1
    return gone


def has_runs(connection: Connection) -> bool:
    """True while a record that may be squashed waits in more than one version: a cheap question before `squash`."""
    return bool(_HAS_RUNS.scalar(connection))


_HAS_RUNS = Quick(
    select(
        select(change.c.id)
        .where(or_(*(change.c.type == kind for kind in sorted(SQUASHABLE))), change.c.state == NEW)
        .group_by(change.c.type, change.c.id)
        .having(func.count() > 1)
        .exists()
    )
)


def _read(connection: Connection) -> list[Version]:
    named = exists().where(write_change.c.seq == change.c.seq)
    other = change.alias()
    mixed = exists().where(
        other.c.group_id == change.c.group_id, (other.c.type != change.c.type) | (other.c.id != change.c.id)
    )
    c = change.c
    columns = (c.seq, c.type, c.id, c.group_id, c.state, c.base_version, c.refs, c.lost_at)
    rows = connection.execute(
        select(*columns, named.label("named"), mixed.label("mixed")).where(c.state != SETTLED).order_by(c.seq)
    )
    return [
        Version(
            seq=row.seq,
            record=(row.type, row.id),
            group_id=row.group_id,
            free=row.state == NEW and not row.named and row.lost_at is None,
            alone=not row.mixed,
            base_version=row.base_version,
            refs=frozenset((kind, id) for kind, _, id in (r.partition("/") for r in row.refs.splitlines())),
        )
        for row in rows
    ]
