"""A full device to measure on: its store opened as the app opens it, and the same rows without any of our code.

`plain_copy` is the floor's file: the same tables, indexes and rows, not encrypted, read and written by the standard
library's sqlite3. All of it is made-up data.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from sqlalchemy import Connection, Engine, event

from app.domain.visit import PersonRef
from app.store import sessions
from app.store.attempts import read_boot_clock
from app.store.cipher import PAGE_CACHE_KIB, open_raw
from app.store.engine import Store
from app.store.files import list_stores
from app.store.locks import LockCheck
from app.store.slots import KdfCost
from app.store.vault import Vault
from benchmarks.panel import NO_KDF, PEOPLE, SECRET, VISITS, copy_panel
from benchmarks.registry import Setting

QUICK_PEOPLE, QUICK_VISITS = 3, 6


@dataclass(frozen=True)
class FullDevice:
    """A data directory with one user, and the raw key of her store."""

    data: Path
    store_id: str
    database: Path
    key: bytes
    people: int
    visits: int

    async def open(self) -> tuple[Store, PersonRef]:
        """Her store without a session: no sync beside what is measured. The caller closes it."""
        store = await vault_of(self.data).unlock(self.store_id, SECRET)
        row = await store.read(sessions.find)
        if row is None:
            raise RuntimeError("the device has no sign-in")
        return store, PersonRef(row.user_reference, row.user_name)

    @property
    def about(self) -> dict[str, str | int]:
        return {"people": self.people, "visits": self.visits, "MB": self.database.stat().st_size // 1_000_000}


def vault_of(data: Path, cost: KdfCost = NO_KDF) -> Vault:
    """As the app's own on a system without a keystore; the store's slot costs next to nothing to derive."""
    return Vault(data, None, cost=cost, new_keys=False)


def make_full_device(setting: Setting) -> FullDevice:
    """A copy of the panel of 100 people with 2,000 visits; three people of a quick run. Not inside a running loop."""
    people, visits = setting.size(PEOPLE, QUICK_PEOPLE), setting.size(VISITS, QUICK_VISITS)
    data = setting.place / "device"
    copy_panel(data, people, visits)
    return asyncio.run(find_device(data, people, visits))


async def find_device(data: Path, people: int, visits: int) -> FullDevice:
    """What lies there already."""
    (files,) = list_stores(data)
    (opened,) = await LockCheck(None, read_boot_clock).open_keys(files, SECRET)
    database = files.database(files.read_pointer().file)
    return FullDevice(data, files.store_id, database, opened.data_key, people, visits)


def plain_copy(device: FullDevice, path: Path) -> sqlite3.Connection:
    """The floor's connection: write-ahead log, FULL, foreign keys and as much cache as ours."""
    raw = open_raw(device.database, device.key)
    try:
        raw.execute("ATTACH DATABASE ? AS plain KEY ''", (str(path),))
        raw.execute("SELECT sqlcipher_export('plain')").fetchall()
        raw.execute("DETACH DATABASE plain")
    finally:
        raw.close()
    plain = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY"):
        plain.execute(f"PRAGMA {pragma}")
    plain.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")
    return plain


def time_call(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = perf_counter_ns()
    work()
    return (perf_counter_ns() - began) / 1e6


@dataclass
class Rows:
    """Rows of one table as they were read, to be written again."""

    statement: str
    rows: Sequence[Any]


def rows_of(connection: Any, table: str, where: str, values: Sequence[Any]) -> Rows:
    """`connection` is a DB-API connection or cursor. `table` and `where` are this package's own words."""
    cursor = connection.execute(f"SELECT * FROM {table} WHERE {where}", values)  # noqa: S608
    names = [column[0] for column in cursor.description]
    marks = ", ".join("?" * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    insert = f"INSERT INTO {table} ({quoted}) VALUES ({marks})"  # noqa: S608
    return Rows(insert, cursor.fetchall())


@contextmanager
def recorded() -> Iterator[list[tuple[str, tuple[()]]]]:
    """Every SELECT that any store's connections run meanwhile, whoever gave it to the driver, values written out."""
    found: list[tuple[str, tuple[()]]] = []
    open_now = True

    def note(statement: str) -> None:
        if open_now and statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append((statement, ()))

    def watch(driver: Any, *_: object) -> None:
        driver.set_trace_callback(note)

    def watch_again(connection: Connection) -> None:
        watch(connection.connection.dbapi_connection)

    event.listen(Engine, "connect", watch)
    event.listen(Engine, "begin", watch_again)
    try:
        yield found
    finally:
        open_now = False
        event.remove(Engine, "connect", watch)
        event.remove(Engine, "begin", watch_again)
