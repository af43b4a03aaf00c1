"""Another PIN: the old one and what belonged to it open nothing any more, and a change that fails changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from store_builders import CHEAP, PIN, FakeBoot, MemoryKeystore
from vault_fork import NEW_PIN
from vault_steps import WRONG, enrol, pain

from app.errors import KeyMissing, KeyringUnavailable, StoreDamaged, VaultError, WeakPin, WrongPin
from app.store import rekeying
from app.store.files import StoreFiles
from app.store.key_file import KeyFile
from app.store.vault import Vault, make_passphrase


def files_of(vault: Vault, store_id: str) -> StoreFiles:
    return vault._find(store_id)


async def test_the_new_pin_opens_and_the_old_one_does_not(vault: Vault, keystore: MemoryKeystore) -> None:
    store_id = await enrol(vault)
    secret = keystore.entries[f"{store_id}/device-secret/1"]
    await vault.change_secret(store_id, PIN, NEW_PIN)
    assert await pain(vault, store_id, NEW_PIN) == 6
    with pytest.raises(WrongPin):
        await vault.unlock(store_id, PIN)
    assert f"{store_id}/device-secret/1" not in keystore.entries
    assert keystore.entries[f"{store_id}/device-secret/2"] != secret


async def test_it_is_changed_while_the_store_is_open(vault: Vault) -> None:
    store_id = await enrol(vault)
    store = await vault.unlock(store_id, PIN)
    await vault.change_secret(store_id, PIN, NEW_PIN)
    await store.read(lambda c: c.exec_driver_sql("SELECT 1").scalar_one())
    await store.close()
    assert await pain(vault, store_id, NEW_PIN) == 6


async def test_an_old_key_file_put_back_opens_nothing_and_the_right_one_opens_again(vault: Vault) -> None:
    store_id = await enrol(vault)
    key = files_of(vault, store_id).key
    old = key.read_bytes()
    await vault.change_secret(store_id, PIN, NEW_PIN)
    new = key.read_bytes()
    key.write_bytes(old)
    for secret in (PIN, NEW_PIN):
        with pytest.raises(KeyMissing):
            await vault.unlock(store_id, secret)
    key.write_bytes(new)
    assert await pain(vault, store_id, NEW_PIN) == 6


async def test_an_old_slot_beside_the_new_one_opens_nothing(vault: Vault, boot: FakeBoot) -> None:
    store_id = await enrol(vault)
    key = files_of(vault, store_id).key
    old = json.loads(key.read_text())["slots"]
    await vault.change_secret(store_id, PIN, NEW_PIN)
    now = json.loads(key.read_text())
    key.write_text(json.dumps(now | {"slots": [*now["slots"], *old]}))
    with pytest.raises(WrongPin):
        await vault.unlock(store_id, PIN)
    assert await pain(vault, store_id, NEW_PIN) == 6


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (PIN, "123456", WeakPin),
        (PIN, PIN, WeakPin),
        (WRONG, NEW_PIN, WrongPin),
    ],
)
async def test_a_change_that_is_refused_changes_nothing(
    vault: Vault, keystore: MemoryKeystore, old: str, new: str, error: type[Exception]
) -> None:
    store_id = await enrol(vault)
    key, entries = files_of(vault, store_id).key.read_bytes(), set(keystore.entries)
    with pytest.raises(error):
        await vault.change_secret(store_id, old, new)
    assert files_of(vault, store_id).key.read_bytes() == key
    assert set(keystore.entries) == entries
    assert await pain(vault, store_id) == 6


async def test_guessing_the_old_pin_in_settings_is_counted_and_slowed_as_at_the_lock(vault: Vault) -> None:
    store_id = await enrol(vault)
    for _ in range(5):
        with pytest.raises(WrongPin):
            await vault.change_secret(store_id, WRONG, NEW_PIN)
    with pytest.raises(WrongPin) as caught:
        await vault.change_secret(store_id, PIN, NEW_PIN)
    assert caught.value.wait_seconds == 30
    assert not caught.value.tried, "the right PIN, which nobody looked at, is not called wrong"
    assert "not right" not in str(caught.value)


class Moody(MemoryKeystore):
    """Forgets what is stored, keeps other bytes, or does not delete, from some moment on."""

    mood = ""

    async def set(self, key: str, value: str) -> None:
        if "/device-secret/" in key and self.mood == "full":
            raise KeyringUnavailable
        await super().set(key, value)

    async def get(self, key: str) -> str | None:
        value = await super().get(key)
        if self.mood == "swaps" and key.endswith("/2") and self.reads % 2 == 0:
            return "A" * 43 + "="  # the first time it is read back truly, then not
        return value

    async def delete(self, key: str) -> None:
        if self.mood == "keeps":
            raise KeyringUnavailable
        await super().delete(key)


@pytest.mark.parametrize(("mood", "error"), [("full", KeyringUnavailable), ("swaps", VaultError)])
async def test_a_keystore_that_does_not_keep_the_new_secret_leaves_the_old_pin(
    tmp_path: Path, mood: str, error: type[Exception]
) -> None:
    keystore = Moody()
    vault = Vault(tmp_path, keystore, cost=CHEAP)
    store_id = await enrol(vault)
    keystore.mood, keystore.reads = mood, 0
    with pytest.raises(error):
        await vault.change_secret(store_id, PIN, NEW_PIN)
    keystore.mood = ""
    assert len((await vault.read_key_file(store_id)).slots) == 1
    assert await pain(vault, store_id) == 6


async def test_a_secret_that_could_not_be_deleted_is_deleted_at_the_next_opening(tmp_path: Path) -> None:
    keystore = Moody()
    vault = Vault(tmp_path, keystore, cost=CHEAP)
    store_id = await enrol(vault)
    keystore.mood = "keeps"
    await vault.change_secret(store_id, PIN, NEW_PIN)
    old = f"{store_id}/device-secret/1"
    assert old in keystore.entries
    assert (await vault.read_key_file(store_id)).retired == (old,)
    assert await pain(vault, store_id, NEW_PIN) == 6, "she gets in all the same"
    keystore.mood = ""
    assert await pain(vault, store_id, NEW_PIN) == 6
    assert old not in keystore.entries
    assert (await vault.read_key_file(store_id)).retired == ()


async def test_a_changed_file_has_no_other_secret_deleted(vault: Vault, keystore: MemoryKeystore) -> None:
    ana, ben = await enrol(vault, "Ana Ruiz"), await enrol(vault, "Ben Ode")
    key = files_of(vault, ana).key
    own, others = f"{ana}/device-secret/1", f"{ben}/device-secret/1"
    key.write_text(json.dumps(json.loads(key.read_text()) | {"retired": [own, others, 5, f"{ben}/attempts"]}))
    assert await pain(vault, ana) == 6
    assert {own, others, f"{ben}/attempts"} <= set(keystore.entries)
    assert (await pain(vault, ana), await pain(vault, ben)) == (6, 6)


async def test_without_a_keystore_an_old_key_file_opens_nothing_after_the_next_unlock(tmp_path: Path) -> None:
    """There no device secret can be deleted: another data key does the same."""
    vault = Vault(tmp_path, None, cost=CHEAP)
    old, new = make_passphrase(), make_passphrase()
    store_id = await enrol(vault, secret=old)
    key = files_of(vault, store_id).key
    before = key.read_bytes()
    store = await vault.unlock(store_id, old)
    await vault.change_secret(store_id, old, new)
    await store.write(rekeying.want_new_key)  # as app.services.own_lock does
    await store.close()
    assert await pain(vault, store_id, new) == 6
    after = key.read_bytes()
    key.write_bytes(before)
    with pytest.raises(StoreDamaged):
        await vault.unlock(store_id, old)
    key.write_bytes(after)
    assert await pain(vault, store_id, new) == 6


async def test_a_keystore_that_came_later_makes_the_next_lock_a_pin(tmp_path: Path) -> None:
    phrase = make_passphrase()
    store_id = await enrol(Vault(tmp_path, None, cost=CHEAP), secret=phrase)
    vault = Vault(tmp_path, MemoryKeystore(), cost=CHEAP)
    assert vault.users()[0].lock_kind == "passphrase"
    assert await pain(vault, store_id, phrase) == 6
    await vault.change_secret(store_id, phrase, NEW_PIN)
    assert (vault.users()[0].lock_kind, await pain(vault, store_id, NEW_PIN)) == ("pin", 6)


async def test_the_key_file_names_the_device_and_never_believes_what_it_says(vault: Vault) -> None:
    store_id = await enrol(vault)
    key = files_of(vault, store_id).key
    data = json.loads(key.read_text())
    device = KeyFile.load(key, store_id).device
    assert data["device"] == device
    assert len(device) == 32
    assert device != store_id
    key.write_text(json.dumps(data | {"device": "f" * 32}))
    assert KeyFile.load(key, store_id).device == device


async def test_slots_without_number_cost_no_more_than_a_few_derivations(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_id = await enrol(vault)
    key = files_of(vault, store_id).key
    data = json.loads(key.read_text())
    key.write_text(json.dumps(data | {"slots": data["slots"] * 50}))
    derived: list[int] = []
    real = __import__("app.store.locks", fromlist=["unseal"]).unseal

    def count(*args: object, **more: object) -> bytes:
        derived.append(1)
        opened: bytes = real(*args, **more)
        return opened

    monkeypatch.setattr("app.store.locks.unseal", count)
    with pytest.raises(WrongPin):
        await vault.verify(store_id, WRONG)
    assert len(derived) <= 4
