"""Comfort levels between FHIR and the app, and between two tablets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.comfort import comfort_items
from app.domain.visit import PersonRef
from app.services.clock import SystemClock
from app.services.comfort import ComfortLevels, read_comfort
from app.services.planning import read_plan
from app.sync.fhir.comfort import decode_comfort, encode_comfort
from app.sync.fhir.subject import patient_of
from plan.fhir.validate import validate
from tests.support.field import FieldPlan, Person
from tests.sync.conftest import MakeTablet

ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")
NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
PAIN, SICK = comfort_items()[0], comfort_items()[3]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("item", comfort_items(), ids=lambda item: item.link_id)
def test_it_comes_back_as_it_was_noted_and_is_true_r4(item: Any) -> None:
    goal = encode_comfort("g1", "p1", item, 3, ANA, NOW)
    validate(goal)
    (held,) = decode_comfort([goal], frozenset({"Goal/g1"}))
    assert (held.link_id, held.level, held.noted_by, held.said_at, held.records, held.pending) == (
        item.link_id, 3, ANA.name, NOW, ("Goal/g1",), True,
    )  # fmt: skip
    assert goal["target"][0]["measure"]["coding"][0]["system"] == "http://loinc.org"
    assert (goal["expressedBy"], patient_of(goal)) == ({"reference": "Patient/p1"}, "p1")


def test_a_new_number_takes_the_place_of_the_old_one_and_two_at_once_are_both_named() -> None:
    old = encode_comfort("g1", "p1", PAIN, 3, ANA, NOW)
    new = encode_comfort("g2", "p1", PAIN, 5, BEN, NOW + timedelta(days=7), replaces=["Goal/g1"])
    sick = encode_comfort("g3", "p1", SICK, 2, ANA, NOW)
    assert [(one.link_id, one.level) for one in decode_comfort([sick, new, old])] == [
        (PAIN.link_id, 5), (SICK.link_id, 2),
    ]  # fmt: skip
    other = encode_comfort("g4", "p1", PAIN, 4, ANA, NOW + timedelta(days=6))
    (held,) = decode_comfort([new, other, old])
    assert (held.level, held.noted_by, set(held.records)) == (5, BEN.name, {"Goal/g2", "Goal/g4"})


def test_what_was_taken_back_is_gone_and_can_be_said_again() -> None:
    old = encode_comfort("g1", "p1", PAIN, 3, ANA, NOW)
    gone = encode_comfort("g2", "p1", PAIN, None, ANA, NOW, replaces=["Goal/g1"])
    validate(gone)
    assert decode_comfort([old, gone]) == ()
    again = encode_comfort("g3", "p1", PAIN, 3, ANA, NOW + timedelta(days=9))
    assert [one.level for one in decode_comfort([old, gone, again])] == [3]


@given(JSON, st.sampled_from(["category", "target", "lifecycleStatus", "note", "extension", "id"]))
def test_nothing_that_comes_makes_reading_fail(odd: Any, member: str) -> None:
    decode_comfort([odd, encode_comfort("g1", "p1", PAIN, 3, ANA, NOW) | {member: odd}])


@pytest.mark.parametrize("level", [-1, 11, "3", True, None, 3.5])
def test_a_number_that_is_none_of_the_scale_is_not_shown(level: Any) -> None:
    goal = encode_comfort("g1", "p1", PAIN, 3, ANA, NOW)
    goal["target"][0]["detailInteger"] = level
    assert decode_comfort([goal]) == ()


async def test_a_number_that_one_nurse_asked_for_stands_for_her_colleague_who_can_change_it(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    ben = field_plan.add_person(name="Ben Cole, RN")
    patient_id = field_plan.add_patient(nurse, ben)
    hers, his = await tablets(nurse), await tablets(ben)
    for tablet in (hers, his):
        await tablet.sync()
    by_her = ComfortLevels(hers.store, PersonRef(nurse.reference, nurse.name), SystemClock())
    await by_her.put(patient_id, PAIN.link_id, 3)
    assert (await hers.sync()).outcome == "ok"
    await his.sync()
    (held,) = await his.store.read(lambda c: read_comfort(c, patient_id))
    assert (held.level, held.noted_by, held.pending) == (3, nurse.name, False)
    by_him = ComfortLevels(his.store, PersonRef(ben.reference, ben.name), SystemClock())
    await by_him.put(patient_id, PAIN.link_id, 5)
    assert (await his.sync()).outcome == "ok"
    await hers.sync()
    (held,) = await hers.store.read(lambda c: read_comfort(c, patient_id))
    assert (held.level, held.noted_by, held.pending) == (5, ben.name, False)
    plan = await hers.store.read(lambda c: read_plan(c, patient_id))
    assert plan.goals == () == plan.changes, "the plan of care is asked for elsewhere"
