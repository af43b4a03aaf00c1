"""A vault a window: who is connected, and what is locked when a window stays away.

A closed tab and a lost connection look alike, so both start the same short wait. A window back in time finds
everything as it was; one that comes later finds the lock screen, because its Flet session was thrown away
before its vault was locked: Flet would otherwise send the old screen, with a patient on it, to the tab that
reconnects. A wait does not count the time that a computer sleeps, so each new connection looks at the clocks
before Flet hears of it.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from app.services.lock_policy import IdleClock, Reading, SystemIdleClock, passed

log = logging.getLogger("app.web")

AWAY_SECONDS = 30.0
"""How long a window may stay away that has no records open."""
LONGEST_AWAY = 1800.0
"""The most that a plan may allow while its nurse is in a call or a video visit."""
LOOK_EVERY = 5.0

_numbers = itertools.count(1)
_current_socket: contextvars.ContextVar[int | None] = contextvars.ContextVar("current_socket", default=None)
"""The WebSocket that the running code serves. Flet starts a page's code in tasks of that connection."""


def begin_socket() -> int:
    """Number the connection that the current task serves. The door calls it before Flet sees the connection."""
    number = next(_numbers)
    _current_socket.set(number)
    return number


class PageLike(Protocol):
    """What is needed of a Flet page."""

    on_connect: Any
    on_close: Any


class Doors(Protocol):
    """What is needed of the device; all by a window's key."""

    async def lock_window(self, session_key: str) -> None: ...

    def window_gone(self, session_key: str) -> float | None:
        """Returns the seconds that it may stay away, None when it has nothing open."""
        ...

    def window_back(self, session_key: str) -> None: ...


@dataclass(slots=True)
class _Away:
    since: Reading
    limit: float
    task: asyncio.Task[None] | None = None


class Windows:
    """Watches every window of this process.

    The end of a connection is told by the door, not by Flet: Flet forgets to tell when a send was under way as the
    line broke, and the vault would have stayed open.
    """

    def __init__(
        self,
        doors: Doors,
        forget: Callable[[str], Awaitable[None]],
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: IdleClock | None = None,
    ) -> None:
        """`forget` throws away the Flet session of a window, given its key."""
        self._doors = doors
        self._forget = forget
        self._wait = wait
        self._clock = clock or SystemIdleClock()
        self._socket: dict[str, int | None] = {}
        self._away: dict[str, _Away] = {}
        self._locking: set[asyncio.Task[None]] = set()

    def watch(self, page: PageLike, session_key: str, on_return: Callable[[], None] = lambda: None) -> None:
        """Follow one page; call it in the task that Flet made for it. `on_return`: it is connected again."""

        def came_back(_event: object) -> None:
            if self._cancel(session_key):
                self._doors.window_back(session_key)
            self._socket[session_key] = _current_socket.get()
            on_return()

        async def closed(_event: object) -> None:
            self._cancel(session_key)
            self._socket.pop(session_key, None)
            await self._doors.lock_window(session_key)

        self._socket[session_key] = _current_socket.get()
        page.on_connect = came_back
        page.on_close = closed

    def end_socket(self, number: int) -> None:
        """A connection ended. A window that has another one by now is not away."""
        for session_key, current in self._socket.items():
            if current == number:
                self._cancel(session_key)
                limit = self._doors.window_gone(session_key)
                away = _Away(self._clock.read(), AWAY_SECONDS if limit is None else limit)
                self._away[session_key] = away
                away.task = asyncio.create_task(self._wait_and_lock(session_key, away))

    async def look(self) -> None:
        """Lock what stayed away too long. To be awaited for each new connection, before Flet sees it."""
        now = self._clock.read()
        for session_key, away in list(self._away.items()):
            if passed(away.since, now) >= away.limit:
                self._cancel(session_key)
                await self._end(session_key)

    async def close(self) -> None:
        """Stop waiting. The vaults are locked by whoever closes the device."""
        for session_key in list(self._away):
            self._cancel(session_key)

    def _cancel(self, session_key: str) -> bool:
        away = self._away.pop(session_key, None)
        if away is not None and away.task is not None:
            away.task.cancel()
        return away is not None

    async def _wait_and_lock(self, session_key: str, away: _Away) -> None:
        while (left := away.limit - passed(away.since, self._clock.read())) > 0:
            await self._wait(min(left, LOOK_EVERY))
        self._away.pop(session_key, None)  # from here on coming back is too late
        await self._end(session_key)

    async def _end(self, session_key: str) -> None:
        self._socket.pop(session_key, None)
        await self._forget(session_key)
        # not awaited by whoever connects: a push under way may take its time to settle
        locking = asyncio.create_task(self._doors.lock_window(session_key))
        self._locking.add(locking)
        locking.add_done_callback(self._locking.discard)
        log.info("a window stayed away and is locked")


async def forget_flet_session(session_key: str) -> None:
    """Remove a session from Flet's memory, at once instead of at its next sweep.

    Flet 1.0.5 keys its sessions by more than the id and offers no search, so its private table is read here;
    tests/web proves on each run that this still finds them.
    """
    from flet_web.fastapi import app_manager  # type: ignore[import-untyped] # Flet's web server ships no types

    table: dict[str, Any] = app_manager._FletAppManager__sessions
    for name, session in list(table.items()):
        if session.id == session_key:
            await app_manager.delete_session(name)
