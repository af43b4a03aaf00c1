"""A new data key: when it is made, what it leaves behind, and that a failure keeps nobody out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import store_worker
from sqlalchemy import Connection, select
from store_builders import CHEAP, PIN, MemoryKeystore
from vault_kills import Tablet, data_key_of, opens
from vault_steps import enrol, pain

from app.errors import DiskFull, KeyMissing, StoreDamaged, VaultError
from app.store import audit, meta, migrations, rekeying
from app.store.cipher import DRIVER_SETTING, DRIVERS
from app.store.engine import open_store
from app.store.file_copies import UNFINISHED, Hook, switch_to
from app.store.files import Pointer, StoreFiles
from app.store.key_file import KeyFile
from app.store.rekeying import KeyAge
from app.store.tables import AuditEvent, table_of
from app.store.vault import Vault

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Days:
    """This device's date."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def dated(tmp_path: Path, keystore: MemoryKeystore, days: Days) -> Vault:
    return Vault(tmp_path / "data", keystore, cost=CHEAP, now=days)


async def key_of(vault: Vault, store_id: str) -> bytes:
    (opened,) = await vault._check.open_keys(vault._find(store_id), PIN)
    return opened.data_key


async def test_a_key_lives_for_a_month_and_a_date_that_goes_back_counts_like_one_that_goes_on(
    dated: Vault, days: Days
) -> None:
    store_id = await enrol(dated)
    keys = [await key_of(dated, store_id)]
    for step in (timedelta(days=29), timedelta(days=2), timedelta(days=1), timedelta(days=-400)):
        days.now += step
        assert await pain(dated, store_id) == 6
        keys.append(await key_of(dated, store_id))
    assert [a != b for a, b in pairwise(keys)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("age", "size", "due"),
    [
        (KeyAge(NOW, False, None), 1, False),
        (KeyAge(NOW, True, None), 10**12, True),
        (KeyAge(NOW - timedelta(days=40), False, None), 32_000_000, True),
        (KeyAge(NOW - timedelta(days=40), False, None), 32_000_001, False),
        (KeyAge(NOW - timedelta(days=40), True, NOW - timedelta(hours=23)), 1, False),
        (KeyAge(NOW - timedelta(days=40), True, NOW - timedelta(hours=25)), 1, True),
        (KeyAge(None, False, None), 1, False),
    ],
)
def test_when_a_new_key_is_due(age: KeyAge, size: int, due: bool) -> None:
    assert age.is_due(NOW, size) is due


async def test_the_old_key_opens_nothing_and_the_old_file_is_gone(tablet: Tablet) -> None:
    old = await data_key_of(tablet)
    assert await opens(tablet, PIN)
    path = tablet.files.database(tablet.files.read_pointer().file)
    assert tablet.databases() == {path.name} == {"store-0002.db"}
    with pytest.raises(StoreDamaged):
        await open_store(path, old, store_id=tablet.store_id)
    store = await open_store(path, await data_key_of(tablet), store_id=tablet.store_id)
    assert await store.read(lambda c: meta.find(c, meta.KEY_WANTED)) is None
    table = table_of(AuditEvent)
    events = await store.read(lambda c: c.execute(select(table.c.actor, table.c.action)).all())
    assert [tuple(event) for event in events] == [("Practitioner/ana", "new-key")]
    assert (await store.read(audit.verify)).broken_at is None
    await store.close()


async def test_an_old_key_file_and_old_database_put_back_after_a_new_key_open_nothing(tablet: Tablet) -> None:
    old = {path.name: path.read_bytes() for path in tablet.files.directory.iterdir() if path.is_file()}
    assert await opens(tablet, PIN)
    new = {path.name: path.read_bytes() for path in tablet.files.directory.iterdir() if path.is_file()}
    for name in ("key.json", "pointer.json", "store-0001.db"):
        (tablet.files.directory / name).write_bytes(old[name])
    with pytest.raises(KeyMissing):
        await opens(tablet, PIN)
    for name in ("key.json", "pointer.json"):
        (tablet.files.directory / name).write_bytes(new[name])
    assert await opens(tablet, PIN)


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("_check_space", DiskFull(detail="no space")),
        ("change_key", OSError(5, "io")),
        ("switch_to", StoreDamaged(detail="made up")),
    ],
)
async def test_a_new_key_that_fails_keeps_nobody_out_and_is_tried_another_day(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch, fault: Exception, where: str
) -> None:
    days = Days()

    def fail(*_: Any) -> None:
        raise fault

    def vault() -> Vault:
        return Vault(tablet.root / "data", tablet.keystore, cost=CHEAP, way_back=tablet.way_back, now=days)

    old = await data_key_of(tablet)
    with monkeypatch.context() as patch:
        patch.setattr(rekeying, where, fail)
        await (await vault().unlock(tablet.store_id, PIN)).close()
    assert await data_key_of(tablet) == old
    assert len(tablet.key_file().slots) == len(tablet.key_file().other_slots) == 1
    await (await vault().unlock(tablet.store_id, PIN)).close()
    assert await data_key_of(tablet) == old, "not at each unlock"
    days.now += timedelta(days=1)
    await (await vault().unlock(tablet.store_id, PIN)).close()
    assert await data_key_of(tablet) != old
    assert not (tablet.files.directory / UNFINISHED).exists()
    assert await opens(tablet, PIN)


