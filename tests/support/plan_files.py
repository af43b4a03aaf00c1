"""Databases of a plan, made once a process and copied: making thirty tables takes longer than most tests."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from plan.database import make_engine
from plan.schema import create_schema
from tests.support.postgres import PostgresServer


def open_new_plan(path: Path, fill: Callable[[Engine], None] | None = None) -> Engine:
    """A database with its tables, and with what `fill` puts there; `fill` runs once a process."""
    path.write_bytes(_made(fill))
    return make_engine(f"sqlite:///{path}")


@cache
def _made(fill: Callable[[Engine], None] | None) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "plan.db"
        engine = make_engine(f"sqlite:///{path}")
        create_schema(engine)
        if fill is not None:
            fill(engine)
        engine.dispose()
        assert not path.with_name("plan.db-wal").exists(), "all of it lies in the one file"
        return path.read_bytes()


def open_new_plan_on(server: PostgresServer) -> Engine:
    """A database of that server with its tables, empty."""
    return make_engine(server.make_database(like=_made_on(server)))


@cache
def _made_on(server: PostgresServer) -> str:
    name = server.make_name()
    engine = make_engine(server.make_database(name))
    create_schema(engine)
    engine.dispose()  # what somebody is connected to is not copied
    return name
