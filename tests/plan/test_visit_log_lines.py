"""What the plan draws out of a visit says the same as the tablet does of it: two programs, one format."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.rules import Level
from app.domain import evv
from app.domain.alert import Alert, AlertState
from app.domain.visit import Answer, Modality, PersonRef, Setting, Visit
from app.domain.visit_kind import NOT_SEEN_WHY, is_met
from app.store.visit_rows import find_highest
from app.sync.fhir import json_text
from app.sync.fhir.encounter import encode_encounter
from app.sync.fhir.questionnaire import encode_responses
from app.sync.fhir.task import encode_task
from plan.fhir.json_text import loads
from plan.visit_log.drawing import FORMS, draw_alert, draw_line
from tests.support.full_visit import make_full_visit

ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
BEGAN = datetime(2026, 5, 28, 10, tzinfo=UTC)
VISIT = "5a1f4a2e-6f0f-4c43-9c0e-0d8a44a1b001"
Json = dict[str, Any]


def as_stored(resource: Any) -> Json:
    found: Json = loads(json_text.dumps(resource))
    return found


def draw(visit: Visit) -> Json:
    responses = [as_stored(one) for one in encode_responses(visit)]
    mine = [one for one in responses if one["questionnaire"].partition("|")[0] in FORMS]
    row = draw_line(as_stored(encode_encounter(visit)), mine, whole=True)
    assert row is not None
    return row


def expect_as_on_the_tablet(visit: Visit) -> None:
    row = draw(visit)
    address = visit.answers.get(evv.ADDRESS)
    said = str(address.value) if address is not None and address.value is not None else None
    verified = evv.Verified(
        visit.nurse.name,
        visit.left_at,
        visit.signed_at,
        visit.clock_offset_ms,
        visit.written_afterwards,
        said,
    )
    asked_about = visit.modality is Modality.IN_PERSON and is_met(visit.answers)
    assert row["evv"] == int(asked_about and bool(evv.find_exceptions(verified)))
    assert row["place"] == evv.place_of_service(visit.modality, visit.setting)
    assert row["setting"] == evv.PLACES[visit.setting]
    assert row["modality"] == visit.modality.value
    assert row["met"] == int(is_met(visit.answers))
    assert row["score"] == find_highest(visit.answers)
    assert (row["patient_id"], row["nurse_id"], row["nurse_name"]) == ("p", "ana", visit.nurse.name)
    assert row["began_ms"] == int(visit.began_at.timestamp() * 1000)
    assert row["offset_ms"] == visit.clock_offset_ms
    for name, link_id in (("line", evv.LINE_OF_BUSINESS), ("organisation", evv.ORGANISATION)):
        answer = visit.answers.get(link_id)
        assert row[name] == (str(answer.value) if answer is not None and answer.value is not None else "")


@pytest.mark.parametrize("seed", range(3))
def test_of_a_visit_in_which_everything_was_answered(seed: int) -> None:
    visit = make_full_visit(ANA, "p", seed)
    stamp = visit.began_at.replace(microsecond=0)
    whole = replace(
        visit, began_at=stamp, left_at=stamp + timedelta(hours=1), signed_at=stamp + timedelta(hours=2)
    )
    expect_as_on_the_tablet(whole)


_edges = st.sampled_from([None, 0, 299_999, 300_000, -300_000, 40 * 86_400_000])
_late = st.sampled_from([timedelta(0), timedelta(hours=24), timedelta(hours=24, seconds=1)])
_addresses = st.sampled_from([None, evv.ON_RECORD, evv.ELSEWHERE])


@settings(max_examples=60)
@given(
    st.sampled_from(Modality),
    st.sampled_from(Setting),
    _edges,
    _late,
    _addresses,
    st.booleans(),
    st.booleans(),
    st.integers(0, 10),
)
def test_of_every_edge_of_time_clock_and_place(
    modality: Modality,
    setting: Setting,
    offset: int | None,
    late: timedelta,
    address: str | None,
    by_hand: bool,
    missed: bool,
    pain: int,
) -> None:
    answers = {"esas-pain": Answer(BEGAN, pain), evv.LINE_OF_BUSINESS: Answer(BEGAN, "Medicare Advantage")}
    if address is not None:
        answers[evv.ADDRESS] = Answer(BEGAN, address)
    if missed:
        answers[NOT_SEEN_WHY] = Answer(BEGAN, "nobody-home")
    left = BEGAN + timedelta(hours=1)
    visit = Visit(VISIT, "p", ANA, modality, setting, BEGAN, left, left + late, None, "", answers, offset)
    expect_as_on_the_tablet(replace(visit, written_afterwards=by_hand))


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("state", list(AlertState))
def test_an_alert_names_its_visit_its_level_and_whether_it_stands(state: AlertState, private: bool) -> None:
    alert = Alert(
        id="t",
        patient_id="p",
        visit_id="v",
        rule="SUICIDE_ITEM",
        subject="",
        level=Level.ACT_NOW,
        state=state,
        finding="Said so.",
        detail="Said so.",
        private=private,
        owner="supervisor",
        fired_at=BEGAN,
    )
    row = draw_alert(as_stored(encode_task(alert, ANA, BEGAN)))
    stands = int(state.stands)
    assert row == {
        "task_id": "t",
        "encounter_id": "v",
        "patient_id": "p",
        "level": "act-now",
        "stands": stands,
    }


def test_what_is_no_visit_of_the_app_or_no_alert_has_no_row() -> None:
    visit = make_full_visit(ANA, "p")
    encounter = as_stored(encode_encounter(visit))
    assert draw_line(encounter | {"identifier": []}, [], whole=True) is None
    assert draw_line(encounter | {"status": "entered-in-error"}, [], whole=True) is None
    assert draw_line(encounter | {"status": "planned"}, [], whole=True) is None
    assert draw_alert({"resourceType": "Task", "id": "t", "for": {"reference": "Patient/p"}}) is None
