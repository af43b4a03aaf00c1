"""When a window covers itself and when it asks for the PIN again. No decision rests on the wall clock (ADR 0031).

`LockWatch` is told what happens (a tap, the app went behind another one, the app itself opened a call) and answers
what has to be shown. It holds no key and draws nothing.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.domain.settings import LockTimes
from app.sync.loop import Wait, wait_for

WALL_SLACK = 2.0
"""Seconds that a wall clock may be set back by the system's own time keeping without anybody meaning it."""
LOOK_EVERY = 5.0
"""The longest that is waited between two looks: a wait does not count the time that a tablet sleeps."""
SOON = 0.05
"""The shortest wait, where rounding would make it none."""
DOUBLE_TAP = 0.6
"""Seconds within which a second tap is a trembling hand."""
SAME_TAP = 3.0
"""A tap this soon after the app opened another one is the same tap, or its double."""


class Shade(StrEnum):
    """What lies over the open records."""

    NONE = "none"
    BLANK = "blank"
    """The app is not in front. Goes by itself."""
    COVER = "cover"
    """Nobody has tapped for a while. One tap takes it away."""
    LOCK = "lock"
    """The PIN is asked for; the session ends."""


class Errand(StrEnum):
    """Why the app itself sends somebody to another one."""

    CALL = "call"
    MAP = "map"
    CAMERA = "camera"
    VIDEO = "video"
    SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Reading:
    """All clocks at one moment, in seconds. `boot` counts from the start, sleep included; None where there is none."""

    boot: float | None
    monotonic: float
    wall: float


class IdleClock(Protocol):
    def read(self) -> Reading: ...


class SystemIdleClock:
    """The device's own clocks."""

    def read(self) -> Reading:
        kind = getattr(time, "CLOCK_BOOTTIME", None)
        boot = None if kind is None else time.clock_gettime(kind)
        return Reading(boot, time.monotonic(), time.time())


def passed(since: Reading, now: Reading) -> float:
    """Seconds that went by, never too few: without a clock that counts sleep the longer one of two holds.

    A wall clock that went back says nothing any more: then the time is up, whatever it was.
    """
    if since.boot is not None and now.boot is not None:
        return now.boot - since.boot if now.boot >= since.boot else math.inf
    wall, monotonic = now.wall - since.wall, now.monotonic - since.monotonic
    return math.inf if wall < -WALL_SLACK else max(wall, monotonic)


