"""Making stores and opening them. Nothing is ever deleted or made anew."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from store_builders import CHEAP, PIN, MemoryKeystore
from vault_steps import enrol, pain

from app.errors import (
    NoCipher,
    WeakPin,
    WrongPin,
)
from app.store import meta
from app.store.files import StoreFiles, list_stores
from app.store.vault import Vault, make_passphrase


async def test_a_store_opens_with_its_pin_in_another_process_life(
    vault: Vault, tmp_path: Path, keystore: MemoryKeystore
) -> None:
    store_id = await enrol(vault)
    later = Vault(tmp_path / "data", keystore)
    (user,) = later.users()
    assert (user.store_id, user.user_name, user.lock_kind, user.unsent) == (store_id, "Ana Ruiz", "pin", None)
    assert (user.user_reference, user.plan_url) == ("Practitioner/Ana Ruiz", "http://127.0.0.1:8600")
    assert await pain(later, store_id) == 6


async def test_the_store_knows_whose_it_is(vault: Vault) -> None:
    store = await vault.unlock(await enrol(vault), PIN)
    names = (meta.USER_REFERENCE, meta.USER_NAME, meta.PLAN_URL, meta.STORE_ID)
    values = [await store.read(lambda c, name=name: meta.get(c, name)) for name in names]
    await store.close()
    assert values == ["Practitioner/Ana Ruiz", "Ana Ruiz", "http://127.0.0.1:8600", store.store_id]


async def test_files_and_directories_are_the_owners_only(vault: Vault, tmp_path: Path) -> None:
    store = await vault.unlock(await enrol(vault), PIN)
    await store.write(lambda c: meta.put(c, "x", "y"))
    vault.note_unsent(store.store_id, 3)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "data").rglob("*")
        if path.is_file()
    }
    assert {
        "store-0001.db",
        "store-0001.db-wal",
        "store-0001.db-shm",
        "key.json",
        "unsent.json",
    } <= modes.keys()
    assert set(modes.values()) == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "data").rglob("*") if p.is_dir()} == {0o700}
    await store.close()


async def test_the_lock_screen_shows_how_many_visits_wait(vault: Vault) -> None:
    store_id = await enrol(vault)
    vault.note_unsent(store_id, 3)
    assert [user.unsent for user in vault.users()] == [3]


async def test_a_weak_pin_makes_nothing(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(WeakPin):
        await enrol(vault, secret="123456")
    assert vault.users() == []


async def test_without_a_keystore_five_words_take_the_pins_place(tmp_path: Path) -> None:
    vault = Vault(tmp_path, None, cost=CHEAP)
    assert vault.lock_kind == "passphrase"
    with pytest.raises(WeakPin):
        await enrol(vault, secret=PIN)
    phrase = make_passphrase()
    store_id = await enrol(vault, secret=phrase)
    assert vault.users()[0].lock_kind == "passphrase"
    assert await pain(vault, store_id, phrase.upper().replace(" ", "  ")) == 6
    with pytest.raises(WrongPin):
        await vault.unlock(store_id, "maple otter lantern quilt harbor")


async def test_a_store_that_was_never_finished_is_not_listed(vault: Vault, tmp_path: Path) -> None:
    files = StoreFiles(tmp_path / "data", "a" * 32)
    files.make_directory()
    assert vault.users() == []
    assert list_stores(tmp_path / "nowhere") == []
    store_id = await enrol(vault)
    assert [user.store_id for user in vault.users()] == [store_id]


async def test_no_cipher_makes_no_store(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.store.cipher.DRIVERS", {"plain": "sqlite3"})
    monkeypatch.delenv("HEARTHSIDE_CIPHER_DRIVER", raising=False)
    with pytest.raises(NoCipher):
        await enrol(vault)
    assert vault.users() == []
    assert not [path for path in tmp_path.rglob("*.db") if path.stat().st_size]
