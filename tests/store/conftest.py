"""An open store with a raw key, and a vault with cheap derivation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_builders import CHEAP, KEY, STORE_ID, FakeBoot, MemoryKeystore

from app.store.engine import Store, create_store
from app.store.vault import Vault


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
