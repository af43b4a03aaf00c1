"""How far each pull has come, in the server's own words (F05, F12): stored in the same transaction as the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from app.store.quick import Quick
from app.store.tables import Cursor, table_of

SUSPECT = "suspect"
"""Scope of records that a server showed as they were on an earlier day; the type is `Type/id`."""
GONE = "gone"
"""Scope of records that the plan did not answer for once; `Type/id`, and when that was."""
SWEEP = "sweep"
"""Scope of a sweep on its way: the people who had their turn."""
ARRIVING = "arriving"
"""Scope of visits whose parts were asked for in vain: how often, and when last."""
QUIET = "quiet"
"""Scope of cursors that nothing came after: where each stood, since when, and done once that was long enough."""
LEFT = "left"
"""Scope of people of whom the plan, asked about each, said that they are no longer this user's."""

_cursor = table_of(Cursor)
_c = _cursor.c
# Built once: a pass asks these for every track of every page.
_FIND = Quick(select(_c.since, _c.done).where(_c.scope == bindparam("scope"), _c.type == bindparam("type")))
_LIST = Quick(select(_c.type, _c.since, _c.done).where(_c.scope == bindparam("scope")))
_NEW = insert(_cursor)
_PUT = Quick(
    _NEW.on_conflict_do_update(
        index_elements=["scope", "type"], set_={"since": _NEW.excluded.since, "done": _NEW.excluded.done}
    )
)


@dataclass(frozen=True, slots=True)
class CursorAt:
    """`since` is the server's lastUpdated text or None (from the beginning); `done`: that pull reached its end once."""

    since: str | None
    done: bool


def find(connection: Connection, scope: str, type: str) -> CursorAt | None:
    """None: this pull never began."""
    row = _FIND.one_or_none(connection, scope=scope, type=type)
    return None if row is None else CursorAt(row.since, row.done)


def put(connection: Connection, scope: str, type: str, since: str | None, *, done: bool = False) -> None:
    """Store or replace."""
    put_all(connection, [(scope, type, CursorAt(since, done))])


def put_all(connection: Connection, cursors: Iterable[tuple[str, str, CursorAt]]) -> None:
    """Store or replace many: (scope, type, cursor)."""
    _PUT.run_many(
        connection,
        ({"scope": scope, "type": type, "since": at.since, "done": at.done} for scope, type, at in cursors),
    )


def list_scope(connection: Connection, scope: str) -> Mapping[str, CursorAt]:
    """type → cursor."""
    return {type: CursorAt(since, done) for type, since, done in _LIST.all(connection, scope=scope)}


def list_scopes(connection: Connection) -> tuple[str, ...]:
    """All scopes in order: `panel`, `backfill/<patient id>`, …"""
    return tuple(connection.execute(select(_c.scope).distinct().order_by(_c.scope)).scalars())


def drop(connection: Connection, scope: str, type: str) -> None:
    """Forget one row."""
    connection.execute(delete(_cursor).where(_c.scope == scope, _c.type == type))


def drop_scope(connection: Connection, scope: str) -> None:
    """Forget a scope (a finished backfill, or before a full pull)."""
    connection.execute(delete(_cursor).where(_c.scope == scope))
