"""Periods are half-open, touch each other, and follow the plan's own clock over its changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.outcomes.periods import (
    PERIOD_KINDS,
    find_period,
    list_days,
    list_periods,
    make_month,
    make_quarter,
    make_year,
)

PACIFIC = ZoneInfo("America/Los_Angeles")
HOUR = 3_600_000


def at(said: str) -> int:
    return round(datetime.fromisoformat(said).timestamp() * 1000)


def test_a_month_begins_at_midnight_where_the_plan_is() -> None:
    november = make_month(2026, 11, PACIFIC)
    assert november.start_ms == at("2026-11-01T00:00-07:00")
    assert november.end_ms == at("2026-12-01T00:00-08:00")
    assert november.last_day == date(2026, 11, 30)
    assert november.start_ms in november
    assert november.end_ms - 1 in november
    assert november.end_ms not in november
    assert make_month(2026, 12, PACIFIC).start_ms == november.end_ms


def test_a_day_has_25_hours_when_the_clocks_go_back_and_23_when_they_go_forward() -> None:
    autumn = {day: (end - start) / HOUR for day, start, end in list_days(make_month(2026, 11, PACIFIC))}
    spring = {day: (end - start) / HOUR for day, start, end in list_days(make_month(2026, 3, PACIFIC))}
    assert len(autumn) == 30
    assert autumn.pop(date(2026, 11, 1)) == 25
    assert spring.pop(date(2026, 3, 8)) == 23
    assert set(autumn.values()) == set(spring.values()) == {24}


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_label_names_its_period(label: str, first: str, last: str) -> None:
    period = find_period(label, UTC)
    assert period is not None
    assert period.label == label
    assert period.start_ms == at(f"{first}T00:00+00:00")
    assert period.last_day == date.fromisoformat(last)


@pytest.mark.parametrize(
    "label", ["", "26", "2026-", "2026-13", "2026-00", "2026-Q5", "2026-1", "²026", "9999", "1969-12"]
)
def test_a_label_that_names_nothing_finds_nothing(label: str) -> None:
    assert find_period(label, PACIFIC) is None


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(PERIOD_KINDS),
    st.integers(at("1990-01-01T00:00+00:00"), at("2060-01-01T00:00+00:00")),
    st.integers(1, 900 * 24 * HOUR),
    st.sampled_from([PACIFIC, UTC, ZoneInfo("America/Phoenix"), ZoneInfo("Asia/Beirut")]),
)
def test_periods_touch_and_cover_all_that_was_asked_for(
    kind: str, since: int, long: int, zone: ZoneInfo
) -> None:
    found = list_periods(kind, since, since + long, zone)
    assert since in found[0]
    assert since + long - 1 in found[-1]
    assert all(one.end_ms == after.start_ms for one, after in pairwise(found))
    assert [find_period(one.label, zone) for one in found] == found


def test_no_time_has_no_periods_and_a_kind_unknown_is_refused() -> None:
    assert list_periods("month", 5, 5, UTC) == []
    with pytest.raises(ValueError, match="month, a quarter or a year"):
        list_periods("week", 0, 1, UTC)
    with pytest.raises(ValueError, match="four quarters"):
        make_quarter(2026, 5, UTC)
    assert make_year(2026, UTC).end_ms == make_quarter(2026, 4, UTC).end_ms
