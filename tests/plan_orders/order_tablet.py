"""A tablet whose plan gives orders: set up, locked, and asked what it makes of them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import update

from app.services.orders import OrderDesk
from app.store import visits
from app.store.engine import Store
from app.store.files import StoreFiles
from app.store.key_file import derive_device
from app.store.order_files import Wipe
from app.store.vault import Vault
from app.sync.device_keys import get_or_make_key
from app.sync.orders import keep_order_file
from app.sync.plan_door import PlanDoor
from plan.database import read_transaction, write_transaction
from plan.devices.registry import register
from plan.keys.files import load_signing
from plan.orders.keeping import add_order, list_orders
from plan.orders.order import SignedOrder, sign_order
from plan.orders.tables import DeviceOrder
from plan.users import get_user
from tests.store.store_builders import MemoryKeystore, make_draft
from tests.support.rescue import OLD_PIN, Nurse, RescuePlan


class Tablet:
    """A device with one store, locked unless said otherwise."""

    def __init__(self, plan: RescuePlan, nurse: Nurse, data: Path) -> None:
        self.plan = plan
        self.nurse = nurse
        self.data = data
        self.keystore = MemoryKeystore()
        self.vault: Vault = plan.vault(data, self.keystore)
        self.store_id = ""
        self.open = False
        self.line: httpx.AsyncBaseTransport = plan.line
        self.ahead = timedelta()
        """By how much its clock is ahead."""

    def desk(self) -> OrderDesk:
        """As after a start of the app."""

        async def alone(_store_id: str, work: Callable[[], Awaitable[Wipe]]) -> Wipe:
            return await work()

        return OrderDesk(
            self.vault,
            self.data,
            alone,
            is_open=lambda store_id: self.open,
            door=lambda url: PlanDoor(url, transport=self.line),
            now=lambda: self.now,
        )

    @property
    def now(self) -> datetime:
        """By its own clock."""
        return datetime.fromtimestamp(self.plan.now_ms / 1000, UTC) + self.ahead

    @property
    def files(self) -> StoreFiles:
        return StoreFiles(self.data, self.store_id)

    async def set_up(self) -> None:
        """Enrolled, with one contact behind it, locked with nothing unsent."""
        store = await self.plan.enrol(self.vault, self.nurse)
        self.store_id = store.store_id
        await keep_order_file(store, self.plan.url, self.now)
        key = (await store.write(get_or_make_key)).public_key().public_bytes_raw()
        with write_transaction(self.plan.engine) as connection:
            user = get_user(connection, self.nurse.username)
            register(connection, user.id, derive_device(self.store_id), key, self.plan.now_ms)
        await store.close()
        self.vault.note_unsent(self.store_id, 0)

    async def unlock(self, pin: str = OLD_PIN) -> Store:
        return await self.vault.unlock(self.store_id, pin)

    async def begin_a_visit(self) -> None:
        store = await self.unlock()
        await store.write(lambda connection: visits.begin(connection, make_draft(), "1"))
        await store.close()
        self.vault.note_unsent(self.store_id, 1)

    async def discard_it(self) -> None:
        store = await self.unlock()
        assert await store.write(lambda connection: visits.discard(connection, "visit-1"))
        await store.close()

    def order(self, **changes: object) -> SignedOrder:
        """Signed by the officers' newest key and laid down at the plan; `changes` are what a thief makes of it."""
        newest = max(self.plan.officers.glob("orders-*.key"), key=lambda path: path.stat().st_mtime_ns)
        device = json.loads(self.files.key.read_text())["device"]
        made = replace(sign_order(load_signing(newest), device, self.plan.now_ms), **changes)  # type: ignore[arg-type]  # fields by name
        self.lay(made)
        return made

    def lay(self, made: SignedOrder) -> None:
        with write_transaction(self.plan.engine) as connection:
            add_order(connection, made, get_user(connection, self.nurse.username).id)

    def serve_again(self) -> None:
        """Somebody who holds the plan's server brings old orders back."""
        with write_transaction(self.plan.engine) as connection:
            connection.execute(update(DeviceOrder).values(did=""))

    def told(self) -> list[tuple[str, int | None, int]]:
        with read_transaction(self.plan.engine) as connection:
            return [(one.did, one.visits, one.sealed) for one in list_orders(connection)]
