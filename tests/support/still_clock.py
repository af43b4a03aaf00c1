"""Clocks that stand still until a test moves them, for the lock of a window."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from app.services.lock_policy import LockWatch, Reading


@dataclass
class StillClock:
    """`boot` None: a system that offers no clock which counts sleep."""

    boot: float | None = 5000.0
    monotonic: float = 5000.0
    wall: float = 1_800_000_000.0
    _waiting: list[asyncio.Event] = field(default_factory=list)

    def read(self) -> Reading:
        return Reading(self.boot, self.monotonic, self.wall)

    def go(self, seconds: float) -> None:
        """Time goes by; whoever waits looks at the clock again."""
        self.boot = None if self.boot is None else self.boot + seconds
        self.monotonic += seconds
        self.wall += seconds
        for event in self._waiting:
            event.set()

    def sleep(self, seconds: float) -> None:
        """The tablet sleeps: the plain monotonic clock stands still."""
        self.boot = None if self.boot is None else self.boot + seconds
        self.wall += seconds

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """For `LockWatch(wait=…)`: until something happens or the clock is moved."""
        self._waiting.append(event)
        try:
            await event.wait()
        finally:
            self._waiting.remove(event)

    def make_watch(self) -> LockWatch:
        return LockWatch(self, wait=self.wait)
