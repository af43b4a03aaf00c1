"""Fixtures of the plan backend's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan
from tests.support.plan_files import open_new_plan, open_new_plan_on
from tests.support.postgres import PostgresServer, start_postgres


@pytest.fixture
def engine(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Empty, or with the panel where the test asks for a `plan` too."""
    panel = load_panel if "plan" in request.fixturenames else None
    engine = open_new_plan(tmp_path / "plan.db", panel)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def plan(engine: Engine, clock: Clock) -> Plan:
    return make_plan(engine, clock)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with start_postgres() as server:
        yield server


@pytest.fixture
def postgres_engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    engine = open_new_plan_on(postgres_server)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on both databases."""
    found: Engine = request.getfixturevalue("engine" if request.param == "sqlite" else "postgres_engine")
    return found
