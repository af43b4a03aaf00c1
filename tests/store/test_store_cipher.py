"""The file is encrypted, or is not opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from store_builders import KEY, STORE_ID

from app.errors import NoCipher, StoreDamaged, StoreNewer
from app.store import meta
from app.store.cipher import load_driver, make_engine, open_raw, prove_file
from app.store.engine import Store, create_store, open_store


def test_a_driver_without_a_cipher_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    with pytest.raises(NoCipher):
        open_raw(path, KEY, create=True, driver=sqlite3)
    assert not path.exists() or path.stat().st_size == 0


def test_no_driver_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.cipher.DRIVERS", {"none": "no_such_driver"})
    monkeypatch.delenv("HEARTHSIDE_CIPHER_DRIVER", raising=False)
    with pytest.raises(NoCipher):
        load_driver()


def test_a_plain_file_on_disk_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()
    with pytest.raises(NoCipher):
        prove_file(path)
    with pytest.raises(StoreDamaged):
        open_raw(path, KEY)


@pytest.mark.parametrize("read_only", [False, True])
def test_each_connection_has_the_settings_that_durability_and_secrecy_need(
    store: Store, read_only: bool
) -> None:
    raw = open_raw(store.path, KEY, read_only=read_only)
    try:
        expected = {
            "journal_mode": "wal",
            "synchronous": 2,
            "temp_store": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "busy_timeout": 5000,
            "query_only": int(read_only),
        }
        for name, value in expected.items():
            row = raw.execute(f"PRAGMA {name}").fetchone()
            assert row is not None
            assert row[0] == value, name
    finally:
        raw.close()


def test_the_key_is_in_no_text_of_the_engine(store: Store) -> None:
    engine = make_engine(store.path, KEY, read_only=True)
    try:
        assert KEY.hex() not in repr(engine) + str(engine.url) + repr(engine.url)
    finally:
        engine.dispose()


def test_a_key_of_the_wrong_length_is_a_programming_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_raw(tmp_path / "x.db", b"short", create=True)


async def test_a_wrong_key_reads_as_damage_and_its_error_holds_no_key(
    store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    await store.close()
    wrong = bytes(32)
    with pytest.raises(StoreDamaged) as caught:
        await open_store(store.path, wrong, store_id=STORE_ID)
    assert wrong.hex() not in f"{caught.value!r} {caught.value.detail}"
    assert capfd.readouterr().err == ""


async def test_a_missing_an_empty_and_a_cut_file_are_damage_and_are_left_as_they_are(store: Store) -> None:
    await store.close()
    whole = store.path.read_bytes()
    for content in (b"", whole[:100], whole[: len(whole) // 2]):
        store.path.write_bytes(content)
        with pytest.raises(StoreDamaged):
            await open_store(store.path, KEY, store_id=STORE_ID)
        assert store.path.read_bytes() == content
    store.path.unlink()
    with pytest.raises(StoreDamaged):
        await open_store(store.path, KEY, store_id=STORE_ID)
    assert not store.path.exists()


async def test_a_flipped_bit_anywhere_in_a_used_page_is_damage(store: Store) -> None:
    await store.close()
    whole = store.path.read_bytes()
    for offset in (100, 5000, len(whole) // 2, len(whole) - 500):
        broken = bytearray(whole)
        broken[offset] ^= 1
        store.path.write_bytes(broken)
        with pytest.raises(StoreDamaged):
            await open_store(store.path, KEY, store_id=STORE_ID)


async def test_another_stores_file_with_the_same_key_is_not_opened(store: Store) -> None:
    await store.close()
    with pytest.raises(StoreDamaged):
        await open_store(store.path, KEY, store_id="f" * 32)


async def test_a_store_of_a_newer_app_is_not_opened(store: Store) -> None:
    await store.write(lambda c: meta.put(c, meta.SCHEMA_VERSION, "999"))
    await store.close()
    with pytest.raises(StoreNewer):
        await open_store(store.path, KEY, store_id=STORE_ID)


async def test_a_store_is_never_made_over_a_file(store: Store) -> None:
    with pytest.raises(FileExistsError):
        await create_store(store.path, KEY, store_id=STORE_ID)
