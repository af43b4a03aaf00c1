"""Every way in which a key or file can be missing: said, and nothing changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from store_builders import CHEAP, PIN, MemoryKeystore
from vault_steps import content, enrol, pain

from app.errors import (
    KeyMissing,
    KeyringUnavailable,
    StoreDamaged,
    StoreNewer,
)
from app.store import meta
from app.store.files import StoreFiles
from app.store.vault import Vault


@pytest.mark.parametrize("damage", ["gone", "empty", "no slots", "bad slot", "another store's"])
async def test_a_missing_key_file_is_a_recovery_screen_and_changes_nothing(
    vault: Vault, tmp_path: Path, damage: str
) -> None:
    store_id = await enrol(vault)
    key = StoreFiles(tmp_path / "data", store_id).key
    data = json.loads(key.read_text())
    changed = {
        "empty": "",
        "no slots": json.dumps(data | {"slots": []}),
        "bad slot": json.dumps(data | {"slots": [data["slots"][0] | {"kdf": {}}]}),
        "another store's": json.dumps(data | {"store_id": "f" * 32}),
    }
    if damage == "gone":
        key.unlink()
    else:
        key.write_text(changed[damage])
    before = content(tmp_path)
    with pytest.raises(KeyMissing):
        await vault.unlock(store_id, PIN)
    assert content(tmp_path) == before
    assert [user.user_name for user in vault.users()] == ["Ana Ruiz"]
    key.write_text(json.dumps(data))
    assert await pain(vault, store_id) == 6


@pytest.mark.parametrize("text", [None, "not base64!", "c2hvcnQ="])
async def test_f25_a_lost_device_secret_is_a_recovery_screen_and_no_new_one_is_made(
    vault: Vault, keystore: MemoryKeystore, tmp_path: Path, text: str | None
) -> None:
    store_id = await enrol(vault)
    name = f"{store_id}/device-secret/1"
    secret = keystore.entries.pop(name)
    if text is not None:
        keystore.entries[name] = text
    entries, before = dict(keystore.entries), content(tmp_path)
    with pytest.raises(KeyMissing):
        await vault.unlock(store_id, PIN)
    assert keystore.entries == entries
    assert content(tmp_path) == before
    keystore.entries[name] = secret
    assert await pain(vault, store_id) == 6


async def test_a_keystore_that_is_away_is_not_a_lost_key(vault: Vault, tmp_path: Path) -> None:
    store_id = await enrol(vault)
    other = MemoryKeystore()
    other.name = "another keystore"
    for keystore in (None, other):
        with pytest.raises(KeyringUnavailable, match="keyring"):
            await Vault(tmp_path / "data", keystore).unlock(store_id, PIN)


class ForgetfulKeystore(MemoryKeystore):
    async def set(self, key: str, value: str) -> None:
        """Takes everything and keeps nothing, as the null backend does."""


async def test_a_keystore_that_keeps_nothing_is_noticed_before_a_store_is_made(tmp_path: Path) -> None:
    vault = Vault(tmp_path, ForgetfulKeystore(), cost=CHEAP)
    with pytest.raises(KeyringUnavailable):
        await enrol(vault)
    assert vault.users() == []


async def test_a_missing_pointer_is_damage_not_a_new_store(vault: Vault, tmp_path: Path) -> None:
    store_id = await enrol(vault)
    pointer = StoreFiles(tmp_path / "data", store_id).pointer
    kept = pointer.read_text()
    for text in (None, "", "{}", '{"file": "../../etc/passwd"}', '{"file": "store-0009.db"}'):
        pointer.unlink(missing_ok=True)
        if text is not None:
            pointer.write_text(text)
        before = content(tmp_path)
        with pytest.raises(StoreDamaged):
            await vault.unlock(store_id, PIN)
        assert content(tmp_path) == before
        assert len(vault.users()) == 1
    pointer.write_text(kept)
    assert await pain(vault, store_id) == 6


async def test_a_damaged_empty_or_missing_file_is_said_and_left(vault: Vault, tmp_path: Path) -> None:
    store_id = await enrol(vault)
    files = StoreFiles(tmp_path / "data", store_id)
    path = files.database("store-0001.db")
    whole = path.read_bytes()
    for broken in (b"", whole[:5000], whole[:4096] + bytes(len(whole) - 4096)):
        path.write_bytes(broken)
        with pytest.raises(StoreDamaged):
            await vault.unlock(store_id, PIN)
        assert path.read_bytes() == broken
    path.unlink()
    with pytest.raises(StoreDamaged):
        await vault.unlock(store_id, PIN)
    path.write_bytes(whole)
    assert await pain(vault, store_id) == 6


async def test_a_store_of_a_newer_app_stays_closed_and_untouched(vault: Vault, tmp_path: Path) -> None:
    store_id = await enrol(vault)
    store = await vault.unlock(store_id, PIN)
    await store.write(lambda c: meta.put(c, meta.SCHEMA_VERSION, "99"))
    await store.close()
    before = content(tmp_path)
    with pytest.raises(StoreNewer):
        await vault.unlock(store_id, PIN)
    assert content(tmp_path) == before


@pytest.mark.parametrize("store_id", ["", "..", "../users", "a" * 32, "A" * 32])
async def test_a_store_that_is_not_here_is_a_missing_key(vault: Vault, store_id: str) -> None:
    with pytest.raises(KeyMissing):
        await vault.unlock(store_id, PIN)


async def test_an_unknown_slot_in_the_key_file_is_left_alone(vault: Vault, tmp_path: Path) -> None:
    store_id = await enrol(vault)
    key = StoreFiles(tmp_path / "data", store_id).key
    data = json.loads(key.read_text())
    data["slots"].insert(0, {"kind": "recovery", "version": 4, "sealed": "…"})
    key.write_text(json.dumps(data))
    assert await pain(vault, store_id) == 6
