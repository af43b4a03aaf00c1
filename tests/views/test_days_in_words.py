from __future__ import annotations

from datetime import UTC, date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.said import say_day
from app.views import say

DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@settings(deadline=None)
@given(DAYS, DAYS)
def test_a_day_reads_the_same_in_the_code_status_line_as_everywhere_else(on: date, today: date) -> None:
    noon, now = (datetime.combine(day, time(12), UTC) for day in (on, today))
    if on != today:
        assert say_day(noon.astimezone().date(), now.astimezone().date()) == say.day_of(noon, now)
