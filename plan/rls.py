"""Row-level security on PostgreSQL: the database itself refuses what the access predicate should have left out.

Reading requests run as a role of their own, which may only select, only from the tables of the FHIR store, and of the
resource table only the rows that a policy lets through. The policy says a second time, in SQL, what `plan.fhir.access`
adds to every select: a query that forgets its predicate then finds nothing foreign. Who asks, and at what time, the
transaction says in settings of its own (`plan.*`), which end with it.

It guards against a mistake in a query. Somebody who can send SQL of her own could set the same settings.
SQLite has nothing of the kind.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from plan.fhir.tables import plan_state
from plan.rls_policy import READER, STATEMENTS, VERSION

if TYPE_CHECKING:
    from plan.fhir.context import Caller

_NAME = "row_security"
_ENTER = text(
    "SELECT set_config('plan.role', :role, true), set_config('plan.me', :me, true),"
    " set_config('plan.team', :team, true), set_config('plan.now_ms', :now, true),"
    " set_config('plan.late_ms', :late, true), set_config('plan.drain', :drain, true),"
    " set_config('plan.pack', :pack, true),"
    f" set_config('role', '{READER}', true)"
)
_LEAVE = text("SELECT set_config('role', 'none', true)")
_DAY_MS = 86_400_000
_log = logging.getLogger("plan.rls")
_on: WeakKeyDictionary[Engine, bool] = WeakKeyDictionary()
_guard = threading.Lock()


def install(engine: Engine) -> bool:
    """Make role, functions and policy where they are missing or older. False when this database has none.

    On PostgreSQL that is where the plan's user may not make roles: `CREATEROLE`, or a role made beforehand, is needed.
    """
    if engine.dialect.name != "postgresql":
        return False
    try:
        with engine.begin() as connection:
            # Two processes that start at once would make the same things.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('hearthside row security'))"))
            if find_version(connection) != VERSION:
                for statement in STATEMENTS:
                    connection.exec_driver_sql(statement)
                connection.execute(delete(plan_state).where(plan_state.c.name == _NAME))
                connection.execute(insert(plan_state).values(name=_NAME, value=VERSION))
    except DBAPIError as error:
        code = getattr(error.orig, "sqlstate", None) or type(error.orig).__name__
        _log.warning("row-level security could not be set up (%s): the access predicate stands alone", code)
        with _guard:
            _on[engine] = False
        return False
    with _guard:
        _on[engine] = True
    return True


def find_version(connection: Connection) -> str | None:
    """The version of the policy that is in force, None without one."""
    return connection.execute(select(plan_state.c.value).where(plan_state.c.name == _NAME)).scalar()


def is_on(connection: Connection) -> bool:
    """Does this database repeat the predicate?"""
    if connection.dialect.name != "postgresql":
        return False
    engine = connection.engine
    with _guard:
        known = _on.get(engine)
    if known is None:
        known = find_version(connection) == VERSION
        with _guard:
            _on[engine] = known
    return known


def enter(connection: Connection, caller: Caller) -> None:
    """From here to its end this reading transaction sees only what the caller may see."""
    if connection.get_execution_options().get("plan_reader") or not is_on(connection):
        return
    _enter(connection, caller)
    connection.execution_options(plan_reader=True)


def enter_pack(connection: Connection, caller: Caller) -> None:
    """The same for the one request that reads an on-call pack: besides, what the pack that was given out to the caller
    may hold (`plan.oncall`).
    """
    if is_on(connection):
        _enter(connection, caller, pack="yes")
        connection.execution_options(plan_reader=True)


@contextmanager
def as_reader(connection: Connection, caller: Caller) -> Iterator[None]:
    """The same for some statements of a writing transaction, whose own work goes on afterwards."""
    if not is_on(connection):
        yield
        return
    _enter(connection, caller)
    yield  # on an exception the transaction is rolled back, and the settings with it
    connection.execute(_LEAVE)


def _enter(connection: Connection, caller: Caller, *, pack: str = "") -> None:
    who = caller.principal
    days = caller.server.settings.author_days
    connection.execute(
        _ENTER,
        {
            "role": who.role,
            "me": who.practitioner_id,
            "team": who.team_id or "",
            "now": str(caller.now_ms),
            "late": str(caller.now_ms - days * _DAY_MS),
            "drain": "yes" if who.draining else "",
            "pack": pack,
        },
    )
