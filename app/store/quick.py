"""Constant statements on the driver's own cursor, for where a nurse's finger waits.

A tap runs thirty small statements. SQLite needs 10 microseconds for one of them, SQLAlchemy's execution around it 100:
so the few that every tap runs are compiled once and handed to the driver as text (ADR 0067). Everything else of
SQLAlchemy stays: the statement is written in it, the transaction is its own, and a driver's error comes out as its
`DBAPIError`. Not for statements whose shape depends on their values (`IN` lists).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sqlalchemy import Boolean, Connection, Select, UpdateBase
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

_DIALECT = SQLiteDialect_pysqlite()


class Quick:
    """One statement, its values by the names of its `bindparam`s; of an INSERT by its columns."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        """Compiled when it is first used: an `IN` list, whose length is not known then, raises ValueError there."""
        self._statement = statement

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """Rows whose columns are attributes, as SQLAlchemy gives them: truth values as bool, all else as stored."""
        return self._made(self._execute(connection, values, lambda cursor: cursor.fetchall()))

    def one_or_none(self, connection: Connection, **values: Any) -> Any:
        """The only row there can be, or None."""
        rows = self.all(connection, **values)
        return rows[0] if rows else None

    def scalar(self, connection: Connection, **values: Any) -> Any:
        """The first column of the first row, as stored; None without one."""
        row = self._execute(connection, values, lambda cursor: cursor.fetchone())
        return None if row is None else row[0]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """For what writes: how many rows were touched."""
        return int(self._execute(connection, values, lambda cursor: cursor.rowcount))

    def run_many(self, connection: Connection, several: Iterable[Mapping[str, Any]]) -> None:
        """For what writes, once for each of these values."""
        rows = [self._ordered(values) for values in several]
        if not rows:
            return
        try:
            _driver_of(connection).cursor().executemany(self._sql, rows)
        except Exception as error:
            raise _as_known(connection, error) from error

    def _execute(self, connection: Connection, values: Mapping[str, Any], take: Callable[[Any], Any]) -> Any:
        """What `take` has of the cursor: a damaged page may be met as late as there."""
        ordered = self._ordered(values)
        try:
            return take(_driver_of(connection).execute(self._sql, ordered))
        except Exception as error:
            raise _as_known(connection, error) from error

    def _ordered(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        own = self._own
        return tuple([values[name] if name in values else own[name] for name in self._names])

    def _made(self, rows: list[Any]) -> list[Any]:
        make, truths = self._row._make, self._truths
        if not truths:
            return [make(row) for row in rows]
        return [make([_truth(v) if at in truths else v for at, v in enumerate(row)]) for row in rows]

    @cached_property
    def _compiled(self) -> Any:
        made: Any = self._statement.compile(dialect=_DIALECT)
        if made.post_compile_params:
            raise ValueError("a statement whose shape depends on its values")
        return made

    @cached_property
    def _sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self._compiled.positiontup or ())

    @cached_property
    def _own(self) -> Mapping[str, Any]:
        """Values that the statement brings along. What a caller must give is not among them."""
        return {name: bind.value for bind, name in self._compiled.bind_names.items() if not bind.required}

    @cached_property
    def _row(self) -> Any:
        names = [column.keyname for column in self._compiled._result_columns]
        return namedtuple("Row", names, rename=True)

    @cached_property
    def _truths(self) -> frozenset[int]:
        columns = self._compiled._result_columns
        return frozenset(at for at, column in enumerate(columns) if isinstance(column.type, Boolean))


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """What is written inside is all undone when an exception leaves it, and the transaction goes on.

    Where SQLite has undone the whole transaction by itself, as on a full disk, a driver's error leaves it in any case.
    """
    driver = _driver_of(connection)
    driver.execute("SAVEPOINT quick")
    try:
        yield
    except BaseException as error:
        try:
            driver.execute("ROLLBACK TO quick")
            driver.execute("RELEASE quick")
        except Exception as lost:  # noqa: BLE001 - a driver's; raised as what it is
            if not isinstance(error, SQLAlchemyError):
                raise _as_known(connection, lost) from error
        raise
    driver.execute("RELEASE quick")


def _driver_of(connection: Connection) -> Any:
    if not connection.in_transaction():
        connection.begin()  # as SQLAlchemy does by itself: outside of one each statement would be its own
    return connection.connection.dbapi_connection


def _as_known(connection: Connection, error: Exception) -> BaseException:
    """A driver's error as SQLAlchemy would raise it, without the values; any other as it is."""
    base = connection.dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        return error
    return DBAPIError.instance("", None, error, base, hide_parameters=True)


def _truth(value: Any) -> bool | None:
    return None if value is None else bool(value)
