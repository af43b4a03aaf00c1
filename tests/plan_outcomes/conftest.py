"""A plan without anybody, and its facts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.plan_files import open_new_plan
from tests.support.roster import People


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_new_plan(tmp_path / "plan.db")
    yield engine
    engine.dispose()


@pytest.fixture
def people() -> People:
    return People()
