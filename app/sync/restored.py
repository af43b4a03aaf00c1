"""The plan's records were put back to an earlier day: find out, compare everything, send again what was lost.

Noticed by a changed store epoch, or by what no server can show otherwise (`versions.went_back`), or by a record that a
receipt of ours names and the plan does not know. From then on, stored, until the comparison is through, nothing is
sent but urgent creations: an edit made on a version number that was given out twice would overwrite somebody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.store import bases, cursors, meta, outbox, outbox_lost, patients, side_bases
from app.store.bases import Key
from app.store.changes import Topic
from app.store.records import OWN_LATEST
from app.store.sessions import SignInRow
from app.sync import gone
from app.sync.by_id import Found, read_all
from app.sync.emergency import keep_in_step
from app.sync.inbound import Inbound, store_inbound, version_of
from app.sync.leaves import ask_leaves
from app.sync.lost import Judge, Judged, send_again
from app.sync.panel import read_panel
from app.sync.side_copy import TOPICS, Loaded, SideCopy, swap
from app.sync.turn import Turn
from app.sync.versions import went_back

COMPARING = (
    "The plan's records were put back to an earlier day. Hearthside compares them with what is here{counts}. "
    "Visits wait until that is done; alerts are sent."
)
NOTHING_LOST = "The plan's records were put back to an earlier day. Nothing of yours was lost there."
SENT_AGAIN = (
    "The plan's records were put back to an earlier day. {lost} of yours were lost there and go again."
)
ONE_AGAIN = (
    "The plan's records were put back to an earlier day. One record of yours was lost there and goes again."
)
NOT_KNOWN = "The plan was put back to an earlier day and does not know this write."


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """`done`: pushes may go on. `lost`: changes that go again. `held`: edits that wait for a person or were merged."""

    done: bool
    lost: int = 0
    held: int = 0
    sentence: str = ""


class Restoring:
    """What one pass does about it."""

    def __init__(
        self,
        turn: Turn,
        sign_in: SignInRow,
        now: Callable[[], datetime],
    ) -> None:
        self._outer = turn
        self._turn = turn = replace(turn, on_progress=self._tell)
        self._store, self._client, self._capabilities = turn.store, turn.client, turn.capabilities
        self._sign_in = sign_in
        self._now = now
        self._progress = (0, 0)

    # is it so?

    async def is_on(self) -> bool:
        """True while pushes must wait. Notices what is new, and stores that it did. Raises PlanError.

        A server whose epoch is the known one again (the restore was undone) needs no comparison for its sake.
        """
        epoch = self._capabilities.store_epoch
        state = await self._store.read(_read_state)
        known = await self._store.read(lambda c: meta.find(c, meta.STORE_EPOCH))
        if epoch is not None and known is None:
            await self._store.write(lambda c: meta.put(c, meta.STORE_EPOCH, epoch))
            known = epoch
        if epoch is not None and known != epoch:
            await self._begin("epoch", epoch)
            return True
        if state is not None and state.get("why") != "epoch":
            return True
        if state is not None:
            await self._store.write(_end)
        if await self._confirm() or await self._edits_moved():
            await self._begin("versions", epoch)
            return True
        return False

    async def _begin(self, why: str, epoch: str | None) -> None:
        def begin(connection: Connection) -> None:
            state = _read_state(connection)
            if state is None or state.get("epoch") != epoch:
                # A second restore while the first was being compared: what was fetched may be gone again.
                side_bases.clear(connection)
            meta.put(connection, meta.RESTORING, json.dumps({"why": why, "epoch": epoch}))

        await self._store.write(begin, Topic.SYNC)

    async def _confirm(self) -> bool:
        """Ask by id for what a search showed as it was on an earlier day: an old replica is not a restore."""
        texts = await self._store.read(lambda c: sorted(cursors.list_scope(c, cursors.SUSPECT)))
        keys = [key for text in texts if (key := gone.key_of(text)) is not None]
        if not texts:
            return False
        answers = await read_all(self._client, keys)
        server_at = self._client.server_at

        def judge(connection: Connection) -> bool:
            held, own = bases.find_many(connection, keys), outbox_lost.list_records(connection)
            for key, one in answers.items():
                base, seen = held.get(key), one.version
                if base is not None and seen is not None and went_back(version_of(base), seen, server_at):
                    return True
                if one.missing and key in own:
                    return True
            _clear_suspects(connection, answers, server_at)
            return False

        return await self._store.write(judge)

    async def _edits_moved(self) -> bool:
        """Where the server has no epoch: does each record that an edit wants to change stand as it was known?

        One request before edits are sent, because such a server may have given out their version numbers twice.
        """
        if self._capabilities.store_epoch is not None:
            return False
        held = await self._store.read(_bases_of_edits)
        if not held:
            return False
        answers = await read_all(self._client, tuple(held))
        at = self._client.server_at
        return any(
            (seen := answers[key].version) is not None and went_back(version_of(base), seen, at)
            for key, base in held.items()
        )

    # what is done about it

    async def run(self) -> RestoreReport:
        """Fetch, compare, and end it with one transaction. Raises PlanError; what was fetched stays for the next."""
        panel = await self._read_panel()
        loaded = await self._load(panel)
        if loaded is None:
            return self._unfinished()
        await self._let_edits_go()
        judge = Judge(self._turn)
        judged = await judge.run()
        if judged is None:
            return self._unfinished()
        return await self._finish(panel, loaded, judged)

    async def _read_panel(self) -> frozenset[str]:
        panel = await read_panel(self._client, self._sign_in)
        panel = panel or await read_panel(self._client, self._sign_in)
        panel |= await keep_in_step(self._store, self._client, panel)
        told = await ask_leaves(self._store, self._client, self._client.capabilities, self._sign_in)
        return panel | told.people

    async def _load(self, panel: frozenset[str]) -> Loaded | None:
        if not panel:
            # A server that suddenly names nobody replaces nothing; receipts can be asked for all the same.
            return Loaded(frozenset(), frozenset())
        return await SideCopy(self._turn).load(panel)

    async def _let_edits_go(self) -> None:
        """Stored writes with edits in them name versions of before: the plan knows them, or they are cut anew."""
        writes = await self._store.read(outbox.open_writes)
        for write in writes:
            if all(change.base_version is None for change in write.changes):
                continue
            if write.state == "attempted" or write.sealed:
                answer = await self._client.read("Provenance", write.id)
                if answer.status != 404:
                    continue
            let_go = partial(outbox_lost.let_go, write_id=write.id, reason=NOT_KNOWN)
            await self._store.write(let_go, Topic.OUTBOX)

    async def _finish(self, panel: frozenset[str], loaded: Loaded, judged: Judged) -> RestoreReport:
        at, epoch = self._now(), self._capabilities.store_epoch

        def finish(connection: Connection) -> tuple[int, int]:
            if panel:
                patients.set_active_members(connection, panel)
                swap(connection, loaded, panel, back=True)
            counts = send_again(connection, judged, at)
            if epoch is not None:
                meta.put(connection, meta.STORE_EPOCH, epoch)
            meta.remove(connection, meta.SWEPT_AT)
            _end(connection)
            return counts

        lost, held = await self._store.write(finish, Topic.OUTBOX, Topic.SYNC, *TOPICS)
        sentence = NOTHING_LOST if not lost else ONE_AGAIN if lost == 1 else SENT_AGAIN.format(lost=lost)
        return RestoreReport(True, lost, held, sentence)

    def _tell(self, done: int, of: int) -> None:
        self._progress = (done, of)
        self._outer.tell(done, of)

    def _unfinished(self) -> RestoreReport:
        return RestoreReport(False, sentence=comparing(*self._progress))


def comparing(done: int = 0, of: int = 0) -> str:
    """What a screen says meanwhile."""
    return COMPARING.format(counts=f" ({done} of {of})" if of else "")


def is_restoring(connection: Connection) -> bool:
    """True from when it was noticed until the comparison was through."""
    return _read_state(connection) is not None


def _read_state(connection: Connection) -> dict[str, str | None] | None:
    text = meta.find(connection, meta.RESTORING)
    if text is None:
        return None
    try:
        state = json.loads(text)
    except ValueError:
        state = None
    # Whatever stands there: it was noticed, and only the comparison ends it.
    return state if isinstance(state, dict) else {"why": "versions", "epoch": None}


def _end(connection: Connection) -> None:
    meta.remove(connection, meta.RESTORING)
    cursors.drop_scope(connection, cursors.SUSPECT)
    side_bases.clear(connection)


def _clear_suspects(connection: Connection, answers: Mapping[Key, Found], at: datetime | None) -> None:
    """None of these was right. What the plan has instead of them is stored; what it deleted goes."""
    for key in answers:
        cursors.drop(connection, cursors.SUSPECT, "/".join(key))
    resources = [one.resource for one in answers.values() if one.resource is not None]
    store_inbound(connection, [Inbound(resources)], patients.list_ids(connection), at, by_id=True)
    gone.bury(connection, [key for key, one in answers.items() if one.deleted])


def _bases_of_edits(connection: Connection) -> Mapping[Key, bases.BaseCopy]:
    waiting = [change for change in outbox_lost.list_edits(connection) if change.base_version != OWN_LATEST]
    waiting += [
        change for write in outbox.open_writes(connection) for change in write.changes if change.base_version
    ]
    keys = dict.fromkeys((change.type, change.id) for change in waiting)
    return bases.find_many(connection, keys)
