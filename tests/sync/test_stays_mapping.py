"""Stays ↔ Encounter, and the reason for no 48-hour visit ↔ Task."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.stays import Outcome, Place, Stay
from app.domain.visit import PersonRef
from app.sync.fhir.stays import decode_outcome, decode_stay, decode_stays, encode_outcome, encode_stay
from tests.support.r4 import r4_errors

NURSE = PersonRef("Practitioner/n", "Ana Ruiz, RN")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOME = datetime(2026, 11, 20, 15, tzinfo=UTC)


def told(**changes: Any) -> Stay:
    stay = Stay("", "p1", Place.SKILLED, "Elm House", HOME - timedelta(days=5), HOME, by_hand=True)
    return replace(stay, **changes)


def encode(stay: Stay, replaces: str | None = None) -> tuple[str, Any]:
    stay_id = str(uuid4())
    return f"Encounter/{stay_id}", encode_stay(stay_id, stay, NURSE, NOW, replaces)


moments = st.integers(0, 10**8).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
stays = st.builds(
    told,
    place=st.sampled_from(Place),
    name=st.sampled_from(["", "Elm House", "St. Mary's & Sons"]),
    began_at=st.none() | moments,
    left_at=st.none() | moments,
    to_home=st.booleans(),
).filter(
    lambda stay: (
        (stay.left_at is None and stay.began_at is not None)
        or (stay.left_at is not None and (stay.began_at or stay.left_at) <= stay.left_at)
    )
)


@given(stays)
def test_a_stay_comes_back_as_it_was_told(stay: Stay) -> None:
    reference, encounter = encode(stay)
    expected = replace(stay, reference=reference, to_home=stay.to_home or stay.left_at is None)
    assert decode_stay(encounter) == expected


@given(stays)
def test_the_encounter_of_a_stay_is_valid(stay: Stay) -> None:
    assert r4_errors(encode(stay)[1]) == []


def test_a_day_without_an_hour_counts_from_its_beginning_and_says_so() -> None:
    day = datetime(2026, 11, 20).astimezone()
    _, encounter = encode(told(left_at=day, time_known=False))
    assert encounter["period"]["end"] == "2026-11-20"
    stay = decode_stay(encounter)
    assert stay is not None
    assert (stay.left_at, stay.time_known) == (day, False)


def test_a_visit_of_ours_and_an_outpatient_contact_are_no_stays() -> None:
    _, encounter = encode(told())
    ours = encounter | {"identifier": [{"system": "urn:hearthside:visit", "value": "x"}]}
    outside = encounter | {"identifier": [], "class": {"code": "AMB"}}
    assert decode_stay(ours) is None
    assert decode_stay(outside) is None


@pytest.mark.parametrize("status", ["cancelled", "planned", "entered-in-error"])
def test_a_stay_that_never_was_starts_nothing(status: str) -> None:
    assert decode_stay(encode(told())[1] | {"status": status}) is None


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Skilled nursing stay", Place.SKILLED),
        ("Nursing home, long stay", Place.LONG_TERM),
        ("", Place.HOSPITAL),
    ],
)
def test_the_kind_of_house_is_read_from_a_plans_own_words(words: str, place: Place) -> None:
    _, encounter = encode(told(name=""))
    plan = encounter | {"identifier": [], "class": {"code": "IMP"}, "type": [{"text": words}]}
    stay = decode_stay(plan)
    assert stay is not None
    assert stay.place is place


@pytest.mark.parametrize(
    ("code", "home"), [("home", True), ("alt-home", True), ("snf", False), ("oth", False), ("aadvice", False)]
)
def test_home_is_also_somebody_elses_of_the_family(code: str, home: bool) -> None:
    _, encounter = encode(told())
    said = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/discharge-disposition", "code": code}]
    }
    stay = decode_stay(encounter | {"hospitalization": {"dischargeDisposition": said}})
    assert stay is not None
    assert stay.to_home is home


def test_an_entry_that_corrects_another_takes_its_place() -> None:
    first, first_encounter = encode(told(left_at=None))
    second, second_encounter = encode(told(), replaces=first)
    found = decode_stays([first_encounter, second_encounter], [])
    assert [stay.reference for stay in found] == [second]


@given(st.sampled_from(Outcome), st.sampled_from(["", "daughter asked for Monday"]))
def test_the_reason_for_no_visit_comes_back_and_closes_the_stay(outcome: Outcome, words: str) -> None:
    reference, encounter = encode(told())
    stay = replace(told(), reference=reference)
    task = encode_outcome(stay, outcome, words, NURSE, NOW)
    assert r4_errors(task) == []
    assert decode_outcome(task) is not None
    (found,) = decode_stays([encounter], [task])
    assert found.outcome is outcome
    assert words in found.outcome_words


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_reading_never_fails_whatever_a_server_sends(anything: Any) -> None:
    assert decode_stay(anything) is None
    assert decode_outcome(anything) is None
