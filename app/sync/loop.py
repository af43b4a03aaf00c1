"""The loop that makes sending nobody's job: it wakes on a new record, on a timer, on resume, on a network come back."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.store import outbox
from app.store.changes import Changes, Topic
from app.store.engine import Store
from app.sync.engine import PassReport, SyncEngine

PROBLEM = "Something went wrong while sending. Nothing was lost; Hearthside tries again."
STOP_SECONDS = 20.0
HURRY_SECONDS = 2.0
REPEATS = 3
"""Passes that follow each other without a rest while new records keep coming."""
_UNREACHABLE = frozenset({"no-network", "plan-down", "captive-portal"})
_log = logging.getLogger("app.sync")

Wait = Callable[[asyncio.Event, float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between passes. `jitter` is the share by which a wait varies, so that tablets do not come in step."""

    up: float = 30.0
    probe: float = 3.0
    longest: float = 60.0
    sign_in: float = 60.0
    jitter: float = 0.25


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


class SyncLoop:
    """Runs passes of one engine until it is stopped. Its state is plain attributes for the screen to read."""

    def __init__(
        self,
        engine: SyncEngine,
        store: Store,
        *,
        on_change: Callable[[], None] | None = None,
        rhythm: Rhythm | None = None,
        wait: Wait = wait_for,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._engine = engine
        self._store = store
        self._on_change = on_change
        self._rhythm = rhythm or Rhythm()
        self._wait = wait
        self._draw = draw
        self._wake = asyncio.Event()
        self._halt = asyncio.Event()
        self._stop_pass = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] | None = None
        self._failures = 0
        self._repeats = 0
        self._answers = False
        self._asked = False
        self.working = False
        self.progress: tuple[int, int] | None = None
        self.last: PassReport | None = None

    def start(self) -> None:
        """Begin with a pass at once. May be called once."""
        if self._task is None:
            self._unlisten = self._store.listen(self._heard)
            self._task = asyncio.get_running_loop().create_task(self._run(), name="sync-loop")

    def wake(self) -> None:
        """Run a pass now: somebody asked, the app came to the front, or a network appeared."""
        self._asked = True
        self._wake.set()

    def stop_pass(self) -> None:
        """End the current pass at the next safe point; what was sent is settled first."""
        self._stop_pass.set()

    async def stop(self, seconds: float = STOP_SECONDS, hurry: asyncio.Event | None = None) -> None:
        """Stop for good. A running push may settle for up to `seconds`, then it is cancelled.

        `hurry`: somebody waits for the store; from then on it may take `HURRY_SECONDS` more. Whatever is cancelled
        was "attempted" on disk before it left, so the next start looks it up.
        """
        self._halt.set()
        self._stop_pass.set()
        self._wake.set()
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if self._task is not None:
            hurried = asyncio.create_task((hurry or asyncio.Event()).wait())
            await asyncio.wait({self._task, hurried}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if hurried.done():
                await asyncio.wait({self._task}, timeout=HURRY_SECONDS)
            hurried.cancel()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def _heard(self, changes: Changes) -> None:
        if changes & {Topic.OUTBOX, Topic.SIGN_IN}:
            self._wake.set()

    async def _run(self) -> None:
        while not self._halt.is_set():
            try:
                if await self._may_try():
                    await self._pass()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - a loop that died would leave a day's visits unsent in silence
                # The type only: its text might hold what a patient said.
                _log.error("sync pass failed: %s", type(error).__name__)
                self._finish(PassReport("problem", PROBLEM, detail=type(error).__name__))
            await self._rest()

    async def _may_try(self) -> bool:
        """While the plan cannot be reached, one small request decides whether a pass is worth beginning."""
        last = self.last
        if self._asked or last is None or last.outcome not in _UNREACHABLE:
            return True
        self._answers = await self._engine.probe()
        if not self._answers:
            self.last = replace(last, retry_after=self._engine.wait_asked)  # the newest word counts
        return self._answers

    async def _pass(self) -> None:
        self._asked = False
        self._stop_pass.clear()
        if self._halt.is_set():
            return
        self._wake.clear()
        self.working = True
        self._tell()
        self._finish(await self._engine.run_pass(self._note_progress, self._stop_pass))

    def _finish(self, report: PassReport) -> None:
        self.working = False
        self.progress = None
        self.last = report
        self._failures = 0 if report.ok else self._failures + 1
        self._answers = self._answers and not report.ok
        self._tell()

    def _note_progress(self, done: int, of: int) -> None:
        self.progress = (done, of)
        self._tell()

    def _tell(self) -> None:
        if self._on_change is None:
            return
        try:
            self._on_change()
        except Exception as error:  # noqa: BLE001 - a screen's mistake must not stop what sends the visits
            _log.error("a screen failed to follow: %s", type(error).__name__)

    async def _rest(self) -> None:
        if self._halt.is_set() or self._asked:
            return
        # The pass's own commits woke us too; what counts is whether anything new waits.
        self._wake.clear()
        if self.last is not None and self.last.ok and self._repeats < REPEATS and await self._has_work():
            self._repeats += 1
            return
        self._repeats = 0
        await self._wait(self._wake, self._pause())

    async def _has_work(self) -> bool:
        def read(connection: Connection) -> bool:
            return bool(outbox.pending(connection, 1) or outbox.open_writes(connection))

        try:
            return await self._store.read(read)
        except Exception as error:  # noqa: BLE001 - as in `_run`: nothing outside a pass may end the loop either
            _log.warning("could not look into the outbox: %s", type(error).__name__)
            return False

    def _pause(self) -> float:
        """Seconds to rest: short while only the network is away, longer the more often a server failed."""
        rhythm, last = self._rhythm, self.last
        if last is None or last.ok or last.outcome == "stopped":
            seconds = rhythm.up
        elif last.retry_after is not None:
            # A server that says "at once" while it refuses would be asked without any rest.
            return max(last.retry_after, rhythm.probe) + self._draw() * rhythm.jitter * rhythm.probe
        elif last.outcome in _UNREACHABLE and not self._answers:
            seconds = rhythm.probe
        elif last.outcome == "sign-in-needed":
            seconds = rhythm.sign_in
        else:
            seconds = min(rhythm.probe * 2 ** min(self._failures, 10), rhythm.longest)
        return seconds * (1 + rhythm.jitter * (self._draw() - 0.5))
