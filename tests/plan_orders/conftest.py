"""A plan with keys, its officers' files, and a nurse with a device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.support.rescue import Nurse, RescuePlan


@pytest.fixture(scope="module", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords are not the point here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plan.passwords._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[RescuePlan]:
    made = RescuePlan(tmp_path)
    yield made
    made.close()


@pytest.fixture
def nurse(plan: RescuePlan) -> Nurse:
    return plan.add_nurse()
