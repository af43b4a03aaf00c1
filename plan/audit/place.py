"""Where the trail of reads, refusals and sign-ins lies, and the short transactions that add to it.

On PostgreSQL it lies beside everything else: an insert there waits for nobody. SQLite has one writer a file, and a read
that had to wait for a visit being written would be slower than the visit; so there it lies in a file of its own beside
the database (`plan.db` → `plan.db.trail`). A write's own event is always in the write's database and transaction.

No commit here waits for the disk: a killed process loses nothing, a power cut may lose the last moments.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event

from plan.audit.tables import AuditRow
from plan.database import write_transaction

SUFFIX = ".trail"
_TABLES = [AuditRow.metadata.tables[name] for name in ("audit_event", "audit_patient")]
_apart: WeakKeyDictionary[Engine, tuple[Engine, threading.Lock]] = WeakKeyDictionary()
_guard = threading.Lock()


@contextmanager
def audit_transaction(engine: Engine) -> Iterator[Connection]:
    """Adds to the trail. On PostgreSQL each statement is a transaction of its own: fewer round trips."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT", plan_audit=True) as connection:
            yield connection
        return
    apart = _find_apart(engine)
    if apart is None:
        with write_transaction(engine) as connection:
            yield connection
        return
    # Writers of one process queue here: SQLite's own wait polls, sleeping up to 100 ms a turn.
    with apart[1], apart[0].begin() as connection:
        yield connection


@contextmanager
def reading_apart(engine: Engine) -> Iterator[Connection | None]:
    """A connection to the trail where it lies in a file of its own, None where it does not."""
    apart = _find_apart(engine)
    if apart is None:
        yield None
        return
    with apart[0].connect() as connection:
        yield connection


def _find_apart(engine: Engine) -> tuple[Engine, threading.Lock] | None:
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if not file or file == ":memory:":
        return None
    with _guard:
        known = _apart.get(engine)
        if known is None:
            known = _apart[engine] = (_open(Path(f"{file}{SUFFIX}")), threading.Lock())
            event.listen(engine, "engine_disposed", _dispose)
        return known


def _dispose(engine: Engine) -> None:
    with _guard:
        known = _apart.get(engine)
    if known is not None:
        known[0].dispose()


def _open(file: Path) -> Engine:
    apart = create_engine(
        f"sqlite:///{file}",
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": 20, "isolation_level": None},
    )
    event.listen(apart, "connect", _prepare)
    event.listen(apart, "begin", _begin)
    AuditRow.metadata.create_all(apart, tables=_TABLES)
    return apart


def _prepare(connection: Any, _record: Any) -> None:
    for statement in ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {statement}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
