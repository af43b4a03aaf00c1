"""Periods that outcomes are counted over: half-open, from midnight to midnight in the plan's time zone.

A month begins at 00:00 where the plan is and ends before the first instant of the next one, so that everything falls
into exactly one of neighbouring periods, over a change of the clocks as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

PERIOD_KINDS = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Period:
    """[`start_ms`, `end_ms`) in ms since 1970 UTC. `last_day` is its last day where the plan is, `zone` the plan's."""

    kind: str
    label: str
    """ "2026-11", "2026-Q4" or "2026"."""
    start_ms: int
    end_ms: int
    last_day: date
    zone: tzinfo

    def __contains__(self, at_ms: int) -> bool:
        return self.start_ms <= at_ms < self.end_ms


def make_month(year: int, month: int, zone: tzinfo) -> Period:
    return _make("month", f"{year:04}-{month:02}", year, month, 1, zone)


def make_quarter(year: int, quarter: int, zone: tzinfo) -> Period:
    """`quarter` 1 to 4. Raises ValueError for any other."""
    if quarter not in (1, 2, 3, 4):
        raise ValueError("a year has four quarters")
    return _make("quarter", f"{year:04}-Q{quarter}", year, 3 * quarter - 2, 3, zone)


def make_year(year: int, zone: tzinfo) -> Period:
    return _make("year", f"{year:04}", year, 1, 12, zone)


def find_period(label: str, zone: tzinfo) -> Period | None:
    """The period of this label ("2026-11", "2026-Q4", "2026"); None where it names none."""
    year, _, part = label.partition("-")
    if len(year) != 4 or not (year.isascii() and year.isdigit()) or not 1970 <= int(year) < 9999:
        return None
    if not part and label == year:
        return make_year(int(year), zone)
    if len(part) == 2 and part[0] == "Q" and part[1] in "1234":
        return make_quarter(int(year), int(part[1]), zone)
    if len(part) == 2 and part.isascii() and part.isdigit() and 1 <= int(part) <= 12:
        return make_month(int(year), int(part), zone)
    return None


def list_periods(kind: str, since_ms: int, until_ms: int, zone: tzinfo) -> list[Period]:
    """All periods of one kind that hold an instant of [since, until), oldest first.

    Raises ValueError for a kind unknown.
    """
    if kind not in PERIOD_KINDS:
        raise ValueError("a period is a month, a quarter or a year")
    if until_ms <= since_ms:
        return []
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    first = datetime.fromtimestamp(since_ms / 1000, UTC).astimezone(zone)
    number = (first.year * 12 + first.month - 1) // months * months
    found: list[Period] = []
    while True:
        year, month = divmod(number, 12)
        period = _numbered(kind, year, month, zone)
        if period.start_ms >= until_ms:
            return found
        found.append(period)
        number += months


def list_days(period: Period) -> list[tuple[date, int, int]]:
    """Each day of it: the day, its first instant and the first of the next one (ms). A day may have 23 or 25 hours."""
    found: list[tuple[date, int, int]] = []
    start = period.start_ms
    day = datetime.fromtimestamp(start / 1000, UTC).astimezone(period.zone).date()
    while start < period.end_ms:
        following = day + timedelta(days=1)
        end = _midnight(following, period.zone)
        found.append((day, start, end))
        day, start = following, end
    return found


def _numbered(kind: str, year: int, month: int, zone: tzinfo) -> Period:
    """`month` from 0: the first one of the period."""
    if kind == "month":
        return make_month(year, month + 1, zone)
    return make_quarter(year, month // 3 + 1, zone) if kind == "quarter" else make_year(year, zone)


def _make(kind: str, label: str, year: int, month: int, months: int, zone: tzinfo) -> Period:
    after = month - 1 + months
    following = date(year + after // 12, after % 12 + 1, 1)
    last = date.fromordinal(following.toordinal() - 1)
    return Period(kind, label, _midnight(date(year, month, 1), zone), _midnight(following, zone), last, zone)


def _midnight(day: date, zone: tzinfo) -> int:
    """The first instant of a day there; where the clocks skip midnight, the instant that the day begins with."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
