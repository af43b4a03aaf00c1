"""Appointments, facts at the door and "check on me" between FHIR and the app."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.going_in import GoingInKind
from app.domain.visit import PersonRef
from app.sync.fhir.appointment import VISIT_KIND, decode_appointment
from app.sync.fhir.check_on_me import decode_check, encode_check, finish_check
from app.sync.fhir.going_in import decode_facts, encode_fact
from app.sync.fhir.json_text import dumps, loads
from app.sync.fhir.subject import patient_of
from app.sync.fhir.task import decode_task
from app.sync.merge import merge
from plan.fhir.validate import validate

MARIA = PersonRef("Practitioner/maria", "Maria Ortiz, RN")
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def appointment(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "serviceType": [{"coding": [{"system": VISIT_KIND, "code": "telephone"}]}],
        "start": "2026-11-22T10:00:00-08:00",
        "end": "2026-11-22T11:00:00-08:00",
        "comment": "Hospice talk; code status unclear",
        "participant": [
            {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
            {"actor": {"reference": "Practitioner/ana"}, "status": "accepted"},
            {"actor": {"reference": "Practitioner/ben"}, "status": "declined"},
        ],
    } | changes


def test_a_planned_visit_says_who_when_and_of_which_kind_and_nothing_of_its_free_text() -> None:
    found = decode_appointment(appointment())
    assert found is not None
    assert (found.patient_id, found.kind, found.nurses) == ("p1", "telephone", ("Practitioner/ana",))
    assert found.start == datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    assert "ospice" not in repr(found)
    assert patient_of(appointment()) == "p1"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "fulfilled"},
        {"status": "proposed"},
        {"start": None},
        {"participant": []},
        {"start": "2026-11-22"},
    ],
)
def test_what_is_over_only_proposed_without_a_time_or_about_nobody_is_no_planned_visit(
    changes: dict[str, Any],
) -> None:
    assert decode_appointment(appointment(**changes)) is None


@given(JSON, st.sampled_from(["participant", "serviceType", "start", "status", "id"]))
def test_nothing_that_comes_makes_reading_fail(odd: Any, member: str) -> None:
    decode_appointment(appointment(**{member: odd}))
    decode_appointment(odd)
    decode_facts([odd, {"resourceType": "Flag", "code": odd, "period": odd}])
    decode_check(odd)
    patient_of(odd)


def test_a_fact_comes_back_as_it_was_noted_and_is_true_r4() -> None:
    flag = encode_fact("f1", "p1", GoingInKind.DOG, " stays in the kitchen ", ANA, NOW)
    validate(flag)
    (fact,) = decode_facts([flag], frozenset({"Flag/f1"}))
    assert (fact.kind, fact.words, fact.noted_by, fact.noted_at) == (
        GoingInKind.DOG, "stays in the kitchen", ANA.name, NOW,
    )  # fmt: skip
    assert fact.records == ("Flag/f1",)
    assert fact.pending


def test_what_holds_no_longer_is_gone_for_everybody_who_noted_it_and_other_facts_stay() -> None:
    mine = encode_fact("f1", "p1", GoingInKind.DOG, "", ANA, NOW)
    theirs = encode_fact("f2", "p1", GoingInKind.DOG, "barks", ANA, NOW + timedelta(hours=1))
    key = encode_fact("f3", "p1", GoingInKind.KEY, "", ANA, NOW)
    (dog, _) = decode_facts([mine, theirs, key])
    assert (dog.words, set(dog.records)) == ("barks", {"Flag/f1", "Flag/f2"})
    gone = encode_fact("f4", "p1", GoingInKind.DOG, "", ANA, NOW, replaces=dog.records, holds=False)
    validate(gone)
    assert [one.kind for one in decode_facts([mine, theirs, key, gone])] == [GoingInKind.KEY]
    again = encode_fact("f5", "p1", GoingInKind.DOG, "", ANA, NOW + timedelta(days=9))
    assert len(decode_facts([mine, theirs, gone, again])) == 1


def test_flags_about_other_things_are_no_facts_at_the_door() -> None:
    other = {"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "POLST: No CPR."}}
    assert decode_facts([other]) == ()


def test_check_on_me_is_true_r4_no_alert_and_ends_without_losing_what_others_wrote() -> None:
    task = encode_check("t1", "p1", ANA, NOW, NOW + timedelta(hours=1))
    validate(task)
    assert decode_task(task) is None
    check = decode_check(task)
    assert check is not None
    assert (check.nurse, check.at, check.done) == ("Practitioner/ana", NOW + timedelta(hours=1), False)
    noted = task | {"note": [{"text": "phoned"}], "meta": {"versionId": "7", "tag": [{"code": "x"}]}}
    over = finish_check(noted, "I reached the nurse", MARIA, NOW + timedelta(hours=2))
    validate(over)
    assert [one["text"] for one in over["note"]] == ["phoned", "I reached the nurse"]
    assert over["meta"] == {"tag": [{"code": "x"}]}
    ended = decode_check(over)
    assert ended is not None
    assert ended.done


def test_being_fine_and_being_reached_at_once_needs_nobody_to_choose() -> None:
    task = encode_check("t1", "p1", ANA, NOW, NOW + timedelta(hours=1))
    fine = finish_check(task, "", ANA, NOW + timedelta(minutes=50))
    reached = finish_check(task, "I reached the nurse", MARIA, NOW + timedelta(hours=1))
    merged = merge("Task", dumps(task), dumps(fine), dumps(reached))
    assert merged is not None
    check = decode_check(loads(merged))
    assert check is not None
    assert check.done
    assert "I reached the nurse" in merged
