"""Facts kept in step with the store: whoever has a resource newer than the last look gets all her facts anew.

A person's rows are taken out and put in again in one transaction, so that a late, changed, deleted or withdrawn
resource leaves nothing behind. Whoever refreshes holds a lock meanwhile: what is written is never older than what
stands there. On PostgreSQL that lock is its own and no nurse waits for it; SQLite has only one, so a turn is short.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Table, delete, func, insert, inspect, select, text

from plan.database import metadata, read_transaction, write_transaction
from plan.fhir.tables import plan_state, resource
from plan.outcomes.derive import Rows, derive
from plan.outcomes.gathering import changed_patients, find_teams, gather
from plan.outcomes.record import Record, Spell
from plan.outcomes.roster_group import find_marks, read_spells
from plan.outcomes.tables import FACTS, roster
from plan.outcomes.zone import find_zone
from plan.unmatched.person import find_temporary

VERSION = "4"
"""Raise it with every change of the tables or of how facts are drawn: they are then made anew."""
_STAMP, _VERSION, _MADE_FOR = "outcomes_stamp", "outcomes_version", "outcomes_zone"
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('hearthside outcomes'))")
_AT_ONCE = {"postgresql": 50, "sqlite": 8}
"""People a transaction."""
_SECONDS = 60.0
_log = logging.getLogger("plan.outcomes")


class Ending(Protocol):
    """What tells a refresher to stop: a `threading.Event`, or a test's own."""

    def wait(self, timeout: float, /) -> bool: ...

    def is_set(self) -> bool: ...


@dataclass(frozen=True)
class Freshness:
    """`handled`: everything written up to then is in the facts; `newest`: the last write (both ms, stamps)."""

    handled: int
    newest: int

    def as_of(self, now_ms: int) -> int:
        """The time for which the facts are complete."""
        return now_ms if self.handled >= self.newest else self.handled


def prepare(engine: Engine) -> None:
    """Make the tables; those of another version are thrown away first. Part of making the schema."""
    with _turn(engine) as connection:
        held = _read(connection, _VERSION)
        there = inspect(connection).has_table(FACTS[0].name)
        if held != VERSION and there:
            metadata.drop_all(connection, tables=FACTS)
        metadata.create_all(connection, tables=FACTS)
        if held != VERSION:
            _write(connection, _VERSION, VERSION)
            _write(connection, _STAMP, "0")


def find_freshness(connection: Connection) -> Freshness:
    """How far the facts go."""
    newest = connection.execute(select(func.max(resource.c.key))).scalar() or 0
    return Freshness(int(_read(connection, _STAMP) or 0), newest)


def refresh(engine: Engine, *, rebuild: bool = False, ending: Ending | None = None) -> int:
    """Bring the facts up to the newest write. Returns how many people were looked at.

    With `rebuild`, or for another time zone, everybody is. May be broken off at any time (`ending` does so between two
    turns) and run by several at once.
    """
    with read_transaction(engine) as connection:
        state, zone = find_freshness(connection), find_zone(connection)
        whole = rebuild or state.handled == 0 or _read(connection, _MADE_FOR) != zone.key
        if (state.handled >= state.newest and not whole) or not state.newest:
            return 0
        spells = read_spells(connection, zone)
        people = _everybody(connection) if whole else set(changed_patients(connection, state.handled))
        people |= _changed_spells(connection, spells)
        people |= set(spells) if whole else set()
        marks = find_marks(connection)
    names = sorted(people)
    size = _AT_ONCE.get(engine.dialect.name, 8)
    for begin in range(0, len(names), size):
        if ending is not None and ending.is_set():
            return begin
        with _turn(engine) as connection:
            if find_zone(connection) != zone:
                return begin  # the next look makes everybody's facts anew
            if (now := find_marks(connection)) != marks:
                marks, spells = now, read_spells(connection, zone)
            write_facts(connection, names[begin : begin + size], zone, spells)
    with _turn(engine) as connection:
        _write(connection, _STAMP, str(max(state.newest, int(_read(connection, _STAMP) or 0))))
        _write(connection, _MADE_FOR, zone.key)
    return len(names)


def write_facts(
    connection: Connection, names: Sequence[str], zone: ZoneInfo, spells: Mapping[str, Sequence[Spell]]
) -> None:
    """Make these people's facts anew inside one transaction."""
    teams = find_teams(connection, names)
    # Whoever was not matched yet, or was made at a door and matched since, is nobody who is counted.
    temporary = find_temporary(connection, names)
    counted = [one for one in names if one not in temporary]
    found = [_derive(one, teams.get(one.patient_id)) for one in gather(connection, counted, zone, spells)]
    for table in FACTS:
        connection.execute(delete(table).where(table.c.patient_id.in_(names)))
        rows = [row for rows in found for row in rows.get(table, ())]
        if rows:
            _put(connection, table, rows)


def _derive(record: Record, team_id: str | None) -> Rows:
    """Her rows; none where her record holds what nobody foresaw: everybody else's facts go on all the same."""
    try:
        return derive(record, team_id)
    except Exception as error:  # noqa: BLE001 - one record must not stop the facts of all
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        _log.error("a record gave no facts: %s at %s", type(error).__name__, where)
        return {}


def _put(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Rows into a table. A person has hundreds: PostgreSQL takes them with COPY, ten times as fast as one by one."""
    names = [column.name for column in table.columns if column.name != "row"]
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), [{name: row.get(name) for name in names} for row in rows])
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row.get(name) for name in names])


def _everybody(connection: Connection) -> set[str]:
    """Whoever has a resource, and whoever has facts."""
    of = select(resource.c.patient_id).where(resource.c.patient_id.is_not(None)).distinct()
    found = set(connection.execute(of).scalars())
    for table in FACTS:
        found |= set(connection.execute(select(table.c.patient_id).distinct()).scalars())
    return found


def _changed_spells(connection: Connection, spells: Mapping[str, Sequence[Spell]]) -> set[str]:
    """Whose times on the roster are not those of the table."""
    held: dict[str, set[Spell]] = {}
    for row in connection.execute(select(roster)):
        spell = Spell(row.since_ms, row.until_ms, row.line, row.organisation, row.rurality)
        held.setdefault(row.patient_id, set()).add(spell)
    return {one for one in {*held, *spells} if held.get(one, set()) != set(spells.get(one, ()))}


@contextmanager
def _turn(engine: Engine) -> Iterator[Connection]:
    """One transaction of one refresher."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(_LOCK)
            yield connection
    else:
        with write_transaction(engine, seconds=_SECONDS) as connection:
            yield connection


def _read(connection: Connection, name: str) -> str | None:
    found: str | None = connection.execute(
        select(plan_state.c.value).where(plan_state.c.name == name)
    ).scalar()
    return found


def _write(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(plan_state).where(plan_state.c.name == name))
    connection.execute(insert(plan_state).values(name=name, value=value))
