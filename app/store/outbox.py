"""The outbox: changes waiting, writes (pushes) with their exact bytes, and receipts. "In flight" is not a state.

A change is new until the server answered for that version (settled) or refused it (set aside). A write is cut
(stored, never left), attempted (outcome unknown until looked up), settled, refused, or withdrawn (surely not stored;
its changes are new again). An attempted write is never edited and its changes are offered to no other write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.store import bases as base_copies
from app.store import outbox_statements as statements
from app.store.bases import BaseCopy
from app.store.outbox_again import UNREADABLE, find_bare, list_earlier, put_back, reopen, reopen_bare
from app.store.outbox_rows import (
    ATTEMPTED,
    CUT,
    NEW,
    OPEN,
    REFUSED,
    SET_ASIDE,
    SETTLED,
    WITHDRAWN,
    change,
    write,
    write_change,
)
from app.store.outbox_state import (
    OutboxCounts,
    VisitSending,
    base_for_edit,
    count,
    is_unsettled,
    last_version,
    list_set_aside,
    list_write_ids,
    visit_status_rows,
)
from app.store.outbox_waiting import (
    OpenWrite,
    OutboxChange,
    PendingGroup,
    Record,
    find_dependants,
    open_writes,
    pending,
)
from app.store.times import to_text

__all__ = [
    "UNREADABLE",
    "NewReceipt",
    "OpenWrite",
    "OutboxChange",
    "OutboxCounts",
    "PendingGroup",
    "VisitSending",
    "base_for_edit",
    "count",
    "count_server_error",
    "cut_write",
    "find_bare",
    "find_dependants",
    "is_unsettled",
    "last_version",
    "list_earlier",
    "list_set_aside",
    "list_write_ids",
    "mark_attempted",
    "open_writes",
    "pending",
    "put_back",
    "refuse",
    "reopen",
    "reopen_bare",
    "set_aside",
    "settle",
    "take_back_attempt",
    "visit_status_rows",
    "withdraw",
]


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """The server's answer for one resource of a write. `received_at` and `last_updated` are the server's texts."""

    type: str
    id: str
    version_id: str
    last_updated: str
    received_at: str


def cut_write(connection: Connection, write_id: str, seqs: Sequence[int], body: str, at: datetime) -> None:
    """Store a write, byte for byte as it will be sent.

    Raises ValueError unless all seqs are new, of one group, of different records, and named by no open write.
    """
    rows = connection.execute(statements.OF_SEQS, {"seqs": list(seqs)}).all()
    if not seqs or len(rows) != len(seqs) or any(row.state != NEW for row in rows):
        raise ValueError("a write is cut from new changes")
    if len({row.group_id for row in rows}) != 1:
        raise ValueError("a write holds changes of one group")
    if len({(row.type, row.id) for row in rows}) != len(rows):
        raise ValueError("a write holds one version of a record")
    if _named_by_open_write(connection, seqs):
        raise ValueError("another write names these changes")
    connection.execute(
        insert(write).values(
            id=write_id,
            group_id=rows[0].group_id,
            patient_id=rows[0].patient_id,
            body=body,
            state=CUT,
            attempts=0,
            server_errors=0,
            created_at=to_text(at),
        )
    )
    connection.execute(insert(write_change), [{"write_id": write_id, "seq": seq} for seq in seqs])


def mark_attempted(connection: Connection, write_id: str, at: datetime) -> None:
    """To be committed before the request leaves. Counts the attempt. Raises ValueError unless cut or attempted."""
    _change_write(
        connection, write_id, OPEN, state=ATTEMPTED, attempts=write.c.attempts + 1, attempted_at=to_text(at)
    )


def take_back_attempt(connection: Connection, write_id: str) -> None:
    """The one attempt so far surely did not reach the plan: the write is cut again, not of unknown outcome.

    With an earlier attempt behind it nothing changes, because that one may still be on its way.
    """
    connection.execute(
        update(write)
        .where(write.c.id == write_id, write.c.state == ATTEMPTED, write.c.attempts == 1)
        .values(state=CUT, attempts=0, attempted_at=None)
    )


def settle(
    connection: Connection,
    write_id: str,
    receipts: Iterable[NewReceipt],
    bases: Iterable[BaseCopy] = (),
    *,
    manifest: bool = True,
) -> bool:
    """Settle exactly those changes of this write that a receipt answers; keep receipts and base copies.

    True when the whole write is settled; else it stays open (a server took part of it, or its `manifest` is not
    there yet). The next change of each settled record now rests on the version that the receipt names. Repeating it
    changes nothing; a receipt that the plan had lost is replaced.
    Raises ValueError for a write that is unknown or withdrawn.
    """
    state = _get_state(connection, write_id)
    if state == WITHDRAWN:
        raise ValueError("a withdrawn write cannot settle")
    answered = {(one.type, one.id): one for one in receipts}
    if answered:
        connection.execute(statements.PUT_RECEIPT, [_receipt_row(write_id, one) for one in answered.values()])
    base_copies.put_all(connection, bases)
    still_open = [row for row in _read_changes(connection, write_id) if row.state != SETTLED]
    settled = [row for row in still_open if (row.type, row.id) in answered]
    if settled:
        connection.execute(statements.SETTLE, {"seqs": [row.seq for row in settled]})
        _rest_next_on(connection, settled, answered)
    if len(settled) < len(still_open) or not manifest:
        return False
    if state != SETTLED:
        last = max((one.received_at for one in answered.values()), default=None)
        statements.CLOSE.run(connection, {"write": write_id, "at": last})
    return True


def _receipt_row(write_id: str, one: NewReceipt) -> dict[str, str]:
    return {
        "write_id": write_id,
        "type": one.type,
        "id": one.id,
        "version_id": one.version_id,
        "last_updated": one.last_updated,
        "received_at": one.received_at,
    }


def refuse(connection: Connection, write_id: str, reason: str) -> None:
    """The server refused this write for good: its unsettled changes are set aside with the server's own words."""
    _change_write(connection, write_id, OPEN, state=REFUSED, reason=reason)
    seqs = [row.seq for row in _read_changes(connection, write_id) if row.state != SETTLED]
    connection.execute(update(change).where(change.c.seq.in_(seqs)).values(state=SET_ASIDE, reason=reason))


