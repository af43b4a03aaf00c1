"""Alerts ↔ Task: valid R4 whatever they say, the same again when read back, private ones silent, others' work kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.rules import Level, load_rules
from app.domain.alert import PRIVATE_TEXT, Alert, AlertState
from app.domain.visit import PersonRef
from app.store.records import find_references
from app.sync.fhir.task import amend_task, decode_task, encode_task
from tests.support.r4 import r4_errors

NOW = datetime(2026, 11, 20, 14, 6, tzinfo=timezone(timedelta(hours=-8)))
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
VISIT = "0f6f6f0e-0001-4000-8000-000000000001"
PAIN = Alert(
    id="0f6f6f0e-0001-4000-8000-000000000002",
    patient_id="p1",
    visit_id=VISIT,
    rule="SEVERE_SYMPTOM",
    subject="esas-pain",
    level=Level.TODAY,
    state=AlertState.OPEN,
    finding="Pain 8 of 10.",
    detail="Severe symptom\nPain 8 of 10.\nDo something about it in this visit, then measure again.",
    private=False,
    owner="nurse",
    fired_at=NOW,
    due_at=NOW + timedelta(hours=24),
)
ABUSE = replace(
    PAIN,
    rule="ABUSE_NEGLECT",
    subject="safety",
    level=Level.ACT_NOW,
    finding=PRIVATE_TEXT,
    detail="Private task\nSuspected abuse, neglect or exploitation.\nPhone now.",
    private=True,
)


def as_pulled(task: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The Task as a server gives it back."""
    meta = {**task.get("meta", {}), "versionId": "7", "lastUpdated": "2026-11-20T22:06:05Z"}
    plain: dict[str, Any] = json.loads(json.dumps(task | more | {"meta": meta}))
    return plain


def read_back(alert: Alert) -> Alert | None:
    return decode_task(as_pulled(encode_task(alert, ANA, NOW)))


@pytest.mark.parametrize(
    "alert",
    [
        PAIN,
        ABUSE,
        replace(PAIN, state=AlertState.ACKNOWLEDGED),
        replace(PAIN, state=AlertState.CLOSED, closed_at=NOW, closed_reason="The answer was corrected"),
        replace(ABUSE, state=AlertState.DONE, closed_at=NOW, closed_reason="Reported"),
        replace(PAIN, visit_id=None, due_at=None, subject="transition", owner="supervisor"),
    ],
)
def test_an_alert_is_a_valid_task_and_reads_back_the_same(alert: Alert) -> None:
    assert r4_errors(encode_task(alert, ANA, NOW)) == []
    assert read_back(alert) == replace(alert, origin="pulled")


def test_the_task_names_owner_clock_urgency_and_the_visit_only_by_identifier() -> None:
    task = encode_task(PAIN, ANA, NOW)
    assert (task["status"], task["intent"], task["priority"]) == ("requested", "order", "urgent")
    assert task["owner"] == task["requester"] == {"reference": "Practitioner/ana", "display": "Ana Ruiz, RN"}
    assert task["restriction"]["period"]["end"] == "2026-11-21T14:06:00-08:00"
    assert task["encounter"] == {
        "type": "Encounter",
        "identifier": {"system": "urn:hearthside:visit", "value": VISIT},
    }
    assert task["code"]["coding"][0]["code"] == "SEVERE_SYMPTOM"
    assert find_references(json.dumps(task)) == ("Patient/p1", "Practitioner/ana")
    assert encode_task(replace(PAIN, level=Level.ACT_NOW), ANA, NOW)["priority"] == "stat"
    assert encode_task(replace(PAIN, level=Level.WATCH), ANA, NOW)["priority"] == "routine"


def test_both_stamps_of_a_task_are_in_one_offset_so_that_they_compare_as_text_too() -> None:
    read_from_the_store = replace(PAIN, fired_at=NOW.astimezone(UTC))
    later = NOW + timedelta(minutes=1)
    for task in (encode_task(read_from_the_store, ANA, later), encode_task(PAIN, ANA, later)):
        assert task["authoredOn"] == "2026-11-20T22:06:00Z"
        assert task["lastModified"] == "2026-11-20T22:07:00Z"
    closed = replace(PAIN, state=AlertState.CLOSED, closed_at=later, closed_reason="x")
    assert amend_task(encode_task(PAIN, ANA, NOW), closed, later)["lastModified"] == "2026-11-20T22:07:00Z"


def test_a_role_without_a_person_is_an_owner_by_identifier() -> None:
    owner = encode_task(replace(PAIN, owner="supervisor"), ANA, NOW)["owner"]
    assert owner["identifier"]["value"] == "supervisor"
    assert "reference" not in owner


