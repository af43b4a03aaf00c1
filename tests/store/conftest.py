"""An open store with a raw key, and a vault with cheap derivation; on one cipher driver after the other."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from store_builders import CHEAP, KEY, STORE_ID, FakeBoot, MemoryKeystore
from vault_kills import ForkServer, Tablet, make_tablet

from app.store.cipher import DRIVER_SETTING, DRIVERS
from app.store.engine import Store, create_store
from app.store.vault import Vault

ONCE = {
    "test_attempts", "test_key_slots", "test_keystore", "test_pins", "test_vault", "test_vault_attacks",
    "test_vault_keys", "test_vault_tries", "test_odd_rows_of_version_one", "test_outbox_properties",
    "test_outbox_accounts", "test_vault_kills", "test_ten_thousand_tries", "test_pin_change", "test_lost_pin",
    "test_key_file", "test_outbox_squash", "test_patient_store", "test_store_kills", "test_second_driver",
    "test_wiping_kills", "test_log_rows", "test_kept_tables",
}  # fmt: skip
"""Modules that say nothing about the driver, or much at a high price: on the first driver only, unless
HEARTHSIDE_CIPHER_DRIVER says which one. All others run on both."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.module.__name__ not in ONCE and DRIVER_SETTING not in os.environ:
        metafunc.parametrize("cipher_driver", list(DRIVERS), indirect=True, scope="module")


@pytest.fixture(scope="module", autouse=True)
def cipher_driver(request: pytest.FixtureRequest) -> Iterator[str]:
    """The driver that stores are opened with here and in the processes that a test starts."""
    chosen = getattr(request, "param", os.environ.get(DRIVER_SETTING, next(iter(DRIVERS))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DRIVER_SETTING, chosen)
        yield chosen


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await create_store(tmp_path / "store-0001.db", KEY, store_id=STORE_ID)
    yield opened
    await opened.close()


@pytest.fixture
def keystore() -> MemoryKeystore:
    return MemoryKeystore()


@pytest.fixture
def boot() -> FakeBoot:
    return FakeBoot()


@pytest.fixture
def vault(tmp_path: Path, keystore: MemoryKeystore, boot: FakeBoot) -> Vault:
    return Vault(tmp_path / "data", keystore, cost=CHEAP, boot_clock=boot)


@pytest.fixture(scope="session")
def server() -> Iterator[ForkServer]:
    """Makes children that change a vault and die."""
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture
async def tablet(tmp_path: Path) -> Tablet:
    return await make_tablet(tmp_path / "first")
