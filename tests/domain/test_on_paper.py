"""Which questions may stand on a paper, over every question of the content."""

from __future__ import annotations

import pytest

from app.content import load
from app.domain.conversation_fields import get_field, list_fields
from app.domain.on_paper import ADDABLE, NAMED, Held, Paper, find_held, may_be_added, stands
from tests.paper.paper_record import all_items

EVERY = all_items()


@pytest.mark.parametrize("paper", Paper)
def test_nothing_that_is_kept_apart_or_the_teams_alone_is_ever_offered(paper: Paper) -> None:
    for form, item in EVERY:
        if form.private or form.team_only or item.private:
            assert not stands(paper, item.link_id), item.link_id
            assert not may_be_added(paper, item.link_id), item.link_id


@pytest.mark.parametrize("paper", Paper)
def test_each_question_that_is_named_stands_and_each_that_can_be_added_is_held_back(paper: Paper) -> None:
    assert [link for link in sorted(NAMED[paper]) if not stands(paper, link)] == []
    assert [link for link in sorted(ADDABLE[paper]) if not may_be_added(paper, link)] == []
    assert not NAMED[paper] & ADDABLE[paper]


@pytest.mark.parametrize("paper", Paper)
def test_every_named_question_is_one_of_the_content(paper: Paper) -> None:
    known = {item.link_id for _, item in EVERY}
    assert NAMED[paper] | ADDABLE[paper] <= known


def test_what_may_lie_ahead_stands_nowhere_by_itself() -> None:
    ahead = [
        "phase",
        "surprise",
        "team-time-left",
        "conv-prognosis",
        "conv-prognosis-by",
        "conv-prognosis-words",
        "conv-place-death",
        "conv-aid-in-dying",
        "sb-year",
        "need-year",
        "dementia-late-complication",
        "prog-programme",
    ]
    assert {item.link_id for _, item in EVERY} >= set(ahead)
    assert [link for link in ahead for paper in Paper if stands(paper, link)] == []


def test_words_that_belong_to_a_held_field_are_held_with_it() -> None:
    for field in list_fields():
        if not field.fit_for_paper:
            assert all(find_held(item.link_id) is not None for item in field.items), field.id


def test_worries_about_safety_and_screens_for_services_are_the_teams() -> None:
    for form in ("concern", "private-concern", "sb1004", "need-screen", "team-view", "alert-answers"):
        for item in load()[form].items:
            held = find_held(item.link_id)
            assert held in (Held.TEAM, Held.PRIVATE), item.link_id
            assert not held.may_be_added


def test_an_answer_of_a_newer_app_is_held_back() -> None:
    assert find_held("something-new") is Held.TEAM


def test_scales_of_mood_memory_and_home_are_named_for_no_paper() -> None:
    named = frozenset().union(*NAMED.values(), *ADDABLE.values())
    for form in ("phq-9", "gad-7", "4at", "ahc-hrsn", "steadi", "ecog", "peg-3"):
        assert not named & {item.link_id for item in load()[form].items}, form


def test_what_was_said_about_the_time_ahead_and_about_feelings_is_fit_for_no_paper() -> None:
    for field in ("conv-prognosis", "conv-prognosis-by", "conv-response", "conv-emotion", "conv-worries"):
        assert not get_field(field).fit_for_paper, field
