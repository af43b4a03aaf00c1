"""Fixtures of the tests for seeds, the demo panel and the commands."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.users import add_user
from tests.plan_seed.plan_commands import Here
from tests.support.plan_files import open_new_plan
from tests.support.processes import Program


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "db").mkdir()
    engine = open_new_plan(tmp_path / "db" / "plan.db")
    yield engine
    engine.dispose()


@pytest.fixture
def ana(engine: Engine) -> str:
    """A nurse's user name."""
    with write_transaction(engine) as connection:
        add_user(
            connection,
            username="ana.ruiz",
            display_name="Ana Ruiz, RN",
            role="nurse",
            password="lantern-harbor-29",
            team="North",
        )
    return "ana.ruiz"


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/plan.db"


@pytest.fixture
def here(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Here]:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("HEARTHSIDE_"):
            monkeypatch.delenv(name)
    mask = os.umask(0o077)
    yield Here(database, capsys)
    os.umask(mask)


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    """Whatever a test starts is ended, by its own process id."""
    started: list[Program] = []
    yield started
    for program in started:
        if program.process.poll() is None:
            program.end(signal.SIGKILL)
