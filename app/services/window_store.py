"""The store as the services of one window are given it: shut for good as soon as that window is locked.

A push that is under way when a window locks may settle first, and needs the open store for that. Whatever a screen
still holds (a service, a handler that runs late) must not: it goes through this door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import Connection

from app.errors import StoreError
from app.store.changes import Changes, Topic
from app.store.engine import Store

T = TypeVar("T")


class WindowStore(Store):
    """Passes everything on until `shut`. It opens and closes nothing by itself."""

    def __init__(self, inner: Store) -> None:
        # Not Store's own: that would open the file a second time.
        self._inner: Store | None = inner
        self.path = inner.path
        self.store_id = inner.store_id

    def shut(self) -> None:
        """From now on everything is refused, and nothing here leads to the open store."""
        self._inner = None

    @property
    def closed(self) -> bool:
        return self._inner is None or self._inner.closed

    async def read(self, fn: Callable[[Connection], T]) -> T:
        return await self._open().read(fn)

    async def write(
        self,
        fn: Callable[[Connection], T],
        *topics: Topic,
        more: Callable[[T], Iterable[Topic]] = lambda result: (),
    ) -> T:
        return await self._open().write(fn, *topics, more=more)

    async def empty_log(self) -> bool:
        return await self._open().empty_log()

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        return self._open().listen(fn)

    async def close(self) -> None:
        """The session closes the store itself."""
        self.shut()

    def _open(self) -> Store:
        if self._inner is None:
            raise StoreError("Hearthside is locked.", detail="closed")
        return self._inner
