"""Sealed copies kept up to date while a window is open: laid after each signature and alert, deleted after receipts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from app.errors import HearthsideError
from app.store.changes import Changes, Topic
from app.store.engine import Store
from app.sync.courier import Sealer

LAST_TAKES = 5.0
"""Seconds for the copies of what was signed at the very end, while the window closes."""
_TOPICS = frozenset({Topic.OUTBOX, Topic.SYNC})
log = logging.getLogger("app.services.sealing")


class Sealing:
    """One for each open store. A copy that cannot be made now is made after the next change, or at the next start."""

    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] | None = None
        self._ending = False
        self._one_at_a_time = asyncio.Lock()

    async def run_now(self) -> None:
        """What is missing is there when this returns, unless it could not be made (the log says so)."""
        await self._seal()

    def start(self) -> None:
        """Begin with what is missing since the last time."""
        if self._task is None:
            self._unlisten = self._store.listen(self._heard)
            self._news.set()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="sealing")

    async def stop(self) -> None:
        """Make what is missing, for a few seconds at most, and end. The store must still be open."""
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if self._task is None:
            return
        self._ending = True
        self._news.set()
        # Not cut off while it lays one: its thread would go on writing beside the next.
        _, late = await asyncio.wait({self._task}, timeout=LAST_TAKES)
        if late:
            self._task.cancel()
            log.warning("copies were left for the next start")
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    def _heard(self, changes: Changes) -> None:
        if changes & _TOPICS:
            self._news.set()

    async def _run(self) -> None:
        try:
            await self._sealer.tidy()
        except (HearthsideError, OSError) as error:
            log.warning("unfinished copies could not be cleared away: %s", type(error).__name__)
        while True:
            await self._news.wait()
            self._news.clear()
            ending = self._ending
            await self._seal()
            if ending:
                return

    async def _seal(self) -> None:
        try:
            async with self._one_at_a_time:
                await self._sealer.run()
        except Exception as error:  # noqa: BLE001 - whatever fails here, the write itself is safe in the store
            log.error("copies could not be laid: %s", type(error).__name__)
