"""Stays, the way home, and the wish about hospital that was on record at the time."""

from __future__ import annotations

import pytest

from plan.outcomes import tables as facts
from plan.outcomes.tables import FOREVER
from tests.support.facts import drawn, ms, one, rows
from tests.support.roster import People


def test_a_discharge_home_is_due_48_hours_later_over_a_change_of_the_clocks(people: People) -> None:
    people.member("ana").stay("skilled-nursing", "2026-10-20T09:00-07:00", "2026-10-31T11:30-07:00")
    held = drawn(people)
    way = one(held, facts.transition)
    assert way["due_ms"] == ms("2026-11-02T10:30-08:00")
    assert (way["left_date"], way["time_known"], way["outcome"]) == ("2026-10-31", 1, None)


def test_a_discharge_of_which_only_the_day_is_known_counts_from_its_first_minute(people: People) -> None:
    people.member("ana").stay("hospital", "2026-11-01", "2026-11-05")
    held = drawn(people)
    way = one(held, facts.transition)
    assert (way["left_ms"], way["time_known"]) == (ms("2026-11-05T00:00-08:00"), 0)


def test_a_stay_that_did_not_end_at_home_starts_no_clock(people: People) -> None:
    ana = people.member("ana")
    ana.stay("hospital", "2026-11-01T08:00-08:00", "2026-11-05T08:00-08:00", went="oth")
    ana.stay("hospital", "2026-11-07T08:00-08:00")
    held = drawn(people)
    assert not rows(held, facts.transition)
    assert [row["to_home"] for row in rows(held, facts.stay)] == [0, 1]


def test_who_went_home_to_somebody_of_her_family_came_home(people: People) -> None:
    ana = people.member("ana")
    ana.stay("hospital", "2026-11-01T08:00-08:00", "2026-11-05T08:00-08:00", went="alt-home")
    assert one(drawn(people), facts.stay)["to_home"] == 1


def test_the_plans_record_and_the_nurses_are_one_stay_with_the_reason_of_either(people: People) -> None:
    ana = people.member("ana")
    hand = ana.stay("hospital", "2026-11-01T10:00-08:00", "2026-11-05T15:00-08:00", by_hand=True)
    plan = ana.stay("hospital", "2026-11-01T08:00-08:00", "2026-11-05T14:00-08:00")
    ana.no_visit(hand, "unreachable", "2026-11-08T09:00-08:00")
    held = drawn(people)
    way = one(held, facts.transition)
    assert (way["stay_id"], way["outcome"]) == (plan, "unreachable")
    assert way["left_ms"] == ms("2026-11-05T14:00-08:00")
    assert len(rows(held, facts.stay)) == 1


def test_two_records_more_than_a_day_apart_are_two_stays(people: People) -> None:
    ana = people.member("ana")
    ana.stay("hospital", "2026-11-01T08:00-08:00", "2026-11-05T14:00-08:00")
    ana.stay("hospital", "2026-11-02T09:00-08:00", "2026-11-06T14:01-08:00", by_hand=True)
    held = drawn(people)
    assert len(rows(held, facts.stay)) == 2


def test_a_stay_entered_anew_counts_in_its_last_form_only(people: People) -> None:
    ana = people.member("ana")
    first = ana.stay("hospital", "2026-11-01T08:00-08:00", by_hand=True)
    second = ana.stay("hospital", "2026-11-01T09:00-08:00", "2026-11-04T09:00-08:00", by_hand=True)
    replaces = {"url": "urn:hearthside:replaces", "valueReference": {"reference": f"Encounter/{first}"}}
    ana.resources[f"Encounter/{second}"]["extension"] = [replaces]
    held = drawn(people)
    assert one(held, facts.stay)["stay_id"] == second


def test_time_in_hospital_is_cut_where_the_wish_changed(people: People) -> None:
    ana = people.member("ana")
    ana.stay("hospital", "2026-11-01T08:00-08:00", "2026-11-06T08:00-08:00")
    for at, wish in (("2026-10-01T10:00-07:00", "no"), ("2026-11-03T10:00-08:00", "if-reversible")):
        ana.conversation(ana.visit(at, setting="hospital"), conv_hospital=wish)
    held = drawn(people)
    parts = [(row["from_ms"], row["until_ms"], row["wish"]) for row in rows(held, facts.hospital)]
    changed = ms("2026-11-03T10:00-08:00")
    assert parts == [
        (ms("2026-11-01T08:00-08:00"), changed, "no"),
        (changed, ms("2026-11-06T08:00-08:00"), "if-reversible"),
    ]


def test_a_wish_written_down_after_the_stay_was_not_known_then(people: People) -> None:
    ana = people.member("ana")
    ana.stay("hospital", "2026-11-01T08:00-08:00", "2026-11-06T08:00-08:00")
    ana.conversation(ana.visit("2026-11-06T08:00-08:00"), conv_hospital="no")
    held = drawn(people)
    assert one(held, facts.hospital)["wish"] is None


def test_two_stays_that_overlap_count_no_moment_twice(people: People) -> None:
    ana = people.member("ana")
    ana.stay("hospital", "2026-11-01T08:00-08:00", "2026-11-06T08:00-08:00")
    ana.stay("hospital", "2026-11-04T08:00-08:00", "2026-11-05T08:00-08:00")
    ana.stay("hospital", "2026-11-05T12:00-08:00", "2026-11-07T08:00-08:00")
    held = drawn(people)
    parts = [(row["from_ms"], row["until_ms"]) for row in rows(held, facts.hospital)]
    first, second = ms("2026-11-06T08:00-08:00"), ms("2026-11-07T08:00-08:00")
    assert parts == [(ms("2026-11-01T08:00-08:00"), first), (first, second)]


@pytest.mark.parametrize("died", [None, "2026-11-04T05:00-08:00"])
def test_who_is_still_in_stays_in_until_she_dies(people: People, died: str | None) -> None:
    ana = people.member("ana")
    ana.stay("hospital", "2026-11-01T08:00-08:00")
    if died is not None:
        ana.died(died)
    held = drawn(people)
    assert one(held, facts.hospital)["until_ms"] == (FOREVER if died is None else ms(died))


def test_living_in_a_nursing_home_is_a_setting_and_no_hospital_stay(people: People) -> None:
    ana = people.member("ana")
    ana.visit("2026-01-02T10:00-08:00", setting="home")
    ana.stay("long-term-nursing", "2026-02-01T08:00-08:00")
    held = drawn(people)
    assert one(held, facts.member)["setting"] == "nursing-home-long"
    assert not rows(held, facts.hospital)
