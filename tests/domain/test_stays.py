"""Stays and the 48-hour clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.rules import load_rules
from app.domain.stays import (
    Clock,
    ClockState,
    Contact,
    Outcome,
    Place,
    Stay,
    assisted_home,
    away_from_home,
    current_stay,
    due_at,
    join,
    make_clock,
)
from app.domain.visit import Modality, Setting

HOME_AT = datetime(2026, 11, 18, 15, tzinfo=timezone(timedelta(hours=-8)))
STARTERS = frozenset(place.value for place in Place)
STAY = Stay("Encounter/s", "p", Place.SKILLED, "Elm House", HOME_AT - timedelta(days=9), HOME_AT)


def visit(hours: float, modality: Modality = Modality.IN_PERSON, setting: Setting = Setting.HOME) -> Contact:
    return Contact(f"v{hours}", modality, setting, HOME_AT + timedelta(hours=hours))


def clock(*contacts: Contact, hours: float = 1, stay: Stay = STAY) -> Clock | None:
    return make_clock(stay, contacts, now=HOME_AT + timedelta(hours=hours), starters=STARTERS)


def state(*contacts: Contact, hours: float = 1, stay: Stay = STAY) -> ClockState | None:
    made = clock(*contacts, hours=hours, stay=stay)
    return None if made is None else made.state


def test_a_discharge_home_starts_a_clock_that_runs_for_48_hours() -> None:
    made = clock(hours=10)
    assert made is not None
    assert (made.state, made.left) == (ClockState.RUNNING, timedelta(hours=38))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(35.9, ClockState.RUNNING), (36, ClockState.SOON), (47.9, ClockState.SOON), (48, ClockState.OVERDUE)],
)
def test_the_clock_grows_urgent_at_36_hours_and_is_overdue_at_48(hours: float, expected: ClockState) -> None:
    assert state(hours=hours) is expected


def test_a_visit_one_minute_before_the_48_hours_meets_it() -> None:
    assert state(visit(47 + 59 / 60), hours=50) is ClockState.MET


def test_a_visit_after_the_48_hours_is_late_and_not_met() -> None:
    assert state(visit(48.1), hours=50) is ClockState.LATE


def test_two_days_later_by_the_wall_clock_is_too_late_when_the_clocks_went_back() -> None:
    pacific = ZoneInfo("America/Los_Angeles")
    left = datetime(2026, 10, 31, 12, tzinfo=pacific)
    came = Contact("v", Modality.IN_PERSON, Setting.HOME, datetime(2026, 11, 2, 11, 30, tzinfo=pacific))
    stay = replace(STAY, began_at=None, left_at=left)
    made = make_clock(stay, [came], now=datetime(2026, 11, 3, tzinfo=pacific), starters=STARTERS)
    assert made is not None
    assert made.state is ClockState.LATE
    assert made.due_at == datetime(2026, 11, 2, 19, tzinfo=UTC)


def test_urgency_is_counted_in_real_hours_when_the_clocks_went_forward() -> None:
    pacific = ZoneInfo("America/Los_Angeles")
    stay = replace(STAY, began_at=None, left_at=datetime(2026, 3, 7, 12, tzinfo=pacific))
    just_before = datetime(2026, 3, 9, 0, 59, tzinfo=pacific)
    made = make_clock(stay, [], now=just_before, starters=STARTERS)
    assert made is not None
    assert made.state is ClockState.RUNNING


@pytest.mark.parametrize("modality", [Modality.TELEPHONE, Modality.VIDEO])
def test_a_call_never_closes_the_clock(modality: Modality) -> None:
    assert state(visit(3, modality), hours=4) is ClockState.RUNNING


def test_a_visit_in_the_clinic_or_before_the_discharge_does_not_count() -> None:
    assert state(visit(3, setting=Setting.OFFICE), visit(-2), hours=4) is ClockState.RUNNING


def test_a_return_to_assisted_living_is_a_return_home() -> None:
    assert state(visit(3, setting=Setting.ASSISTED_LIVING), hours=4) is ClockState.MET


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_reason_closes_the_clock_without_calling_it_met(outcome: Outcome) -> None:
    assert state(hours=60, stay=replace(STAY, outcome=outcome)) is ClockState.CLOSED


def test_a_visit_in_time_counts_as_met_whatever_reason_was_written_before() -> None:
    assert state(visit(40), hours=60, stay=replace(STAY, outcome=Outcome.UNREACHABLE)) is ClockState.MET


@pytest.mark.parametrize(
    "stay",
    [
        replace(STAY, left_at=None),
        replace(STAY, to_home=False),
        replace(STAY, place=Place.HOSPITAL),
    ],
)
def test_no_clock_before_the_discharge_or_to_another_house_or_where_the_plan_starts_none(stay: Stay) -> None:
    starters = frozenset({"skilled-nursing"})
    assert make_clock(stay, [], now=HOME_AT, starters=starters) is None


def test_what_was_told_joins_the_plans_record_that_comes_later_and_the_plans_time_counts() -> None:
    told = replace(
        STAY,
        reference="Encounter/told",
        began_at=None,
        left_at=HOME_AT.replace(hour=0),
        time_known=False,
        by_hand=True,
        outcome=Outcome.DECLINED,
    )
    for order in permutations([STAY, told]):
        (one,) = join(order)
        assert (one.reference, one.left_at, one.time_known) == ("Encounter/s", HOME_AT, True)
        assert one.others == ("Encounter/told",)
        assert one.outcome is Outcome.DECLINED


def test_the_end_that_only_a_nurse_was_told_of_ends_the_plans_open_stay() -> None:
    told = replace(STAY, reference="Encounter/told", by_hand=True)
    (one,) = join([replace(STAY, left_at=None), told])
    assert one.left_at == HOME_AT


def test_two_records_of_the_plan_stay_two_stays() -> None:
    assert len(join([STAY, replace(STAY, reference="Encounter/other")])) == 2


def test_a_told_stay_of_another_kind_of_place_is_not_joined() -> None:
    told = replace(STAY, reference="Encounter/told", place=Place.HOSPITAL, by_hand=True)
    assert len(join([STAY, told])) == 2


def test_somebody_in_hospital_is_inside_until_a_later_discharge_is_known() -> None:
    inside = Stay("Encounter/h", "p", Place.HOSPITAL, "Mercy", HOME_AT, None)
    assert current_stay([inside]) == inside
    assert current_stay([STAY]) is None
    left = replace(STAY, left_at=HOME_AT + timedelta(hours=1))
    assert current_stay([inside, left]) is None


@pytest.mark.parametrize("place", list(Place))
def test_who_is_in_a_facility_is_away_from_home_and_who_lives_in_assisted_living_is_not(place: Place) -> None:
    moved = Stay("Encounter/m", "p", place, "Oak Court", HOME_AT + timedelta(hours=1), None)
    assert away_from_home([STAY, moved]) == (None if place is Place.ASSISTED_LIVING else moved)
    assert away_from_home([STAY, replace(moved, left_at=HOME_AT + timedelta(hours=9))]) is None


def test_assisted_living_stays_her_home_through_a_hospital_stay_until_she_goes_elsewhere() -> None:
    house = Stay("Encounter/a", "p", Place.ASSISTED_LIVING, "Oak Court", HOME_AT - timedelta(days=90), None)
    inside = Stay("Encounter/h", "p", Place.HOSPITAL, "Mercy", HOME_AT, None)
    assert assisted_home([house]) == assisted_home([house, inside]) == assisted_home([house, STAY]) == house
    assert assisted_home([house, replace(STAY, to_home=False)]) is None
    assert assisted_home([replace(house, left_at=HOME_AT), STAY]) is None


@given(st.lists(st.integers(-6000, 6000), max_size=6), st.integers(0, 6000))
def test_the_due_time_never_depends_on_visits_and_met_needs_a_visit_inside_it(
    minutes: list[int], now: int
) -> None:
    made = clock(*[visit(minute / 60) for minute in minutes], hours=now / 60)
    assert made is not None
    assert made.due_at == due_at(STAY)
    inside = any(0 <= minute <= 48 * 60 for minute in minutes)
    assert (made.state is ClockState.MET) == inside


def test_the_hours_are_those_of_the_rule_unless_the_plan_says_otherwise() -> None:
    within = timedelta(hours=float(load_rules().get("TRANSITION_48H").find_parameter("breach_hours").number))  # type: ignore[union-attr]  # it is in the table
    assert due_at(STAY) == HOME_AT + within
    now = HOME_AT + timedelta(hours=50)
    made = make_clock(STAY, (), now=now, starters=STARTERS, within=timedelta(hours=72))
    assert made is not None
    assert (made.state, made.left) == (ClockState.SOON, timedelta(hours=22))
