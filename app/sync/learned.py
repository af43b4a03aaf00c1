"""What is learned about one plan's server while sending, written down as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from app.store import meta
from app.store.engine import Store
from app.sync import limits as stored
from app.sync.capabilities import Capabilities
from app.sync.limits import Limits, known_limits

CLASH = 409


class Learned:
    """`limits` as known by now; `load` before they are first read."""

    def __init__(self, store: Store, server: str, capabilities: Capabilities | None = None) -> None:
        self._store = store
        self._server = server
        self._capabilities = capabilities
        self._loaded = False
        self.limits = Limits()

    async def load(self) -> None:
        """Once for each pass."""
        if self._loaded:
            return

        def read(connection: Connection) -> Limits:
            said = known_limits(self._capabilities)
            if meta.find(connection, meta.STORE_EPOCH) is not None:
                # Our own backend, which keeps both conditions.
                said = replace(said, honours_none_match=True, honours_match=True)
            return stored.load(connection, self._server, said)

        self.limits = await self._store.read(read)
        self._loaded = True

    async def too_many(self, entries: int) -> None:
        await self._change(lambda known: known.too_many(entries))

    async def too_large(self, size: int, entries: int) -> None:
        await self._change(lambda known: known.too_large(size, entries))

    async def too_slow(self, entries: int) -> None:
        await self._change(lambda known: known.too_slow(entries))

    async def taken(self, entries: int, size: int) -> None:
        await self._change(lambda known: known.taken(entries, size))

    async def runs_batches(self) -> None:
        """Some entries of a transaction were stored and others not."""
        await self._change(lambda known: replace(known, batches=True))

    async def minded(self, status: int, *, create: bool) -> None:
        """A condition stopped a write: If-None-Match: * of a creation, If-Match of an edit. What was seen to be
        ignored once is never trusted again.

        HAPI says 409 for a stale If-Match. It says it also where two make the same record at once, and does not mind
        If-None-Match: to a creation 409 proves nothing.
        """
        if create and status != CLASH:
            await self._change(lambda known: _first(known, honours_none_match=True))
        elif not create:
            await self._change(lambda known: _first(known, honours_match=True))

    async def ignored(self, *, create: bool) -> None:
        """A write went over something although its condition did not hold."""
        if create:
            await self._change(lambda known: replace(known, honours_none_match=False))
        else:
            await self._change(lambda known: replace(known, honours_match=False))

    async def _change(self, change: Callable[[Limits], Limits]) -> None:
        known, self.limits = self.limits, change(self.limits)
        if self.limits != known:
            limits = self.limits
            await self._store.write(lambda c: stored.save(c, self._server, limits))


def _first(known: Limits, *, honours_none_match: bool = False, honours_match: bool = False) -> Limits:
    if honours_none_match and known.honours_none_match is None:
        return replace(known, honours_none_match=True)
    if honours_match and known.honours_match is None:
        return replace(known, honours_match=True)
    return known
