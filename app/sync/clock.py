"""The two clocks that a pass reads."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Protocol

from app.sync.transport import utc_now


class Clock(Protocol):
    """The device's wall clock, and one that only goes forward."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class SystemClock:
    def now(self) -> datetime:
        return utc_now()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()
