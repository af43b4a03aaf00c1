"""Requests that only use time that nobody else needs: let go when time is up, or when something else can be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from app.errors import HearthsideError
from app.store import attachment_sending, outbox
from app.store.changes import Changes, Topic
from app.store.engine import Store

T = TypeVar("T")


class Interrupted(Exception):
    """Something more important came up while a request was under way, or somebody asked to stop."""


class SpareTime:
    """So many seconds from now. `close` when done with it."""

    def __init__(self, store: Store, stop: asyncio.Event, seconds: float) -> None:
        self._store = store
        self._stop = stop
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + seconds
        self._leave = asyncio.Event()
        self._known: frozenset[str] = frozenset()
        self._again = False
        self._looking: asyncio.Task[None] | None = None
        self._unlisten = store.listen(self._heard)

    async def begin(self) -> None:
        """What could be sent already had its turn in this pass; only what comes from now on counts."""
        self._known = await self._others()

    def close(self) -> None:
        self._unlisten()
        if self._looking is not None:
            self._looking.cancel()

    @property
    def is_needed(self) -> bool:
        """True once somebody else needs it."""
        return self._stop.is_set() or self._leave.is_set()

    @property
    def is_over(self) -> bool:
        return self.is_needed or self._loop.time() >= self._until

    async def run(self, request: Coroutine[Any, Any, T]) -> T:
        """The answer to a request. Raises TimeoutError when time is up and Interrupted when it is needed."""
        task = asyncio.ensure_future(request)
        waits = [asyncio.ensure_future(event.wait()) for event in (self._stop, self._leave)]
        try:
            left = max(self._until - self._loop.time(), 0.0)
            await asyncio.wait({task, *waits}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if any(one.done() for one in waits):
                raise Interrupted
            raise TimeoutError
        finally:
            for one in (task, *waits):
                one.cancel()
            await asyncio.gather(task, *waits, return_exceptions=True)

    def _heard(self, changes: Changes) -> None:
        if Topic.OUTBOX not in changes:
            return
        self._again = True
        if self._looking is None or self._looking.done():
            self._looking = self._loop.create_task(self._look_round())

    async def _look_round(self) -> None:
        try:
            while self._again and not self._leave.is_set():
                self._again = False
                if await self._others() - self._known:
                    self._leave.set()
        except HearthsideError:
            self._leave.set()  # a store that cannot be read is for the next pass to say

    async def _others(self) -> frozenset[str]:
        """Groups that could be sent now, files and their documents apart."""
        groups = await self._store.read(outbox.pending)
        return frozenset(group.group_id for group in groups if group.priority < attachment_sending.PRIORITY)
