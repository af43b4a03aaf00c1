"""kill -9 at each step of a recovery: the unsent visit is there, and the way back is open as before."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from app.errors import WrongPin
from app.store import patients, records, visits
from app.store.outbox_rows import change
from app.store.records import NewChange
from app.store.vault import Vault
from tests.plan_recovery.recovery_fork import recover
from tests.store.store_builders import NOON, MemoryKeystore, answer, make_draft, make_patient
from tests.support.rescue import NEW_PIN, OLD_PIN, Nurse, RescuePlan

ROOT = Path(__file__).parents[2]
BODY = '{"resourceType":"Encounter","id":"visit-1","unsent":true}'
STEPS = {
    "asked": OLD_PIN,
    "answered": OLD_PIN,
    "secret stored": OLD_PIN,
    "both slots written": OLD_PIN,
    "new slot proved": NEW_PIN,
    "switched": NEW_PIN,
    "finished": NEW_PIN,
}
"""Each step at which the process ends, and a PIN that surely opens after it."""


def put_unsent(connection: Connection) -> None:
    patients.upsert(connection, make_patient("p1", "Rosa Colón"))
    visits.begin(connection, make_draft("visit-1", "p1"), "1")
    visits.put_answer(connection, "visit-1", "esas-pain", answer(6))
    records.save_record(
        connection,
        group_id="visit-1",
        patient_id="p1",
        changes=[NewChange("Encounter", "visit-1", BODY)],
        at=NOON,
        write_row=lambda c: None,
    )


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan, and a nurse's device with a visit that nobody else has."""
    directory = tmp_path_factory.mktemp("ward")
    asyncio.run(fill(directory))
    return directory


async def fill(directory: Path) -> None:
    plan = RescuePlan(directory)
    nurse = plan.add_nurse()
    vault = plan.vault(directory / "data", MemoryKeystore(directory / "keystore.json"))
    store = await plan.enrol(vault, nurse)
    await store.write(put_unsent)
    await store.close()
    plan.close()
    facts = {"nurse": asdict(nurse), "store_id": store.store_id}
    (directory / "facts.json").write_text(json.dumps(facts))


@pytest.fixture(scope="module")
def forks() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.plan_recovery.recovery_fork"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    yield process
    process.kill()
    process.wait(10)


@pytest.mark.parametrize(("step", "pin"), STEPS.items())
async def test_killed_in_the_middle_of_a_recovery_no_visit_is_lost(
    ward: Path, forks: subprocess.Popen[str], tmp_path: Path, step: str, pin: str
) -> None:
    directory = tmp_path / "ward"
    shutil.copytree(ward, directory)
    assert forks.stdin is not None
    assert forks.stdout is not None
    forks.stdin.write(f"{directory}\t{step}\n")
    forks.stdin.flush()
    assert forks.stdout.readline() == "ended -9\n"
    facts = json.loads((directory / "facts.json").read_text())
    store_id = facts["store_id"]
    plan = RescuePlan(directory, existing=True)
    try:
        vault = plan.vault(directory / "data", MemoryKeystore(directory / "keystore.json"))
        assert await bodies(vault, store_id, pin) == [BODY]
        if step in ("asked", "both slots written", "switched"):
            # The request that was cut off is in nobody's way.
            again = await recover(plan, vault, store_id, Nurse(**facts["nurse"]))
            store = await vault.reset_secret(store_id, again.keys, "593817")
            await store.close()
            assert await bodies(vault, store_id, "593817") == [BODY]
            with pytest.raises(WrongPin):
                await vault.unlock(store_id, pin)
    finally:
        plan.close()


async def bodies(vault: Vault, store_id: str, pin: str) -> list[str]:
    """What waits to be sent, byte for byte."""
    store = await vault.unlock(store_id, pin)
    try:
        return await store.read(list_unsent)
    finally:
        await store.close()


def list_unsent(connection: Connection) -> list[str]:
    return [row.payload for row in connection.execute(select(change).order_by(change.c.seq))]
