"""The day in order: what was planned, what was made, what is left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.day import (
    OVERDUE_FOR,
    Contact,
    Planned,
    PlannedState,
    arrange,
    is_pressing,
    list_stops,
    list_tries,
    move,
)
from app.domain.stays import Clock, ClockState, Place, Stay
from app.domain.visit import Modality

NOW = datetime(2026, 11, 22, 12, 0).astimezone()
TODAY = NOW.date()


def planned(hours: float, name: str = "a", who: str = "p1", kind: str | None = "routine") -> Planned:
    return Planned(name, who, NOW + timedelta(hours=hours), kind=kind)


def visit(
    hours: float, how: Modality = Modality.IN_PERSON, kind: str | None = None, name: str = "v"
) -> Contact:
    return Contact(name, "p1", NOW + timedelta(hours=hours), how, kind)


def states(plans: list[Planned], contacts: list[Contact]) -> dict[str, PlannedState]:
    return {one.planned.id: one.state for one in list_stops(plans, contacts, NOW)}


def test_what_is_to_come_what_is_late_and_what_nobody_made_stand_in_the_order_of_time() -> None:
    stops = list_stops([planned(2, "b"), planned(-1, "a"), planned(-30, "c")], [], NOW)
    assert [(one.planned.id, one.state) for one in stops] == [
        ("c", PlannedState.OVERDUE),
        ("a", PlannedState.LATE),
        ("b", PlannedState.COMING),
    ]


def test_tomorrow_is_not_today_and_what_lies_long_back_is_let_go() -> None:
    assert states([planned(24), planned(-OVERDUE_FOR.total_seconds() / 3600 - 1, "b")], []) == {}


def test_a_visit_in_person_makes_it_and_a_draft_begins_it() -> None:
    assert states([planned(-1)], [visit(-0.5)]) == {"a": PlannedState.MADE}
    draft = Contact("v", "p1", NOW, Modality.IN_PERSON, draft=True)
    assert states([planned(-1)], [draft]) == {"a": PlannedState.BEGUN}


def test_phoning_to_say_when_she_comes_does_not_take_the_visit_off_the_list() -> None:
    call = visit(-1, Modality.TELEPHONE, "telephone")
    assert states([planned(1)], [call]) == {"a": PlannedState.COMING}
    assert states([planned(1, kind="telephone")], [call]) == {"a": PlannedState.MADE}


def test_having_gone_there_and_seen_nobody_answers_the_plan() -> None:
    nobody = Contact("v", "p1", NOW, Modality.IN_PERSON, "not-seen", met=False)
    assert states([planned(-1)], [nobody]) == {"a": PlannedState.NOT_SEEN}


def shut(hours: float, name: str = "n", next_on: date | None = TODAY) -> Contact:
    at = NOW + timedelta(hours=hours)
    return Contact(name, "p1", at, Modality.IN_PERSON, "not-seen", met=False, next_on=next_on)


def test_who_was_tried_again_and_seen_is_not_left_standing_as_not_seen() -> None:
    tried = [shut(-2), visit(-1)]
    assert [(one.state, one.visit_id) for one in list_stops([planned(-3)], tried, NOW)] == [
        (PlannedState.MADE, "v")
    ]
    (stop,) = list_stops([planned(-3)], [shut(-2), shut(-1, "later")], NOW)
    assert (stop.state, stop.visit_id) == (PlannedState.NOT_SEEN, "later"), (
        "the newest try says what comes next"
    )
    both = [planned(-3), planned(-1, "b")]
    assert states(both, tried) == {"a": PlannedState.NOT_SEEN, "b": PlannedState.MADE}


def test_a_promised_try_stands_from_its_day_on_until_anything_comes_after_it() -> None:
    tomorrow = NOW.date() + timedelta(days=1)
    assert [one.id for one in list_tries([shut(-2)], NOW)] == ["n"]
    assert [one.id for one in list_tries([shut(-50, next_on=NOW.date() - timedelta(days=1))], NOW)] == ["n"]
    assert list_tries([shut(-2, next_on=tomorrow), visit(-3)], NOW) == ()
    assert list_tries([shut(-2, next_on=None)], NOW) == ()
    draft = Contact("d", "p1", NOW, Modality.IN_PERSON, draft=True)
    for after in (visit(-1), visit(-1, Modality.TELEPHONE), draft, shut(-1, "m", tomorrow)):
        assert list_tries([shut(-2), after], NOW) == ()


def test_a_clock_presses_when_it_runs_out_before_the_next_morning() -> None:
    def clock(hours: float, state: ClockState = ClockState.RUNNING) -> Clock:
        stay = Stay("Encounter/s", "p1", Place.HOSPITAL, "", None, NOW)
        return Clock(stay, NOW + timedelta(hours=hours), state, timedelta(hours=hours))

    assert is_pressing(clock(5), NOW)
    assert is_pressing(clock(19), NOW), "07:00 tomorrow"
    assert not is_pressing(clock(21), NOW)
    assert is_pressing(clock(21, ClockState.SOON), NOW)
    assert is_pressing(clock(-1, ClockState.OVERDUE), NOW)
    assert not is_pressing(clock(5, ClockState.MET), NOW)


def test_one_visit_answers_one_of_two_that_are_planned_for_one_day() -> None:
    both = [planned(-3), planned(3, "b")]
    assert states(both, [visit(-3)]) == {"a": PlannedState.MADE, "b": PlannedState.COMING}
    assert set(states(both, [visit(-3), visit(-1, name="w")]).values()) == {PlannedState.MADE}


def test_a_later_visit_takes_an_earlier_plan_off_the_list_and_keeps_today_s() -> None:
    assert states([planned(-48)], [visit(-1)]) == {}
    assert states([planned(-48), planned(1, "b")], [visit(-24)]) == {"b": PlannedState.COMING}


def test_a_visit_to_somebody_else_or_before_the_day_makes_nothing() -> None:
    other = Contact("v", "p2", NOW, Modality.IN_PERSON)
    assert states([planned(-1)], [other, visit(-30)]) == {"a": PlannedState.LATE}


def test_what_the_plan_took_back_is_said_on_its_day_only() -> None:
    off = Planned("a", "p1", NOW + timedelta(hours=1), cancelled=True)
    before = Planned("b", "p1", NOW - timedelta(hours=30), cancelled=True)
    assert states([off, before], []) == {"a": PlannedState.CANCELLED}


def test_her_own_order_comes_first_and_what_she_has_not_placed_after_it_by_time() -> None:
    stops = list_stops([planned(1, "a"), planned(2, "b"), planned(3, "c")], [], NOW)
    assert [one.planned.id for one in arrange(stops, {"c": 0, "a": 1})] == ["c", "a", "b"]
    assert arrange(stops, {}) == stops


@given(st.lists(st.text("abcdef", min_size=1, max_size=2), unique=True), st.integers(-3, 3), st.data())
def test_moving_one_never_loses_or_doubles_any(ids: list[str], by: int, data: st.DataObject) -> None:
    which = data.draw(st.sampled_from([*ids, "none"]))
    moved = move(ids, which, by)
    assert sorted(moved) == sorted(ids)
    rest = [one for one in ids if one != which]
    assert [one for one in moved if one != which] == rest


HOURS = st.floats(-800, 40, allow_nan=False)


@given(st.lists(HOURS, max_size=6), st.lists(HOURS, max_size=6))
def test_nothing_of_today_is_ever_missing(plans: list[float], visits: list[float]) -> None:
    made = [planned(hours, str(number)) for number, hours in enumerate(plans)]
    contacts = [visit(hours, name=str(number)) for number, hours in enumerate(visits)]
    found = {one.planned.id for one in list_stops(made, contacts, NOW)}
    today = {one.id for one in made if one.start.astimezone().date() == NOW.date()}
    assert today <= found
