"""Passes of one store: one at a time, each with its entry in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from app.errors import HearthsideError, PlanError, SignInNeeded, StoreBusy
from app.language import N_
from app.store import meta, passes, sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.store.faults import store_errors
from app.store.files import StoreLock
from app.sync.capabilities import Capabilities
from app.sync.clock import Clock, SystemClock
from app.sync.doors import visit_doors
from app.sync.one_pass import OnePass
from app.sync.outcomes import refresh_outcomes
from app.sync.pass_report import PassReport, detail_of, outcome_of
from app.sync.probe import read_capabilities
from app.sync.team_board import refresh_board
from app.sync.transport import FhirClient

__all__ = ["Clock", "PassReport", "SyncEngine", "SystemClock", "outcome_of"]

LOOK_AGAIN_SECONDS = 600.0
"""How long a server's description of itself is believed."""
RUNNING = N_("Hearthside is sending already.")

_log = logging.getLogger("app.sync")
_runners: WeakKeyDictionary[Store, asyncio.Lock] = WeakKeyDictionary()


class SyncEngine:
    """Pushes and pulls for one open store. Raises nothing that a pass can report."""

    def __init__(self, store: Store, client: FhirClient, clock: Clock | None = None) -> None:
        self.store = store
        self.client = client
        self.clock: Clock = clock or SystemClock()
        self._capabilities: Capabilities | None = None
        self._looked_at = 0.0
        self._lock = _runners.setdefault(store, asyncio.Lock())

    @property
    def wait_asked(self) -> float | None:
        """Seconds for which the plan's last answer, to a probe too, asked to be left alone."""
        return self.client.wait_asked

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
            raise StoreBusy(RUNNING, detail="pass")
        async with self._lock:
            held = await asyncio.to_thread(self._hold)
            try:
                return await self._run_alone(on_progress, stop)
            finally:
                held.release()

    def _hold(self) -> StoreLock:
        """One runner a store over all programs; whatever ends this one frees it (F36)."""
        path = self.store.path.with_name(f"{self.store.path.name}.pass")
        with store_errors(path.parent):
            try:
                return StoreLock.acquire(path)
            except StoreBusy as error:
                raise StoreBusy(RUNNING, detail=f"pass {error.detail}".strip()) from None

    async def _run_alone(
        self, on_progress: Callable[[int, int], None] | None, stop: asyncio.Event | None
    ) -> PassReport:
        pass_id = await self.store.write(lambda c: passes.begin(c, self.clock.now()))
        report = PassReport("problem", detail="interrupted")
        try:
            report = await self._run(on_progress, stop)
        except HearthsideError as error:
            report = PassReport(outcome_of(error), str(error), detail=detail_of(error))
        finally:
            await self._write_down(pass_id, report)
        if report.outcome == "plan-down" and report.retry_after is None:
            report = replace(report, retry_after=self.client.wait_asked)
        if report.outcome in ("plan-down", "no-network"):
            # A server that was away may come back with the records of an earlier day: its epoch is asked for first.
            self._looked_at = float("-inf")
        return report

    async def _run(
        self, on_progress: Callable[[int, int], None] | None, stop: asyncio.Event | None
    ) -> PassReport:
        sign_in = await self.store.read(sessions.find)
        if sign_in is None or sign_in.ended:
            raise SignInNeeded(detail="ended" if sign_in is not None else "never signed in")
        capabilities = await self._look()
        await self.client.renew_early()
        await visit_doors(self.store, self.client, capabilities)
        this = OnePass(self.store, self.client, self.clock, capabilities, sign_in, on_progress, stop)
        report = await this.run()
        if report.outcome in ("ok", "partly"):
            await refresh_board(self.store, self.client, capabilities, sign_in.role)
            await refresh_outcomes(self.store, self.client, capabilities, sign_in.role)
        if capabilities.store_epoch is not None and "restored" in report.detail.split():
            # Asked again at each pass, so that the pause ends as soon as the server is itself again.
            self._capabilities = None
        return report

    async def _look(self) -> Capabilities:
        """The server's description of itself: asked again every ten minutes, and when answers name another epoch."""
        now, heard = self.clock.monotonic(), self.client.store_epoch
        moved = self._capabilities is not None and heard not in (None, self._capabilities.store_epoch)
        if self._capabilities is None or moved or now - self._looked_at > LOOK_AGAIN_SECONDS:
            self._capabilities = await read_capabilities(self.client, self.store, self._capabilities)
            self._looked_at = now
        return self._capabilities

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
                set_aside=report.set_aside,
                waiting=report.waiting,
                detail=report.detail,
                server_at=report.server_at,
            )
            passes.trim(connection)

        try:
            await self.store.write(write, Topic.SYNC)
        except HearthsideError as error:
            # The records are what matters; the log of a pass may fail with the disk.
            _log.warning("pass not written down: %s %s", type(error).__name__, error.detail)
