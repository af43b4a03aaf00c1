"""Statements compiled before anybody unlocks, for every store that this process opens.

SQLAlchemy compiles a statement when an engine first runs it, which takes a hundred times as long as running it, and the
engines of a store end with it: each unlock would begin by compiling everything again. What every unlock runs is
compiled once instead, on an empty database in memory, while the lock screen waits (ADR 0067). Nothing of anybody is in
it: a store's own statements, which hold the values they were first run with, stay its own and go with it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from app.store import migrations
from app.store.cipher import load_driver
from app.store.statement_cache import shared_statements


def compile_ahead(run: Callable[[Connection], object]) -> None:
    """Run `run` on an empty store in memory and keep what was compiled. It must put nobody's data there."""
    module = load_driver()
    engine = create_engine(
        "sqlite+pysqlite://",
        module=module,
        creator=lambda: module.connect("file::memory:", uri=True, isolation_level=None),
        poolclass=StaticPool,
    )
    try:
        with engine.connect() as plain, plain.begin():
            migrations.create_schema(plain)
            run(plain.execution_options(compiled_cache=shared_statements(module)))
    finally:
        engine.dispose()
