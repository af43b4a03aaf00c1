"""Three-way merge of Tasks as JSON: unknown elements and the text of decimals stay, a difference is for a person."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merging import Pick
from app.sync.fhir import json_text
from app.sync.fhir.task_fields import STAMP, canonical
from app.sync.merge import MERGEABLE, combine, merge

Json = dict[str, Any]
AT = ["2026-11-20T10:00:00Z", "2026-11-20T11:00:00+00:00", "2026-11-20T03:30:00-08:00"]
NOTES = [{"text": text, "time": at} for text in ("I am calling her.", "Nobody answers.") for at in AT[:2]]


@st.composite
def tasks(draw: st.DrawFn) -> Json:
    """Versions of one Task, with what this app knows and what it has never heard of."""
    some: Json = {
        "status": draw(st.sampled_from(["requested", "accepted", "completed"])),
        "owner": draw(st.sampled_from([{"display": "Sue"}, {"display": "Ben"}])),
        "note": draw(st.lists(st.sampled_from(NOTES), unique_by=str, max_size=3)),
        "priority": draw(st.sampled_from(["urgent", "stat"])),
        "extension": [
            {"url": url, "valueDecimal": draw(st.sampled_from([1, 2]))}
            for url in draw(st.lists(st.sampled_from(["urn:x", "urn:y"]), unique=True))
        ],
        "elsewhere": {"of": [draw(st.integers(0, 2))]},
        STAMP: draw(st.sampled_from(AT)),
    }
    kept = {name: some[name] for name in draw(st.sets(st.sampled_from(sorted(some)))) | {STAMP}}
    return {"resourceType": "Task", "id": "t1", **kept}


def text(task: Json) -> str:
    return json.dumps(task)


def said(body: str | None) -> Any:
    """What a version says, without the order of members, of notes and of extensions of different kinds."""
    if body is None:
        return None
    task = json_text.loads(body)
    return canonical(
        {**task, **{name: sorted(task.get(name, []), key=str) for name in ("note", "extension")}}
    )


@given(tasks(), tasks())
def test_a_side_that_changed_nothing_changes_nothing(base: Json, theirs: Json) -> None:
    assert merge("Task", text(base), text(base), text(theirs)) == text(theirs)


@given(tasks(), tasks())
def test_where_only_we_changed_something_the_result_is_ours(base: Json, ours: Json) -> None:
    assert said(merge("Task", text(base), text(ours), text(base))) == said(text(ours))


@given(tasks(), tasks(), tasks())
def test_both_devices_merge_to_the_same(base: Json, one: Json, other: Json) -> None:
    here = merge("Task", text(base), text(one), text(other))
    there = merge("Task", text(base), text(other), text(one))
    assert said(here) == said(there)


@given(tasks(), tasks(), tasks())
def test_nothing_is_dropped_and_nothing_made_up(base: Json, ours: Json, theirs: Json) -> None:
    merged = merge("Task", text(base), text(ours), text(theirs))
    if merged is None:
        return
    built = json_text.loads(merged)
    for name in (base.keys() | ours.keys() | theirs.keys()) - {STAMP, "extension", "note"}:
        assert canonical(built.get(name)) in [canonical(one.get(name)) for one in (ours, theirs)]
    held, written = base.get("note", []), built.get("note", [])
    added = [note for side in (ours, theirs) for note in side.get("note", []) if note not in held]
    assert all(note in written for note in added)
    assert all(note in added or note in held for note in written)


def test_unknown_elements_and_the_text_of_decimals_come_back_unchanged() -> None:
    raw = '{"resourceType":"Task","id":"t1","status":"requested","x":{"deep":[72.50]},"y":1.00}'
    theirs = raw.replace("72.50", "73.10")
    ours = raw.replace('"requested"', '"accepted"')
    merged = merge("Task", raw, ours, theirs)
    assert merged is not None
    assert all(part in merged for part in ('"deep":[73.10]', '"y":1.00', '"accepted"'))


def test_what_the_server_only_wrote_differently_is_no_change() -> None:
    base = {"resourceType": "Task", "id": "t1", "restriction": {"period": {"end": AT[1]}}, "n": 1.5}
    ours = {**base, "restriction": {"period": {"end": "2026-11-21T10:00:00Z"}}}
    same = {**base, "restriction": {"period": {"end": AT[1].replace("+00:00", "Z")}}, "n": 1.50}
    merged = merge("Task", text(base), text(ours), text(same))
    assert merged is not None
    assert json.loads(merged)["restriction"] == ours["restriction"]


def test_a_status_changed_by_both_is_for_a_person() -> None:
    base = {"resourceType": "Task", "id": "t1", "status": "requested"}
    ours, theirs = {**base, "status": "completed"}, {**base, "status": "accepted"}
    assert merge("Task", text(base), text(ours), text(theirs)) is None
    chosen = combine(text(base), text(ours), text(theirs), {"progress": Pick.OURS})
    assert json.loads(chosen)["status"] == "completed"


def test_a_reason_never_goes_to_another_status() -> None:
    base = {"resourceType": "Task", "id": "t1", "status": "requested"}
    ours = {**base, "status": "cancelled", "statusReason": {"text": "Corrected"}}
    theirs = {**base, "businessStatus": {"text": "Called"}}
    assert merge("Task", text(base), text(ours), text(theirs)) is None


@pytest.mark.parametrize(
    "kind",
    ["Procedure", "QuestionnaireResponse", "Goal", "CarePlan", "MedicationStatement", "Flag",
     "DocumentReference", "Observation", "Encounter", "RelatedPerson", "Consent"],
)  # fmt: skip
def test_no_machine_merges_what_a_person_said_or_signed(kind: str) -> None:
    assert kind not in MERGEABLE
    body = text({"resourceType": kind, "id": "x", "status": "final"})
    assert merge(kind, body, body, body) is None


@pytest.mark.parametrize("broken", ["", "{", "[]", '"x"', "null", '{"resourceType":"Task","id":"t2"}'])
def test_what_cannot_be_read_or_is_another_record_is_for_a_person(broken: str) -> None:
    good = text({"resourceType": "Task", "id": "t1", "status": "requested"})
    assert merge("Task", broken, good, good) is None
    assert merge("Task", good, good, broken) is None
    assert merge("Task", good, broken, good) is None
    assert merge("Task", None, good, good) is None
