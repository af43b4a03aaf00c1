"""A plan with keys, its officers' files, and a nurse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.vault import Vault
from tests.store.store_builders import FakeBoot, MemoryKeystore
from tests.support.rescue import Nurse, RescuePlan


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[RescuePlan]:
    made = RescuePlan(tmp_path)
    yield made
    made.close()


@pytest.fixture
def nurse(plan: RescuePlan) -> Nurse:
    return plan.add_nurse()


@pytest.fixture
def keystore() -> MemoryKeystore:
    return MemoryKeystore()


@pytest.fixture
def boot() -> FakeBoot:
    return FakeBoot()


@pytest.fixture
def vault(tmp_path: Path, plan: RescuePlan, keystore: MemoryKeystore, boot: FakeBoot) -> Vault:
    return plan.vault(tmp_path / "data", keystore, boot_clock=boot)


@pytest.fixture
async def lost(vault: Vault, plan: RescuePlan, nurse: Nurse) -> str:
    """The id of a store whose PIN nobody remembers."""
    store = await plan.enrol(vault, nurse)
    await store.close()
    return store.store_id