async def test_when_it_fails_after_the_switch_no_work_goes_into_the_old_file(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer names the new file already: a visit in the old one would be deleted with it."""

    def fail_late(files: StoreFiles, pointer: Pointer, name: str, hook: Hook) -> Path:
        switch_to(files, pointer, name, hook)
        raise DiskFull(detail="the directory could not be synced")

    with monkeypatch.context() as patch:
        patch.setattr(rekeying, "switch_to", fail_late)
        with pytest.raises(VaultError, match="unlock once more"):
            await tablet.vault.unlock(tablet.store_id, PIN)
    store = await tablet.vault.unlock(tablet.store_id, PIN)
    assert store.path.name == tablet.files.read_pointer().file == "store-0002.db"
    await store.close()
    assert await opens(tablet, PIN)
    assert len(tablet.key_file().slots) == len(tablet.secrets()) == 1


async def test_a_full_disk_is_seen_before_a_copy_is_begun(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await data_key_of(tablet)
    size = tablet.files.database("store-0001.db").stat().st_size

    class Usage:
        free = 3 * size - 1

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage)
    assert await opens(tablet, PIN)
    assert await data_key_of(tablet) == old


def nothing(_: Connection, __: bytes, ___: KeyFile) -> tuple[dict[str, Any], ...]:
    return ()


@pytest.mark.parametrize("way_back", [None, nothing])
async def test_no_new_key_is_made_that_would_end_the_way_back_for_a_lost_pin(
    tablet: Tablet, way_back: Callable[..., Any] | None
) -> None:
    """An app that does not know the rescue key (or cannot make a slot for it) leaves key and slot as they are."""
    old, slots = await data_key_of(tablet), tablet.key_file().other_slots
    vault = Vault(tablet.root / "data", tablet.keystore, cost=CHEAP, way_back=way_back)
    await (await vault.unlock(tablet.store_id, PIN)).close()
    (opened,) = await tablet.vault._check.open_keys(tablet.files, PIN)
    assert opened.data_key == old
    assert tablet.key_file().other_slots == slots


async def test_a_file_that_no_pointer_names_is_left_and_not_written_over_by_a_new_key(
    dated: Vault, days: Days
) -> None:
    """A store file that no pointer names may hold unsent work: a new key takes another name and leaves it."""
    store_id = await enrol(dated)
    stranger = dated._find(store_id).database("store-0002.db")
    stranger.write_bytes(b"may hold unsent work")
    days.now += timedelta(days=31)
    assert await pain(dated, store_id) == 6
    assert dated._find(store_id).read_pointer().file == "store-0003.db"
    assert stranger.read_bytes() == b"may hold unsent work"


async def test_who_only_looks_makes_no_new_key(tablet: Tablet) -> None:
    old = await data_key_of(tablet)
    vault = Vault(tablet.root / "data", tablet.keystore, cost=CHEAP, way_back=tablet.way_back, new_keys=False)
    await (await vault.unlock(tablet.store_id, PIN)).close()
    assert await data_key_of(tablet) == old


async def test_what_was_just_migrated_keeps_its_old_file_and_gets_its_new_key_the_next_time(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = store_worker.MADE_UP[-1].to_version
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", target)
    newer = partial(migrations.bring_up_to_date, migrations=store_worker.MADE_UP, target=target)
    monkeypatch.setattr(migrations, "bring_up_to_date", newer)
    old = await data_key_of(tablet)
    assert await opens(tablet, PIN)
    assert await data_key_of(tablet) == old
    assert tablet.databases() == {"store-0001.db", "store-0002.db"}
    assert await opens(tablet, PIN)
    assert await data_key_of(tablet) != old
    assert tablet.databases() == {"store-0003.db"}


async def test_a_file_that_one_driver_gave_a_new_key_is_the_others_too(
    tablet: Tablet, cipher_driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await opens(tablet, PIN)  # with `cipher_driver`: it makes the new key
    (other,) = set(DRIVERS) - {cipher_driver}
    monkeypatch.setenv(DRIVER_SETTING, other)
    store = await tablet.vault.unlock(tablet.store_id, PIN)
    await store.write(rekeying.want_new_key)
    await store.close()
    assert await opens(tablet, PIN)
    monkeypatch.setenv(DRIVER_SETTING, cipher_driver)
    assert await opens(tablet, PIN)
    assert tablet.databases() == {"store-0003.db"}
