"""Constant statements on SQLite's own cursor, for what every request asks.

SQLite needs ten microseconds for a small statement, SQLAlchemy's execution around it fifty: so the few that each
request runs are compiled once and handed to the driver as text. The transaction is SQLAlchemy's own, and a driver's
error comes out as its `DBAPIError`. On PostgreSQL, where the way there and back counts, they run as any other. Not for
statements whose shape depends on their values (`IN` lists), nor for columns whose type translates what is stored.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Select, UpdateBase
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

_DIALECT = SQLiteDialect_pysqlite()
Values = Mapping[str, Any]


class Quick:
    """One statement, its values by the names of its `bindparam`s; of an INSERT by its columns."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        self._statement = statement

    def all(self, connection: Connection, values: Values) -> Sequence[Any]:
        """Rows whose columns are attributes."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, dict(values)).all()
        return [
            self._row._make(row) for row in self._ask(connection, values, lambda cursor: cursor.fetchall())
        ]

    def first(self, connection: Connection, values: Values) -> Any:
        """The only row there can be, or None."""
        rows = self.all(connection, values)
        return rows[0] if rows else None

    def scalar(self, connection: Connection, values: Values) -> Any:
        """The first column of the only row, or None."""
        row = self.first(connection, values)
        return None if row is None else row[0]

    def run(self, connection: Connection, *several: Values) -> None:
        """For what writes, once for each of these values."""
        for one in several:
            if connection.dialect.name == "sqlite":
                self._ask(connection, one, lambda _cursor: None)
            else:
                connection.execute(self._statement, dict(one))

    def _ask(self, connection: Connection, values: Values, take: Callable[[Any], Any]) -> Any:
        own = self._own
        ordered = tuple([values[name] if name in values else own[name] for name in self._names])
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does by itself: outside of one each statement would be its own
        driver: Any = connection.connection.dbapi_connection
        base = connection.dialect.loaded_dbapi.Error
        try:
            return take(driver.execute(self._sql, ordered))
        except base as error:
            raise DBAPIError.instance("", None, error, base, hide_parameters=True) from error

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
    def _own(self) -> Values:
        """Values that the statement brings along. What a caller must give is not among them."""
        return {name: bind.value for bind, name in self._compiled.bind_names.items() if not bind.required}

    @cached_property
    def _row(self) -> Any:
        names = [column.keyname for column in self._compiled._result_columns]
        return namedtuple("Row", names, rename=True)
