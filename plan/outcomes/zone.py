"""The plan's time zone: in which days begin, periods are cut and a birthday falls."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, delete, insert, select

from plan.fhir.tables import plan_state
from plan.problems import PlanProblem

DEFAULT = "America/Los_Angeles"
_NAME = "time_zone"
_FIRST, _LAST = (int(datetime(year, 6, 1, tzinfo=UTC).timestamp()) for year in (1, 9999))
"""Seconds. FHIR allows the year 1, which in the west of Greenwich begins in none."""


def find_zone(connection: Connection) -> ZoneInfo:
    """The zone that the plan has set, else `DEFAULT`."""
    said = connection.execute(select(plan_state.c.value).where(plan_state.c.name == _NAME)).scalar()
    return ZoneInfo(said or DEFAULT)


def put_zone(connection: Connection, name: str) -> bool:
    """Set it, by its name in the IANA database. True when it was another before. Raises PlanProblem.

    For use inside `write_transaction`; facts must be made anew afterwards.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PlanProblem(f'"{name}" is no time zone. One is called {DEFAULT}.') from error
    if find_zone(connection).key == name:
        return False
    connection.execute(delete(plan_state).where(plan_state.c.name == _NAME))
    connection.execute(insert(plan_state).values(name=_NAME, value=name))
    return True


def local_day(ms: int, zone: ZoneInfo) -> str:
    """The date of an instant there (`2026-11-22`). What lies beyond the calendar is its first or last year."""
    return (
        datetime.fromtimestamp(min(max(ms // 1000, _FIRST), _LAST), UTC).astimezone(zone).date().isoformat()
    )


def day_start(day: date, zone: ZoneInfo) -> int:
    """The instant (ms) at which a day begins there."""
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)