def set_aside(connection: Connection, seqs: Collection[int], reason: str) -> None:
    """Set new changes aside. Raises ValueError when an open write names one (it may have arrived)."""
    if _named_by_open_write(connection, seqs):
        raise ValueError("an open write names these changes")
    connection.execute(
        update(change)
        .where(change.c.seq.in_(seqs), change.c.state == NEW)
        .values(state=SET_ASIDE, reason=reason)
    )


def withdraw(connection: Connection, write_id: str, reason: str) -> None:
    """The server surely stored nothing of it (413, or a 412 that was looked up): its changes are new again.

    Raises ValueError unless it is open, or when a part of it was settled.
    """
    if any(row.state == SETTLED for row in _read_changes(connection, write_id)):
        raise ValueError("a part of this write arrived")
    _change_write(connection, write_id, OPEN, state=WITHDRAWN, reason=reason)


def count_server_error(connection: Connection, write_id: str, reason: str) -> int:
    """One more 5xx for this write; returns how many so far."""
    _change_write(connection, write_id, OPEN, server_errors=write.c.server_errors + 1, reason=reason)
    return int(connection.execute(select(write.c.server_errors).where(write.c.id == write_id)).scalar_one())


def _rest_next_on(
    connection: Connection, settled: Sequence[_ChangeState], answered: Mapping[Record, NewReceipt]
) -> None:
    """The next change of each record was made on top of this one, which the server has given its version."""
    seqs = {(row.type, row.id): row.seq for row in settled}
    named = {"kinds": list({row.type for row in settled}), "ids": [row.id for row in settled]}
    following: dict[Record, int] = {}
    for seq, kind, record_id in connection.execute(statements.LATER, named):
        if seq > seqs.get((kind, record_id), seq):
            following.setdefault((kind, record_id), seq)
    if following:
        rests = [{"next": seq, "version": answered[key].version_id} for key, seq in following.items()]
        connection.execute(statements.REST_ON, rests)


def _read_changes(connection: Connection, write_id: str) -> Sequence[_ChangeState]:
    return [_ChangeState(*row) for row in statements.CHANGES.all(connection, write=write_id)]


@dataclass(frozen=True, slots=True)
class _ChangeState:
    seq: int
    type: str
    id: str
    state: str


def _named_by_open_write(connection: Connection, seqs: Collection[int]) -> bool:
    return bool(connection.execute(statements.NAMING, {"seqs": list(seqs)}).scalar_one())


def _get_state(connection: Connection, write_id: str) -> str:
    state = statements.STATE.scalar(connection, write=write_id)
    if state is None:
        raise ValueError("no such write")
    return str(state)


def _change_write(connection: Connection, write_id: str, states: Collection[str], **values: object) -> None:
    result = connection.execute(
        update(write).where(write.c.id == write_id, write.c.state.in_(states)).values(**values)
    )
    if result.rowcount != 1:
        raise ValueError("no such write in a state for this")
