"""What was set aside goes again, or becomes a draft again; what is left of a divided write gets its manifest."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from app.domain.visit import VisitStatus
from app.store import attachment_sending, audit, conflicts
from app.store.outbox_rows import (
    ATTEMPTED,
    NEW,
    OPEN,
    REFUSED,
    SET_ASIDE,
    SETTLED,
    change,
    receipt,
    write,
    write_change,
)
from app.store.outbox_waiting import Record
from app.store.quick import Quick
from app.store.visit_rows import OWN, visit_table

PROVENANCE = "Provenance"
UNREADABLE = "The plan does not let you look whether this arrived."
"""Reason of a write whose outcome its author may not ask for: it may have arrived after all."""
MOST_ATTEMPTS = 20
"""Of a write that only lacks its manifest; one that the server takes no better after so many stays as it is."""


def put_back(connection: Connection, group_id: str) -> int:
    """Try a set-aside group again (a tap, or the daily retry): its changes are new. Returns how many.

    What waits for it follows by itself once it has arrived.
    """
    result = connection.execute(
        update(change)
        .where(change.c.group_id == group_id, change.c.state == SET_ASIDE)
        .values(state=NEW, reason=None)
    )
    return int(result.rowcount)


def reopen(
    connection: Connection, visit_id: str, *, at: datetime | None = None, actor: str | None = None
) -> None:
    """A refused visit of which the server surely holds nothing becomes a draft again, with all its answers.

    Its changes leave the outbox, its unsent photos with them; both come back when it is signed again, under the same
    ids. What other records point to it (an addendum) waits until then. `at` and `actor` are for the audit: now and
    the visit's own nurse unless told otherwise.

    Raises ValueError, and changes nothing, unless it is an own signed visit with something set aside, nothing settled,
    no write open, no conflict to decide, and no later version of one of its records elsewhere in the outbox.
    """
    rows = connection.execute(select(change).where(change.c.group_id == visit_id)).all()
    if not any(row.state == SET_ASIDE for row in rows):
        raise ValueError("nothing of this visit was refused")
    if any(row.state == SETTLED for row in rows):
        raise ValueError("a part of this visit arrived")
    seqs = {row.seq for row in rows}
    _check_writes(connection, visit_id)
    if any(conflict.seq in seqs for conflict in conflicts.list_open(connection)):
        raise ValueError("two versions wait for a choice")
    records = {(row.type, row.id) for row in rows}
    others = connection.execute(
        select(change.c.seq, change.c.type, change.c.id, change.c.refs).where(
            change.c.group_id != visit_id, change.c.state != SETTLED
        )
    ).all()
    if any((row.type, row.id) in records for row in others):
        raise ValueError("one of its records was changed since")
    drafted = connection.execute(
        update(visit_table)
        .where(
            visit_table.c.id == visit_id,
            visit_table.c.status == VisitStatus.SIGNED.value,
            visit_table.c.origin == OWN,
        )
        .values(status=VisitStatus.DRAFT.value, signed_at=None, signed_offset=None)
    )
    if drafted.rowcount != 1:
        raise ValueError("this is no signed visit of this device")
    attachment_sending.take_back(connection, visit_id)
    _hold(connection, visit_id, records, {row.seq: row.refs for row in others})
    connection.execute(delete(write_change).where(write_change.c.seq.in_(seqs)))
    connection.execute(delete(change).where(change.c.seq.in_(seqs)))
    nurse = select(visit_table.c.nurse_reference).where(visit_table.c.id == visit_id)
    audit.append(
        connection,
        at=at or datetime.now(UTC),
        actor=actor or str(connection.execute(nurse).scalar_one()),
        action="reopen",
        subject=f"Encounter/{visit_id}",
    )


def _check_writes(connection: Connection, visit_id: str) -> None:
    for state, reason in connection.execute(
        select(write.c.state, write.c.reason).where(write.c.group_id == visit_id)
    ):
        if state in OPEN:
            raise ValueError("it may be on its way")
        if reason is not None and reason.startswith(UNREADABLE):
            raise ValueError("it may have arrived")


def _hold(connection: Connection, visit_id: str, records: set[Record], refs: dict[int, str]) -> None:
    """What points to a record of the visit waits for the visit itself, since its records left the outbox."""
    visit = f"Encounter/{visit_id}"
    named = {f"{kind}/{record_id}" for kind, record_id in records}
    for seq, text in refs.items():
        lines = text.splitlines()
        if visit not in lines and named.intersection(lines):
            connection.execute(
                update(change).where(change.c.seq == seq).values(refs="\n".join([*lines, visit]))
            )


_EARLIER = Quick(
    select(change.c.type, change.c.id)
    .join(write_change, write_change.c.seq == change.c.seq)
    .join(write, write.c.id == write_change.c.write_id)
    .where(change.c.group_id == bindparam("group"), change.c.state == SETTLED, write.c.state == REFUSED)
    .order_by(change.c.seq)
)


def list_earlier(connection: Connection, group_id: str) -> tuple[Record, ...]:
    """Records of a group that came with a write that was refused in the end: its manifest never followed.

    The next write of the group names them too, so that its manifest is the whole.
    """
    rows = _EARLIER.all(connection, group=group_id)
    return tuple(dict.fromkeys((str(kind), str(record_id)) for kind, record_id in rows))


def find_bare(connection: Connection) -> tuple[str, ...]:
    """Writes of which every record is settled or was let go, and whose manifest the server never got."""
    return tuple(row.id for row in _bare().all(connection))


@cache
def _bare() -> Quick:
    had_part = exists().where(
        write_change.c.write_id == write.c.id,
        change.c.seq == write_change.c.seq,
        change.c.state == SETTLED,
        receipt.c.write_id == write.c.id,
        receipt.c.type == change.c.type,
        receipt.c.id == change.c.id,
        receipt.c.lost_at.is_(None),
    )
    told = exists().where(receipt.c.write_id == write.c.id, receipt.c.type == PROVENANCE)
    waits = exists().where(change.c.group_id == write.c.group_id, change.c.state != SETTLED)
    later = write.alias()
    followed = exists().where(
        later.c.group_id == write.c.group_id,
        later.c.id != write.c.id,
        later.c.created_at >= write.c.created_at,
        later.c.state == SETTLED,
    )
    return Quick(
        select(write.c.id)
        .where(write.c.state == REFUSED, write.c.attempts < MOST_ATTEMPTS)
        .where(had_part, ~told, ~waits, ~followed)
    )


def reopen_bare(connection: Connection) -> None:
    """Their outcome is open again: they will be looked up, and only the manifest is left to send."""
    connection.execute(update(write).where(write.c.id.in_(find_bare(connection))).values(state=ATTEMPTED))
