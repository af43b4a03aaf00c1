"""A finger instead of typing the PIN again: never after a restart, never without the keystore, never for long."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.device.biometrics import Asked, NoBiometrics
from app.errors import KeyMissing, WrongPin
from app.services.device_service import Device
from app.services.plan_settings import META_KEY
from app.services.quick_unlock import LONGEST, QuickUnlock
from app.services.session import OpenSession
from app.store import meta
from app.store.vault import Vault
from tests.services.conftest import signed_in
from tests.store.store_builders import CHEAP, MemoryKeystore
from tests.support.still_clock import StillClock

PIN, NEW_PIN = "604938", "729415"
WINDOW = "w1"


class Finger:
    """A reader that says what the test tells it."""

    def __init__(self) -> None:
        self.says, self.there, self.asked = Asked.RIGHT, True, 0

    async def is_available(self) -> bool:
        return self.there

    async def ask(self, reason: str) -> Asked:
        self.asked += 1
        return self.says


class Desk:
    """A device with a keystore, a finger reader and a store that is open."""

    def __init__(self, data: Path) -> None:
        self.data, self.keystore, self.finger, self.clock = data, MemoryKeystore(), Finger(), StillClock()
        self.device = self.start()
        self.store_id = ""

    def start(self) -> Device:
        """As after a start of the program."""
        vault = Vault(self.data, self.keystore, cost=CHEAP)
        return Device(vault, quick=QuickUnlock(self.finger, self.keystore, self.clock))

    async def enrol(self, *, switched_on: bool = True) -> None:
        session = await self.device.enrol(signed_in(), PIN, WINDOW)
        self.store_id = session.store_id
        text = json.dumps({"version": "1", "switches": {"biometric-unlock": switched_on}})
        await session._store.write(lambda connection: meta.put(connection, META_KEY, text))
        await session.lock()

    async def type_pin(self, pin: str = PIN) -> None:
        """Open with the PIN, and lock again."""
        await (await self.device.unlock(self.store_id, pin, WINDOW)).lock()

    async def touch(self) -> OpenSession | None:
        return await self.device.unlock_quickly(self.store_id, WINDOW)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    found = Desk(tmp_path / "data")
    await found.enrol()
    yield found
    await found.device.close()


async def test_after_the_pin_a_finger_opens_it_again(desk: Desk) -> None:
    await desk.type_pin()
    session = await desk.touch()
    assert session is not None
    assert not session.closed
    assert desk.finger.asked == 1


async def test_before_the_pin_was_typed_once_nothing_is_even_asked(desk: Desk) -> None:
    assert await desk.touch() is None
    await desk.type_pin()
    await desk.device.close()
    desk.device = desk.start()
    assert await desk.touch() is None, "a restart needs the PIN"
    assert desk.finger.asked == 0


async def test_without_the_keystores_half_the_finger_opens_nothing(desk: Desk) -> None:
    await desk.type_pin()
    await desk.keystore.delete(f"{desk.store_id}/quick")
    assert await desk.touch() is None


async def test_a_keystore_half_of_another_time_opens_nothing(desk: Desk) -> None:
    await desk.type_pin()
    old = await desk.keystore.get(f"{desk.store_id}/quick")
    assert old is not None
    await desk.type_pin()
    await desk.keystore.set(f"{desk.store_id}/quick", old)
    assert await desk.touch() is None


async def test_the_device_secret_is_needed_all_the_same(desk: Desk) -> None:
    await desk.type_pin()
    names = [one for one in desk.keystore.entries if "device-secret" in one]
    assert names
    for name in names:
        await desk.keystore.delete(name)
    with pytest.raises(KeyMissing):
        await desk.touch()


@pytest.mark.parametrize("says", [Asked.REFUSED, Asked.UNAVAILABLE])
async def test_another_finger_ends_it_and_the_pin_is_a_way(desk: Desk, says: Asked) -> None:
    await desk.type_pin()
    desk.finger.says = says
    assert await desk.touch() is None
    desk.finger.says = Asked.RIGHT
    assert await desk.touch() is None
    await desk.type_pin()
    assert desk.device.quick.is_ready(desk.store_id)


async def test_a_wrong_pin_ends_it(desk: Desk) -> None:
    await desk.type_pin()
    with pytest.raises(WrongPin):
        await desk.type_pin("384756")
    assert await desk.touch() is None


async def test_a_changed_pin_takes_the_old_one_out_of_what_is_held(desk: Desk) -> None:
    session = await desk.device.unlock(desk.store_id, PIN, WINDOW)
    assert desk.device.quick_ready(desk.store_id)
    await session.own_lock.change(PIN, NEW_PIN)
    assert not desk.device.quick_ready(desk.store_id)
    assert f"{desk.store_id}/quick" not in desk.keystore.entries
    await session.lock()
    assert await desk.touch() is None
    assert desk.finger.asked == 0
    await desk.type_pin(NEW_PIN)
    again = await desk.touch()
    assert again is not None, "the new PIN, once typed, is held like any"


async def test_a_change_that_does_not_go_through_leaves_no_pin_behind_either(desk: Desk) -> None:
    session = await desk.device.unlock(desk.store_id, PIN, WINDOW)
    with pytest.raises(WrongPin):
        await session.own_lock.change("384756", NEW_PIN)
    assert not desk.device.quick_ready(desk.store_id), "as after any wrong try"
    await session.lock()


async def test_a_plan_that_switches_it_off_ends_it_with_the_next_opening(desk: Desk) -> None:
    await desk.type_pin()
    session = await desk.touch()
    assert session is not None
    text = json.dumps({"version": "2", "switches": {"biometric-unlock": False}})
    await session._store.write(lambda connection: meta.put(connection, META_KEY, text))
    await session.lock()
    session = await desk.touch()
    assert session is not None
    await session.lock()
    assert await desk.touch() is None


async def test_twelve_hours_after_the_pin_it_is_over_however_often_a_finger_opened_it(desk: Desk) -> None:
    await desk.type_pin()
    desk.clock.sleep(LONGEST - 1)
    session = await desk.touch()
    assert session is not None
    await session.lock()
    desk.clock.sleep(1)
    assert await desk.touch() is None


async def test_a_plan_that_has_not_switched_it_on_has_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "other")
    await desk.enrol(switched_on=False)
    await desk.type_pin()
    assert not desk.device.quick.is_ready(desk.store_id)
    assert f"{desk.store_id}/quick" not in desk.keystore.entries
    await desk.device.close()


async def test_where_nobody_can_be_recognised_nothing_is_held(desk: Desk) -> None:
    quick = QuickUnlock(NoBiometrics(), desk.keystore)
    await quick.keep(desk.store_id, PIN, allowed=True)
    assert not quick.is_ready(desk.store_id)
    without = QuickUnlock(desk.finger, None)
    await without.keep(desk.store_id, PIN, allowed=True)
    assert not without.is_ready(desk.store_id)


async def test_the_pin_is_not_in_what_is_held_nor_shown(desk: Desk) -> None:
    await desk.type_pin()
    assert PIN not in repr(desk.device.quick._held)
    assert PIN not in str(desk.keystore.entries)
