"""Quick phrases: which there are where, what is none, and what a plan may send."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content import all_items, load
from app.domain.phrases import LONGEST_PHRASE, MOST, NOTE, PhraseBook, check_phrase, insert, is_place
from app.errors import RecordError
from app.services.phrases import OWN, Phrases, read_places, shipped
from app.services.plan_settings import parse_settings
from app.services.visits import Visits
from app.store import meta
from app.store.engine import Store
from plan.clinical_settings import check_settings
from plan.problems import PlanProblem


def test_what_ships_are_phrases_in_places_that_take_some() -> None:
    for place, several in shipped().items():
        assert is_place(place), place
        assert [check_phrase(one) for one in several] == list(several)


def test_no_phrase_stands_where_somebody_elses_words_or_something_private_belong() -> None:
    items = [item for one in load().values() for item in all_items(one)]
    places = {item.link_id for item in items if is_place(item.link_id)}
    assert places >= {"fac-left", "distress-tried-words"}
    assert not places & {
        "conv-worries-words",
        "conv-aid-words",
        "goal-hope",
        "pc-order",
        "concern-words",
        "med-saw",
    }
    assert not places & {item.link_id for item in items if item.private or item.hidden}


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "   ",
        "x" * (LONGEST_PHRASE + 1),
        "Pain 7 of 10",
        "Took \u00bd tablet",
        "PHQ positive",
        "esas-r done",
    ],
)
def test_numbers_scales_and_nothing_are_no_phrases(wrong: str) -> None:
    with pytest.raises(RecordError):
        check_phrase(wrong)


def test_her_own_come_first_and_only_where_there_are_phrases() -> None:
    book = PhraseBook({"fac-left": ("Left.", "Mine.")}, ("Mine.",))
    assert book.list_for("fac-left") == ("Mine.", "Left.")
    assert book.list_for(NOTE) == ("Mine.",)
    assert book.list_for("med-name") == ()


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["Slept well.", "Family was there."]))
def test_a_phrase_goes_behind_what_is_there_and_takes_nothing_away(before: str, phrase: str) -> None:
    after = insert(before, phrase)
    assert after.endswith(phrase)
    assert after.startswith(before.rstrip())


def test_a_phrase_is_a_sentence_of_its_own() -> None:
    assert insert("Daughter present", "Slept well.") == "Daughter present. Slept well."
    assert insert("Calm.  ", "Slept well.") == "Calm. Slept well."
    assert insert("Calm.\n", "Slept well.") == "Calm.\nSlept well."


async def test_own_phrases_are_kept_and_stand_on_the_visit_page(store: Store, visits: Visits) -> None:
    phrases = Phrases(store)
    await phrases.add("  Slept   in her chair. ")
    await phrases.add("Slept in her chair.")
    await phrases.add("The dog was calm.")
    await phrases.remove("The dog was calm.")
    assert await phrases.own() == ("Slept in her chair.",)
    found = await store.read(lambda c: meta.find(c, OWN))
    assert json.loads(found or "") == ["Slept in her chair."]
    for number in range(MOST - 1):
        await phrases.add("Calm" + "!" * (number + 1))
    with pytest.raises(RecordError, match="Take one away"):
        await phrases.add("One more.")
    for odd in ("{", "[1, null]"):
        await store.write(partial(meta.put, key=OWN, value=odd))
        assert await phrases.own() == ()


def test_a_plan_sets_phrases_by_place_and_what_is_none_is_left_out() -> None:
    sent = {"note": ["We follow the plan."], "med-saw": ["x"], "fac-left": ["Pain 7"]}
    left: list[str] = []
    assert read_places(sent, left.append) == {"note": ("We follow the plan.",)}
    assert left == ["med-saw", "fac-left"]
    in_force = parse_settings(json.dumps({"version": "x", "phrases": sent}))
    assert in_force.phrases == {"note": ("We follow the plan.",)}


def test_the_plan_refuses_what_the_app_would_leave_out() -> None:
    check_settings({"version": "x", "phrases": {"note": ["We follow the plan."]}})
    wrong: list[object] = [
        [],
        {"Note!": []},
        {"note": "x"},
        {"note": ["x"] * 13},
        {"note": [7]},
        {"note": ["a\nb"]},
    ]
    for phrases in [*wrong, {"note": ["Pain 7"]}]:
        with pytest.raises(PlanProblem):
            check_settings({"version": "x", "phrases": phrases})
