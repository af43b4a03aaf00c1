"""Compiled SQL outlives its engine: every test opens engines of its own, and would compile each statement anew.

The tables of a new store are made by the statements that made the first one, which is half of making it.

Values are no part of what is compiled, but the first ones that ran with a statement are kept beside it: tests that
search memory turn this off (`apart`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_mock_engine

import app.store.cipher
import plan.database
from app.store import meta, migrations
from app.store.tables import StoreTable

MOST = 4_000
"""Statements that are kept: more than both programs have together."""


class _Kept:
    """Stands for `create_engine`: SQLite's engines of one driver share a dialect and what was compiled for it."""

    def __init__(self, create: Callable[..., Engine]) -> None:
        self._create = create
        self._first: dict[object, Engine] = {}
        self.on = True

    def __call__(self, url: Any, **more: Any) -> Engine:
        if not self.on or not str(url).startswith("sqlite"):
            return self._create(url, **more)
        engine = self._create(url, query_cache_size=MOST, **more)
        first = self._first.setdefault(more.get("module"), engine)
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        if "compiled_cache" in engine.get_execution_options():  # a store's own would be empty each time
            engine.update_execution_options(compiled_cache=first._compiled_cache)
        return engine


_stores = _Kept(app.store.cipher.create_engine)
_plans = _Kept(plan.database.create_engine)


_create_schema = migrations.create_schema


@cache
def _tables() -> tuple[str, ...]:
    """What SQLAlchemy says to an empty file."""
    said: list[str] = []

    def hear(statement: Any, *_values: Any, **_more: Any) -> None:
        said.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", hear)
    StoreTable.metadata.create_all(engine, checkfirst=False)
    return tuple(said)


def _create_kept_schema(connection: Connection, version: int = migrations.SCHEMA_VERSION) -> None:
    """Stands for the store's own `create_schema`."""
    if not _stores.on:
        _create_schema(connection, version)
        return
    cursor = connection.connection.cursor()
    for statement in _tables():
        cursor.execute(statement)
    cursor.close()
    meta.put(connection, meta.SCHEMA_VERSION, str(version))


@contextmanager
def kept() -> Iterator[None]:
    """While this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.store.cipher, "create_engine", _stores)
        patch.setattr(plan.database, "create_engine", _plans)
        patch.setattr(migrations, "create_schema", _create_kept_schema)
        yield


@contextmanager
def apart() -> Iterator[None]:
    """Within `kept`: engines that keep what they compile to themselves, as the programs do."""
    _stores.on = _plans.on = False
    try:
        yield
    finally:
        _stores.on = _plans.on = True
