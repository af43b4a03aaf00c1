"""What the person taps herself calls for help as the same symptom of the scale does, and once."""

from __future__ import annotations

import pytest
from safety_cases import Told

from app.content import load
from app.content.rules import load_rules
from app.domain.items import find_place


def subjects(told: Told) -> dict[str, str]:
    """Subject → what was found, of the alerts that would stand."""
    return {one.subject: one.finding for one in told.findings()}


@pytest.mark.parametrize(
    ("own", "level"),
    [
        ("own-pain", "today"),
        ("own-breath", "today"),
        ("own-nausea", "today"),
        ("own-worry", "today"),
        ("own-sad", "today"),
        ("own-tired", "watch"),
    ],
)
def test_a_severe_number_of_her_own_is_heard_at_the_level_of_the_same_symptom(own: str, level: str) -> None:
    usual = {"sob-new-or-usual": "usual"}
    found = Told({own: 7, **usual}).find("SEVERE_SYMPTOM")
    assert found is not None
    assert found.level.value == level
    assert Told({own: 6, **usual}).find("SEVERE_SYMPTOM") is None


def test_the_alert_says_that_it_is_her_own_number() -> None:
    assert subjects(Told({"own-pain": 8})) == {"own-pain": "Pain right now (own answer) 8 of 10."}


def test_where_the_scale_says_as_much_it_calls_once() -> None:
    assert set(subjects(Told({"own-pain": 8, "esas-pain": 8}))) == {"esas-pain"}
    assert set(subjects(Told({"own-pain": 7, "esas-pain": 9}))) == {"esas-pain"}


def test_her_own_higher_number_is_never_hidden_by_what_others_say() -> None:
    assert set(subjects(Told({"own-pain": 9, "esas-pain": 7}))) == {"esas-pain", "own-pain"}
    assert set(subjects(Told({"own-pain": 9, "esas-pain": 2}))) == {"own-pain"}


def test_breathlessness_that_is_new_rising_and_severe_again_are_seen_in_her_own_numbers_too() -> None:
    new = Told({"own-breath": 8, "sob-new-or-usual": "new-or-worse"})
    assert new.heard("NEW_SEVERE_DYSPNEA")
    assert Told({"own-pain": 5}, before=((72, {"own-pain": 1}),)).heard("RISING")
    assert Told({"own-pain": 7}, before=((30, {"own-pain": 8}),)).heard("PAIN_UNCONTROLLED")


def test_each_number_stands_beside_a_symptom_of_the_scale_and_can_be_called_usual() -> None:
    inputs = load_rules().inputs
    assert len(inputs["own"]) == len(inputs["own_twins"])
    assert set(inputs["own_twins"]) <= set(inputs["esas"])
    assert all(find_place(link_id) is not None for link_id in inputs["own"])
    usual = load()["alert-answers"].get_item("usual-of")
    assert set(inputs["own"]) <= {option.code for option in usual.options}
