"""A promise ↔ Task, and who has seen a Task."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.promise import COMMON, Promise, PromiseState
from app.domain.visit import PersonRef
from app.sync.fhir import json_text
from app.sync.fhir.frame import is_restricted
from app.sync.fhir.promise import amend_promise, decode_promise, decode_promises, encode_promise
from app.sync.fhir.seen import find_seen
from app.sync.fhir.task import decode_task
from app.sync.merge import merge
from tests.support.r4 import r4_errors

ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(days=7)


def promise(kind: str = "phone", words: str = "") -> Promise:
    return Promise(
        "0b6f3b50-58a8-4b0e-a4f4-0a3f8c1f0001",
        "p1",
        kind,
        words or COMMON[kind],
        ANA,
        AT,
        "0b6f3b50-58a8-4b0e-a4f4-0a3f8c1f0002",
    )


@pytest.mark.parametrize("kind", COMMON)
def test_a_common_promise_comes_back_as_it_was_made_and_is_good_r4(kind: str) -> None:
    task = encode_promise(promise(kind))
    assert r4_errors(task) == []
    assert decode_promise(task) == promise(kind)


def test_a_promise_in_own_words_is_for_the_team_only_and_no_alert() -> None:
    task = encode_promise(promise("", "Ask about the new bed"))
    assert is_restricted(task)
    assert decode_task(task) is None
    assert decode_promise(task) == promise("", "Ask about the new bed")


def test_who_goes_next_says_kept_and_what_others_wrote_stays() -> None:
    theirs = encode_promise(promise()) | {"performerType": [{"text": "Nurse"}]}
    kept = amend_promise(theirs, PromiseState.KEPT, BEN, LATER)
    assert r4_errors(kept) == []
    found = decode_promise(kept)
    assert found is not None
    assert (found.state, found.said_by, found.said_at) == (PromiseState.KEPT, BEN.name, LATER)
    assert (found.by, kept["performerType"]) == (ANA, [{"text": "Nurse"}])


def test_an_answer_that_was_taken_back_leaves_the_promise_open() -> None:
    kept = amend_promise(encode_promise(promise()), PromiseState.NOT_KEPT, BEN, LATER)
    again = decode_promise(amend_promise(kept, PromiseState.OPEN, BEN, LATER))
    assert again is not None
    assert (again.state, again.said_at, again.said_by) == (PromiseState.OPEN, None, "")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("completed", PromiseState.KEPT),
        ("failed", PromiseState.NOT_KEPT),
        ("in-progress", PromiseState.OPEN),
        ("unheard-of", PromiseState.OPEN),
    ],
)
def test_another_systems_status_leads_over_our_own_word(status: str, state: PromiseState) -> None:
    found = decode_promise(encode_promise(promise()) | {"status": status})
    assert found is not None
    assert found.state is state


def test_two_nurses_who_both_kept_it_are_merged_and_two_who_differ_are_asked() -> None:
    base = encode_promise(promise())
    one = amend_promise(base, PromiseState.KEPT, ANA, LATER)
    same = amend_promise(base, PromiseState.KEPT, BEN, LATER + timedelta(hours=1))
    other = amend_promise(base, PromiseState.NOT_KEPT, BEN, LATER)
    texts = [json_text.dumps(task) for task in (base, one, same, other)]
    merged = json_text.find_object(merge("Task", texts[0], texts[1], texts[2]))
    assert merged is not None
    assert [note["authorReference"]["display"] for note in merged["note"]] == [BEN.name, ANA.name]
    assert merge("Task", texts[0], texts[1], texts[3]) is None


@given(st.recursive(st.none() | st.text(max_size=8) | st.integers(), lambda i: st.lists(i, max_size=2)))
@settings(max_examples=20)
def test_nothing_in_a_promise_of_another_app_raises(junk: Any) -> None:
    task = encode_promise(promise())
    for member in (*task, "note", "owner"):
        decode_promises([task | {member: junk}])
        find_seen(task | {member: junk})


def alert(**members: Any) -> dict[str, Any]:
    task = {"resourceType": "Task", "status": "accepted", "lastModified": "2026-11-22T14:10:00Z"}
    return task | {"requester": {"reference": ANA.reference, "display": ANA.name}} | members


ORTIZ = {"reference": "Practitioner/ortiz", "display": "Dr. Elena Ortiz"}


def test_an_owner_who_took_it_has_seen_it() -> None:
    seen = find_seen(alert(owner=ORTIZ))
    assert seen is not None
    assert (seen.by, seen.at) == ("Dr. Elena Ortiz", datetime(2026, 11, 22, 14, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    "task",
    [
        alert(),
        alert(owner={"display": "On call"}),
        alert(owner=ORTIZ, status="requested"),
        alert(owner={"reference": ANA.reference, "display": ANA.name}),
        alert(owner={"reference": "Organization/night", "display": "Night line"}),
        alert(status="requested", note=[{"text": "Read", "time": "2026-11-22T14:10:00Z"}]),
    ],
)
def test_nobody_has_seen_what_no_record_says_they_saw(task: dict[str, Any]) -> None:
    assert find_seen(task) is None


def test_the_newest_note_by_somebody_else_counts() -> None:
    notes = [
        {"authorReference": ORTIZ, "time": "2026-11-22T13:00:00Z", "text": "Taken"},
        {"authorString": "Dr. Lee", "time": "2026-11-22T15:00:00Z", "text": "Called back"},
        {"authorReference": {"reference": ANA.reference}, "time": "2026-11-22T16:00:00Z", "text": "Done"},
    ]
    seen = find_seen(alert(status="requested", note=notes))
    assert seen is not None
    assert seen.by == "Dr. Lee"
