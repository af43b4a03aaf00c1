"""What the outbox says of sealed copies: what may be cut for one, what has to wait for others, what is wanted.

A write whose copy was laid may be brought to the plan by anybody at any time. So its id and bytes are on the disk
before the copy is, it is looked up before it is sent, and `sealed_at` is never taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from app.store.outbox_rows import (
    ATTEMPTED,
    CUT,
    OPEN,
    REFUSED,
    SETTLED,
    WITHDRAWN,
    change,
    write,
    write_change,
)
from app.store.outbox_waiting import (
    FILE,
    PendingGroup,
    Record,
    Waiting,
    Waits,
    find_stuck,
    read_groups,
    read_waits,
)
from app.store.quick import Quick
from app.store.times import to_text


@dataclass(frozen=True, slots=True)
class WriteToSeal:
    """`needs`: records that are not at the plan yet and that this write points to; they must arrive before it."""

    id: str
    body: str
    needs: tuple[str, ...]


def list_whole(connection: Connection) -> tuple[PendingGroup, ...]:
    """Groups of which everything that waits can be one write now, though it may have to wait for others to be sent.

    Left out: what rests on a version that the plan has not named yet, what points to a visit that is a draft again,
    documents of files, whose bytes no copy carries, and what waits for something that needs a person. What is waited
    for is always older, so that no two writes wait for each other.
    """
    waits = read_waits(connection)
    stuck = find_stuck(waits)
    whole = [
        tuple(one.seq for one in members)
        for group_id, members in waits.groups.items()
        if group_id not in waits.busy
        and all(one.seq not in stuck and _may_be_cut(waits, one, members) for one in members)
    ]
    return read_groups(connection, whole)


def _may_be_cut(waits: Waits, one: Waiting, members: Sequence[Waiting]) -> bool:
    if not one.new or waits.firsts[one.record] != one.seq:
        return False
    own = {member.record for member in members}
    outside = [ref for ref in one.refs if ref in waits.firsts and ref not in own]
    return all(
        ref not in waits.drafts and ref[0] != FILE and waits.firsts[ref] < members[0].seq for ref in outside
    )


_SEALED_AND_CUT = Quick(
    select(write_change.c.write_id, write_change.c.seq)
    .join(write, write.c.id == write_change.c.write_id)
    .where(write.c.state == CUT, write.c.sealed_at.is_not(None))
)


def find_held(connection: Connection, *, stuck: bool = False) -> frozenset[str]:
    """Sealed writes that never left and that must not arrive yet: they point to what the plan does not have (I16).

    `stuck`: only those that wait for something that does not go by itself.
    """
    rows = _SEALED_AND_CUT.all(connection)
    if not rows:
        return frozenset()
    by_write: defaultdict[str, set[int]] = defaultdict(set)
    for write_id, seq in rows:
        by_write[write_id].add(seq)
    waits = read_waits(connection)
    held = frozenset(write_id for write_id, seqs in by_write.items() if _is_held(waits, seqs))
    if not stuck or not held:
        return held
    need_somebody = find_stuck(waits)
    return frozenset(write_id for write_id in held if by_write[write_id] & need_somebody)


def _is_held(waits: Waits, seqs: set[int]) -> bool:
    members = [one for group in waits.groups.values() for one in group if one.seq in seqs]
    own = {one.record for one in members}
    return any(
        waits.firsts[one.record] not in seqs
        or any(ref in waits.firsts and ref not in own for ref in one.refs)
        for one in members
    )


_OPEN_WRITE = Quick(
    select(
        exists().where(
            write.c.group_id == bindparam("group"), or_(write.c.state == CUT, write.c.state == ATTEMPTED)
        )
    )
)


def has_open_write(connection: Connection, group_id: str) -> bool:
    """True while a write of this group has no final answer."""
    return bool(_OPEN_WRITE.scalar(connection, group=group_id))


_UNMARKED = (write.c.state.in_(OPEN), write.c.sealed_at.is_(None))


def has_unmarked(connection: Connection) -> bool:
    """True while an open write has no copy yet and none is on its way."""
    return bool(connection.execute(select(exists().where(*_UNMARKED))).scalar_one())


def mark_sealed(connection: Connection, at: datetime) -> None:
    """All open writes get a copy from now on. To be committed before any of the copies is laid."""
    connection.execute(update(write).where(*_UNMARKED).values(sealed_at=to_text(at)))


def list_wanted(connection: Connection) -> frozenset[str]:
    """Writes whose copies should lie beside the store.

    Open ones; and closed ones that name something that the plan does not have and that no open write with a copy
    brings: until there is a newer copy, the old one is all that would be left of it.
    """
    newer, other = write.alias(), write_change.alias()
    brought = exists().where(
        other.c.seq == change.c.seq,
        newer.c.id == other.c.write_id,
        newer.c.state.in_(OPEN),
        newer.c.sealed_at.is_not(None),
    )
    left = exists().where(
        write_change.c.write_id == write.c.id,
        change.c.seq == write_change.c.seq,
        change.c.state != SETTLED,
        ~brought,
    )
    rows = connection.execute(
        select(write.c.id).where(
            write.c.sealed_at.is_not(None), write.c.body != "", write.c.state.in_(OPEN) | left
        )
    )
    return frozenset(rows.scalars())


def list_taken_back(connection: Connection) -> tuple[str, ...]:
    """Sealed writes that are over without having arrived, and of which nothing waits under another write either.

    What they held was corrected, discarded or sent anew. A copy of one that somebody brings is not wanted any more.
    """
    left = exists().where(
        write_change.c.write_id == write.c.id,
        change.c.seq == write_change.c.seq,
        change.c.state != SETTLED,
    )
    over = write.c.state.in_((REFUSED, WITHDRAWN))
    rows = connection.execute(select(write.c.id).where(write.c.sealed_at.is_not(None), over, ~left))
    return tuple(sorted(rows.scalars()))


def list_known(connection: Connection, write_ids: frozenset[str]) -> frozenset[str]:
    """Those of these writes that this store has ever cut."""
    if not write_ids:
        return frozenset()
    return frozenset(connection.execute(select(write.c.id).where(write.c.id.in_(write_ids))).scalars())


def find_write(connection: Connection, write_id: str) -> WriteToSeal | None:
    """A write as its copy should carry it; None when it is unknown or its bytes are gone."""
    body = connection.execute(select(write.c.body).where(write.c.id == write_id)).scalar_one_or_none()
    if not body:
        return None
    waits = read_waits(connection)
    named = select(write_change.c.seq).where(write_change.c.write_id == write_id)
    seqs = set(connection.execute(named).scalars())
    members = [one for group in waits.groups.values() for one in group if one.seq in seqs]
    own: set[Record] = {one.record for one in members}
    missing = {ref for one in members for ref in one.refs if ref in waits.firsts and ref not in own}
    return WriteToSeal(write_id, str(body), tuple(sorted("/".join(ref) for ref in missing)))
