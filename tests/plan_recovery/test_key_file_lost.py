"""The key file is gone or spoilt: the way back lies in a second file as well, and leads into the same records."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from app.errors import KeyMissing, WrongPin
from app.services.device_service import Device
from app.store.files import StoreFiles
from app.store.vault import Vault
from tests.plan_recovery.officer import approve, ask
from tests.store.store_builders import FakeBoot, MemoryKeystore
from tests.support.rescue import NEW_PIN, OLD_PIN, Nurse, RescuePlan


@pytest.fixture
def files(tmp_path: Path, lost: str) -> StoreFiles:
    return StoreFiles(tmp_path / "data", lost)


def secrets_of(keystore: MemoryKeystore) -> list[str]:
    return sorted(name for name in keystore.entries if "device-secret" in name)


async def recover(plan: RescuePlan, vault: Vault, store_id: str, nurse: Nurse) -> None:
    recovery = await ask(plan, vault, store_id, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    await recovery.wait()
    await (await vault.reset_secret(store_id, recovery.keys, NEW_PIN)).close()


@pytest.mark.parametrize("how", ["gone", "spoilt", "of another store", "slots damaged", "no slots"])
async def test_whatever_became_of_the_key_file_an_officer_lets_her_back_in(
    plan: RescuePlan,
    vault: Vault,
    files: StoreFiles,
    nurse: Nurse,
    keystore: MemoryKeystore,
    how: str,
) -> None:
    before = secrets_of(keystore)
    raw = json.loads(files.key.read_text())
    match how:
        case "gone":
            files.key.unlink()
        case "spoilt":
            files.key.write_bytes(files.key.read_bytes()[:100])
        case "of another store":
            files.key.write_text(json.dumps(raw | {"store_id": "f" * 32}))
        case "slots damaged":
            damaged = [slot | {"sealed": "AAAA"} for slot in raw["slots"]]
            files.key.write_text(json.dumps(raw | {"slots": damaged}))
        case _:
            files.key.write_text(json.dumps(raw | {"slots": []}))
    with pytest.raises((KeyMissing, WrongPin)):
        await vault.unlock(files.store_id, OLD_PIN)
    await recover(plan, vault, files.store_id, nurse)
    with pytest.raises(WrongPin):
        await vault.unlock(files.store_id, OLD_PIN)
    await (await vault.unlock(files.store_id, NEW_PIN)).close()
    assert not set(before) & set(secrets_of(keystore)), "the old device secrets went, as after any recovery"


async def test_an_old_key_file_that_is_put_back_after_that_opens_nothing(
    plan: RescuePlan, vault: Vault, files: StoreFiles, nurse: Nurse
) -> None:
    old = files.key.read_bytes()
    files.key.unlink()
    await recover(plan, vault, files.store_id, nurse)
    files.key.write_bytes(old)
    with pytest.raises(KeyMissing):
        await vault.unlock(files.store_id, OLD_PIN)


async def test_the_second_file_holds_nothing_that_a_pin_opens_and_follows_the_first(
    plan: RescuePlan, vault: Vault, files: StoreFiles, nurse: Nurse
) -> None:
    first = json.loads(files.way_back.read_text())
    assert {slot["kind"] for slot in first["slots"]} == {"recovery"}
    assert files.way_back.stat().st_mode & 0o777 == 0o600
    await vault.change_secret(files.store_id, OLD_PIN, NEW_PIN)
    second = json.loads(files.way_back.read_text())
    assert second["slots"] == first["slots"]
    assert set(second["retired"]) != set(first["retired"]), "it names the device secret of now"
    await recover(plan, vault, files.store_id, nurse)
    third = json.loads(files.way_back.read_text())
    kinds = [slot for slot in json.loads(files.key.read_text())["slots"] if slot["kind"] == "recovery"]
    assert third["slots"] == kinds != second["slots"], "sealed anew with the new data key"


@pytest.mark.parametrize("how", ["gone", "spoilt", "of another store", "older"])
async def test_a_second_file_that_was_lost_or_changed_is_made_anew_at_the_next_unlock(
    vault: Vault, files: StoreFiles, how: str
) -> None:
    good = files.way_back.read_text()
    match how:
        case "gone":
            files.way_back.unlink()
        case "spoilt":
            files.way_back.write_text("{")
        case "of another store":
            files.way_back.write_text(json.dumps(json.loads(good) | {"store_id": "f" * 32}))
        case _:
            files.way_back.write_text(json.dumps(json.loads(good) | {"retired": []}))
    await (await vault.unlock(files.store_id, OLD_PIN)).close()
    assert json.loads(files.way_back.read_text()) == json.loads(good)


async def test_a_second_file_that_cannot_be_written_keeps_nobody_out(vault: Vault, files: StoreFiles) -> None:
    files.way_back.unlink()
    files.way_back.mkdir()
    await vault.change_secret(files.store_id, OLD_PIN, NEW_PIN)
    await (await vault.unlock(files.store_id, NEW_PIN)).close()


async def test_with_both_files_gone_there_is_no_way_back_and_it_says_so(
    vault: Vault, files: StoreFiles
) -> None:
    files.key.unlink()
    files.way_back.unlink()
    with pytest.raises(KeyMissing):
        await Device(vault).start_recovery(files.store_id)


async def test_a_second_file_of_another_store_is_nobodys_way_back(
    plan: RescuePlan, vault: Vault, files: StoreFiles, nurse: Nurse
) -> None:
    """Moved between stores it is not read; its seal would not open either, being bound to device and user."""
    other = plan.add_nurse("ben.ito", "Ben Ito, RN")
    store = await plan.enrol(vault, other)
    await store.close()
    theirs = StoreFiles(files.directory.parent.parent, store.store_id)
    files.key.unlink()
    files.way_back.write_bytes(theirs.way_back.read_bytes())
    with pytest.raises(KeyMissing):
        await Device(vault).start_recovery(files.store_id)


async def test_with_the_key_file_gone_it_is_still_her_store(
    vault: Vault, files: StoreFiles, nurse: Nurse
) -> None:
    files.key.unlink()
    (entry,) = vault.users()
    assert (entry.user_reference, entry.user_name) == (nurse.reference, nurse.name), "she gets no second one"


async def test_the_count_of_wrong_tries_is_not_in_the_way(
    plan: RescuePlan, vault: Vault, files: StoreFiles, nurse: Nurse, boot: FakeBoot
) -> None:
    for _ in range(6):
        with pytest.raises(WrongPin):
            await vault.unlock(files.store_id, "918273")
    files.key.unlink()
    await recover(plan, vault, files.store_id, nurse)
