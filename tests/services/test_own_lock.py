"""The lock of an open session: its PIN or words are changed, a new key is asked for, and both are on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.errors import WeakPin, WrongPin
from app.services.device_service import Device
from app.services.models import LockKind
from app.services.session import OpenSession
from app.store.engine import Store
from app.store.key_file import derive_device
from app.store.slots import REAL_COST
from app.store.tables import AuditEvent, table_of
from app.store.vault import Vault
from app.sync.contact import device_of
from tests.services.conftest import signed_in
from tests.store.store_builders import CHEAP, PIN, MemoryKeystore

NEW_PIN = "507283"


@pytest.fixture
def pinned(tmp_path: Path) -> Device:
    return Device(Vault(tmp_path / "data", MemoryKeystore(), cost=CHEAP))


async def list_actions(session: OpenSession) -> list[str]:
    store: Store = session._store
    table = table_of(AuditEvent)
    return list(
        await store.read(lambda c: c.execute(select(table.c.action).order_by(table.c.seq)).scalars().all())
    )


async def test_a_new_pin_opens_at_the_lock_screen_and_the_change_is_on_record(pinned: Device) -> None:
    session = await pinned.enrol(signed_in(), PIN, "w1")
    with pytest.raises(WrongPin):
        await session.own_lock.check(NEW_PIN)
    await session.own_lock.check(PIN)
    with pytest.raises(WeakPin):
        await session.own_lock.change(PIN, "111111")
    await session.own_lock.change(PIN, NEW_PIN)
    assert (await session.own_lock.look()).key_wanted is False, (
        "the old device secret is gone: that is enough"
    )
    await session.lock()
    with pytest.raises(WrongPin):
        await pinned.unlock(session.store_id, PIN, "w1")
    again = await pinned.unlock(session.store_id, NEW_PIN, "w1")
    assert [one for one in await list_actions(again) if one == "change-pin"] == ["change-pin"]
    await pinned.close()


async def test_a_key_that_was_asked_for_is_made_at_the_next_unlock(pinned: Device) -> None:
    session = await pinned.enrol(signed_in(), PIN, "w1")
    before = await session.own_lock.look()
    assert (before.kind, before.next_kind, before.key_wanted) == (LockKind.PIN, LockKind.PIN, False)
    await session.own_lock.ask_for_new_key()
    assert (await session.own_lock.look()).key_wanted
    await session.lock()
    again = await pinned.unlock(session.store_id, PIN, "w1")
    after = await again.own_lock.look()
    assert (after.key_wanted, after.key_failed) == (False, False)
    assert before.key_made_at is not None
    assert after.key_made_at is not None
    assert after.key_made_at > before.key_made_at
    assert "new-key" in await list_actions(again)
    await pinned.close()


async def test_other_words_bring_another_key_where_no_keystore_can_forget_the_old(device: Device) -> None:
    old = device.suggest_passphrase()
    session = await device.enrol(signed_in(), old, "w1")
    new = session.own_lock.suggest_passphrase()
    await session.own_lock.change(old, new)
    assert (await session.own_lock.look()).key_wanted
    await session.lock()
    again = await device.unlock(session.store_id, new, "w1")
    assert not (await again.own_lock.look()).key_wanted


def test_the_key_file_and_the_plan_know_the_device_by_one_name() -> None:
    assert derive_device("a" * 32) == device_of("a" * 32)


async def test_a_changed_pin_is_sealed_at_the_real_cost(tmp_path: Path) -> None:
    device = Device(vault := Vault(tmp_path / "data", MemoryKeystore()))
    session = await device.enrol(signed_in(), PIN, "w1")
    await session.own_lock.change(PIN, NEW_PIN)
    (slot,) = (await vault.read_key_file(session.store_id)).slots
    assert slot.cost == REAL_COST
    await device.close()
