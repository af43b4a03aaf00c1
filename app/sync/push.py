"""The push: carry out the plan of an outbox, a few people at a time, and say what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.errors import (
    CaptivePortal,
    HearthsideError,
    NoNetwork,
    NotFhir,
    PlanDown,
    PlanError,
    SignInNeeded,
    WrongClock,
)
from app.store import bases, meta, outbox, sessions, times
from app.store.engine import Store
from app.store.outbox import OpenWrite, OutboxChange, PendingGroup
from app.store.records import OWN_LATEST
from app.sync.deliver import Courier, Fate, WaitAsked
from app.sync.fhir.bundle import make_body
from app.sync.plan import AT_ONCE, URGENT, Action, Cut, Lane, LookUp, is_urgent, make_plan
from app.sync.transport import FhirClient, utc_now

SERVER_ERRORS = 5
"""5xx answers to one write, while others pass, before it is set aside."""
SERVER_FAILED = "The plan's server fails on this one"
RETRY_AFTER = timedelta(days=1)
RETRIED_AT = "server-errors-retried-at"

_ENDS_THE_PASS = (NoNetwork, CaptivePortal, SignInNeeded, WrongClock, NotFhir, WaitAsked)
_log = logging.getLogger("app.sync")


@dataclass(slots=True)
class PushReport:
    """`error` is what ended the push early, if anything did; `retry_after` seconds only when the server asked."""

    settled: int = 0
    set_aside: int = 0
    waiting: int = 0
    error: PlanError | None = None
    retry_after: float | None = None
    troubled: list[OpenWrite] = field(default_factory=list)


class Pusher:
    """One for each pass: what had its turn in it is not tried again before the next."""

    def __init__(
        self,
        store: Store,
        client: FhirClient,
        *,
        now: Callable[[], datetime] = utc_now,
        make_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._store = store
        self._courier = Courier(store, client, now)
        self._now = now
        self._make_id = make_id
        self._done: set[str] = set()
        """Writes and groups that had their turn in this pass; they do not get another."""

    async def has_urgent(self) -> bool:
        """True while an alert waits that had no turn yet."""
        groups = await self._store.read(outbox.pending)
        return any(group.priority == URGENT and group.group_id not in self._done for group in groups)

    async def push(
        self, stop: asyncio.Event | None = None, on_progress: Callable[[int, int], None] | None = None
    ) -> PushReport:
        """Send what may travel until nothing more can, somebody asks to stop, or the plan cannot be reached.

        Never raises PlanError: whatever ended it early is in the report, and all else is in the store.
        """
        report = PushReport()
        await self._put_back_daily()
        done = self._done
        while report.error is None and not (stop is not None and stop.is_set()):
            lanes = await self._plan(done)
            if not lanes:
                break
            before = report.settled
            total = before + sum(len(lane.actions) for lane in lanes)
            await _Round(self, report, done, stop, _Teller(report, total, on_progress)).run(lanes)
            if report.settled == before:
                break
        await self._set_aside_troubled(report)
        return report

    async def _plan(self, done: set[str]) -> tuple[Lane, ...]:
        """What is left to do; a write or group that had its turn in this pass does not get another."""

        def read(connection: Connection) -> tuple[Lane, ...]:
            writes = [w for w in outbox.open_writes(connection) if w.id not in done]
            groups = [g for g in outbox.pending(connection) if g.group_id not in done]
            return make_plan(writes, groups)

        return await self._store.read(read)

    async def act(self, action: Action, done: set[str]) -> tuple[Fate, OpenWrite]:
        if isinstance(action, Cut):
            done.add(action.group.group_id)
            write = await self._cut(action.group)
            done.add(write.id)
            return await self._courier.send(write), write
        done.add(action.write.id)
        deliver = self._courier.look_up if isinstance(action, LookUp) else self._courier.send
        return await deliver(action.write), action.write

    async def _cut(self, group: PendingGroup) -> OpenWrite:
        """Freeze a group as a write with its exact bytes, in the store, before anything leaves."""
        write_id, at = self._make_id(), self._now()

        def cut(connection: Connection) -> str:
            sign_in = sessions.find(connection)
            if sign_in is None:
                raise SignInNeeded(detail="never signed in")
            author = PersonRef(sign_in.user_reference, sign_in.user_name)
            changes = [_based(connection, change) for change in group.changes]
            body = make_body(write_id, changes, author, at)
            outbox.cut_write(connection, write_id, [change.seq for change in group.changes], body, at)
            return body

        body = await self._store.write(cut)
        return OpenWrite(
            id=write_id,
            group_id=group.group_id,
            patient_id=group.patient_id,
            body=body,
            state="cut",
            attempts=0,
            server_errors=0,
            changes=group.changes,
        )

    async def _set_aside_troubled(self, report: PushReport) -> None:
        """What the server stumbles over again and again, while it takes others, waits for a day."""
        if not report.settled or report.error is not None:
            return
        for write in report.troubled:
            try:
                # Its outcome is open until the server says that it does not know it.
                if write.server_errors + 1 >= SERVER_ERRORS and await self._courier.is_absent(write):
                    await self._courier.refuse(write, f"{SERVER_FAILED}. Hearthside tries again every day.")
                    await self._store.write(lambda c: meta.put(c, RETRIED_AT, times.to_text(self._now())))
                    report.set_aside += 1
                    report.waiting -= 1
            except PlanError as error:
                _log.info("could not look up a troubled write: %s", type(error).__name__)

    async def _put_back_daily(self) -> None:
        """What the server failed on yesterday gets another try today."""
        failed = await self._store.read(
            lambda c: [g for g, why in outbox.list_set_aside(c).items() if why.startswith(SERVER_FAILED)]
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
                outbox.put_back(connection, group_id)

        await self._store.write(put_back)


@dataclass(frozen=True, slots=True)
class _Teller:
    report: PushReport
    total: int
    on_progress: Callable[[int, int], None] | None

    def tell(self) -> None:
        if self.on_progress is not None:
            self.on_progress(self.report.settled, self.total)


class _Round:
    """One planned round: lanes side by side, each in order, ending together when the plan cannot be reached."""

    def __init__(
        self,
        pusher: Pusher,
        report: PushReport,
        done: set[str],
        stop: asyncio.Event | None,
        teller: _Teller,
    ) -> None:
        self._pusher = pusher
        self._report = report
        self._done = done
        self._stop = stop
        self._teller = teller
        self._lost = 0
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self, lanes: tuple[Lane, ...]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for lane in lanes:
                    group.create_task(self._run_lane(lane))
        except BaseExceptionGroup as errors:
            # A full disk is a full disk, however many lanes ran into it.
            raise _first(errors) from None

    async def _run_lane(self, lane: Lane) -> None:
        async with self._room:
            for action in lane.actions:
                if self._report.error is not None or (self._stop is not None and self._stop.is_set()):
                    return
                went = await self._run(action)
                if not went and not is_urgent(action):
                    return

    async def _run(self, action: Action) -> bool:
        """True when this person's next action may go."""
        report = self._report
        try:
            fate, write = await self._pusher.act(action, self._done)
        except PlanError as error:
            self._lost += 1
            report.waiting += 1
            # One lost answer may be this one write's fault; two in a row are the connection's.
            if isinstance(error, _ENDS_THE_PASS) or (isinstance(error, PlanDown) and self._lost > 1):
                report.error = error
                report.retry_after = error.seconds if isinstance(error, WaitAsked) else None
            return False
        except HearthsideError:
            raise
        except Exception as error:  # noqa: BLE001 - one write that trips our own code must not stop the others
            _log.error("a write could not be handled: %s", type(error).__name__)
            report.waiting += 1
            return False
        self._lost = 0
        if fate is Fate.SETTLED:
            report.settled += 1
        elif fate is Fate.SET_ASIDE:
            report.set_aside += 1
        else:
            report.waiting += 1
        if fate is Fate.SERVER_ERROR:
            report.troubled.append(write)
        self._teller.tell()
        return fate in (Fate.SETTLED, Fate.SET_ASIDE)


def _based(connection: Connection, change: OutboxChange) -> OutboxChange:
    """With the version that an edit of our own newest version rests on, as the plan has named it by now."""
    if change.base_version != OWN_LATEST:
        return change
    version = outbox.last_version(connection, change.type, change.id)
    if version is None:
        held = bases.find(connection, change.type, change.id)
        version = held.version_id if held is not None else None
    return replace(change, base_version=version)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = errors.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
