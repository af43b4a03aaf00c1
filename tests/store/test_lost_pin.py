"""A store whose PIN is lost, opened with a data key that came back another way; and one that nobody may open."""

from __future__ import annotations

import json
import os

import pytest
from store_builders import CHEAP, PIN, FakeBoot, MemoryKeystore
from vault_fork import NEW_PIN
from vault_kills import Tablet, check_settled, data_key_of, is_shut, opens
from vault_steps import WRONG, content

from app.errors import KeyMissing, StoreDamaged, WeakPin, WrongPin
from app.store.vault import Vault, make_passphrase


@pytest.fixture
async def settled(tablet: Tablet) -> Tablet:
    """Its new key is made: nothing but the lost PIN asks for another."""
    assert await opens(tablet, PIN)
    return tablet


async def test_everything_is_there_under_a_new_pin_a_new_device_secret_and_a_new_key(settled: Tablet) -> None:
    seen, secrets = await data_key_of(settled), settled.secrets()
    store = await settled.vault.reset_secret(settled.store_id, [os.urandom(32), seen], NEW_PIN)
    await store.close()
    assert await opens(settled, NEW_PIN)
    assert not await opens(settled, PIN)
    await check_settled(settled)
    assert await data_key_of(settled, NEW_PIN) != seen, "the officer's machine saw the old one"
    assert not secrets & settled.secrets()


async def test_it_is_not_slowed_by_wrong_pins_and_ends_their_count(settled: Tablet) -> None:
    boot = FakeBoot()
    vault = Vault(
        settled.root / "data", settled.keystore, cost=CHEAP, boot_clock=boot, way_back=settled.way_back
    )
    data_key = await data_key_of(settled)
    for _ in range(5):
        with pytest.raises(WrongPin):
            await vault.unlock(settled.store_id, WRONG)
    await (await vault.reset_secret(settled.store_id, [data_key], NEW_PIN)).close()
    with pytest.raises(WrongPin) as caught:
        await vault.verify(settled.store_id, WRONG)
    assert (caught.value.attempts, caught.value.wait_seconds) == (1, 0)


@pytest.mark.parametrize("keys", [[], [bytes(32)], [os.urandom(32), os.urandom(32)]])
async def test_keys_that_fit_nothing_here_change_nothing(settled: Tablet, keys: list[bytes]) -> None:
    before, entries = content(settled.root / "data"), settled.keystore.entries
    with pytest.raises(StoreDamaged):
        await settled.vault.reset_secret(settled.store_id, keys, NEW_PIN)
    assert (content(settled.root / "data"), settled.keystore.entries) == (before, entries)
    assert await opens(settled, PIN)


async def test_a_weak_new_pin_is_refused_first(settled: Tablet) -> None:
    with pytest.raises(WeakPin):
        await settled.vault.reset_secret(settled.store_id, [await data_key_of(settled)], "123456")
    assert await opens(settled, PIN)


@pytest.mark.parametrize("lost", ["device secret", "slot"])
async def test_a_lost_device_secret_or_a_damaged_slot_is_overcome(settled: Tablet, lost: str) -> None:
    data_key = await data_key_of(settled)
    keystore = settled.keystore
    if lost == "device secret":
        for name in settled.secrets():
            await keystore.delete(name)
    else:
        data = json.loads(settled.files.key.read_text())
        broken = [slot | {"kdf": {}} if slot["kind"] == "pin" else slot for slot in data["slots"]]
        settled.files.key.write_text(json.dumps(data | {"slots": broken}))
    with pytest.raises(KeyMissing):
        await settled.vault.unlock(settled.store_id, PIN)
    await (await settled.vault.reset_secret(settled.store_id, [data_key], NEW_PIN)).close()
    assert await opens(settled, NEW_PIN)


async def test_on_a_device_that_has_no_keystore_any_more_five_words_take_the_pins_place(
    settled: Tablet,
) -> None:
    data_key, phrase = await data_key_of(settled), make_passphrase()
    vault = Vault(settled.root / "data", None, cost=CHEAP, way_back=settled.way_back)
    await (await vault.reset_secret(settled.store_id, [data_key], phrase)).close()
    assert vault.users()[0].lock_kind == "passphrase"
    await (await vault.unlock(settled.store_id, phrase)).close()


async def test_when_all_ways_in_ended_only_the_recovery_slot_is_left_and_leads_back(settled: Tablet) -> None:
    data_key, others = await data_key_of(settled), settled.key_file().other_slots
    await settled.vault.drop_ways_in(settled.store_id)
    await settled.vault.drop_ways_in(settled.store_id)
    assert await is_shut(settled, PIN)
    assert (settled.secrets(), settled.key_file().other_slots) == (set(), others)
    assert isinstance(settled.keystore, MemoryKeystore)
    assert not settled.keystore.entries
    await (await settled.vault.reset_secret(settled.store_id, [data_key], NEW_PIN)).close()
    assert await opens(settled, NEW_PIN)
