"""Somebody else's version, or a deletion, stands where ours wants to be: both are kept, nothing is brought back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.store import bases, conflicts, outbox
from app.store.bases import BaseCopy
from app.store.changes import Topic
from app.store.engine import Store
from app.store.outbox import UNREADABLE, OpenWrite, OutboxChange
from app.sync.inbound import version_of
from app.sync.merge import CHANGED_FIRST, settle_contested
from app.sync.plan import Standing
from app.sync.put_back import put_back
from app.sync.receipts import Located
from app.sync.transport import FhirClient
from app.sync.versions import is_later, same

__all__ = ["GONE", "UNREADABLE", "contest"]

GONE = "What this changes is no longer on the plan's server."


async def contest(
    store: Store, client: FhirClient, write: OpenWrite, located: Sequence[Located], at: datetime
) -> bool:
    """Refuse the write; merge each contested change or open a conflict for a person. True when all were merged.

    What ours went over, on a server that did not mind, is put back first, so that no choice is made for anybody.
    Raises NotPutBack or PlanError, with nothing stored, where it could not be.
    """
    theirs: dict[tuple[str, str], BaseCopy | None] = {}
    for one in located:
        if one.key in write.settled:
            continue
        if one.overwritten is not None:
            theirs[one.key] = await put_back(client, write.id, one)
        elif one.standing in (Standing.THEIRS, Standing.DELETED):
            theirs[one.key] = one.base

    def settle(connection: Connection) -> bool:
        outbox.refuse(connection, write.id, CHANGED_FIRST)
        contested = [change for change in write.changes if (change.type, change.id) in theirs]
        merged = [
            _settle(
                connection, change, _newest(connection, theirs[change.type, change.id], client.server_at), at
            )
            for change in contested
        ]
        return all(merged)

    return await store.write(settle, Topic.OUTBOX, Topic.VISITS, Topic.ALERTS)


def _newest(connection: Connection, seen: BaseCopy | None, server_at: datetime | None) -> BaseCopy | None:
    """What was asked after, or what is here where that was an answer of earlier (a device never goes back)."""
    known = bases.find(connection, seen.type, seen.id) if seen is not None else None
    if seen is None or known is None or same(version_of(known), version_of(seen)):
        return seen
    return seen if is_later(version_of(known), version_of(seen), server_at) else known


def _settle(connection: Connection, change: OutboxChange, theirs: BaseCopy | None, at: datetime) -> bool:
    if theirs is not None:
        return settle_contested(connection, change, theirs, at)
    conflicts.open_conflict(
        connection, type=change.type, record_id=change.id, seq=change.seq, theirs="", at=at
    )
    return False
