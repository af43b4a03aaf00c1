"""Calls to a prescriber ↔ Communication; a telephone order is a proposal with a task to sign it, never an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from app.content import load
from app.domain.prescriber import GROUP, OrderState
from app.domain.visit import Value, Visit
from app.sync.fhir.prescriber import decode_calls, encode, is_order_task
from tests.support.r4 import r4_errors
from tests.support.visit_strategies import visits
from tests.sync.medicine_visits import AT, ORDERED, call, of_type, plain

CONTENT = {"prescriber-call": load()["prescriber-call"]}


def test_a_call_is_a_notification_by_telephone_to_the_one_who_was_reached() -> None:
    (communication,) = of_type(encode(call(**ORDERED)), "Communication")
    assert communication["status"] == "completed"
    assert communication["category"][0]["coding"][0]["code"] == "notification"
    assert communication["medium"][0]["coding"][0]["code"] == "PHONE"
    assert communication["recipient"] == [{"display": "Dr. Lee, Physician"}]
    assert communication["sender"]["reference"] == "Practitioner/ana"
    assert communication["sent"] == "2026-11-22T10:58:00Z"
    said = [one["contentString"] for one in communication["payload"]]
    assert said[:3] == [
        "Why now: Pain 8 for two hours",
        "Findings: Pain: 8 at 10:20, 6 at 10:55",
        "Asked for: A higher breakthrough dose",
    ]


def test_a_telephone_order_goes_as_a_proposal_for_the_prescribers_signature() -> None:
    resources = encode(call(**ORDERED))
    (proposal,), (task,) = of_type(resources, "ServiceRequest"), of_type(resources, "Task")
    assert proposal["intent"] == "proposal"
    assert proposal["orderDetail"] == [{"text": ORDERED["pc_order"]}]
    assert task["intent"] == "proposal"
    assert task["status"] == "requested"
    assert task["focus"] == {"reference": f"ServiceRequest/{proposal['id']}"}
    assert is_order_task(task)
    read_back = [e for e in proposal["extension"] if e["url"] == "urn:hearthside:read-back"]
    assert read_back == [{"url": "urn:hearthside:read-back", "valueBoolean": True}]
    for resource in resources:
        assert r4_errors(plain(resource)) == []


@settings(max_examples=25)
@given(visits(CONTENT))
def test_no_call_ever_writes_an_order_and_all_its_records_are_valid(signed: Visit) -> None:
    for resource in encode(signed):
        assert resource["resourceType"] in ("Communication", "ServiceRequest", "Task")
        assert resource.get("intent") in (None, "proposal")
        assert r4_errors(plain(resource)) == []


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"pc_outcome": "advice"}, ["Communication"]),
        ({"pc_order": "  "}, ["Communication"]),
        ({}, ["Communication", "ServiceRequest", "Task"]),
    ],
)
def test_only_an_order_in_words_asks_for_a_signature(changes: dict[str, Value], kinds: list[str]) -> None:
    assert [one["resourceType"] for one in encode(call(**{**ORDERED, **changes}))] == kinds


def test_nobody_reached_is_a_call_that_was_not_done() -> None:
    (communication,) = encode(call(pc_reached="no-answer", pc_how="phone"))
    assert communication["status"] == "not-done"
    assert communication["statusReason"] == {"text": "No answer"}
    assert "recipient" not in communication


def test_the_state_of_the_signature_is_read_from_the_plans_task() -> None:
    resources = [plain(one) for one in encode(call(**ORDERED))]
    (communication,), (task,) = of_type(resources, "Communication"), of_type(resources, "Task")
    (waiting,) = decode_calls([communication], [task])
    assert waiting.order_state is OrderState.WAITING
    (signed,) = decode_calls([communication], [task | {"status": "completed"}])
    assert signed.order_state is OrderState.SIGNED
    refused = task | {"status": "rejected", "statusReason": {"text": "Seen in clinic instead"}}
    (not_signed,) = decode_calls([communication], [refused])
    assert (not_signed.order_state, not_signed.state_reason) == (OrderState.REFUSED, "Seen in clinic instead")
    (alone,) = decode_calls([communication], [], pending=[communication["id"]])
    assert alone.order_state is OrderState.WAITING
    assert alone.pending


def test_a_call_reads_back_as_it_was_written_down() -> None:
    (found,) = decode_calls([plain(one) for one in encode(call(**ORDERED))])
    assert (found.name, found.role, found.outcome, found.read_back) == ("Dr. Lee", "physician", "order", True)
    assert (found.why, found.findings, found.ask) == (
        ORDERED["pc_why"],
        ORDERED["pc_findings"],
        ORDERED["pc_ask"],
    )
    assert found.order == ORDERED["pc_order"]
    assert found.at == datetime(2026, 11, 22, 10, 58, tzinfo=UTC)


@settings(max_examples=40)
@given(visits(CONTENT))
def test_every_call_reads_back_with_every_value(signed: Visit) -> None:
    calls = decode_calls([plain(one) for one in encode(signed)])
    entries = signed.entries.get(GROUP, ())
    assert len(calls) == len(entries)
    names = {"pc-why": "why", "pc-ask": "ask", "pc-name": "name", "pc-role": "role", "pc-outcome": "outcome"}
    for link, attribute in names.items():
        said = [e.answers[link].value if link in e.answers else None for e in entries]
        assert sorted(getattr(one, attribute) for one in calls) == sorted(value or "" for value in said)


def test_a_call_of_which_nothing_came_yet_is_not_called_done() -> None:
    (communication,) = encode(call(pc_why="Pain 8", pc_how="phone"))
    assert communication["status"] == "unknown"
    assert r4_errors(plain(communication)) == []


@pytest.mark.parametrize("odd", [None, {}, [], {"resourceType": "Communication", "status": "completed"}])
def test_other_communications_are_passed_over(odd: Any) -> None:
    assert decode_calls([odd]) == ()


def test_a_withdrawn_call_is_passed_over() -> None:
    (communication, *_) = (plain(one) for one in encode(call(**ORDERED)))
    assert decode_calls([communication | {"status": "entered-in-error"}]) == ()


def test_a_time_that_is_none_gives_way_to_when_it_was_written_down() -> None:
    (found,) = decode_calls([plain(one) for one in encode(replace(call(pc_why="x")))])
    assert found.at == AT
