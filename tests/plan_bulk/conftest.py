"""A plan with groups, a registered client with its key, and both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plan_bulk.bulk_doubles import Bulk, load_groups, make_bulk, register
from tests.support.plan_files import open_new_plan, open_new_plan_on
from tests.support.postgres import PostgresServer, start_postgres


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bulk]:
    """Made once a file: the application takes longer to make than most tests to run."""
    path = tmp_path_factory.mktemp("bulk") / "plan.db"
    engine = open_new_plan(path, load_groups)
    yield make_bulk(engine)
    engine.dispose()


@pytest.fixture
def bulk(backend: Bulk) -> Iterator[Bulk]:
    """The same application over a database as it was at first."""
    backend.worker.settle()
    backend.engine.dispose()
    path = Path(str(backend.engine.url.database))
    for name in (path, *path.parent.glob("plan.db-*")):
        name.unlink(missing_ok=True)
    open_new_plan(path, load_groups).dispose()
    fresh = register(backend.engine, backend.http)
    yield fresh
    vars(fresh.worker).pop("wake", None)
    fresh.worker.settle()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with start_postgres() as server:
        yield server


@pytest.fixture
def postgres_bulk(postgres_server: PostgresServer) -> Iterator[Bulk]:
    engine = open_new_plan_on(postgres_server)
    load_groups(engine)
    yield make_bulk(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bulk]:
    """One backend for all that is refused in a file: nothing of it changes anything."""
    engine = open_new_plan(tmp_path_factory.mktemp("standing") / "plan.db", load_groups)
    yield make_bulk(engine)
    engine.dispose()
