"""One pass: push first, then pull, and a report of what came of it. One runner a store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from app.errors import (
    CaptivePortal,
    HearthsideError,
    NoNetwork,
    PlanDown,
    PlanError,
    SignInNeeded,
    StoreBusy,
)
from app.store import meta, passes, sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.capabilities import Capabilities, decode_capabilities
from app.sync.pull import Puller, PullReport
from app.sync.push import Pusher, PushReport
from app.sync.transport import FhirClient, utc_now

RESTORED = "The plan's records were put back to an earlier day. Nothing is sent until that is sorted out."
LOOK_AGAIN_SECONDS = 600.0
"""How long a server's description of itself is believed."""

_OUTCOMES: tuple[tuple[type[PlanError], str], ...] = (
    (NoNetwork, "no-network"),
    (CaptivePortal, "captive-portal"),
    (SignInNeeded, "sign-in-needed"),
    (PlanDown, "plan-down"),
)
_log = logging.getLogger("app.sync")
_runners: WeakKeyDictionary[Store, asyncio.Lock] = WeakKeyDictionary()


class Clock(Protocol):
    """Both clocks that the engine reads: the device's wall clock, and one that only goes forward."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class SystemClock:
    def now(self) -> datetime:
        return utc_now()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class PassReport:
    """`outcome`: ok | no-network | plan-down | sign-in-needed | captive-portal | partly | stopped | problem.

    `sentence` may be shown as it is. `server_at` is the plan's own time of a complete pass. `retry_after` is in
    seconds, only when the server asked for it. `detail` holds codes and counts only.
    """

    outcome: str
    sentence: str | None = None
    pushed: int = 0
    set_aside: int = 0
    waiting: int = 0
    pulled: int = 0
    server_at: datetime | None = None
    retry_after: float | None = None
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.outcome == "ok"


def outcome_of(error: HearthsideError) -> str:
    return next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "problem")


class SyncEngine:
    """Pushes and pulls for one open store. Raises nothing that a pass can report."""

    def __init__(self, store: Store, client: FhirClient, clock: Clock | None = None) -> None:
        self.store = store
        self.client = client
        self.clock: Clock = clock or SystemClock()
        self._capabilities: Capabilities | None = None
        self._looked_at = 0.0
        self._lock = _runners.setdefault(store, asyncio.Lock())

    async def probe(self) -> bool:
        """Does the plan answer at all? One small request without a token; nothing is written down."""
        try:
            answer = await self.client.metadata()
        except PlanError:
            return False
        return answer.ok

    async def run_pass(
        self,
        on_progress: Callable[[int, int], None] | None = None,
        stop: asyncio.Event | None = None,
    ) -> PassReport:
        """Send what waits, then read what is new. Raises StoreBusy when a pass of this store is running already."""
        if self._lock.locked():
            raise StoreBusy("Hearthside is sending already.", detail="pass")
        async with self._lock:
            pass_id = await self.store.write(lambda c: passes.begin(c, self.clock.now()))
            report = PassReport("problem", detail="interrupted")
            try:
                report = await self._run(on_progress, stop)
            except HearthsideError as error:
                report = PassReport(outcome_of(error), str(error), detail=_detail(error))
            finally:
                await self._write_down(pass_id, report)
            return report

    async def _run(
        self, on_progress: Callable[[int, int], None] | None, stop: asyncio.Event | None
    ) -> PassReport:
        sign_in = await self.store.read(sessions.find)
        if sign_in is None or sign_in.ended:
            raise SignInNeeded(detail="ended" if sign_in is not None else "never signed in")
        capabilities = await self._look()
        restored = await self._is_restored(capabilities)
        pushed = PushReport()
        pusher = Pusher(self.store, self.client, now=self.clock.now)
        if not restored:
            pushed = await pusher.push(stop, on_progress)
        pulled = PullReport()
        if pushed.error is None and not _is_set(stop):

            async def between() -> None:
                if not restored and await pusher.has_urgent():
                    _add(pushed, await pusher.push(stop))

            pulled = await Puller(
                self.store,
                self.client,
                capabilities,
                sign_in,
                stop=stop,
                on_progress=on_progress,
                between=between,
            ).pull()
        return self._report(pushed, pulled, restored=restored, stopped=_is_set(stop))

    async def _look(self) -> Capabilities:
        """The server's description of itself, asked again every ten minutes."""
        now = self.clock.monotonic()
        if self._capabilities is None or now - self._looked_at > LOOK_AGAIN_SECONDS:
            self._capabilities = decode_capabilities((await self.client.metadata()).get())
            self._looked_at = now
        if self._capabilities is None:
            raise PlanDown(detail="no FHIR R4 metadata")
        return self._capabilities

    async def _is_restored(self, capabilities: Capabilities) -> bool:
        """True when the server says that its database is not the one this device knows."""
        epoch = capabilities.store_epoch
        if epoch is None:
            return False
        known = await self.store.read(lambda c: meta.find(c, meta.STORE_EPOCH))
        if known is None:
            await self.store.write(lambda c: meta.put(c, meta.STORE_EPOCH, epoch))
        if known is not None and known != epoch:
            # Asked again at each pass, so that the pause ends as soon as the server is itself again.
            self._capabilities = None
            return True
        return False

    def _report(self, pushed: PushReport, pulled: PullReport, *, restored: bool, stopped: bool) -> PassReport:
        error = pushed.error or pulled.error
        sentence = str(error) if error is not None else None
        if error is not None:
            outcome = outcome_of(error)
        elif stopped:
            outcome = "stopped"
        elif restored:
            outcome, sentence = "partly", RESTORED
        else:
            outcome = "ok" if pulled.complete and not pushed.waiting else "partly"
        detail = " ".join(part for part in (pulled.detail, _detail(error) if error else "") if part)
        return PassReport(
            outcome=outcome,
            sentence=sentence,
            pushed=pushed.settled,
            set_aside=pushed.set_aside,
            waiting=pushed.waiting,
            pulled=pulled.pulled,
            server_at=self.client.server_at if outcome == "ok" else None,
            retry_after=pushed.retry_after,
            detail=detail,
        )

    async def _write_down(self, pass_id: int, report: PassReport) -> None:
        offset = self.client.clock_offset_ms

        def write(connection: Connection) -> None:
            if offset is not None:
                meta.put(connection, meta.CLOCK_OFFSET_MS, str(offset))
            passes.end(
                connection,
                pass_id,
                at=self.clock.now(),
                outcome=report.outcome,
                pushed=report.pushed,
                pulled=report.pulled,
                detail=report.detail,
                server_at=report.server_at,
            )
            passes.trim(connection)

        try:
            await self.store.write(write, Topic.SYNC)
        except HearthsideError as error:
            # The records are what matters; the log of a pass may fail with the disk.
            _log.warning("pass not written down: %s %s", type(error).__name__, error.detail)


def _add(report: PushReport, more: PushReport) -> None:
    report.settled += more.settled
    report.set_aside += more.set_aside
    report.waiting += more.waiting
    report.error = report.error or more.error
    report.retry_after = more.retry_after if report.retry_after is None else report.retry_after


def _is_set(stop: asyncio.Event | None) -> bool:
    return stop is not None and stop.is_set()


def _detail(error: HearthsideError) -> str:
    return f"{type(error).__name__} {error.detail}".strip()