def test_a_private_task_says_nothing_but_that_it_is_there_and_carries_the_label() -> None:
    task = encode_task(ABUSE, ANA, NOW)
    extension = task.pop("extension")
    assert "abuse" not in json.dumps(task).lower()
    assert task["code"] == {"text": "Private task"}
    assert [one["code"] for one in task["meta"]["security"]] == ["R"]
    assert "Suspected abuse" in json.dumps(extension)


def test_what_others_wrote_into_the_task_stays_when_we_change_ours() -> None:
    supervisor = {"reference": "Practitioner/sup"}
    theirs = as_pulled(
        encode_task(PAIN, ANA, NOW),
        owner=supervisor,
        note=[{"text": "Calling at noon"}],
        status="accepted",
        extension=[*encode_task(PAIN, ANA, NOW)["extension"], {"url": "urn:plan:x", "valueString": "kept"}],
    )
    worse = replace(PAIN, finding="Pain 9 of 10.", level=Level.ACT_NOW)
    task = encode_task(worse, ANA, NOW, theirs)
    assert (task["owner"], task["note"]) == (supervisor, [{"text": "Calling at noon"}])
    assert [one["url"] for one in task["extension"]] == ["urn:plan:x", "urn:hearthside:alert"]
    assert task["code"]["text"] == "Pain 9 of 10."
    assert "versionId" not in json.dumps(task)
    assert r4_errors(task) == []


def test_of_a_colleagues_task_only_the_state_is_changed() -> None:
    theirs = as_pulled(encode_task(PAIN, PersonRef("Practitioner/tom", "Tom"), NOW), note=[{"text": "x"}])
    done = replace(PAIN, state=AlertState.DONE, closed_at=NOW, closed_reason="Dose raised", origin="pulled")
    task = amend_task(theirs, done, NOW)
    changed = {name for name in task.keys() | theirs.keys() if task.get(name) != theirs.get(name)}
    assert changed == {"status", "statusReason", "meta"}
    assert r4_errors(task) == []


@pytest.mark.parametrize(
    "resource",
    [
        None,
        [],
        {"resourceType": "Task"},
        {"resourceType": "Task", "id": "t", "status": "requested", "for": {"reference": "Patient/p"}},
        {**encode_task(PAIN, ANA, NOW), "resourceType": "Basic"},
        {**encode_task(PAIN, ANA, NOW), "for": {"reference": "Group/g"}},
        {**encode_task(PAIN, ANA, NOW), "authoredOn": "2026"},
    ],
)
def test_a_task_that_is_no_alert_of_ours_is_none(resource: Any) -> None:
    assert decode_task(resource) is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("received", AlertState.OPEN),
        ("in-progress", AlertState.ACKNOWLEDGED),
        ("completed", AlertState.DONE),
        ("rejected", AlertState.CLOSED),
        ("nonsense", AlertState.CLOSED),
    ],
)
def test_what_the_plan_makes_of_it_is_read(status: str, state: AlertState) -> None:
    found = decode_task(encode_task(PAIN, ANA, NOW) | {"status": status})
    assert found is not None
    assert found.state is state


def test_a_level_and_an_owner_of_a_newer_app_are_shown_rather_than_lost() -> None:
    task = encode_task(PAIN, ANA, NOW)
    for part in task["extension"][0]["extension"]:
        if part["url"] in ("level", "owner"):
            part["valueString"] = "new-word"
    found = decode_task(task)
    assert found is not None
    assert (found.level, found.owner) == (Level.TODAY, "new-word")


texts = st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
moments = st.integers(0, 3_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
any_alert = st.builds(
    Alert,
    id=st.uuids().map(str),
    patient_id=st.just("p1"),
    visit_id=st.none() | st.uuids().map(lambda one: str(UUID(str(one)))),
    rule=st.sampled_from([rule.id for rule in load_rules().rules]),
    subject=st.sampled_from(["esas-pain", "suicide", ""]),
    level=st.sampled_from(Level),
    state=st.sampled_from(AlertState),
    finding=texts,
    detail=texts,
    private=st.booleans(),
    owner=st.sampled_from(["nurse", "supervisor", "prescriber"]),
    fired_at=moments,
    due_at=st.none() | moments,
    closed_at=st.none() | moments,
    closed_reason=st.none() | texts,
)


@settings(deadline=None, max_examples=60)
@given(any_alert)
def test_whatever_an_alert_says_its_task_is_json_that_reads_back_with_the_same_meaning(alert: Alert) -> None:
    found = decode_task(as_pulled(encode_task(alert, ANA, NOW)))
    assert found is not None
    same = ("id", "patient_id", "visit_id", "rule", "subject", "level", "state", "private", "owner", "due_at")
    assert [getattr(found, name) for name in same] == [getattr(alert, name) for name in same]
