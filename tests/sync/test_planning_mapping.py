"""Plan of care ↔ CarePlan and Goal; referrals ↔ ServiceRequest and Task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import load
from app.domain.care_plan import GROUP, CareGoal, prefill
from app.domain.referrals import GROUP as REFERRALS
from app.domain.referrals import list_states, list_targets
from app.domain.visit import Answer, Entry, Modality, PersonRef, Setting, Value, Visit
from app.sync.fhir import care_plan, referral
from app.sync.fhir.care_plan import decode_plan
from app.sync.fhir.referral import decode_referrals, renew_loop
from app.sync.fhir.worklist import encode_referral, take_back
from tests.support.r4 import r4_errors
from tests.support.visit_strategies import entries, words

NURSE = PersonRef("Practitioner/n", "Ana Ruiz, RN")
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
GOALS = load()["plan-of-care"].get_item(GROUP)
REFERRAL = load()["referrals"].get_item(REFERRALS)


def visit(group: str, *listed: Entry) -> Visit:
    return Visit(
        id=str(uuid4()),
        patient_id=str(uuid4()),
        nurse=NURSE,
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=AT,
        left_at=AT + timedelta(hours=1),
        signed_at=AT + timedelta(hours=2),
        answered_by=None,
        note="",
        answers={},
        entries={group: listed},
    )


def entry(values: Mapping[str, Value], about: str | None = None) -> Entry:
    given = {link_id: Answer(at=AT, value=value) for link_id, value in values.items()}
    return Entry(str(uuid4()), given, about)


FALL: dict[str, Value] = {
    "goal-problem": "Falls at night",
    "goal-hope": "To get to the bathroom by myself",
    "goal-do": "Night light and a commode",
    "goal-who": ("family", "nurse"),
    "goal-by": "2026-12-01",
    "goal-worse": "Call us; do not lift alone",
    "goal-state": "going-on",
}


def test_a_problem_of_the_plan_comes_back_as_it_was_written() -> None:
    signed = visit(GROUP, entry(FALL))
    (goal,) = decode_plan(care_plan.encode(signed)).goals
    assert (goal.problem, goal.hope, goal.do) == (FALL["goal-problem"], FALL["goal-hope"], FALL["goal-do"])
    assert (goal.who, goal.if_worse, goal.state) == (("family", "nurse"), FALL["goal-worse"], "going-on")
    assert goal.by is not None
    assert goal.by.isoformat() == "2026-12-01"
    assert (goal.author, goal.at) == (NURSE.name, AT)


def test_a_new_version_of_one_problem_leaves_the_others_as_they_are() -> None:
    first = visit(GROUP, entry(FALL), entry({"goal-problem": "Breathless on stairs"}))
    records = care_plan.encode(first)
    fall = next(goal for goal in decode_plan(records).goals if goal.problem == FALL["goal-problem"])
    renewed = visit(
        GROUP, entry({"goal-problem": "Falls", "goal-state": "better"}, " ".join(fall.references))
    )
    goals = decode_plan([*records, *care_plan.encode(renewed)]).goals
    assert {goal.problem for goal in goals} == {"Falls", "Breathless on stairs"}


def test_each_visit_that_wrote_to_the_plan_is_a_change_also_where_it_was_renewed_since() -> None:
    first = visit(GROUP, entry(FALL), entry({"goal-problem": "Breathless on stairs"}))
    records = care_plan.encode(first)
    fall = next(goal for goal in decode_plan(records).goals if goal.problem == FALL["goal-problem"])
    renewed = visit(GROUP, entry({"goal-problem": "Falls"}, " ".join(fall.references)))
    theirs = {"resourceType": "CarePlan", "id": "c", "status": "active", "title": "Complex care plan"}
    plan = decode_plan([*records, *care_plan.encode(renewed), theirs])
    assert {one.visit_id for one in plan.changes} == {first.id, renewed.id}
    assert {one.at for one in plan.changes} == {AT}


def test_two_versions_of_one_problem_that_did_not_know_each_other_are_both_shown() -> None:
    records = care_plan.encode(visit(GROUP, entry(FALL)))
    (goal,) = decode_plan(records).goals
    about = " ".join(goal.references)
    one = care_plan.encode(visit(GROUP, entry({"goal-problem": "Falls: better"}, about)))
    other = care_plan.encode(visit(GROUP, entry({"goal-problem": "Falls: worse"}, about)))
    assert len(decode_plan([*records, *one, *other]).goals) == 2


@pytest.mark.parametrize("state", ["reached", "not-wanted"])
def test_a_problem_that_is_over_is_kept_and_no_longer_open(state: str) -> None:
    plan = decode_plan(care_plan.encode(visit(GROUP, entry(FALL | {"goal-state": state}))))
    assert len(plan.goals) == 1
    assert plan.open_goals == ()


def test_a_care_managers_plan_is_shown_beside_ours_and_never_mixed_with_it() -> None:
    theirs = [
        {"resourceType": "Goal", "id": "g", "description": {"text": "Stay out of hospital"}},
        {
            "resourceType": "CarePlan",
            "id": "c",
            "status": "active",
            "title": "Complex care plan",
            "author": {"reference": "Practitioner/m", "display": "Sam Lee"},
            "goal": [{"reference": "Goal/g"}],
            "activity": [{"detail": {"status": "in-progress", "description": "Weekly call"}}],
        },
    ]
    plan = decode_plan([*care_plan.encode(visit(GROUP, entry(FALL))), *theirs])
    (other,) = plan.others
    assert len(plan.goals) == 1
    assert (other.title, other.author) == ("Complex care plan", "Sam Lee")
    assert (other.goals, other.actions) == (("Stay out of hospital",), ("Weekly call",))


def test_what_stood_in_a_problem_is_offered_for_its_new_version() -> None:
    (goal,) = decode_plan(care_plan.encode(visit(GROUP, entry(FALL)))).goals
    expected = {name.replace("_", "-"): value for name, value in FALL.items() if name != "goal-state"}
    assert prefill(goal) == expected
    assert prefill(CareGoal((), "")) == {}


@given(st.lists(entries(GOALS), max_size=3))
def test_every_record_of_a_plan_is_valid(listed: list[Entry]) -> None:
    records = care_plan.encode(visit(GROUP, *listed))
    assert [error for one in records for error in r4_errors(one)] == []
    decode_plan(records)


def make_referral(**values: Value) -> tuple[Visit, list[Any]]:
    """`values` by the last part of the link id: `how_soon` is `ref-how-soon`."""
    given: dict[str, Value] = {"ref-to": "hospice"}
    given |= {"ref-" + name.replace("_", "-"): value for name, value in values.items()}
    signed = visit(REFERRALS, entry(given))
    return signed, referral.encode(signed)


@pytest.mark.parametrize("target", list_targets())
def test_a_referral_to_each_target_comes_back(target: str) -> None:
    _, records = make_referral(to=target, why=("symptoms", "decline"), words="weaker each week")
    (found,) = decode_referrals(records)
    assert (found.to, found.to_words) == (target, list_targets()[target])
    assert found.why == ("Symptoms hard to control", "Getting weaker")
    assert (found.words, found.state, found.is_open) == ("weaker each week", "proposed", True)


def test_a_nurse_proposes_and_never_orders() -> None:
    _, (request, task) = make_referral()
    assert request["intent"] == "proposal"
    assert task["focus"] == {"reference": f"ServiceRequest/{request['id']}"}


@pytest.mark.parametrize("how_soon", ["routine", "soon", "urgent"])
def test_how_soon_comes_back(how_soon: str) -> None:
    (found,) = decode_referrals(make_referral(how_soon=how_soon)[1])
    assert found.how_soon == how_soon


def test_what_the_person_declined_is_recorded_as_a_wish_and_closed() -> None:
    (found,) = decode_referrals(make_referral(agrees="declined")[1])
    assert (found.state, found.is_open) == ("declined", False)


@pytest.mark.parametrize("state", [one.code for one in list_states()])
def test_the_loop_can_stand_in_each_state_and_keeps_who_said_so(state: str) -> None:
    _, (request, task) = make_referral()
    renewed = renew_loop(task, state, "no nurse in that county", NURSE, AT + timedelta(days=1))
    assert r4_errors(renewed) == []
    (found,) = decode_referrals([request, renewed])
    assert (found.state, found.state_by) == (state, NURSE.name)
    assert found.state_at == AT + timedelta(days=1)


def test_a_loop_remembers_that_care_had_started_when_it_is_closed() -> None:
    _, (request, task) = make_referral()
    for day, state in enumerate(("accepted", "started", "closed"), 1):
        task = renew_loop(task, state, "", NURSE, AT + timedelta(days=day))
        assert r4_errors(task) == []
    (found,) = decode_referrals([request, task])
    assert (found.state, found.started_at) == ("closed", AT + timedelta(days=2))
    back = renew_loop(task, "accepted", "Started was a mistake", NURSE, AT + timedelta(days=4))
    (found,) = decode_referrals([request, renew_loop(back, "closed", "", NURSE, AT + timedelta(days=5))])
    assert found.started_at is None


def test_no_capacity_and_declined_are_told_apart() -> None:
    kinds = {one.code: one.kind for one in list_states()}
    assert kinds["no-capacity"] == kinds["not-eligible"] == "access"
    assert kinds["declined"] == "preference"


def test_a_loop_that_another_system_moved_says_what_its_status_means() -> None:
    _, (request, task) = make_referral()
    (found,) = decode_referrals([request, task | {"status": "accepted"}])
    assert found.state == "accepted"


def test_an_unknown_element_of_a_loop_survives_when_it_is_moved() -> None:
    _, (_, task) = make_referral()
    moved = renew_loop(task | {"urn": {"x": 1}}, "sent", "", NURSE, AT)
    assert moved["urn"] == {"x": 1}


@given(st.lists(entries(REFERRAL), max_size=3))
def test_every_record_of_a_referral_is_valid(listed: list[Entry]) -> None:
    records = referral.encode(visit(REFERRALS, *listed))
    assert [error for one in records for error in r4_errors(one)] == []
    decode_referrals(records)


@given(words)
def test_a_target_that_this_app_does_not_know_is_shown_by_its_own_name(name: str) -> None:
    _, (request, task) = make_referral()
    request["code"] = {"coding": [{"system": referral.TARGETS, "code": "new-one"}], "text": name}
    (found,) = decode_referrals([request, task])
    assert found.to_words == name


def test_a_referral_from_the_worklist_is_good_r4_and_reads_as_one_from_a_visit() -> None:
    pair = encode_referral(str(uuid4()), "p1", "ecm", ["need-wishes", "need-hospital"], NURSE, AT)
    assert [r4_errors(one) for one in pair] == [[], []]
    (held,) = decode_referrals(pair)
    assert (held.to, held.state, held.author) == ("ecm", "proposed", NURSE.name)
    assert held.why == ("What the person wants", "Hospital or emergency care to manage it")
    over = [take_back(one, AT) for one in pair]
    assert [r4_errors(one) for one in over] == [[], []]
    assert decode_referrals(over) == ()
