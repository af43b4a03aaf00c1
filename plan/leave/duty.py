"""Who is on duty at a moment, by the plan's settings and in the plan's time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from plan.clinical_settings import find_settings
from plan.duty_settings import DAYS, PACK_HOURS, check_duty
from plan.fhir.json_text import loads
from plan.outcomes.zone import find_zone
from plan.problems import PlanProblem

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Hours:
    """From a time of day to another on some days; "to" at or before "from" is of the next day."""

    days: tuple[str, ...]
    begins: time
    ends: time

    def find_end(self, at_ms: int, zone: ZoneInfo) -> int | None:
        """When the hours that run at that moment are over (ms); None where none run."""
        return next((ends for begins, ends in self._spans(at_ms, zone) if begins <= at_ms < ends), None)

    def find_span(self, at_ms: int, zone: ZoneInfo, ahead_ms: int = 0) -> tuple[int, int] | None:
        """(begin, end) in ms of the hours that run then, else of the first that begin within `ahead_ms`."""
        spans = sorted(one for one in self._spans(at_ms, zone) if one[1] > at_ms)
        return next((one for one in spans if one[0] <= at_ms + ahead_ms), None)

    def _spans(self, at_ms: int, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
        """Of yesterday, today and tomorrow, by that zone's calendar."""
        today = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).date()
        for day in (today, today - timedelta(days=1), today + timedelta(days=1)):
            if DAYS[day.weekday()] in self.days:
                last = day if self.ends > self.begins else day + timedelta(days=1)
                yield _moment(day, self.begins, zone), _moment(last, self.ends, zone)


def _moment(day: date, clock: time, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, clock, zone).timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Duty:
    """The plan's duty list in its order, what may stay unseen how long (ms by level), and when nurses work."""

    zone: ZoneInfo
    unseen_ms: Mapping[str, int]
    people: Sequence[tuple[str, Hours]] = ()
    """(id of the Practitioner, her hours)."""
    working: Hours | None = None
    """None: the plan has not said, so nobody is off because of the hour."""
    pack_ms: int = PACK_HOURS * 60 * MINUTE_MS
    """So long before her duty begins a nurse's device may have its on-call pack."""

    def list_on(self, at_ms: int) -> list[tuple[str, int]]:
        """Who is on duty then, in the order of the list, each with when that duty ends (ms)."""
        found = ((who, hours.find_end(at_ms, self.zone)) for who, hours in self.people)
        return [(who, end) for who, end in found if end is not None]

    def find_span(self, who: str, at_ms: int, ahead_ms: int = 0) -> tuple[int, int] | None:
        """(begin, end) of this Practitioner's duty then, or of one that begins within `ahead_ms`.

        Entries of hers that follow one another without a gap are one duty, but never longer than two of them.
        """
        hers = [hours for one, hours in self.people if one == who]
        spans = [found for hours in hers if (found := hours.find_span(at_ms, self.zone, ahead_ms))]
        if not spans:
            return None
        begins, ends = min(spans)
        following = [found for hours in hers if (found := hours.find_span(ends, self.zone))]
        return begins, max([ends, *(last for _, last in following)])

    def is_working_time(self, at_ms: int) -> bool:
        return self.working is None or self.working.find_end(at_ms, self.zone) is not None


def read_duty(connection: Connection) -> Duty:
    """As the plan has set it; nothing goes on anywhere where it has not, or where what it set cannot be read."""
    zone = find_zone(connection)
    text = find_settings(connection)
    said = loads(text).get("duty") if text else None
    try:
        check_duty(said if said is not None else {})
    except PlanProblem:
        said = None
    return make_duty(said or {}, zone)


def make_duty(said: Mapping[str, Any], zone: ZoneInfo) -> Duty:
    """Out of a checked part of the settings."""
    return Duty(
        zone=zone,
        unseen_ms={
            level: int(minutes) * MINUTE_MS for level, minutes in said.get("unseen_minutes", {}).items()
        },
        people=[(one["who"].partition("/")[2], _hours(one)) for one in said.get("list", ())],
        working=_hours(said["working"]) if "working" in said else None,
        pack_ms=int(said.get("pack_hours", PACK_HOURS)) * 60 * MINUTE_MS,
    )


def _hours(one: Mapping[str, Any]) -> Hours:
    begins, ends = (time.fromisoformat(one[name]) for name in ("from", "to"))
    return Hours(tuple(one.get("days", DAYS)), begins, ends)
