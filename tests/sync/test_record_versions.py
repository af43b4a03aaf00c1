"""What derived records share, and which of several versions stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.visit import Entry
from app.store.records import find_references
from app.sync.fhir import json_text
from app.sync.fhir.frame import about, is_restricted, record, recorded_at, restricted, visit_of
from app.sync.fhir.subject import patient_of
from app.sync.fhir.versions import heads, reference_of, replaced
from tests.support.r4 import r4_errors
from tests.sync.mapping_kit import NOON, make_visit

VISIT = make_visit()
OWN: dict[str, dict[str, Any]] = {
    "CarePlan": {"status": "active", "intent": "plan"},
    "Communication": {"status": "completed"},
    "Condition": {"clinicalStatus": None, "code": {"text": "x"}},
    "Consent": {
        "status": "active",
        "scope": {"text": "x"},
        "category": [{"text": "x"}],
        "policyRule": {"text": "x"},
    },
    "DocumentReference": {"status": "current", "content": [{"attachment": {"title": "x"}}]},
    "Flag": {"status": "active", "code": {"text": "x"}},
    "Goal": {"lifecycleStatus": "active", "description": {"text": "x"}},
    "MedicationStatement": {"status": "active", "medicationCodeableConcept": {"text": "x"}},
    "Observation": {"status": "final", "code": {"text": "x"}},
    "Procedure": {"status": "completed"},
    "RelatedPerson": {},
    "ServiceRequest": {"status": "active", "intent": "proposal"},
    "Task": {"status": "requested", "intent": "order"},
}


@pytest.mark.parametrize("kind", OWN)
def test_every_kind_of_record_is_good_r4_and_says_whose_it_is_and_of_which_visit_and_when(kind: str) -> None:
    made = record(VISIT, kind, "part/1", replaces=[f"{kind}/old"], private=True, **OWN[kind])
    assert r4_errors(json_text.loads(json_text.dumps(made))) == []
    assert (patient_of(made), visit_of(made), recorded_at(made)) == ("p1", VISIT.id, VISIT.left_at)
    assert replaced(made) == (f"{kind}/old",)
    assert is_restricted(made)
    assert made["id"] == record(VISIT, kind, "part/1", **OWN[kind])["id"]
    assert made["id"] != record(VISIT, kind, "part/2", **OWN[kind])["id"]


def test_a_record_waits_in_the_outbox_for_what_it_replaces() -> None:
    made = record(VISIT, "Goal", "goal/1", replaces=["Goal/old"], **OWN["Goal"])
    assert set(find_references(json_text.dumps(made))) == {f"Encounter/{VISIT.id}", "Goal/old", "Patient/p1"}


def test_an_encoder_s_own_members_win_and_none_leaves_one_out() -> None:
    made = record(VISIT, "Goal", "goal/1", startDate="2026-01-01", identifier=None, **OWN["Goal"])
    assert made["startDate"] == "2026-01-01"
    assert "identifier" not in made
    act = record(VISIT, "Procedure", "p", performedPeriod={"start": "2026-01-01"}, status="completed")
    assert "performedDateTime" not in act


def test_labels_that_are_there_stay_and_none_stands_twice() -> None:
    labelled = {"resourceType": "Goal", "id": "g", "meta": {"tag": [{"system": "urn:x", "code": "y"}]}}
    once = restricted(labelled)
    assert restricted(once) == once
    assert {"system": "urn:x", "code": "y"} in once["meta"]["tag"]
    assert not is_restricted(labelled)


def test_an_entry_may_be_about_several_records() -> None:
    assert about(Entry("e", about="Goal/a Goal/b")) == ("Goal/a", "Goal/b")
    assert about(Entry("e")) == ()


def made(name: str, *replaces: str, minutes: int = 0, **more: Any) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minutes)
    return record(VISIT, "Goal", name, at=at, replaces=replaces, **OWN["Goal"]) | {"id": name} | more


def names(resources: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in heads(resources)]


def test_the_newest_version_stands_alone() -> None:
    assert names([made("a"), made("b", "Goal/a"), made("c", "Goal/b")]) == ["c"]


def test_two_versions_of_the_same_one_are_both_shown_newest_first() -> None:
    assert names([made("a"), made("b", "Goal/a", minutes=1), made("c", "Goal/a", minutes=2)]) == ["c", "b"]


def test_one_new_record_settles_two() -> None:
    assert names([made("a"), made("b"), made("c", "Goal/a", "Goal/b")]) == ["c"]


def test_a_version_that_was_withdrawn_as_a_mistake_supersedes_nothing() -> None:
    mistake = made("b", "Goal/a", lifecycleStatus="entered-in-error")
    assert names([made("a"), mistake]) == ["a"]


def test_records_in_a_circle_are_shown_rather_than_lost() -> None:
    assert sorted(names([made("a", "Goal/b"), made("b", "Goal/a"), made("c", "Goal/c")])) == ["a", "b", "c"]


@given(st.lists(st.lists(st.integers(0, 6), max_size=3), max_size=7), st.randoms())
def test_whatever_supersedes_whatever_something_stands_in_any_order(
    named: list[list[int]], random: Any
) -> None:
    records = [made(str(n), *(f"Goal/{m}" for m in them), minutes=n) for n, them in enumerate(named)]
    found = names(records)
    assert bool(found) is bool(records)
    for one in heads(records):
        newer = [
            other for other in records if reference_of(one) in replaced(other) and other["id"] != one["id"]
        ]
        assert all(other["id"] in found or reference_of(other) in _named(records) for other in newer)
    random.shuffle(records)
    assert names(records) == found


def _named(records: list[dict[str, Any]]) -> set[str]:
    return {reference for one in records for reference in replaced(one)}


_MEMBERS = st.sampled_from(["resourceType", "id", "extension", "replaces", "status", "meta", "context"])
_odd = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: st.dictionaries(_MEMBERS, inner, max_size=3) | st.lists(inner, max_size=2),
)


@given(_odd)
def test_odd_records_are_never_an_error(odd: Any) -> None:
    heads([odd, {"resourceType": "Goal", "id": "g"}])
    assert visit_of(odd) is None
    assert recorded_at(odd) is None
