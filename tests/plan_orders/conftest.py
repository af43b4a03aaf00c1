"""A plan with keys, its officers' files, and a nurse with a device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rescue import Nurse, RescuePlan


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[RescuePlan]:
    made = RescuePlan(tmp_path)
    yield made
    made.close()


@pytest.fixture
def nurse(plan: RescuePlan) -> Nurse:
    return plan.add_nurse()
