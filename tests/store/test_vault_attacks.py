"""Changed files beside a store: none of them spares a wait, opens a store, or breaks the lock screen."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from store_builders import PIN, FakeBoot, MemoryKeystore
from vault_steps import WRONG, enrol, pain

from app.errors import HearthsideError, KeyMissing, WrongPin
from app.services.device_service import Device
from app.store.attempts import Attempts, BootTime, find_attempts, worse_of
from app.store.vault import Vault

DEEP = "[" * 100_000


def folder(tmp_path: Path, store_id: str) -> Path:
    return tmp_path / "data" / "users" / store_id


async def spend_free_tries(vault: Vault, store_id: str) -> None:
    for _ in range(5):
        with pytest.raises(WrongPin):
            await vault.verify(store_id, WRONG)


@pytest.mark.parametrize("count", [999_999, 10**4299])
@pytest.mark.parametrize("seconds", [0, -1e9, -1.0])
async def test_a_raised_count_with_an_old_try_does_not_spare_the_wait(
    vault: Vault, tmp_path: Path, boot: FakeBoot, seconds: float, count: int
) -> None:
    boot.pass_seconds(100_000)
    store_id = await enrol(vault)
    await spend_free_tries(vault, store_id)
    changed = {"count": count, "boot": boot().boot, "seconds": seconds}
    (folder(tmp_path, store_id) / "attempts.json").write_text(json.dumps(changed))
    with pytest.raises(WrongPin) as caught:
        await vault.unlock(store_id, PIN)
    assert caught.value.wait_seconds == 900


def test_of_two_copies_the_higher_count_and_the_later_try_hold() -> None:
    now = BootTime("b", 5000.0)
    told, forged = Attempts(5, now), Attempts(900, BootTime("b", 0.0))
    for copies in ([told, forged], [forged, told]):
        assert worse_of(list(copies), now) == Attempts(900, now)


@pytest.mark.parametrize(
    "text",
    [
        DEEP,
        '{"count": 0, "boot": "b", "seconds": ' + "9" * 400 + "}",
        '{"count": 0, "boot": "b", "seconds": 1e400}',
        "null",
    ],
)
async def test_a_hostile_counter_is_a_wait_and_never_a_crash(
    vault: Vault, tmp_path: Path, keystore: MemoryKeystore, boot: FakeBoot, text: str
) -> None:
    store_id = await enrol(vault)
    (folder(tmp_path, store_id) / "attempts.json").write_text(text)
    await keystore.set(f"{store_id}/attempts", text)
    with pytest.raises(WrongPin):
        await vault.unlock(store_id, PIN)
    boot.pass_seconds(100_000)
    assert await pain(vault, store_id) == 6
    assert find_attempts(DEEP) is None


def as_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def as_circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_endless(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(50_000_000_000)  # sparse


def as_deep(path: Path) -> None:
    path.write_text(DEEP)


@pytest.mark.parametrize("name", ["key.json", "pointer.json", "unsent.json", "attempts.json"])
@pytest.mark.parametrize("spoil", [as_directory, as_circle, as_pipe, as_endless, as_deep])
async def test_a_spoilt_file_of_one_user_leaves_the_others_their_lock_screen(
    vault: Vault, tmp_path: Path, spoil: Callable[[Path], None], name: str
) -> None:
    spoilt, whole = await enrol(vault, "Ana Ruiz"), await enrol(vault, "Ben Ode")
    vault.note_unsent(spoilt, 1)
    spoil(folder(tmp_path, spoilt) / name)
    assert {user.store_id for user in Device(vault).users()} == {spoilt, whole}
    assert await pain(vault, whole) == 6
    if name in ("key.json", "pointer.json"):
        with pytest.raises(HearthsideError):
            await vault.unlock(spoilt, PIN)


async def test_odd_names_and_kinds_in_a_pointer_are_shown_plainly(vault: Vault, tmp_path: Path) -> None:
    store_id = await enrol(vault)
    path = folder(tmp_path, store_id) / "pointer.json"
    pointer = json.loads(path.read_text())
    for name in ("\ud800", ["x"], 5, None, "\u202e\x00\n"):
        path.write_text(json.dumps(pointer | {"user_name": name, "lock_kind": "bogus"}))
        (user,) = Device(vault).users()
        assert (user.user_name, user.lock_kind.value) == ("Name not readable", "pin")
    path.write_text(json.dumps(pointer | {"user_name": "x" * 1000}))
    assert len(Device(vault).users()[0].user_name) == 200


async def test_a_file_in_the_place_of_a_store_is_no_store(vault: Vault, tmp_path: Path) -> None:
    store_id = await enrol(vault)
    (tmp_path / "data" / "users" / ("a" * 32)).write_text("x")
    assert [user.store_id for user in Device(vault).users()] == [store_id]
    with pytest.raises(KeyMissing):
        await vault.unlock("a" * 32, PIN)
