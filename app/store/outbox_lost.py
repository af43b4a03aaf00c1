"""What the plan had received and has no longer: receipts that a restore from a backup took back.

A version is lost when its receipt stands here and the plan has neither it nor a later one made from it. Its change is
new again, so that the ordinary push sends it; its old write stays on record in a state that says so.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from app.store import attachment_sending
from app.store.bases import Key, Version
from app.store.outbox_rows import (
    ATTEMPTED,
    LOST,
    NEW,
    OPEN,
    SET_ASIDE,
    SETTLED,
    WITHDRAWN,
    change,
    find_server_time,
    receipt,
    write,
    write_change,
)
from app.store.outbox_waiting import OutboxChange, to_change
from app.store.times import to_text

PROVENANCE = "Provenance"


@dataclass(frozen=True, slots=True)
class OwnReceipt:
    """One version that the plan confirmed. `seq` is None for the manifest of its write."""

    write_id: str
    key: Key
    version: Version
    received_at: datetime
    patient_id: str
    seq: int | None
    base_version: str | None = None
    base_body: str | None = None


def list_own(connection: Connection, since: datetime) -> tuple[OwnReceipt, ...]:
    """Receipts from `since` (server time) on of what can still be sent again, oldest change first."""
    rows = connection.execute(
        select(
            receipt,
            write.c.patient_id,
            change.c.seq,
            change.c.base_version,
            change.c.base_body,
        )
        .select_from(
            receipt.join(write, write.c.id == receipt.c.write_id)
            .outerjoin(write_change, write_change.c.write_id == write.c.id)
            .outerjoin(
                change,
                (change.c.seq == write_change.c.seq)
                & (change.c.type == receipt.c.type)
                & (change.c.id == receipt.c.id),
            )
        )
        .where(receipt.c.lost_at.is_(None), write.c.body != "")
        .where(((change.c.state == SETTLED) & (change.c.payload != "")) | (receipt.c.type == PROVENANCE))
        .order_by(change.c.seq, receipt.c.write_id)
    )
    found: dict[tuple[str, Key], OwnReceipt] = {}
    for row in rows:
        at = find_server_time(row.received_at)
        if at is not None and at >= since and (row.seq is not None or row.type == PROVENANCE):
            key = (row.type, row.id)
            own = OwnReceipt(
                row.write_id,
                key,
                (row.version_id, row.last_updated),
                at,
                row.patient_id,
                row.seq,
                row.base_version,
                row.base_body,
            )
            found.setdefault((row.write_id, key), own)
    return tuple(found.values())


def list_records(connection: Connection) -> frozenset[Key]:
    """Records of which a receipt says that the plan has them, and that could be sent again."""
    rows = connection.execute(
        select(change.c.type, change.c.id)
        .join(write_change, write_change.c.seq == change.c.seq)
        .join(
            receipt,
            (receipt.c.write_id == write_change.c.write_id)
            & (receipt.c.type == change.c.type)
            & (receipt.c.id == change.c.id),
        )
        .where(change.c.state == SETTLED, change.c.payload != "", receipt.c.lost_at.is_(None))
    )
    return frozenset((kind, record_id) for kind, record_id in rows)


def mark_lost(connection: Connection, lost: Collection[OwnReceipt], at: datetime) -> tuple[OutboxChange, ...]:
    """These receipts are no longer backed: their changes are new again. Returns those changes, oldest first.

    A write of which nothing is left gets the state "lost". One of which the plan kept a part is attempted again: it
    will be looked up, and the same bytes bring what is missing; but never when an edit is among what was lost, which
    has to find its base first.
    """
    lost_by_write: defaultdict[str, list[OwnReceipt]] = defaultdict(list)
    for one in lost:
        lost_by_write[one.write_id].append(one)
    for write_id, gone in lost_by_write.items():
        for one in gone:
            connection.execute(
                update(receipt)
                .where(
                    receipt.c.write_id == write_id, receipt.c.type == one.key[0], receipt.c.id == one.key[1]
                )
                .values(lost_at=to_text(at))
            )
        left = select(func.count()).where(receipt.c.write_id == write_id, receipt.c.lost_at.is_(None))
        partly = bool(connection.execute(left).scalar_one())
        again = partly and all(one.base_version is None for one in gone)
        connection.execute(
            update(write)
            .where(write.c.id == write_id, write.c.state != WITHDRAWN)
            .values(state=ATTEMPTED if again else LOST, settled_at=None)
        )
    seqs = sorted({one.seq for one in lost if one.seq is not None})
    connection.execute(
        update(change)
        .where(change.c.seq.in_(seqs), change.c.state == SETTLED)
        .values(state=NEW, reason=None, lost_at=to_text(at))
    )
    attachment_sending.lose_files(connection, seqs, at)
    rows = connection.execute(
        select(change).where(change.c.seq.in_(seqs), change.c.state == NEW).order_by(change.c.seq)
    )
    return tuple(to_change(row) for row in rows)


def list_edits(connection: Connection) -> tuple[OutboxChange, ...]:
    """The first version of each record that waits and changes what the plan has, of no open write; in order."""
    open_seqs = (
        select(write_change.c.seq)
        .join(write, write.c.id == write_change.c.write_id)
        .where(write.c.state.in_(OPEN))
    )
    firsts = (
        select(func.min(change.c.seq)).where(change.c.state != SETTLED).group_by(change.c.type, change.c.id)
    )
    rows = connection.execute(
        select(change)
        .where(
            change.c.seq.in_(firsts),
            change.c.seq.not_in(open_seqs),
            change.c.state == NEW,
            change.c.base_version.is_not(None),
        )
        .order_by(change.c.seq)
    )
    return tuple(to_change(row) for row in rows)


def find_ground(connection: Connection, seq: int) -> str | None:
    """The plan's time of the very version that an edit was made on; None where nothing here says it."""
    row = connection.execute(
        select(change.c.type, change.c.id, change.c.base_version, change.c.base_body).where(
            change.c.seq == seq
        )
    ).one_or_none()
    if row is None or row.base_version is None:
        return None
    stamps = _read_meta(row.base_body)
    if stamps.get("versionId") == row.base_version and isinstance(stamps.get("lastUpdated"), str):
        return str(stamps["lastUpdated"])
    own = (
        select(receipt.c.last_updated)
        .where(receipt.c.type == row.type, receipt.c.id == row.id, receipt.c.version_id == row.base_version)
        .order_by(receipt.c.lost_at.is_not(None), receipt.c.last_updated.desc())
        .limit(1)
    )
    found = connection.execute(own).scalar_one_or_none()
    return None if found is None else str(found)


