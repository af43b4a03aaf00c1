"""A vault a window: who is connected, and what is locked when a window stays away.

A closed tab and a lost connection look alike, so both start the same short wait. A window back in time finds
everything as it was; one that comes later finds the lock screen, because its Flet session was thrown away
before its vault was locked: Flet would otherwise send the old screen, with a patient on it, to the tab that
reconnects.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

log = logging.getLogger("app.web")

AWAY_SECONDS = 30.0

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


class Windows:
    """Watches every window of this process.

    The end of a connection is told by the door, not by Flet: Flet forgets to tell when a send was under way as the
    line broke, and the vault would have stayed open.
    """

    def __init__(
        self,
        lock: Callable[[str], Awaitable[None]],
        forget: Callable[[str], Awaitable[None]],
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`lock` locks the vault of a window, `forget` throws its Flet session away; both take its key."""
        self._lock = lock
        self._forget = forget
        self._wait = wait
        self._socket: dict[str, int | None] = {}
        self._away: dict[str, asyncio.Task[None]] = {}

    def watch(self, page: PageLike, session_key: str, on_return: Callable[[], None] = lambda: None) -> None:
        """Follow one page; call it in the task that Flet made for it. `on_return`: it is connected again."""

        def came_back(_event: object) -> None:
            self._cancel(session_key)
            self._socket[session_key] = _current_socket.get()
            on_return()

        async def closed(_event: object) -> None:
            self._cancel(session_key)
            self._socket.pop(session_key, None)
            await self._lock(session_key)

        self._socket[session_key] = _current_socket.get()
        page.on_connect = came_back
        page.on_close = closed

    def end_socket(self, number: int) -> None:
        """A connection ended. A window that has another one by now is not away."""
        for session_key, current in self._socket.items():
            if current == number:
                self._cancel(session_key)
                self._away[session_key] = asyncio.create_task(self._wait_and_lock(session_key))

    async def close(self) -> None:
        """Stop waiting. The vaults are locked by whoever closes the device."""
        for session_key in list(self._away):
            self._cancel(session_key)

    def _cancel(self, session_key: str) -> None:
        task = self._away.pop(session_key, None)
        if task is not None:
            task.cancel()

    async def _wait_and_lock(self, session_key: str) -> None:
        await self._wait(AWAY_SECONDS)
        self._away.pop(session_key, None)  # from here on coming back is too late
        self._socket.pop(session_key, None)
        await self._forget(session_key)
        await self._lock(session_key)
        log.info("a window stayed away and was locked")


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
