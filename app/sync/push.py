"""The push: carry out the plan of an outbox, a few people at a time, and say what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection

from app.errors import PlanError
from app.store import meta, outbox, outbox_resolve, outbox_squash, sealed, times
from app.store.changes import Topic
from app.store.engine import Store
from app.store.outbox import OpenWrite, PendingGroup
from app.store.outbox_rows import ATTEMPTED, CUT
from app.sync.capabilities import Capabilities
from app.sync.cutting import cut
from app.sync.deliver import UNREADABLE, Courier, Fate
from app.sync.plan import URGENT, Action, Cut, Lane, LookUp, Only, make_plan
from app.sync.push_rounds import PushReport, Round, Teller
from app.sync.transport import FhirClient, utc_now

__all__ = ["RETRIED_AT", "SERVER_FAILED", "URGENT_CREATES", "PushReport", "Pusher"]

URGENT_CREATES = Only.URGENT_CREATES
SERVER_ERRORS = 5
"""5xx answers to one write, while others pass, before it is set aside."""
SERVER_FAILED = "The plan's server fails on this one"
EVERY_DAY = "Hearthside tries again every day."
TAKEN_APART = "A part of it waits for a decision."
MERGES_A_PASS = 3
"""Times that one group is put together anew in a pass, while others keep changing the same record."""
RETRY_AFTER = timedelta(days=1)
RETRIED_AT = "server-errors-retried-at"

_log = logging.getLogger("app.sync")


class Pusher:
    """One for each pass: what had its turn in it is not tried again before the next."""

    def __init__(
        self,
        store: Store,
        client: FhirClient,
        *,
        now: Callable[[], datetime] = utc_now,
        make_id: Callable[[], str] = lambda: str(uuid4()),
        capabilities: Capabilities | None = None,
    ) -> None:
        self._store = store
        self._courier = Courier(store, client, now, capabilities)
        self._now = now
        self._make_id = make_id
        self._done: set[str] = set()
        """Writes and groups that had their turn in this pass; they do not get another."""
        self._merged: Counter[str] = Counter()

    async def has_urgent(self) -> bool:
        """True while an alert waits that had no turn yet."""
        groups = await self._store.read(outbox.pending)
        return any(group.priority == URGENT and group.group_id not in self._done for group in groups)

    async def push(
        self,
        stop: asyncio.Event | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        only: Only | None = None,
    ) -> PushReport:
        """Send what may travel until nothing more can, somebody asks to stop, or the plan cannot be reached.

        `only`: nothing else leaves, while the plan is being compared with this device. Never raises PlanError:
        whatever ended it early is in the report, and all else is in the store.
        """
        report = PushReport()
        if only is None:
            await self._put_back_daily()
            await self._take_held_apart()
            if await self._store.read(outbox.find_bare):
                await self._store.write(outbox.reopen_bare)
        done = self._done
        while report.error is None and not (stop is not None and stop.is_set()):
            lanes = await self._plan(done, only)
            if not lanes:
                break
            before = report.settled, report.merged
            total = report.settled + sum(len(lane.actions) for lane in lanes)
            await Round(self, report, done, stop, Teller(report, total, on_progress)).run(lanes)
            if (report.settled, report.merged) == before:
                break
        await self._set_aside_troubled(report)
        return report

    async def _plan(self, done: set[str], only: Only | None) -> tuple[Lane, ...]:
        """What is left to do; a write or group that had its turn in this pass does not get another."""

        def read(connection: Connection) -> tuple[Lane, ...]:
            held = sealed.find_held(connection)
            writes = [w for w in outbox.open_writes(connection) if w.id not in done and w.id not in held]
            groups = [g for g in outbox.pending(connection) if g.group_id not in done]
            return make_plan(writes, groups, only)

        if await self._store.read(outbox_squash.has_runs):
            await self._store.write(outbox_squash.squash, Topic.OUTBOX)
        return await self._store.read(read)

    def merged(self, write: OpenWrite) -> None:
        """What came of it may go in this very pass, unless the same record keeps changing under it."""
        self._merged[write.group_id] += 1
        if self._merged[write.group_id] <= MERGES_A_PASS:
            self._done.discard(write.group_id)

    async def act(self, action: Action, done: set[str]) -> tuple[Fate, OpenWrite]:
        if isinstance(action, Cut):
            done.add(action.group.group_id)
            write, known, held = await self._cut(action.group)
            if held:
                return Fate.WAITING, write
        else:
            write, known = action.write, isinstance(action, LookUp) or action.write.sealed
        done.add(write.id)
        deliver = self._courier.look_up if known else self._courier.send
        return await self._courier.keeper.mind(write, deliver(write)), write

    async def _cut(self, group: PendingGroup) -> tuple[OpenWrite, bool, bool]:
        """Freeze a group as a write with its exact bytes, in the store, before anything leaves.

        Where nothing has to be looked at first, it is marked as attempted with the same commit. Where it was cut for
        a sealed copy since this round was planned, that write; whether it may be known there; and whether it must wait.
        """
        write_id, at = self._make_id(), self._now()
        marked = await self._courier.goes_at_once(group.changes)

        def run(connection: Connection) -> tuple[OpenWrite | None, str, bool]:
            if not sealed.has_open_write(connection, group.group_id):
                body = cut(connection, write_id, group.group_id, group.changes, at)
                if marked:
                    self._courier.keeper.mark(connection, write_id)
                return None, body, False
            found = next(w for w in outbox.open_writes(connection) if w.group_id == group.group_id)
            return found, found.body, found.id in sealed.find_held(connection)

        found, body, held = await self._store.write(run, Topic.OUTBOX)
        made = OpenWrite(
            id=write_id,
            group_id=group.group_id,
            patient_id=group.patient_id,
            body=body,
            state=ATTEMPTED if marked else CUT,
            attempts=int(marked),
            server_errors=0,
            changes=group.changes,
        )
        if found is not None:
            return found, found.sealed or found.state == ATTEMPTED, held
        return made, False, False

    async def _set_aside_troubled(self, report: PushReport) -> None:
        """What the server stumbles over again and again, while it takes others, waits for a day."""
        if not report.settled or report.error is not None:
            return
        for write in report.troubled:
            try:
                # Its outcome is open until the server says that it does not know it.
                if write.server_errors + 1 >= SERVER_ERRORS and await self._courier.is_absent(write):
                    await self._courier.keeper.refuse(write, f"{SERVER_FAILED}. {EVERY_DAY}")
                    await self._store.write(lambda c: meta.put(c, RETRIED_AT, times.to_text(self._now())))
                    report.set_aside += 1
                    report.waiting -= 1
            except PlanError as error:
                _log.info("could not look up a troubled write: %s", type(error).__name__)

    async def _take_held_apart(self) -> None:
        """A sealed write of which a part waits for somebody's decision: the rest of it may go in a new one.

        The plan does not know it, and cannot take its copy while what it points to is missing. Should both come there
        in the end, the one that comes second finds the records of the first.
        """
        held = await self._store.read(lambda c: sealed.find_held(c, stuck=True))
        if not held:
            return
        for write in [one for one in await self._store.read(outbox.open_writes) if one.id in held]:
            try:
                if await self._courier.is_absent(write):
                    await self._store.write(partial(outbox.withdraw, write_id=write.id, reason=TAKEN_APART))
            except PlanError as error:
                _log.info("could not look up a held write: %s", type(error).__name__)
                return

    async def _put_back_daily(self) -> None:
        """What the server failed on yesterday, or would not let anybody look up, gets another try today."""
        again = (SERVER_FAILED, UNREADABLE)
        failed = await self._store.read(
            lambda c: [g for g, why in outbox.list_set_aside(c).items() if why.startswith(again)]
        )
        if not failed:
            return
        now = self._now()

        def put_back(connection: Connection) -> None:
            last = times.find_time(meta.find(connection, RETRIED_AT))
            # A clock that went back must not keep them waiting for years.
            if last is not None and timedelta(0) <= now - last < RETRY_AFTER:
                return
            meta.put(connection, RETRIED_AT, times.to_text(now))
            for group_id in failed:
                # Unless two versions of something in it wait for a choice.
                outbox_resolve.free_group(connection, group_id)

        await self._store.write(put_back)
