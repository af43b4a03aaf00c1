"""What the app writes down as not wanted, as the plan takes it and counts it: until the day, and for whom it speaks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.declines import PALLIATIVE, Scope, Voice, list_subjects
from plan.outcomes import tables as facts
from tests.plan.plan_doubles import Clock, load_panel, make_plan
from tests.support.declined import BEFORE, decline
from tests.support.facts import drawn, ms, rows
from tests.support.plan_files import open_new_plan
from tests.support.roster import People, Person

UNTIL = date(2027, 1, 15)


@pytest.mark.parametrize(
    ("scope", "about", "what", "of"),
    [
        (Scope.SERVICE, "home-visit", "visit", "person"),
        (Scope.SERVICE, "48-hour-visit", "48-hour-visit", None),
        (Scope.SERVICE, "interpreter", "interpreter", None),
        (Scope.SERVICE, "hospice", "referral", "hospice"),
        (Scope.TOPIC, "conversation", "conversation", "not-wanted"),
        (Scope.TODAY, "conversation", "conversation", "put-off"),
        (Scope.TOPIC, "mood", "topic", "mood"),
        (Scope.PROGRAMME, PALLIATIVE, "programme", PALLIATIVE),
    ],
)
def test_a_no_is_a_fact_with_the_day_on_which_it_ends_under_the_word_that_measures_read(
    people: People, scope: Scope, about: str, what: str, of: str | None
) -> None:
    decline(people.member("ana"), scope, about, Voice.PERSON, UNTIL)
    (row,) = rows(drawn(people), facts.decline)
    assert (row["what"], row["scope"]) == (what, of)
    assert row["at_ms"] == ms((UNTIL - BEFORE).isoformat() + "T12:00Z")
    assert (
        abs(row["until_ms"] - ms(UNTIL.isoformat() + "T00:00Z")) <= timedelta(hours=14).total_seconds() * 1000
    )


def test_a_familys_no_is_kept_apart_from_hers_whatever_it_is_about(people: People) -> None:
    ana = people.member("ana")
    subjects = [(scope, about) for scope in Scope for about in list_subjects(scope)]
    for scope, about in subjects:
        decline(ana, scope, about, Voice.FAMILY, UNTIL)
    found = rows(drawn(people), facts.decline)
    assert len(found) == len(subjects)
    assert {row["what"] for row in found} == {"family-no"}


def test_what_was_taken_back_is_no_fact(people: People) -> None:
    ana = people.member("ana")
    said = decline(ana, Scope.TOPIC, "mood", Voice.PERSON, UNTIL)
    decline(ana, Scope.TOPIC, "mood", Voice.PERSON, UNTIL, replaces=[said], holds=False)
    assert rows(drawn(people), facts.decline) == []


def test_the_plan_takes_it_from_who_is_on_the_team_and_shows_it_to_nobody_else(tmp_path: Path) -> None:
    plan = make_plan(open_new_plan(tmp_path / "plan.db", load_panel), Clock())
    for voice in Voice:
        person = Person("a")
        reference = decline(person, Scope.SERVICE, "hospice", voice, UNTIL)
        body = person.resources[reference] | {"patient": {"reference": "Patient/a"}}
        if voice is Voice.PERSON:
            body["performer"] = [{"reference": "Patient/a"}]
        assert plan.as_user("ben").put(reference, json=body).status_code in (403, 404)
        answer = plan.as_user("ana").put(reference, json=body)
        assert answer.status_code == 201, answer.text
        assert plan.as_user("ana").get(reference).json()["provision"]["type"] == "deny"
        assert [plan.as_user(user).get(reference).status_code for user in ("ben", "tom", "cam")] == [404] * 3
