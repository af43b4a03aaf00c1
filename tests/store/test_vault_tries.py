"""Wrong tries, tries side by side, take-over, and users kept apart."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from store_builders import CHEAP, PIN, FakeBoot, MemoryKeystore
from vault_steps import WRONG, content, enrol, pain

from app.errors import (
    KeyMissing,
    StoreBusy,
    StoreDamaged,
    StoreError,
    VaultError,
    WrongPin,
)
from app.store.files import StoreFiles
from app.store.vault import Vault


async def test_wrong_pins_are_counted_slowed_across_restarts_and_never_wipe(
    vault: Vault, tmp_path: Path, keystore: MemoryKeystore, boot: FakeBoot
) -> None:
    store_id = await enrol(vault)
    before = content(tmp_path)
    for _ in range(4):
        with pytest.raises(WrongPin) as caught:
            await vault.unlock(store_id, WRONG)
        assert caught.value.wait_seconds == 0
    with pytest.raises(WrongPin) as caught:
        await vault.verify(store_id, WRONG)
    assert (caught.value.wait_seconds, caught.value.attempts) == (30, 5)

    later = Vault(tmp_path / "data", keystore, cost=CHEAP, boot_clock=boot)
    boot.pass_seconds(29)
    with pytest.raises(WrongPin) as caught:
        await later.unlock(store_id, PIN)
    assert caught.value.wait_seconds == 1
    boot.restart(uptime=20)
    with pytest.raises(WrongPin) as caught:
        await later.unlock(store_id, PIN)
    assert caught.value.wait_seconds == 10
    boot.pass_seconds(10)
    with pytest.raises(WrongPin) as caught:
        await later.unlock(store_id, WRONG)
    assert (caught.value.wait_seconds, caught.value.attempts) == (60, 6)
    boot.pass_seconds(60)
    assert content(tmp_path) == before
    assert await pain(later, store_id) == 6
    with pytest.raises(WrongPin) as caught:
        await later.unlock(store_id, WRONG)
    assert (caught.value.wait_seconds, caught.value.attempts) == (0, 1)


async def test_counters_that_were_deleted_or_set_back_slow_all_the_same(
    vault: Vault, keystore: MemoryKeystore, tmp_path: Path, boot: FakeBoot
) -> None:
    store_id = await enrol(vault)
    for _ in range(5):
        with pytest.raises(WrongPin):
            await vault.unlock(store_id, WRONG)
    counter = StoreFiles(tmp_path / "data", store_id).attempts
    for text in ('{"count": 0, "boot": "boot-1", "seconds": 0}', "", "[]"):
        counter.write_text(text)
        with pytest.raises(WrongPin) as caught:
            await vault.unlock(store_id, PIN)
        assert caught.value.wait_seconds == 30
    counter.unlink()
    entry = next(key for key in keystore.entries if key.endswith("/attempts"))
    del keystore.entries[entry]
    for expected in (
        30,
        20,
        10,
    ):  # the wait that stands in for the lost count does not begin anew with each try
        with pytest.raises(WrongPin) as caught:
            await vault.unlock(store_id, PIN)
        assert caught.value.wait_seconds == expected
        boot.pass_seconds(10)
    assert await pain(vault, store_id) == 6


class DyingKeystore(MemoryKeystore):
    """Its process 'ends' right after a count was written: what follows in a real try never happens."""

    armed = False

    async def set(self, key: str, value: str) -> None:
        await super().set(key, value)
        if self.armed and key.endswith("/attempts"):
            raise asyncio.CancelledError


async def test_a_try_is_counted_before_its_key_is_derived(tmp_path: Path, boot: FakeBoot) -> None:
    keystore = DyingKeystore()
    vault = Vault(tmp_path, keystore, cost=CHEAP, boot_clock=boot)
    store_id = await enrol(vault)
    keystore.armed = True
    for _ in range(5):
        with pytest.raises(asyncio.CancelledError):
            await vault.unlock(store_id, WRONG)
    keystore.armed = False
    with pytest.raises(WrongPin) as caught:
        await vault.unlock(store_id, PIN)
    assert caught.value.wait_seconds == 30


async def test_tries_side_by_side_are_each_counted(vault: Vault) -> None:
    store_id = await enrol(vault)
    results = await asyncio.gather(*(vault.verify(store_id, WRONG) for _ in range(8)), return_exceptions=True)
    assert [r.attempts for r in results if isinstance(r, WrongPin)] == [1, 2, 3, 4, 5, 5, 5, 5]


async def test_a_second_opening_says_already_open_and_can_take_over(vault: Vault, tmp_path: Path) -> None:
    store_id = await enrol(vault)
    first = await vault.unlock(store_id, PIN)
    with pytest.raises(StoreBusy, match="another window"):
        await vault.unlock(store_id, PIN)
    with pytest.raises(WrongPin):
        await vault.verify(store_id, WRONG)
    await vault.verify(store_id, PIN)
    second = asyncio.create_task(vault.unlock(store_id, PIN, wait=20))
    await asyncio.sleep(0)
    await first.close()
    await (await second).close()


async def test_a_failed_opening_frees_the_lock(vault: Vault) -> None:
    store_id = await enrol(vault)
    with pytest.raises(WrongPin):
        await vault.unlock(store_id, WRONG)
    assert await pain(vault, store_id) == 6


async def test_two_users_share_nothing(vault: Vault, tmp_path: Path, keystore: MemoryKeystore) -> None:
    ana = await enrol(vault, "Ana Ruiz")
    ben = await enrol(vault, "Ben Okafor", "907365")
    assert [user.user_name for user in vault.users()] == ["Ana Ruiz", "Ben Okafor"]
    with pytest.raises(WrongPin):
        await vault.unlock(ben, PIN)
    files = [StoreFiles(tmp_path / "data", id) for id in (ana, ben)]
    shutil.copy(files[0].key, files[1].key)
    with pytest.raises(KeyMissing):
        await vault.unlock(ben, PIN)
    data = json.loads(files[0].key.read_text()) | {"store_id": ben}
    files[1].key.write_text(json.dumps(data))
    with pytest.raises(WrongPin):
        await vault.unlock(ben, PIN)


async def test_one_users_file_in_anothers_place_is_not_opened(vault: Vault, tmp_path: Path) -> None:
    ana = await enrol(vault, "Ana Ruiz")
    ben = await enrol(vault, "Ben Okafor", "907365")
    files = [StoreFiles(tmp_path / "data", id).database("store-0001.db") for id in (ana, ben)]
    shutil.copy(files[0], files[1])
    with pytest.raises(StoreDamaged):
        await vault.unlock(ben, "907365")


async def test_the_pin_and_the_key_are_in_no_file_and_no_error(
    vault: Vault, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    store_id = await enrol(vault)
    with pytest.raises((VaultError, StoreError)) as caught:
        await vault.unlock(store_id, WRONG)
    assert all(PIN.encode() not in data for data in content(tmp_path).values())
    said = caplog.text + str(caught.value) + caught.value.detail
    assert PIN not in said
    assert WRONG not in said


async def test_the_real_cost_through_the_vault(tmp_path: Path, keystore: MemoryKeystore) -> None:
    vault = Vault(tmp_path, keystore)
    store_id = await enrol(vault)
    assert await pain(vault, store_id) == 6
    for _ in range(3):
        with pytest.raises(WrongPin):
            await vault.unlock(store_id, WRONG)
