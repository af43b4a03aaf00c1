"""Wrong tries at a store's lock: counted before the key is derived, slowed, never a wipe.

Waiting is measured on the clock that counts since boot, sleep included where the system offers that (CLOCK_BOOTTIME).
It can only count too little, never too much: setting the date on or back changes nothing, and after a restart the
time that the device has been running is what surely went by.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FREE_TRIES = 4
WAITS = (30, 60, 120, 300, 600, 900)
"""Seconds to wait after the 5th wrong try, the 6th, …; every later one costs the last."""

_MOST = 1_000_000
_MOST_SECONDS = 1e10
"""Bounds of what is read back; a number beyond them is nobody's count or clock, and some are too long to write."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class BootTime:
    """Seconds since boot, and which boot that was ("" where the system does not say)."""

    boot: str
    seconds: float


BootClock = Callable[[], BootTime]


def read_boot_clock() -> BootTime:
    """The device's own."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    seconds = time.monotonic() if clock is None else time.clock_gettime(clock)
    try:
        boot = _BOOT_ID.read_text().strip()
    except OSError:
        boot = ""
    return BootTime(boot, seconds)


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many tries in a row were wrong (the one under way included), and when the last one was made."""

    count: int
    at: BootTime

    def wait_seconds(self, now: BootTime) -> int:
        """Whole seconds until the next try is allowed; 0 = now."""
        if self.count <= FREE_TRIES:
            return 0
        wait = WAITS[min(self.count - FREE_TRIES, len(WAITS)) - 1]
        return max(0, math.ceil(wait - self.passed_seconds(now)))

    def passed_seconds(self, now: BootTime) -> float:
        """What surely went by since the last try."""
        same_boot = now.boot == self.at.boot and now.seconds >= self.at.seconds
        return now.seconds - self.at.seconds if same_boot else now.seconds

    def next(self, now: BootTime) -> Attempts:
        """One more try, made now."""
        return Attempts(self.count + 1, now)

    def to_json(self) -> dict[str, Any]:
        return {"count": self.count, "boot": self.at.boot, "seconds": self.at.seconds}


def none_wrong(now: BootTime) -> Attempts:
    """A new store, or one that was just opened."""
    return Attempts(0, now)


def find_attempts(data: Any) -> Attempts | None:
    """What `to_json` wrote, as an object or as its text; None when it is anything else."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return None
    if not isinstance(data, dict):
        return None
    count, boot, seconds = data.get("count"), data.get("boot"), data.get("seconds")
    if type(count) is not int or count < 0 or not isinstance(boot, str):
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not abs(seconds) < _MOST_SECONDS:
        return None
    return Attempts(min(count, _MOST), BootTime(boot, float(seconds)))


def worse_of(copies: list[Attempts | None], now: BootTime) -> Attempts:
    """The higher count with the later try: a copy with a raised count and an old try must not spare the wait.

    With none left somebody took them away: one wait from now.
    """
    known = [copy for copy in copies if copy is not None]
    if not known:
        return Attempts(FREE_TRIES + 1, now)
    latest = min(known, key=lambda copy: copy.passed_seconds(now))
    return Attempts(max(copy.count for copy in known), latest.at)