def _read_meta(body: str | None) -> dict[str, Any]:
    try:
        content = json.loads(body or "{}")
    except ValueError:
        content = {}
    meta = content.get("meta") if isinstance(content, dict) else None
    return meta if isinstance(meta, dict) else {}


def count_lost(connection: Connection) -> int:
    """Changes that wait because the plan lost them."""
    statement = select(func.count()).where(change.c.lost_at.is_not(None), change.c.state != SETTLED)
    return int(connection.execute(statement).scalar_one())


def hold(connection: Connection, seqs: Iterable[int], reason: str) -> None:
    """Changes that may not go as they are wait for a person, each with its reason."""
    connection.execute(
        update(change)
        .where(change.c.seq.in_(list(seqs)), change.c.state == NEW)
        .values(state=SET_ASIDE, reason=reason)
    )


def set_deleted_aside(connection: Connection, seqs: Collection[int], reason: str) -> None:
    """The plan has deleted what it had received: a person decides, nothing is brought back by itself."""
    connection.execute(
        update(change)
        .where(change.c.seq.in_(list(seqs)), change.c.state == SETTLED)
        .values(state=SET_ASIDE, reason=reason)
    )


def let_go(connection: Connection, write_id: str, reason: str) -> None:
    """An open write that the plan, put back, does not know: what of it is not settled goes in a new write."""
    settled = (
        select(func.count())
        .select_from(write_change.join(change, change.c.seq == write_change.c.seq))
        .where(write_change.c.write_id == write_id, change.c.state == SETTLED)
    )
    state = LOST if connection.execute(settled).scalar_one() else WITHDRAWN
    connection.execute(
        update(write)
        .where(write.c.id == write_id, write.c.state.in_(OPEN))
        .values(state=state, reason=reason)
    )