class LockWatch:
    """One open session's lock. Everything is told on the event loop's thread."""

    def __init__(
        self,
        clock: IdleClock | None = None,
        *,
        wait: Wait = wait_for,
    ) -> None:
        self.times = LockTimes()
        """The plan's, once they were read."""
        self._clock = clock or SystemIdleClock()
        self._wait = wait
        self._acted = self._clock.read()
        self._in_visit = False
        self._hidden: Reading | None = None
        self._behind = False
        self._covered = False
        self._covered_at: Reading | None = None
        self._errand: Errand | None = None
        self._errand_at = self._acted
        self._gone = False
        self._up = False
        """The time was up once: nothing that comes after gives any of it back."""
        self._handed = False
        self._news = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def listen(self, fn: Callable[[], None]) -> Callable[[], None]:
        """Call `fn` when the shade may have changed; returns what ends it."""
        self._listeners.append(fn)
        return lambda: self._listeners.remove(fn) if fn in self._listeners else None

    # --- what happens ---

    def place(self, in_visit: bool) -> None:
        """Which place is open: in a visit there is more time."""
        self.shade()
        self._in_visit = in_visit

    def hand_over(self, handed: bool) -> None:
        """Somebody reads and answers slowly, with nothing of the record in sight: no cover meanwhile. The PIN's
        limits stay.
        """
        self._handed = handed
        self._tell()

    def act(self) -> None:
        """Somebody tapped or typed. Takes no cover away: only `uncover` does."""
        if self.shade() in (Shade.LOCK, Shade.COVER):
            self._tell()
            return
        now = self._clock.read()
        if self._errand is not None and passed(self._errand_at, now) > SAME_TAP:
            self._errand = None
        self._acted = now

    def cover(self) -> None:
        """Covered by hand, in front of others. From here on no tap gives any time back: the lock's clock goes on."""
        if self.shade() in (Shade.NONE, Shade.BLANK):
            self._covered, self._covered_at = True, self._clock.read()
        self._tell()

    def uncover(self) -> None:
        """The tap on the cover. Too late it locks; one that belongs to the tap that covered it counts for nothing."""
        by_hand = self._covered_at
        if by_hand is not None and passed(by_hand, self._clock.read()) < DOUBLE_TAP:
            return
        self._covered_at = None
        if self.shade() is not Shade.LOCK:
            self._acted, self._covered = self._clock.read(), False
        self._tell()

    def errand(self, kind: Errand) -> None:
        """The app, which is in front, opens another one now. Outside a visit only signing in is worth more time."""
        if self.shade() in (Shade.NONE, Shade.COVER) and (self._in_visit or kind is Errand.SIGN_IN):
            self._errand, self._errand_at = kind, self._clock.read()

    def leave(self, *, hidden: bool) -> None:
        """The app is not in front any more; `hidden`: nothing of it can be seen."""
        self._covered = self._covered or self._is_untouched()
        self._behind = True
        if hidden and self._hidden is None:
            self._hidden = self._clock.read()
        self._tell()

    def come_back(self) -> None:
        """The app is in front again: somebody holds it, so the time begins anew unless it was up."""
        if self.shade() is not Shade.LOCK:
            if self._behind:
                self._acted, self._errand = self._clock.read(), None
            self._behind, self._hidden = False, None
        self._tell()

    def go(self) -> float:
        """The window itself is gone (a closed tab, a lost line). Whoever calls counts and locks.

        Returns the seconds that it may stay away.
        """
        self._gone = True
        self.leave(hidden=True)
        return self.left()

    def return_(self) -> None:
        """The window that was gone is there again."""
        self._gone = False
        self.come_back()

    # --- what follows ---

    def shade(self) -> Shade:
        """What lies over the records now."""
        if self._up or self.left() <= 0:
            self._up = True
            return Shade.LOCK
        if self._covered or self._is_untouched():
            self._covered = True
            return Shade.COVER
        return Shade.BLANK if self._behind else Shade.NONE

    @property
    def in_visit(self) -> bool:
        return self._in_visit

    def left(self) -> float:
        """Seconds until the PIN is asked for, 0 or less when it is time."""
        if self._up:
            return 0.0
        errand = self._errand
        limit = self.times.visit if self._in_visit else self.times.elsewhere
        if errand is not None and self._hidden is not None:
            # The errand has its own time, and nobody can tap meanwhile.
            away = self.times.elsewhere if errand is Errand.SIGN_IN else self.times.errand
            return away - passed(self._hidden, self._clock.read())
        left = limit - self._idle()
        if self._hidden is not None:
            left = min(left, self.times.background - passed(self._hidden, self._clock.read()))
        return left

    def _is_untouched(self) -> bool:
        return not self._handed and self._idle() >= self.times.cover

    def _idle(self) -> float:
        return passed(self._acted, self._clock.read())

    async def run(self, lock: Callable[[], Awaitable[None]]) -> None:
        """Look until it is time, then `lock` once. While the window is gone, whoever called `go` decides."""
        shown = self.shade()
        while True:
            self._news.clear()
            shade = self.shade()
            if shade is not shown:
                shown = shade
                self._tell()
            if shade is Shade.LOCK and not self._gone:
                await lock()
                return
            due = LOOK_EVERY if self._gone else min(self.left(), LOOK_EVERY)
            if shade is Shade.NONE and not self._handed:
                due = min(due, self.times.cover - self._idle())
            self._news.clear()
            await self._wait(self._news, max(due, SOON))

    def _tell(self) -> None:
        self._news.set()
        for fn in tuple(self._listeners):
            fn()
