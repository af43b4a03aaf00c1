from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.patient import PatientRow
from app.domain.said import say_day, say_when
from app.views import say

DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@settings(deadline=None)
@given(DAYS, DAYS)
def test_a_day_reads_the_same_in_the_code_status_line_as_everywhere_else(on: date, today: date) -> None:
    noon, now = (datetime.combine(day, time(12), UTC) for day in (on, today))
    if on != today:
        assert say_day(noon.astimezone().date(), now.astimezone().date()) == say.day_of(noon, now)


@given(DAYS)
def test_a_date_of_a_record_reads_as_everywhere_else_on_the_screens(on: date) -> None:
    assert say_when(on.isoformat()) == say.day(on)


@given(st.integers(631_152_000, 4_102_444_800))
def test_a_time_of_a_record_is_said_in_the_tablets_own_zone(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    local = at.astimezone()
    said = f"{say.day(local.date())}, {say.clock(at)}"
    assert say_when(at.isoformat()) == said
    assert say_when(at.isoformat().replace("+00:00", "Z")) == said


def test_no_line_under_a_name_begins_with_a_dot() -> None:
    row = PatientRow("p0", "Rosa Colón", "Colón", date(1948, 5, 17), None, "Spanish", "Fresno")
    line = say.age_line(row, date(2026, 11, 23))
    assert line.count("·") == 2
    assert all(before == "\u00a0" for before, dot in pairwise(line) if dot == "·"), "the line breaks after it"


def test_what_is_no_date_stays_as_it_is() -> None:
    for text in ("", "2026", "2026-11", "2026-13-40", "2026-11-22 in the morning", "555-0100-12", "9 of 10"):
        assert say_when(text) == text
