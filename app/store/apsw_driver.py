"""The second cipher driver: apsw-sqlite3mc (SQLite3 Multiple Ciphers) with the face of a DB-API module.

It reads and writes the very files that `sqlcipher3` does: each connection is set to the SQLCipher 4 format before it
gets its key. As much of DB-API 2.0 as SQLAlchemy's pysqlite dialect and the store use, always in autocommit mode.
What SQLCipher answers and this engine does not know (`PRAGMA cipher_version`, `PRAGMA cipher_integrity_check`) is
answered here, truly: an unknown PRAGMA answers nothing, and nothing would look like "all is well".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import apsw

from app.store.page_seals import find_broken

_ENGINE: str | None = getattr(apsw, "mc_version", None)
if _ENGINE is None:
    # The plain `apsw` package has the same import name, and ignores keys in silence.
    raise ImportError("apsw is installed without a cipher")

apilevel = "2.0"
threadsafety = 1
paramstyle = "qmark"
Binary = bytes
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(int(part) for part in sqlite_version.split("."))

Parameters = Sequence[Any] | Mapping[str, Any]
_KEY = re.compile(r"""PRAGMA key = "x'([0-9a-f]{64})'\"""")
_CIPHER = "sqlcipher"
_FORMAT = "4"
_TO_READ = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB


class Warning(Exception):
    pass


class Error(Exception):
    """`sqlite_errorcode` is SQLite's extended result code, as in the standard library's driver."""

    sqlite_errorcode: int | None = None


class InterfaceError(Error):
    pass


class DatabaseError(Error):
    pass


class DataError(DatabaseError):
    pass


class OperationalError(DatabaseError):
    pass


class IntegrityError(DatabaseError):
    pass


class InternalError(DatabaseError):
    pass


class ProgrammingError(DatabaseError):
    pass


class NotSupportedError(DatabaseError):
    pass


_KINDS: tuple[tuple[tuple[type[apsw.Error], ...], type[Error]], ...] = (
    ((apsw.ConstraintError, apsw.MismatchError), IntegrityError),
    ((apsw.CorruptError, apsw.NotADBError, apsw.FormatError), DatabaseError),
    ((apsw.RangeError, apsw.TooBigError), DataError),
    ((apsw.InternalError,), InternalError),
    (
        (apsw.BindingsError, apsw.MisuseError, apsw.CursorClosedError, apsw.ConnectionClosedError),
        ProgrammingError,
    ),
)


@contextmanager
def _as_ours() -> Iterator[None]:
    """APSW's errors under DB-API's names, with SQLite's own code. Their texts hold no bound values."""
    try:
        yield
    except apsw.Error as error:
        kind = next((ours for theirs, ours in _KINDS if isinstance(error, theirs)), OperationalError)
        raised = kind(str(error))
        raised.sqlite_errorcode = getattr(error, "extendedresult", None)
        raise raised from None


class _Begun:
    """What APSW tells about a statement at the one moment when it does: as it begins.

    Apart from the cursor: one that held itself would keep its statement open until the next garbage collection.
    """

    def __init__(self) -> None:
        self.columns: tuple[str, ...] = ()
        self.read_only = True

    def note(self, cursor: apsw.Cursor, _statement: str, _bindings: object) -> bool:
        self.columns = tuple(one[0] for one in cursor.get_description())
        self.read_only = cursor.is_readonly
        return True


