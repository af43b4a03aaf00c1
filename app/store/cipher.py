"""The one place that opens a database file: with a cipher that proved itself, or not at all.

Format: SQLCipher 4, raw 32-byte key. A plain sqlite driver ignores `PRAGMA key` in silence, so each opening proves
the encryption: the driver names its cipher, and the file does not begin as a plain SQLite file does.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from app.errors import NoCipher, StoreDamaged, StoreError
from app.store.statement_cache import statements_for

DRIVERS = {"sqlcipher3": "sqlcipher3.dbapi2", "apsw": "app.store.apsw_driver"}
"""DB-API modules that read and write the format, by name, best first."""
DRIVER_SETTING = "HEARTHSIDE_CIPHER_DRIVER"
"""Environment variable: the one of these names to use. Without it the first that is installed."""

PLAIN_HEADER = b"SQLite format 3"
KEY_BYTES = 32
PAGE_CACHE_KIB = 16_000
LONGEST_LOG_PAGES = 8_000
"""Of 4 KiB. Only when the log has grown to this is it written back by the commit that made it so (`engine`)."""
BUSY_MS = 5_000


class Cursor(Protocol):
    def fetchone(self) -> Sequence[Any] | None: ...

    def fetchall(self) -> list[Sequence[Any]]: ...


class RawConnection(Protocol):
    """What we use of a DB-API connection."""

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


def load_driver() -> ModuleType:
    """The chosen cipher driver, else the first installed one. Raises NoCipher when there is none."""
    chosen = os.environ.get(DRIVER_SETTING, "")
    names = [module for name, module in DRIVERS.items() if chosen in ("", name)]
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise NoCipher(detail="no such cipher driver is installed" if chosen else "no cipher driver is installed")


def open_raw(
    path: Path, key: bytes, *, create: bool = False, read_only: bool = False, driver: ModuleType | None = None
) -> RawConnection:
    """Open one connection that is proved to be encrypted, in autocommit mode: callers say BEGIN themselves.

    For a file that this process has not open yet, see `check_file`. Raises NoCipher, StoreDamaged (missing, empty or
    plain file) and the driver's own errors, which the caller maps; a wrong key is the driver's "file is not a
    database". The key is never part of an error.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a store key has 32 bytes")
    if not create:
        check_file(path)
    return _connect(path, key, create=create, read_only=read_only, module=driver or load_driver())


def _connect(path: Path, key: bytes, *, create: bool, read_only: bool, module: ModuleType) -> RawConnection:
    mode = "rwc" if create else "rw"
    connection = cast(
        RawConnection,
        module.connect(f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, isolation_level=None),
    )
    try:
        _prepare(connection, key, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def change_key(path: Path, old: bytes, new: bytes) -> None:
    """Write every page of a file anew under another key, in place. The caller has no other connection to it.

    Only for a copy: what it was made from stays as it is until the copy has been checked. Raises as `open_raw` does.
    """
    if len(new) != KEY_BYTES:
        raise ValueError("a store key has 32 bytes")
    connection = open_raw(path, old)
    try:
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"").fetchall()
    finally:
        connection.close()


def make_engine(path: Path, key: bytes, *, read_only: bool) -> Engine:
    """One connection for the one thread that uses it. Key and path stay out of the URL.

    The caller has called `check_file`: other connections may have the file open by the time this one connects.
    """
    module = load_driver()
    engine = create_engine(
        "sqlite+pysqlite://",
        module=module,
        creator=lambda: _connect(path, key, create=False, read_only=read_only, module=module),
        poolclass=StaticPool,
        # Every transaction is ended where it began; another ROLLBACK, perhaps in another thread, is not wanted.
        pool_reset_on_return=None,
        hide_parameters=True,
        execution_options={"compiled_cache": statements_for(module)},
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The driver is in autocommit mode: without this each statement would commit by itself. Said to the driver
        # itself, since each read and write begins here.
        driver: Any = connection.connection.dbapi_connection
        driver.execute(begin)

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        # On a full disk SQLite undoes a whole transaction by itself, and a driver takes a COMMIT of none for done:
        # whoever swallowed that error on the way would say "saved" of what is gone.
        driver: Any = connection.connection.dbapi_connection
        if not driver.in_transaction:
            raise StoreError(detail="undone before its commit")

    return engine


def prove_file(path: Path) -> None:
    """Raises NoCipher when the file on disk is a plain database: nothing more may be written to it.

    For a file that this process has not open, see `check_file`.
    """
    with path.open("rb") as file:
        if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
            raise NoCipher(detail="the file on disk is not encrypted")


def check_file(path: Path) -> None:
    """Raises StoreDamaged when the file is missing, empty or plain: then nothing is opened, made or changed.

    Only before this process opens the file as a database: closing any descriptor of a file drops every POSIX lock that
    the process has on it, SQLite's own too, and another program could then take the write-ahead log away.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(PLAIN_HEADER))
    except FileNotFoundError:
        raise StoreDamaged(detail="no file") from None
    if not head:
        raise StoreDamaged(detail="empty file")
    if head == PLAIN_HEADER:
        raise StoreDamaged(detail="not an encrypted file")


def _prepare(connection: RawConnection, key: bytes, *, read_only: bool) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    row = connection.execute("PRAGMA cipher_version").fetchone()
    if row is None or not row[0]:
        raise NoCipher(detail="the driver has no cipher")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode is None or mode[0] != "wal":
        raise StoreDamaged(detail="no write-ahead log")
    for pragma in (
        "synchronous = FULL",
        "temp_store = MEMORY",
        "foreign_keys = ON",
        "secure_delete = ON",
        f"busy_timeout = {BUSY_MS}",
        f"cache_size = -{PAGE_CACHE_KIB}",
        f"wal_autocheckpoint = {LONGEST_LOG_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
