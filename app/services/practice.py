"""Practising: whether this window does so now, and how it begins and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.errors import RecordError

if TYPE_CHECKING:
    from app.services.practice_session import PracticeSession

Open = Callable[[], Awaitable["PracticeSession"]]


class Practice:
    """One a window. What is done while it runs lies in a store of its own and is gone when it ends (ADR 0045)."""

    def __init__(self) -> None:
        self.open: Open | None = None
        """Makes the practice; None where nobody can practise (in a practice, and in a window that is not wired)."""
        self._now: PracticeSession | None = None
        self._turn = asyncio.Lock()
        self._ended = False
        self._listeners: list[Callable[[], None]] = []

    @property
    def now(self) -> PracticeSession | None:
        """What the window shows instead of the nurse's own records while she practises."""
        return self._now

    async def begin(self) -> None:
        """Does nothing while one runs already. Raises RecordError where nobody can practise, DiskFull."""
        async with self._turn:
            if self._now is not None:
                return
            if self.open is None or self._ended:
                raise RecordError("Practicing is not possible here.")
            self._set(await self.open())

    async def end(self) -> None:
        """Throw away all that was practised. Nothing happens when none runs."""
        async with self._turn:
            running = self._now
            if running is not None:
                self._set(None)
                await running.lock()

    async def close(self) -> None:
        """End it for good: the window locks."""
        self._ended = True
        await self.end()

    def listen(self, fn: Callable[[], None]) -> Callable[[], None]:
        """Call `fn` whenever practising begins or ends; returns what ends that."""
        self._listeners.append(fn)
        return lambda: self._listeners.remove(fn) if fn in self._listeners else None

    def _set(self, new: PracticeSession | None) -> None:
        self._now = new
        for fn in tuple(self._listeners):
            fn()