class Cursor:
    """Rows of a query come as they are asked for; a statement that changes something is run to its end at once."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor = connection.engine.cursor()
        self._begun = _Begun()
        self._cursor.exec_trace = self._begun.note
        self._waiting: Iterator[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    @property
    def description(self) -> tuple[tuple[Any, ...], ...] | None:
        return tuple((name, *(None,) * 6) for name in self._begun.columns) or None

    def execute(self, statement: str, parameters: Parameters = ()) -> Cursor:
        self._begin()
        answer = self._connection.answer(statement)
        if answer is not None:
            self._begun.columns = ("answer",)
            self._waiting = iter(answer)
            return self
        with _as_ours():
            self._cursor.execute(statement, parameters)
            if self._begun.read_only:
                return self
            # RETURNING gives its rows here; without reading them the statement would stay open.
            self._waiting = iter(self._cursor.fetchall())
        if _changes_rows(statement):
            self.rowcount = self._connection.engine.changes()
            self.lastrowid = self._connection.engine.last_insert_rowid()
        return self

    def executemany(self, statement: str, parameters: Iterable[Parameters]) -> Cursor:
        self._begin()
        changed = 0
        with _as_ours():
            for one in parameters:
                self._cursor.execute(statement, one)
                changed += self._connection.engine.changes()
        self.rowcount = changed
        return self

    def _begin(self) -> None:
        self._begun.columns = ()
        self._waiting, self.rowcount = None, -1

    def fetchone(self) -> tuple[Any, ...] | None:
        with _as_ours():
            return next(self._rows(), None)

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        with _as_ours():
            return [row for _, row in zip(range(size or self.arraysize), self._rows(), strict=False)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        with _as_ours():
            return list(self._rows())

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.fetchone, None)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        return self._cursor if self._waiting is None else self._waiting

    def close(self) -> None:
        with _as_ours():
            self._cursor.close(True)

    def setinputsizes(self, sizes: object) -> None:
        """Nothing to do; DB-API asks for it."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Nothing to do; DB-API asks for it."""


class Connection:
    """One connection in autocommit mode: BEGIN is said by whoever wants a transaction."""

    isolation_level = None
    Error = Error

    def __init__(self, engine: apsw.Connection) -> None:
        self.engine = engine
        self._key: bytes | None = None

    def answer(self, statement: str) -> list[tuple[Any, ...]] | None:
        """Rows of what SQLCipher would answer and this engine does not know; None for everything else."""
        if not statement.startswith("PRAGMA "):
            return None
        name = statement.removeprefix("PRAGMA ").strip()
        if name.startswith("cipher_log_level"):
            return []
        if name == "cipher_version":
            ours = self.engine.pragma("cipher") == _CIPHER and str(self.engine.pragma("legacy")) == _FORMAT
            return [(_ENGINE,)] if ours and self._key is not None else []
        if name == "cipher_integrity_check":
            return [(f"HMAC verification failed for page {page}",) for page in self._find_broken()]
        key = _KEY.fullmatch(statement)
        if key is not None:
            self._key = bytes.fromhex(key[1])
        return None

    def _find_broken(self) -> list[int]:
        if self._key is None:
            raise ProgrammingError("no key yet")
        # Opened by SQLite's own file layer: closing any other descriptor of the file would drop SQLite's locks on it.
        with _as_ours():
            file = apsw.VFSFile("", self.engine.filename, [_TO_READ, 0])
            try:
                return find_broken(
                    lambda length, offset: file.xRead(length, offset), file.xFileSize(), self._key
                )
            finally:
                file.xClose()

    def cursor(self) -> Cursor:
        with _as_ours():
            return Cursor(self)

    def execute(self, statement: str, parameters: Parameters = ()) -> Cursor:
        return self.cursor().execute(statement, parameters)

    @property
    def in_transaction(self) -> bool:
        return bool(self.engine.in_transaction)

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, word: str) -> None:
        with _as_ours():
            if self.in_transaction:
                self.engine.execute(word)

    def create_function(
        self, name: str, narg: int, func: Callable[..., Any] | None, *, deterministic: bool = False
    ) -> None:
        with _as_ours():
            self.engine.create_scalar_function(name, func, narg, deterministic=deterministic)

    def close(self) -> None:
        with _as_ours():
            self.engine.close(True)
        self._key = None


def connect(
    database: str, *, uri: bool = False, isolation_level: None = None, vfs: str | None = None
) -> Connection:
    """Open a file that is, or will be, in the SQLCipher 4 format. `vfs`: the file layer below (tests put one in)."""
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | (apsw.SQLITE_OPEN_URI if uri else 0)
    with _as_ours():
        engine = apsw.Connection(database, flags=flags, vfs=vfs)
        try:
            engine.execute(f"PRAGMA cipher = '{_CIPHER}'")
            engine.execute(f"PRAGMA legacy = {_FORMAT}")
        except BaseException:
            engine.close(True)
            raise
    return Connection(engine)


def _changes_rows(statement: str) -> bool:
    return statement.lstrip()[:7].upper() in ("INSERT ", "UPDATE ", "DELETE ", "REPLACE")
