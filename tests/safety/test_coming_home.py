"""The 48 hours after coming home are clock hours, and their end is said in the time that then holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from safety_cases import Told

from app.domain.safety import Facts, Transition

HOME_AT = datetime(2026, 10, 30, 14, 0, tzinfo=timezone(timedelta(hours=-7)))
"""The Friday before the clocks go back."""


@pytest.fixture
def _in_california(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_in_california")
@pytest.mark.parametrize("zone", [timezone(timedelta(hours=-7)), UTC, ZoneInfo("America/Los_Angeles")])
def test_the_end_is_said_in_the_time_that_holds_when_it_comes(zone: timezone | ZoneInfo) -> None:
    home = Facts(transition=Transition(HOME_AT.astimezone(zone)))
    now = (HOME_AT + timedelta(hours=37)).astimezone(zone)
    found = Told(facts=home, now=now).find("TRANSITION_48H")
    assert found is not None
    assert "before Sunday 13:00" in found.actions[0]
    assert found.due_at == datetime(2026, 11, 1, 21, 0, tzinfo=UTC)


def test_hours_are_counted_by_the_clock_that_runs_not_by_the_one_on_the_wall() -> None:
    pacific = ZoneInfo("America/Los_Angeles")
    home = Facts(transition=Transition(HOME_AT.astimezone(pacific)))
    at_the_wall = (HOME_AT + timedelta(hours=48)).astimezone(pacific)
    found = Told(facts=home, now=at_the_wall).find("TRANSITION_48H")
    assert found is not None
    assert "have passed" in found.title


@pytest.mark.parametrize("hours", [37, 49])
def test_the_title_and_what_was_found_do_not_say_the_same(hours: int) -> None:
    found = Told(facts=Facts(transition=Transition(HOME_AT)), now=HOME_AT + timedelta(hours=hours)).find(
        "TRANSITION_48H"
    )
    assert found is not None
    once = {"home", "visit", "hours", "person", "facility"}
    both = set(found.title.lower().replace(".", "").split()) & set(found.finding.lower().strip(".").split())
    assert len(both & once) <= 1, both
    assert ": " not in found.title + found.finding, "a line puts one between them"
