"""The app writes, the plan reads; neither knows the other's code. What both must mean alike is held together here."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content import load
from app.content.medicine_tables import medicine_classes, mme_table
from app.content.model import ItemKind
from app.domain.referrals import list_states, list_targets
from app.domain.stays import Outcome, Place, Stay
from app.domain.visit import Absent, PersonRef, Visit
from app.sync.fhir.questionnaire import is_private
from app.sync.fhir.referral import STATES, TARGETS
from app.sync.fhir.stays import decode_stays, encode_outcome, encode_stay
from app.sync.fhir.visit import encode_visit
from plan.outcomes import tables as facts
from plan.outcomes.derive import derive
from plan.outcomes.facts import answers, conversations, courses, medicines, stays
from plan.outcomes.record import Record, make_record
from tests.support.full_visit import make_full_visit

ZONE = ZoneInfo("America/Los_Angeles")
NURSE = PersonRef("Practitioner/n1", "Ana Ruiz, RN")
HOME_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def record_of(visit: Visit) -> Record:
    """As the plan holds a visit: what is restricted is left out before anything is drawn."""
    resources = [json.loads(one.body) for one in encode_visit(visit)]
    patient = {"resourceType": "Patient", "id": visit.patient_id}
    open_ones = [one for one in resources if "security" not in one.get("meta", {})]
    return make_record(visit.patient_id, [patient, *open_ones], ZONE)


def test_every_instrument_that_facts_are_drawn_from_is_one_of_the_apps() -> None:
    assert set(load()) >= answers.TAKEN
    known = {item.link_id for form in load().values() for item in form.items}
    assert known >= {link for links in conversations.FIELDS.values() for link in links}
    assert {
        "conv-hospital",
        "conv-decision",
        "conv-voluntary",
        "oxygen",
        "distress-cause",
        "distress-tried",
    } <= known


def test_the_codes_of_the_symptom_scale_lead_to_the_same_items() -> None:
    scale = load()["esas-r"]
    assert {item.code.code: item.link_id for item in scale.items if item.code is not None} == answers.ESAS


@pytest.mark.parametrize("scale", ["painad", "phq-9", "gad-7"])
def test_options_that_score_do_so_alike(scale: str) -> None:
    for item in load()[scale].items:
        for option in item.options:
            sent = option.coding.code if option.coding is not None else option.code
            known = answers.SCORES.get(sent, answers.SCORES.get(f"{item.link_id}/{sent}"))
            if option.score is not None and item.code != load()["phq-9"].items[-1].code:
                assert known == option.score, item.link_id


def test_medicines_are_told_apart_by_the_names_that_the_app_knows() -> None:
    for factor in mme_table().factors:
        expected = ("opioid", factor.opioid.removesuffix(" transdermal"))
        for name in factor.names:
            assert medicines.classify({"text": f"{name.title()} 5 mg"}) == expected, name
        for code in factor.rxnorm:
            assert medicines.classify({"coding": [{"system": medicines.RXNORM, "code": code}]}) == expected, (
                code
            )
    for name in (name for one in mme_table().not_converted for name in one.names):
        found = medicines.classify({"text": name})
        assert found is not None, name
        assert found[0] == "opioid", name
    kinds = {"laxative": "bowel-regimen", "naloxone": "naloxone"}
    for name, one in medicine_classes().items():
        if name in kinds:
            for word in one.names:
                found = medicines.classify({"text": word})
                assert found is not None, word
                assert found[0] == kinds[name]


def test_the_states_of_a_referral_are_the_apps() -> None:
    assert {state.code for state in list_states() if state.open} == courses.OPEN
    for state in list_states():
        task = {"status": state.task, "businessStatus": {"coding": [{"system": STATES, "code": state.code}]}}
        assert courses.state_of(task) == state.code
    assert (courses.TARGETS, courses.STATES) == (TARGETS, STATES)
    assert {"hospice", "ltss", "ecm"} <= set(list_targets())


@pytest.mark.parametrize("seed", [0, 3])
def test_what_a_nurse_answered_is_what_the_facts_say(seed: int) -> None:
    visit = make_full_visit(NURSE, "p1", seed)
    found = derive(record_of(visit))
    (seen,) = found[facts.visit]
    assert (seen["visit_id"], seen["modality"], seen["setting"]) == (
        visit.id,
        visit.modality.value.replace("_", "-"),
        visit.setting.value.replace("_", "-").removesuffix("-stay"),
    )
    drawn: dict[str, set[Any]] = {}
    for row in found[facts.score]:
        if row["turn"] == 0:
            drawn.setdefault(row["item"], set()).add(row["absent"] or row["code"] or row["number"])
    compared = 0
    for name in answers.TAKEN & set(load()):
        form = load()[name]
        for item in form.items:
            answer = visit.answers.get(item.link_id)
            if answer is None or item.kind is ItemKind.GROUP or form.short_of is not None:
                continue
            said = drawn.get(item.link_id, set())
            if is_private(form, item):
                assert not said, item.link_id
            elif isinstance(answer.absent, Absent):
                assert said == {answer.absent.value}, item.link_id
            elif isinstance(answer.value, int | Decimal):
                assert said == {float(answer.value)}, item.link_id
            elif item.kind is ItemKind.YES_NO:
                assert said == {answer.value}, item.link_id
            else:
                continue
            compared += 1
    assert compared > 40


MOMENTS = st.integers(0, 240).map(lambda hours: HOME_AT - timedelta(hours=hours))


@st.composite
def encounters(draw: st.DrawFn) -> dict[str, Any]:
    """A stay as the plan or a nurse's app writes it."""
    number = draw(st.integers(0, 10**9))
    began, left = sorted((draw(MOMENTS), draw(MOMENTS)))
    ended = draw(st.booleans())
    stay = Stay(
        f"Encounter/s{number}",
        "p1",
        draw(st.sampled_from([Place.HOSPITAL, Place.SKILLED])),
        draw(st.sampled_from(["", "Elm House"])),
        began,
        left if ended else None,
        to_home=draw(st.booleans()),
    )
    made: dict[str, Any] = encode_stay(f"s{number}", stay, NURSE, left, None)
    if draw(st.booleans()):
        del made["identifier"], made["extension"]
    return made


@given(
    held=st.lists(encounters(), max_size=5, unique_by=lambda one: one["id"]), outcome=st.sampled_from(Outcome)
)
@settings(max_examples=60, deadline=None)
def test_stays_are_joined_and_closed_as_the_app_does(held: list[dict[str, Any]], outcome: Outcome) -> None:
    first = Stay(f"Encounter/{held[0]['id']}", "p1", Place.HOSPITAL, "", None, None) if held else None
    tasks = [encode_outcome(first, outcome, "", NURSE, HOME_AT)] if first is not None else []
    expected = {
        (
            one.reference.partition("/")[2],
            one.place.value,
            one.began_at and round(one.began_at.timestamp() * 1000),
            one.left_at and round(one.left_at.timestamp() * 1000),
            one.to_home,
        )
        for one in decode_stays(held, tasks)
    }
    record = make_record("p1", [{"resourceType": "Patient", "id": "p1"}, *held, *tasks], ZONE)
    found = stays.find_stays(record)
    assert {(one.stay_id, one.place, one.began, one.left, one.to_home) for one in found} == expected
    ways = {one["stay_id"]: one["outcome"] for one in stays.transition_rows(record, found)}
    for one in decode_stays(held, tasks):
        if one.left_at is not None and one.to_home:
            assert ways[one.reference.partition("/")[2]] == (one.outcome.value if one.outcome else None)
