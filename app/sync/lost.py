"""Receipts against what the plan has now: what it backs, what it lost, and what became of edits on lost ground."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.store import bases, conflicts, outbox_lost, outbox_resolve, side_bases
from app.store.bases import BaseCopy, Key, Version
from app.store.outbox import OutboxChange
from app.store.outbox_lost import OwnReceipt
from app.store.records import OWN_LATEST
from app.sync.by_id import Found, read_all
from app.sync.fhir import read
from app.sync.fhir.bundle import versions, write_tags
from app.sync.inbound import version_of
from app.sync.merge import settle_contested
from app.sync.receipts import HISTORY_COUNT
from app.sync.turn import Turn
from app.sync.versions import same

KEPT = timedelta(days=30)
"""So long after its receipt an own record stays on the device and can be sent again."""
DELETED = "This was deleted at the plan. Please choose."
MOVED = "The plan's version of this is another one now. Both are kept; please choose."
AWAY = "What this changes is no longer at the plan. It is kept here; please choose."


@dataclass(frozen=True, slots=True)
class Judged:
    """`lost`: no longer backed. `deleted`: the plan says 410 for what it once confirmed."""

    lost: tuple[OwnReceipt, ...] = ()
    deleted: tuple[OwnReceipt, ...] = ()


class Judge:
    """Compares every receipt of the last 30 days with the plan. Changes nothing."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._store, self._client = turn.store, turn.client

    async def run(self) -> Judged | None:
        """None when somebody asked to stop. Raises PlanError."""
        since = (self._client.server_at or datetime.min.replace(tzinfo=UTC) + KEPT) - KEPT
        own = await self._store.read(lambda c: outbox_lost.list_own(c, since))
        by_record: defaultdict[Key, list[OwnReceipt]] = defaultdict(list)
        for one in own:
            by_record[one.key].append(one)
        beside = await self._store.read(lambda c: side_bases.find_many(c, by_record))
        open_keys = [key for key, mine in by_record.items() if not _is_newest(mine, beside.get(key))]
        answers = await read_all(self._client, open_keys)
        before = await self._store.read(lambda c: bases.find_many(c, open_keys))
        lost: list[OwnReceipt] = []
        deleted: list[OwnReceipt] = []
        for number, key in enumerate(open_keys):
            if self._turn.is_stopped():
                return None
            answer, mine, base = answers[key], by_record[key], before.get(key)
            if answer.missing:
                lost += mine
            elif answer.deleted and not (base is not None and base.deleted):
                deleted += mine[-1:]
            elif answer.version is not None and not any(
                same(one.version, answer.version) for one in mine[-1:]
            ):
                lost += await self._not_in_history(key, mine, answer, base)
            self._turn.tell(number + 1, len(open_keys))
        return Judged(tuple(lost), tuple(one for one in deleted if one.seq is not None))

    async def _not_in_history(
        self, key: Key, mine: Sequence[OwnReceipt], answer: Found, base: BaseCopy | None
    ) -> list[OwnReceipt]:
        """Somebody else's version is the newest: is ours below it? Where that cannot be asked, its tags may say."""
        kept = [answer.resource]
        history = await self._client.history(*key, count=HISTORY_COUNT)
        if history.ok:
            kept = [entry.get("resource") for entry in read.items(history.resource, "entry")]
        elif history.status not in (400, 403, 404, 405, 410, 501):
            raise history.error()
        elif base is not None and answer.version is not None and same(version_of(base), answer.version):
            # It stood so before the plan was put back, on top of ours.
            return []
        return [one for one in mine if not _is_among(one, kept)]


def _is_newest(mine: Sequence[OwnReceipt], held: BaseCopy | None) -> bool:
    return held is not None and same(version_of(held), mine[-1].version)


def _is_among(one: OwnReceipt, kept: Collection[Any]) -> bool:
    return any(
        one.write_id in write_tags(resource)
        or ((version := versions(resource)) is not None and same(one.version, version))
        for resource in kept
    )


def send_again(connection: Connection, judged: Judged, at: datetime) -> tuple[int, int]:
    """(changes that go again, edits that have lost their ground). To be called after the swap, in its transaction.

    What the plan deleted is set aside for a person. An edit goes only when the plan's version is the very one that
    it was made on; else it is merged where a machine may, or kept as a conflict beside the plan's.
    """
    lost = outbox_lost.mark_lost(connection, judged.lost, at)
    seqs = [one.seq for one in judged.deleted if one.seq is not None]
    outbox_lost.set_deleted_aside(connection, seqs, DELETED)
    for one in judged.deleted:
        if one.seq is not None:
            _open(connection, one.key, one.seq, at)
    return len(lost), sum(_check_ground(connection, edit, at) for edit in outbox_lost.list_edits(connection))


def _check_ground(connection: Connection, edit: OutboxChange, at: datetime) -> bool:
    """True when this edit may not go as it is."""
    if edit.base_version == OWN_LATEST or edit.base_version is None:
        return False
    held = bases.find(connection, edit.type, edit.id)
    if held is None or held.deleted:
        outbox_lost.hold(connection, [edit.seq], AWAY)
        _open(connection, (edit.type, edit.id), edit.seq, at)
        return True
    if _stands_on(connection, edit, edit.base_version, version_of(held)):
        return False
    outbox_lost.hold(connection, [edit.seq], MOVED)
    settle_contested(connection, edit, held, at)
    return True


def _stands_on(connection: Connection, edit: OutboxChange, base_version: str, held: Version) -> bool:
    known = outbox_lost.find_ground(connection, edit.seq)
    if known is None:
        # Nothing says when that version was made; a number may have been given out twice.
        return base_version == held[0] and not held[0].isdecimal()
    return same((base_version, known), held)


def _open(connection: Connection, key: Key, seq: int, at: datetime) -> None:
    conflicts.open_conflict(connection, type=key[0], record_id=key[1], seq=seq, theirs="", at=at)
    group = outbox_resolve.find_group(connection, seq)
    if group is not None:
        outbox_resolve.hold_group(connection, group, AWAY)
