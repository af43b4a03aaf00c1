"""Versions that did not know each other: which belong together, what differs, and what a choice is made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import load
from app.domain.conversation import ConversationVersion
from app.domain.merging_heads import (
    BOTH,
    Subject,
    Version,
    choose,
    list_families,
    list_heads,
    make_section,
    take,
)
from app.domain.merging_subjects import find_conversation, find_entries
from app.domain.people import Person, compose
from app.domain.visit import Absent, Answer, PersonRef, Value
from app.errors import RecordError

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
ANA, BEN = PersonRef("Practitioner/ana", "Ana Ruiz, RN"), PersonRef("Practitioner/ben", "Ben Ochoa, RN")


def said(values: dict[str, Value | Absent], at: datetime = AT) -> dict[str, Answer]:
    return {
        link: Answer(at, absent=value) if isinstance(value, Absent) else Answer(at, value=value)
        for link, value in values.items()
    }


def version(own: str, *replaces: str, by: PersonRef = ANA, **values: Value | Absent) -> Version:
    answers = said({name.replace("_", "-"): value for name, value in values.items()})
    return Version((own,), by, AT, answers, replaces)


def names(families: Any) -> set[frozenset[str]]:
    return {frozenset(one.id for one in family) for family in families}


def test_versions_of_one_record_belong_together_however_long_their_lines_are() -> None:
    old, other = version("P/0"), version("P/9")
    hers = version("P/2", "P/1")
    family = (old, version("P/1", "P/0"), hers, version("P/3", "P/0"), other)
    assert names(list_families(family)) == {frozenset({"P/2", "P/3"}), frozenset({"P/9"})}
    assert names(list_families([*family, version("P/4", "P/2", "P/3")])) == {
        frozenset({"P/4"}),
        frozenset({"P/9"}),
    }


def test_lines_join_where_the_first_record_is_not_here_and_a_ring_keeps_all() -> None:
    assert names(list_families([version("P/1", "P/gone"), version("P/2", "P/gone")])) == {
        frozenset({"P/1", "P/2"})
    }
    ring = [version("P/1", "P/2"), version("P/2", "P/1")]
    assert {one.id for one in list_heads(ring)} == {"P/1", "P/2"}


def test_two_lines_that_were_joined_once_are_one_family() -> None:
    family = [version("P/1"), version("P/2"), version("P/3", "P/1", "P/2"), version("P/4", "P/2")]
    assert names(list_families(family)) == {frozenset({"P/3", "P/4"})}


def test_people_on_the_list_are_two_versions_also_when_one_was_changed_twice() -> None:
    chain = [
        Person("RelatedPerson/0", "Maria"),
        Person("RelatedPerson/1", "Maria", replaces=("RelatedPerson/0",)),
        Person("RelatedPerson/2", "Maria", replaces=("RelatedPerson/1",)),
        Person("RelatedPerson/3", "Maria", replaces=("RelatedPerson/0",)),
    ]
    assert compose(chain).doubles == {"RelatedPerson/2", "RelatedPerson/3"}


def talk(own: str, values: dict[str, Value | Absent], *saw: str, by: PersonRef = ANA) -> ConversationVersion:
    return ConversationVersion(f"Procedure/{own}", own, AT, by, said(values), saw)


def test_a_conversation_is_asked_about_only_where_it_differs_and_never_about_what_is_kept_apart() -> None:
    first = talk("0", {"conv-place-care": "home"})
    hers = talk("1", {"conv-hospital": "yes", "conv-aid-in-dying": "yes"}, first.id)
    his = talk("2", {"conv-hospital": "no", "conv-aid-in-dying": "no"}, first.id, by=BEN)
    found = find_conversation([first, hers, his])
    assert found is not None
    assert [section.id for section in found.sections] == ["conv-hospital"]
    assert {side.id for side in found.sides} == {hers.id, his.id}
    assert find_conversation([first, hers]) is None
    answers = choose(found, {"conv-hospital": 0}, AT)
    assert set(answers) == {"conv-hospital"}, "nothing but what was chosen is said anew"


def test_not_discussed_and_agreement_are_no_difference() -> None:
    hers = talk("1", {"conv-hospital": "yes", "conv-worries-words": "Breath"})
    his = talk("2", {"conv-hospital": Absent.NOT_DISCUSSED, "conv-worries-words": "Breath"}, by=BEN)
    assert find_conversation([hers, his]) is None


def plan(own: str, by: PersonRef, *replaces: str, **values: Value | Absent) -> Version:
    return version(f"CarePlan/{own}", *(replaces or ("CarePlan/0",)), by=by, **values)


def test_a_problem_is_chosen_part_by_part_and_a_word_left_out_is_a_difference_too() -> None:
    hers = plan("1", ANA, goal_problem="Pain", goal_do="A pump", goal_worse="Call", goal_who=("nurse",))
    his = plan("2", BEN, goal_problem="Pain", goal_do="By the clock", goal_who=("family",))
    (found,) = find_entries(Subject.PLAN, [hers, his])
    assert found.title == "Pain"
    assert {one.id: one.joins for one in found.open_sections} == {
        "goal-do": True,
        "goal-who": True,
        "goal-worse": False,
    }
    at = AT + timedelta(days=1)
    first = next(n for n, side in enumerate(found.sides) if side is hers)
    answers = choose(found, {"goal-do": BOTH, "goal-who": BOTH, "goal-worse": 1 - first}, at)
    assert set(str(answers["goal-do"].value).split("\n")) == {"A pump", "By the clock"}
    assert set(answers["goal-who"].value or ()) == {"nurse", "family"}  # type: ignore[arg-type]  # a tuple of codes
    assert "goal-worse" not in answers, "he said nothing of it, and that was chosen"
    assert answers["goal-problem"].value == "Pain"
    with pytest.raises(ValueError, match="has to be chosen"):
        choose(found, {"goal-do": 0}, at)


def test_one_answer_of_several_is_never_both_and_too_long_together_is_said() -> None:
    state = load()["plan-of-care"].get_item("goal-state")
    sides = [plan("1", ANA, goal_state="better"), plan("2", BEN, goal_state="worse")]
    one = make_section("goal-state", "", [state], sides)
    assert not one.joins
    with pytest.raises(ValueError, match="no such side"):
        take(one, BOTH, sides, AT)
    problem = load()["plan-of-care"].get_item("goal-problem")
    sides = [plan("1", ANA, goal_problem="a" * 150), plan("2", BEN, goal_problem="b" * 150)]
    with pytest.raises(RecordError):
        take(make_section("goal-problem", "", [problem], sides), BOTH, sides, AT)


def test_a_paper_that_no_longer_stands_against_one_that_does_is_asked_about() -> None:
    polst = {"cs-rests": "polst", "cs-says": "cpr-no"}
    hers = Version(("DocumentReference/1",), ANA, AT, said({**polst, "cs-stands": "taken-back"}), ("D/0",))
    his = Version(("DocumentReference/2",), BEN, AT, said({**polst, "cs-stands": "stands"}), ("D/0",))
    (found,) = find_entries(Subject.CODE_STATUS, [hers, his])
    assert [section.id for section in found.open_sections] == ["whole"]
    assert (
        find_entries(Subject.CODE_STATUS, [his, plan("9", ANA, "D/8", cs_rests="patient", cs_says="cpr-yes")])
        == ()
    )


parts = st.fixed_dictionaries(
    {},
    optional={
        "goal_problem": st.sampled_from(["Pain", "Breath"]),
        "goal_do": st.sampled_from(["A pump", "By the clock", "Talk again"]),
        "goal_who": st.sampled_from([("nurse",), ("family",), ("nurse", "family")]),
        "goal_state": st.sampled_from(["better", "worse"]),
    },
)


@given(parts, parts, st.data())
def test_a_choice_drops_nothing_that_was_chosen_and_makes_nothing_up(
    hers: dict[str, Any], his: dict[str, Any], data: st.DataObject
) -> None:
    for (found,) in [find_entries(Subject.PLAN, [plan("1", ANA, **hers), plan("2", BEN, **his)])]:
        picks = {}
        for section in found.open_sections:
            picks[section.id] = data.draw(st.sampled_from([0, 1, *([BOTH] if section.joins else [])]))
        answers = choose(found, picks, AT)
        for section in found.sections:
            for item in section.items:
                values = [side.answers.get(item.link_id) for side in found.sides]
                held = [one.value for one in values if one is not None]
                got = answers.get(item.link_id)
                pick = picks.get(section.id, 0)
                if pick != BOTH:
                    assert got == values[pick]
                elif isinstance(got.value if got else None, str):
                    assert all(str(value) in str(got.value) for value in held)  # type: ignore[union-attr]  # there is one
                else:
                    assert set(got.value) == {c for v in held for c in v}  # type: ignore[union-attr, arg-type]  # codes
