"""The whole way at a running plan: an order is signed, a tablet hears of it, locked or in use, obeys, and says so."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from app.errors import KeyMissing
from app.services.device_service import Device
from app.services.models import Modality, Setting
from app.store import sessions
from app.store.recovery_slot import way_back
from app.store.sessions import SignInRow
from app.store.vault import Vault
from app.sync.plan_keys import keep_keys, read_keys
from hearthside.cli import main
from plan.database import read_transaction
from plan.keys.held import find_key_set
from plan.orders.keeping import list_orders
from plan.users import get_user
from tests.store.store_builders import CHEAP, PIN, MemoryKeystore
from tests.support.field import FieldPlan, Person
from tests.support.sealing_tablet import add_person

WINDOW = "window-1"


class InUse:
    """A device as the app holds it."""

    def __init__(self, plan: FieldPlan, person: Person, data: Path) -> None:
        self.plan = plan
        self.person = person
        self.keystore = MemoryKeystore()
        self.vault = Vault(data, self.keystore, cost=CHEAP, way_back=way_back)
        self.device = Device(self.vault, data_dir=data)
        self.store_id = ""

    async def set_up(self) -> None:
        """Signed in, with the plan's keys pinned as at the first run."""
        with read_transaction(self.plan.engine) as connection:
            held = find_key_set(connection)
        assert held is not None
        row = SignInRow(
            plan_url=f"{self.plan.url}/fhir",
            token_endpoint=f"{self.plan.url}/oauth/token",
            revocation_endpoint=None,
            client_id="hearthside-app",
            user_reference=self.person.reference,
            user_name=self.person.name,
            role=self.person.role,
            access_token=self.plan.token(self.person),
        )
        store = await self.vault.create(
            user_reference=row.user_reference,
            user_name=row.user_name,
            plan_url=row.plan_url,
            secret=PIN,
            prepare=partial(keep_keys, keys=read_keys(held.text)),
        )
        await store.write(lambda connection: sessions.save(connection, row))
        await store.close()
        self.store_id = store.store_id

    async def use(self) -> None:
        """Unlock, and wait until the first pass is through."""
        self.session = await self.device.unlock(self.store_id, PIN, WINDOW)
        while self.session._loop.last is None:
            await asyncio.wait_for(self._next_word(), 20)
        assert self.session._loop.last.ok, self.session._loop.last

    async def _next_word(self) -> None:
        moved = asyncio.Event()
        before = self.session._loop._on_change

        def heard() -> None:
            moved.set()
            if before is not None:
                before()

        self.session._loop._on_change = heard
        if self.session._loop.last is None:
            await moved.wait()
        self.session._loop._on_change = before

    def wipe(self, officers: Path) -> None:
        (key,) = officers.glob("orders-*.key")
        words = ["plan", "wipe", "--user", self.person.username, "--key", str(key), "--db", self.plan.db]
        assert main(words) == 0

    def told(self) -> list[str]:
        with read_transaction(self.plan.engine) as connection:
            user_id = get_user(connection, self.person.username).id
            return [one.did for one in list_orders(connection) if one.user_id == user_id]

    async def check(self) -> None:
        assert self.device.orders is not None
        await self.device.orders.check()


@pytest.fixture
def officers(keyed_plan: FieldPlan) -> Path:
    return Path(keyed_plan.db.removeprefix("sqlite:///")).parent / "officers"


async def test_a_tablet_in_use_is_locked_at_once_and_all_that_was_sent_is_deleted(
    keyed_plan: FieldPlan, officers: Path, tmp_path: Path
) -> None:
    tablet = InUse(keyed_plan, add_person(keyed_plan, "Ana Ruiz, RN"), tmp_path / "data")
    await tablet.set_up()
    await tablet.use()
    tablet.wipe(officers)
    await tablet.check()
    assert tablet.session.closed
    assert tablet.told() == ["all"]
    assert tablet.device.users() == []
    assert tablet.keystore.entries == {}
    assert [notice.did for notice in tablet.device.order_notices()] == ["all"]
    with pytest.raises(KeyMissing):
        await tablet.device.unlock(tablet.store_id, PIN, WINDOW)
    await tablet.device.close()


async def test_a_visit_in_work_on_a_tablet_in_use_is_kept_sealed(
    keyed_plan: FieldPlan, officers: Path, tmp_path: Path
) -> None:
    person = add_person(keyed_plan, "Ana Ruiz, RN")
    patient_id = keyed_plan.add_patient(person)
    tablet = InUse(keyed_plan, person, tmp_path / "data")
    await tablet.set_up()
    await tablet.use()
    await tablet.session.visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
    tablet.wipe(officers)
    await tablet.check()
    assert tablet.session.closed
    assert tablet.told() == ["keys"]
    (user,) = tablet.device.users()
    with pytest.raises(KeyMissing):
        await tablet.device.unlock(user.store_id, PIN, WINDOW)
    slots = json.loads((tmp_path / "data" / "users" / user.store_id / "key.json").read_text())["slots"]
    assert [slot["kind"] for slot in slots] == ["recovery"]
    await tablet.check()
    await tablet.device.close()
