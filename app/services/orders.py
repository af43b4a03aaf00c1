"""Orders of the plan to this device: asked for while locked and while open, obeyed, reported, and told on the screen.

One a process. It asks at start and every few minutes after that, for each store that knows its plan's keys; a store
that is open is locked first, and nobody opens any while an order is obeyed.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.errors import HearthsideError, KeyMissing, PlanError
from app.store.files import StoreFiles, list_stores
from app.store.key_file import KeyFile, derive_device
from app.store.order_files import Did, OrderFile, Stage, Wipe, find_order_file, remember_order
from app.store.vault import Vault
from app.store.wiping import Wiping
from app.sync.orders import find_order, tell_wiped
from app.sync.plan_door import PlanDoor
from app.sync.transport import utc_now

log = logging.getLogger("app.services.orders")

EVERY = 300.0
"""Seconds between two questions, a quarter more or less, so that tablets do not come in step."""

Alone = Callable[[str, Callable[[], Awaitable[Wipe]]], Awaitable[Wipe]]
"""Runs work on one store while it is closed and nobody opens any."""


@dataclass(frozen=True, slots=True)
class OrderNotice:
    """What the lock screen says of an order. `visits`: how many were not sent, None when that is not known.

    `did`: all, the records are gone; keys, only the plan's officers can open what is kept; nothing, it waits until
    the visits are sent.
    """

    store_id: str
    user_name: str
    did: str
    visits: int | None


class OrderDesk:
    """Asks for orders and sees to them. Its methods raise nothing that waits for the next time."""

    def __init__(
        self,
        vault: Vault,
        data_dir: Path,
        alone: Alone,
        *,
        is_open: Callable[[str], bool] = lambda store_id: False,
        door: Callable[[str], PlanDoor] = PlanDoor,
        every: float = EVERY,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`door` leads to the plan with that FHIR base; `now` is this device's clock."""
        self._data_dir = data_dir
        self._wiping = Wiping(vault, data_dir)
        self._door = door
        self._records = self._wiping.records
        self._alone = alone
        self._is_open = is_open
        self._every = every
        self._now = now
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[], None]] = []

    # what screens ask

    def notices(self) -> tuple[OrderNotice, ...]:
        """What there is to say; reads small files."""
        shown = [wipe for wipe in self._records.list() if not wipe.seen and self._still_true(wipe)]
        return tuple(OrderNotice(one.store_id, one.user_name, one.did.value, one.visits) for one in shown)

    def hidden(self) -> frozenset[str]:
        """Stores that are being deleted: there is nothing left to unlock."""
        return frozenset(one.store_id for one in self._records.list() if one.did is Did.ALL)

    async def note_seen(self, store_id: str) -> None:
        """Somebody has read that the records are gone."""
        wipe = self._records.find(store_id)
        if wipe is not None and wipe.did is Did.ALL:
            await asyncio.to_thread(self._records.save, replace(wipe, seen=True))
            self._tell_listeners()

    def listen(self, fn: Callable[[], None]) -> Callable[[], None]:
        """Call `fn` when an order changed something here; returns what ends it."""
        self._listeners.append(fn)

        def unlisten() -> None:
            if fn in self._listeners:
                self._listeners.remove(fn)

        return unlisten

    # the round

    def start(self) -> None:
        """Begin to ask. May be called once."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="device-orders")

    def wake(self) -> None:
        """Ask now."""
        self._wake.set()

    async def stop(self) -> None:
        """What an order began is finished at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.check()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - a tablet that stopped asking could not be reached any more
                log.error("asking for orders failed: %s", type(error).__name__)
            try:
                async with asyncio.timeout(self._every * random.uniform(0.75, 1.25)):  # noqa: S311 - no secret
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def check(self) -> None:
        """One round: finish what was begun, ask for every store, tell the plan what was done."""
        await self.finish()
        for files in await asyncio.to_thread(list_stores, self._data_dir):
            known = await asyncio.to_thread(find_order_file, files.directory)
            if known is not None and known.keys:
                await self._ask(files, known)
        for wipe in await asyncio.to_thread(self._records.list):
            await self._settle(wipe)

    async def finish(self) -> None:
        """Finish what an app that was ended had begun; needs no network."""
        for wipe in await asyncio.to_thread(self._records.list):
            if wipe.stage is not Stage.DONE:
                await self._try("finishing", wipe.store_id, self._alone_finish(wipe))

    async def finish_one(self, store_id: str) -> None:
        """Before this store is opened, by whoever lets nobody else open one."""
        wipe = await asyncio.to_thread(self._records.find, store_id)
        if wipe is not None and wipe.stage is not Stage.DONE:
            await self._try("finishing", store_id, self._wiping.finish(wipe))

    async def _alone_finish(self, wipe: Wipe) -> Wipe:
        return await self._alone(wipe.store_id, lambda: self._wiping.finish(wipe))

    async def _ask(self, files: StoreFiles, known: OrderFile) -> None:
        device = derive_device(files.store_id)
        before = await asyncio.to_thread(self._records.find, files.store_id)
        if before is not None and before.stage is not Stage.DONE:
            return  # what was begun could not be finished yet
        try:
            async with self._door(known.plan_url) as door:
                order, refused = await find_order(door, device, known, self._now())
        except PlanError as error:
            log.info("no orders were heard: %s %s", type(error).__name__, error.detail)
            return
        for why in refused:
            log.warning("an order was refused: %s", why.detail)
        if order is None:
            if before is not None and before.did is Did.NOTHING:
                await asyncio.to_thread(self._records.delete, files.store_id)  # it was taken back
                self._tell_listeners()
            return
        if before is not None and before.order_id == order.id:
            if before.did is Did.KEYS:
                return  # obeyed, whatever became of the file that says so
            if self._is_open(files.store_id):
                return  # she is sending what kept it from being obeyed
        order_id = order.id
        await self._try(
            "obeying",
            files.store_id,
            self._alone(files.store_id, lambda: self._wiping.wipe(files.store_id, order_id, known.plan_url)),
        )

    async def _settle(self, wipe: Wipe) -> None:
        """Tell the plan, and forget what nobody has to know any more."""
        if wipe.stage is not Stage.DONE:
            return
        if not wipe.told:
            try:
                async with self._door(wipe.plan_url) as door:
                    told = await tell_wiped(door, derive_device(wipe.store_id), wipe)
            except PlanError as error:
                log.info("the plan was not told: %s %s", type(error).__name__, error.detail)
                return
            wipe = replace(wipe, told=told, voucher="" if told else wipe.voucher)
            await asyncio.to_thread(self._records.save, wipe)
        over = wipe.seen or not self._still_true(wipe)
        if wipe.told and over:
            if wipe.did is Did.KEYS:
                directory = StoreFiles(self._data_dir, wipe.store_id).directory
                await asyncio.to_thread(remember_order, directory, wipe.order_id)
            await asyncio.to_thread(self._records.delete, wipe.store_id)

    async def _try(self, what: str, store_id: str, work: Awaitable[Wipe]) -> None:
        try:
            wipe = await work
        except (HearthsideError, OSError) as error:
            log.warning("%s an order at store %s waits: %s", what, store_id, type(error).__name__)
        else:
            log.warning("order %s: %s, %s", wipe.order_id, wipe.did.value, wipe.stage.value)
        self._tell_listeners()

    def _still_true(self, wipe: Wipe) -> bool:
        """A store that was opened again by the plan's officers has a way in; that it had none is over."""
        if wipe.did is not Did.KEYS:
            return True
        try:
            files = StoreFiles(self._data_dir, wipe.store_id)
            return not KeyFile.load(files.key, wipe.store_id).slots
        except KeyMissing:
            return True

    def _tell_listeners(self) -> None:
        for fn in tuple(self._listeners):
            try:
                fn()
            except Exception as error:  # noqa: BLE001 - a screen's mistake must not keep orders from being obeyed
                log.error("a screen failed to follow: %s", type(error).__name__)
