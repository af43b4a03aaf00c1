"""The plan's database: SQLite by default, PostgreSQL by URL, with the two kinds of transaction it knows.

A write holds one lock from its first statement to its commit, so the order of the stamps it gives out
(`meta.lastUpdated`) is the order in which other people can see the rows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

metadata = MetaData()
"""Every table of the plan. Apart from SQLModel's own, so that a process with both halves keeps them apart."""

_LOCK_NUMBER = 0x48454152
"""Number of the advisory lock that PostgreSQL writers share."""
_STEPS_BETWEEN_LOOKS = 20_000
"""Steps of SQLite's machine between two looks at the clock: about a millisecond."""


class PlanTable(SQLModel, registry=registry(metadata=metadata)):
    """Base of the plan's SQLModel tables: `class User(PlanTable, table=True)`."""


class WriteTooLong(Exception):
    """A write transaction ran past its limit and was rolled back."""


class ReadTooLong(Exception):
    """A reading transaction ran past its limit and was cut off."""


def make_engine(url: str) -> Engine:
    """Open `sqlite:///file` or `postgresql+psycopg://…` (`postgresql://` works too). Makes no tables."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(
            parsed, hide_parameters=True, pool_size=10, max_overflow=30, pool_pre_ping=True
        )
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    engine = create_engine(
        parsed,
        hide_parameters=True,
        pool_size=10,
        max_overflow=40,
        connect_args={"check_same_thread": False, "timeout": 20, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgres(connection: Any, _record: Any) -> None:
    # Row-level security makes every estimate high, so that a page of fifty rows would be compiled for 0.2 s first.
    connection.execute("SET jit = off")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for statement in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {statement}")


def _begin_sqlite(connection: Connection) -> None:
    # The driver would open a deferred transaction late and upgrade it, which fails when another writes.
    if connection.get_execution_options().get("plan_write", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    # Waits for nobody, so it never fails as busy, and is said to the driver itself: each read begins here.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN")


@contextmanager
def write_transaction(engine: Engine, *, seconds: float = 20.0) -> Iterator[Connection]:
    """One writing transaction, alone until it commits. Rolls back on any exception.

    Raises WriteTooLong, instead of committing, when more than `seconds` passed since it held the lock.
    """
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            limit = max(1, int(seconds * 1000))
            connection.execute(text(f"SET LOCAL statement_timeout = {limit}"))
            connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {limit}"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
            yield from _until_late(connection, seconds)
        return
    # Writers of one process queue here: SQLite's own wait polls, sleeping up to 100 ms a turn.
    with (
        _queue(engine),
        engine.connect().execution_options(plan_write=True) as connection,
        connection.begin(),
    ):
        yield from _until_late(connection, seconds)


def _until_late(connection: Connection, seconds: float) -> Iterator[Connection]:
    began = time.monotonic()
    yield connection
    if time.monotonic() - began > seconds:
        raise WriteTooLong


@contextmanager
def read_transaction(engine: Engine, *, seconds: float | None = None) -> Iterator[Connection]:
    """One reading transaction whose statements all see the same state.

    With `seconds` a statement is cut off then: raises ReadTooLong.
    """
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        if seconds is None:
            yield connection
            return
        began = time.monotonic()
        try:
            with _cut_off(connection, seconds):
                yield connection
        except OperationalError as error:
            if time.monotonic() - began >= seconds:
                raise ReadTooLong from error
            raise


@contextmanager
def _cut_off(connection: Connection, seconds: float) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}"))
        yield
        return
    ends = time.monotonic() + seconds
    driver: Any = connection.connection.dbapi_connection
    driver.set_progress_handler(lambda: time.monotonic() > ends, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


_queues: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
_queues_guard = threading.Lock()


def _queue(engine: Engine) -> threading.Lock:
    with _queues_guard:
        return _queues.setdefault(engine, threading.Lock())
