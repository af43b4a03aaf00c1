"""Attachments on their way to the plan: what waits, what was tried, what the plan answered.

The bytes never lie in the outbox. A file's row there holds its small JSON only, and no open write ever names it: this
module marks what left (`attempts`), so that after a lost answer the plan is asked before anything is sent again.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from app.domain.attachment import Attachment
from app.domain.visit import VisitStatus
from app.store import times
from app.store.attachments import attachment_table, to_attachment
from app.store.outbox_rows import (
    NEW,
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
from app.store.records import NewChange, save_record
from app.store.visit_rows import OWN, PULLED, visit_table

BINARY = "Binary"
PRIORITY = 90
_a = attachment_table.c
_META = [column for column in attachment_table.c if column.name not in ("body", "thumbnail")]


@dataclass(frozen=True, slots=True)
class FileToSend:
    """One file whose bytes the plan has not confirmed. `asked`: it may be there already, so ask first."""

    seq: int
    attachment: Attachment
    payload: str
    asked: bool
    failures: int


@dataclass(frozen=True, slots=True)
class FileState:
    """Where one attachment of a signed visit is. `received_at` is the plan's time once all of it is there.

    `refused` are the plan's own words when it was set aside; `problem` is a sentence why it still waits.
    """

    waits: bool
    received_at: datetime | None = None
    refused: str | None = None
    problem: str | None = None
    lost: bool = False


def queue(connection: Connection, attachment: Attachment, binary: str, document: str, at: datetime) -> None:
    """Put a file and its document into the outbox, as a group of their own, behind everything else.

    A file whose bytes are on their way already (its visit was reopened and signed again) is not queued twice.
    """
    mine = (change.c.type == BINARY) & (change.c.id == attachment.binary_id)
    known = connection.execute(select(func.count()).select_from(change).where(mine)).scalar_one()
    connection.execute(update(change).where(mine, change.c.state == SET_ASIDE).values(state=NEW, reason=None))
    changes = [NewChange("DocumentReference", attachment.id, document, priority=PRIORITY)]
    if not known:
        changes.insert(0, NewChange(BINARY, attachment.binary_id, binary, priority=PRIORITY))
    save_record(
        connection,
        group_id=attachment.id,
        patient_id=attachment.patient_id,
        changes=changes,
        at=at,
        write_row=lambda c: None,
    )


def take_back(connection: Connection, visit_id: str) -> None:
    """A refused visit becomes a draft again: documents that point to it leave the outbox, and bytes that never left.

    Bytes that may have arrived stay as they are; signing again queues the rest.
    """
    groups = select(_a.id).where(_a.visit_id == visit_id, _a.origin == OWN)
    mine = (change.c.group_id.in_(groups)) & (change.c.state != SETTLED)
    connection.execute(delete(change).where(mine, change.c.type != BINARY))
    untouched = select(_a.binary_id).where(_a.visit_id == visit_id, _a.attempts == 0)
    connection.execute(delete(change).where(mine, change.c.type == BINARY, change.c.id.in_(untouched)))


_TO_SEND = Quick(
    select(*_META, change.c.seq, change.c.payload, change.c.lost_at)
    .select_from(attachment_table.join(change, (change.c.type == BINARY) & (change.c.id == _a.binary_id)))
    .where(change.c.state == NEW, _a.origin == OWN)
    .order_by(_a.failures, change.c.seq)
)


def list_to_send(connection: Connection, server_now: datetime | None) -> tuple[FileToSend, ...]:
    """Files that may go now: those that failed least first, then the oldest. Without bytes: see `find_body`."""
    rows = _TO_SEND.all(connection)
    found = []
    for row in rows:
        until = find_server_time(row.retry_at)
        if server_now is None or until is None or until <= server_now:
            asked = row.attempts > 0 or row.lost_at is not None
            found.append(FileToSend(row.seq, to_attachment(row), row.payload, asked, row.failures))
    return tuple(found)


def mark_attempted(connection: Connection, attachment_id: str) -> None:
    """To be committed before the bytes leave."""
    connection.execute(
        update(attachment_table).where(_a.id == attachment_id).values(attempts=_a.attempts + 1)
    )


def take_back_attempt(connection: Connection, attachment_id: str) -> None:
    """The last attempt surely did not reach the plan."""
    connection.execute(
        update(attachment_table)
        .where(_a.id == attachment_id, _a.attempts > 0)
        .values(attempts=_a.attempts - 1)
    )


def is_absent(connection: Connection, attachment_id: str) -> None:
    """The plan was asked and does not have it: it may be sent."""
    connection.execute(update(attachment_table).where(_a.id == attachment_id).values(attempts=0))


def note_failure(connection: Connection, attachment_id: str, problem: str, retry_at: datetime | None) -> None:
    """It did not go; not before `retry_at` (the plan's clock) again."""
    connection.execute(
        update(attachment_table)
        .where(_a.id == attachment_id)
        .values(
            failures=_a.failures + 1,
            problem=problem,
            retry_at=None if retry_at is None else times.to_text(retry_at),
        )
    )


def set_aside(connection: Connection, file: FileToSend, reason: str) -> None:
    """The plan will not take it as it is. Its document waits behind it; `outbox.put_back` of its group tries again."""
    connection.execute(
        update(change)
        .where(change.c.seq == file.seq, change.c.state == NEW)
        .values(state=SET_ASIDE, reason=reason)
    )
    connection.execute(
        update(attachment_table)
        .where(_a.id == file.attachment.id)
        .values(problem=None, retry_at=None, failures=0)
    )


def settle(
    connection: Connection, file: FileToSend, version_id: str, last_updated: str, received_at: str
) -> None:
    """The plan has these very bytes: a receipt, and the way is free for the document. Times are the server's texts."""
    write_id = str(uuid.uuid4())
    attachment = file.attachment
    connection.execute(
        insert(write).values(
            id=write_id,
            group_id=attachment.id,
            patient_id=attachment.patient_id,
            body="",
            state=SETTLED,
            attempts=1,
            server_errors=0,
            created_at=received_at,
            settled_at=received_at,
        )
    )
    connection.execute(insert(write_change).values(write_id=write_id, seq=file.seq))
    connection.execute(
        insert(receipt).values(
            write_id=write_id,
            type=BINARY,
            id=attachment.binary_id,
            version_id=version_id,
            last_updated=last_updated,
            received_at=received_at,
        )
    )
    connection.execute(
        update(change).where(change.c.seq == file.seq).values(state=SETTLED, reason=None, lost_at=None)
    )
    connection.execute(
        update(attachment_table)
        .where(_a.id == attachment.id)
        .values(attempts=0, failures=0, retry_at=None, problem=None)
    )


def lose_files(connection: Connection, seqs: Collection[int], at: datetime) -> None:
    """With a document that the plan lost its file is doubtful too: the plan is asked for it, and gets it again."""
    groups = select(change.c.group_id).where(change.c.seq.in_(list(seqs)))
    connection.execute(
        update(change)
        .where(change.c.group_id.in_(groups), change.c.type == BINARY, change.c.state == SETTLED)
        .values(state=NEW, reason=None, lost_at=times.to_text(at))
    )


def read_states(connection: Connection, ids: Collection[str]) -> Mapping[str, FileState]:
    """By attachment id; those that were never queued (drafts, pulled ones) are left out."""
    wanted = list(ids)
    received = read_received_at(connection, wanted)
    problems = dict(connection.execute(select(_a.id, _a.problem).where(_a.id.in_(wanted))).all())
    found: dict[str, FileState] = {}
    rows = connection.execute(
        select(
            change.c.group_id,
            func.max(change.c.state != SETTLED),
            func.max(change.c.state == SET_ASIDE),
            func.max(change.c.reason),
            func.max(change.c.lost_at.is_not(None) & (change.c.state != SETTLED)),
        )
        .where(change.c.group_id.in_(wanted))
        .group_by(change.c.group_id)
    )
    for group_id, open_, aside, reason, lost in rows:
        refused = (reason or "") if aside else None
        problem = problems.get(group_id) if open_ and not aside else None
        at = None if open_ else received.get(group_id)
        found[group_id] = FileState(bool(open_), at, refused, problem, bool(lost))
    return found


def count_waiting(connection: Connection, visit_ids: Collection[str]) -> Mapping[str, int]:
    """By visit: how many of its files the plan does not have. Visits without any are left out."""
    rows = connection.execute(
        select(_a.visit_id, func.count(func.distinct(_a.id)))
        .join(change, change.c.group_id == _a.id)
        .where(_a.visit_id.in_(list(visit_ids)), change.c.state != SETTLED)
        .group_by(_a.visit_id)
    )
    return dict(rows.all())


_OLD = Quick(
    select(_a.id).where(
        _a.body.is_not(None),
        _a.taken_at < bindparam("before"),
        (_a.origin == PULLED)
        | _a.id.not_in(select(change.c.group_id).where(UNSETTLED))
        & _a.visit_id.not_in(select(visit_table.c.id).where(visit_table.c.status == VisitStatus.DRAFT.value)),
    )
)


def list_old(connection: Connection, before: datetime) -> tuple[str, ...]:
    """Ids of those whose bytes the plan has had since before that time (its own clock): they can be fetched again."""
    old = [row.id for row in _OLD.all(connection, before=times.to_text(before))]
    received = read_received_at(connection, old) if old else {}
    return tuple(one for one in old if one not in received or received[one] < before)


def drop_bodies(connection: Connection, ids: Collection[str]) -> None:
    """Thumbnails stay."""
    connection.execute(update(attachment_table).where(_a.id.in_(list(ids))).values(body=None))
