"""Append-only log of who did what to which record, hash-chained. Ids only, no clinical text."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, insert, select

from app.errors import DiskFull
from app.store import meta
from app.store.engine import Store
from app.store.quick import Quick
from app.store.tables import AuditEvent, table_of
from app.store.times import to_text

GENESIS = ""
"""What the first event follows."""

MOST_WRONG = 20
"""Wrong tries at the lock that are written down one by one; more say nothing more."""
_log = logging.getLogger("app.store")
_event = table_of(AuditEvent)
_e = _event.c
_NEW = Quick(insert(_event))
_HEAD = Quick(select(_e.seq, _e.digest).order_by(_e.seq.desc()).limit(1))
_AFTER = Quick(
    select(_event).where(_e.seq > bindparam("after")).order_by(_e.seq).limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it lies in the chain. `at` is the very text that the digest was made of."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str | None
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class ChainState:
    """`broken_at` is the seq of the first event that does not fit, None when all fit. `head` is its last digest."""

    length: int
    head: str
    broken_at: int | None


def append(
    connection: Connection, *, at: datetime, actor: str, action: str, subject: str | None = None
) -> None:
    """Add one event. `actor`: `Practitioner/…`; `action`: unlock, read, sign, lock, …; `subject`: `Type/id`."""
    length, previous = find_head(connection)
    fields = (length + 1, to_text(at), actor, action, subject)
    _NEW.run(
        connection,
        {
            "seq": length + 1,
            "at": fields[1],
            "actor": actor,
            "action": action,
            "subject": subject,
            "previous": previous,
            "digest": _digest(previous, fields),
        },
    )


async def note_reading(store: Store, *, at: datetime, actor: str, action: str, subject: str | None) -> None:
    """Write down that somebody read. On a full disk reading goes on (F34), and the log of the program says so."""
    try:
        await store.write(
            lambda connection: append(connection, at=at, actor=actor, action=action, subject=subject)
        )
    except DiskFull:
        _log.warning("the disk is full: a reading is not in the audit log")


def note_wrong_tries(connection: Connection, at: datetime, count: int) -> None:
    """Wrong PINs that were tried since the store was last open, at the most `MOST_WRONG`; when it was is not known."""
    actor = meta.find(connection, meta.USER_REFERENCE) or ""
    for _ in range(min(count, MOST_WRONG)):
        append(connection, at=at, actor=actor, action="failed-unlock")


def verify(connection: Connection) -> ChainState:
    """Recompute the whole chain."""
    previous, length, broken_at = GENESIS, 0, None
    for row in connection.execute(select(_event).order_by(_e.seq)):
        length += 1
        fields = (row.seq, row.at, row.actor, row.action, row.subject)
        fits = row.seq == length and row.previous == previous and row.digest == _digest(previous, fields)
        if not fits and broken_at is None:
            broken_at = int(row.seq)
        previous = row.digest
    return ChainState(length, previous, broken_at)


def find_head(connection: Connection) -> tuple[int, str]:
    """(length, head) without recomputing: what each contact tells the plan."""
    row = _HEAD.one_or_none(connection)
    return (0, GENESIS) if row is None else (int(row.seq), str(row.digest))


def list_after(connection: Connection, seq: int, limit: int) -> tuple[Event, ...]:
    """The events that follow number `seq`, oldest first, at most `limit`."""
    return tuple(
        Event(int(row.seq), row.at, row.actor, row.action, row.subject, row.previous, row.digest)
        for row in _AFTER.all(connection, after=seq, most=limit)
    )


def _digest(previous: str, fields: tuple[object, ...]) -> str:
    """A JSON array, so that no two events give the same bytes."""
    return hashlib.sha256(json.dumps([previous, *fields]).encode()).hexdigest()
