"""Handing sealed visits to another device, and carrying those of others: as a file, or over the network of the room."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.services.clock import Clock
from app.store import audit, sealed
from app.store.changes import Topic
from app.store.courier_files import SealedFiles
from app.store.engine import Store
from app.sync import carrying, nearby
from app.sync.carrying import LARGEST_FILE as LARGEST_FILE
from app.sync.carrying import Carried as Carried
from app.sync.carrying import CarriesTooMuch
from app.sync.carrying import NoHandOver as NoHandOver
from app.sync.carrying import Taken as Taken
from app.sync.plan_keys import find_keys
from app.sync.relay import read_copies

NAME = "sealed-visits.json"
"""Of a hand-over as a file: says nothing of anybody."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A file to give away. `copies` of own and carried writes and `receipts` are in it."""

    name: str
    data: bytes
    copies: int
    receipts: int


class Carrying:
    """`seal` makes the copies that are missing; `wake` makes the sync loop go; `host` is where it listens (tests)."""

    def __init__(
        self,
        store: Store,
        me: PersonRef,
        clock: Clock,
        seal: Callable[[], Awaitable[None]],
        wake: Callable[[], None],
        host: str | None = None,
    ) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._seal = seal
        self._wake = wake
        self._host = host
        self._own = SealedFiles.beside(store.path)
        self._others = SealedFiles.carried(store.path)
        self._listener = nearby.Listener(self._exchange)
        self._last = Taken()

    async def state(self) -> Carried:
        """How much of her own waits, and what she carries."""
        here = await asyncio.to_thread(self._others.list_ids)

        def read(connection: Connection) -> Carried:
            known = sealed.list_known(connection, here)
            found = carrying.count_carried(connection, here, known)
            return replace(found, possible=find_keys(connection) is not None)

        return await self._store.read(read)

    async def make_file(self) -> HandOver:
        """All that may leave as one file. It stands in the audit log before it is given."""
        await self._note("hand-over")
        return await self._make()

    async def take(self, data: bytes) -> Taken:
        """What another device gave. Raises NoHandOver, CarriesTooMuch; copies that are here already change nothing."""
        copies, receipts = await asyncio.to_thread(carrying.unpack, data)

        def look(connection: Connection) -> tuple[str | None, frozenset[str]]:
            keys = find_keys(connection)
            return None if keys is None else keys.root_id, sealed.list_known(connection, frozenset(copies))

        root, own = await self._store.read(look)
        here = await asyncio.to_thread(self._others.list_ids)
        ours = {w: one for w, one in copies.items() if one["plan"] == root and w not in own and w not in here}
        foreign = sum(one["plan"] != root for one in copies.values())
        if len(here) + len(ours) > carrying.MOST:
            raise CarriesTooMuch(detail=f"{len(here)} and {len(ours)}")
        for write_id, copy in ours.items():
            await asyncio.to_thread(self._others.lay, write_id, copy)
        news = await self._store.write(lambda c: carrying.keep_receipts(c, receipts), Topic.OUTBOX)
        await self._note("hand-over-taken")
        if ours:
            self._wake()
        return Taken(len(ours), len(copies) - foreign - len(ours), news, foreign)

    async def listen(self) -> str:
        """Begin to wait for another device; returns the code to show. Raises NoNetworkHere."""
        self._last = Taken()
        return await self._listener.start(self._host)

    async def stop_listening(self) -> None:
        await self._listener.stop()

    def look(self) -> tuple[bool, Taken]:
        """Is the code still good, and what has come since it was shown?"""
        return self._listener.is_open, self._last

    async def call(self, code: str) -> Taken:
        """Hand over to the device that shows this code, and take what it has. Raises NotACode, NobodyThere."""
        await self._note("hand-over")
        back = await nearby.call(code, (await self._make()).data)
        return await self.take(back)

    async def _exchange(self, data: bytes) -> bytes:
        # Made before theirs is taken, so that they do not get back what they have just given.
        given = await self._make()
        taken = await self.take(data)
        self._last = Taken(*(a + b for a, b in zip(_counts(self._last), _counts(taken), strict=True)))
        await self._note("hand-over")
        return given.data

    async def _make(self) -> HandOver:
        await self._seal()

        def read(connection: Connection) -> tuple[frozenset[str], tuple[Any, ...]]:
            return carrying.list_arrived(connection), carrying.list_receipts(connection)

        arrived, receipts = await self._store.read(read)

        def pack() -> tuple[bytes, int]:
            copies = [one for w, one in read_copies((self._own, self._others)) if w not in arrived]
            return carrying.pack(copies, receipts), len(copies)

        data, count = await asyncio.to_thread(pack)
        return HandOver(NAME, data, count, len(receipts))

    async def _note(self, action: str) -> None:
        await audit.note_reading(
            self._store, at=self._clock.now(), actor=self._me.reference, action=action, subject=None
        )


def _counts(taken: Taken) -> tuple[int, int, int, int]:
    return taken.copies, taken.had, taken.receipts, taken.foreign
