"""Writes as bytes, and the lossless JSON beneath them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.visit import PersonRef, Visit
from app.sync.fhir import json_text
from app.sync.fhir.bundle import body_keys, make_body, outcome_text, read_answer, version_of_etag, write_tags
from app.sync.fhir.visit import encode_visit
from app.sync.fhir.write import time_text
from app.sync.receipts import Standing, from_history
from tests.support.r4 import r4_errors
from tests.support.visit_strategies import visits

AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")


@dataclass(frozen=True)
class Change:
    type: str
    id: str
    payload: str
    base_version: str | None = None


def body_of(visit: Visit, write_id: str = "w1") -> str:
    changes = [Change(part.type, part.id, part.body) for part in encode_visit(visit)]
    return make_body(write_id, changes, ANA, AT)


@given(visits())
def test_a_write_ends_with_the_provenance_that_names_all_the_rest(visit: Visit) -> None:
    body = body_of(visit)
    entries = json_text.loads(body)["entry"]
    *parts, last = [entry["resource"] for entry in entries]
    assert (last["resourceType"], last["id"]) == ("Provenance", "w1")
    assert [t["reference"] for t in last["target"]] == [f"{p['resourceType']}/{p['id']}" for p in parts]
    assert last["recorded"] == time_text(visit.signed_at)
    assert last["occurredPeriod"]["start"] == time_text(visit.began_at)
    assert all(write_tags(resource) == {"w1"} for resource in (*parts, last))
    for entry in entries:
        resource = entry["resource"]
        assert entry["request"] == {
            "method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}", "ifNoneMatch": "*"
        }  # fmt: skip
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
    assert body_keys(body)[-1] == ("Provenance", "w1")
    assert body_of(visit) == body, "the same write is the same bytes"


@settings(max_examples=15)
@given(visits())
def test_everything_that_is_sent_passes_the_r4_validator(visit: Visit) -> None:
    for entry in json.loads(body_of(visit))["entry"]:
        assert r4_errors(entry["resource"]) == []


def test_an_edit_keeps_what_it_does_not_know_and_names_the_version_it_was_made_on() -> None:
    payload = (
        '{"resourceType":"Observation","id":"o1","meta":{"versionId":"3","tag":[{"system":"urn:hearthside:write",'
        '"code":"old"},{"system":"urn:else","code":"kept"}]},"valueQuantity":{"value":72.50},"_odd":{"x":[1e2]}}'
    )
    body = make_body("w2", [Change("Observation", "o1", payload, "3")], ANA, AT)
    assert '"value":72.50' in body
    assert '"_odd":{"x":[1e2]}' in body
    entry = json_text.loads(body)["entry"][0]
    assert entry["request"]["ifMatch"] == 'W/"3"'
    assert write_tags(entry["resource"]) == {"w2"}
    assert {"system": "urn:else", "code": "kept"} in entry["resource"]["meta"]["tag"]


KEYS = [("Encounter", "e1"), ("Provenance", "w1")]


def entry(status: str = "201 Created", **more: Any) -> dict[str, Any]:
    return {"response": {"status": status, "etag": 'W/"v1"', "lastModified": "2026-11-22T14:02:00Z"} | more}


def test_each_entrys_own_status_is_read() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": "no"}]}
    bundle = {
        "type": "transaction-response",
        "entry": [entry(), entry("412 Precondition Failed", outcome=outcome)],
    }
    answers = read_answer(bundle, KEYS)
    assert answers is not None
    assert [(a.status, a.stored, a.version_id, a.reason) for a in answers] == [
        (201, True, "v1", None), (412, False, "v1", "no")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bundle",
    [
        None,
        {},
        {"type": "searchset", "entry": [entry(), entry()]},
        {"type": "transaction-response", "entry": [entry()]},
        {"type": "transaction-response", "entry": [entry(), entry(), entry()]},
        {"type": "transaction-response", "entry": [entry(location="Encounter/other/_history/1"), entry()]},
    ],
)
def test_an_answer_to_something_else_settles_nothing(bundle: Any) -> None:
    assert read_answer(bundle, KEYS) is None


def test_a_version_is_found_wherever_the_server_puts_it() -> None:
    resource = {
        "resourceType": "Encounter",
        "id": "e1",
        "meta": {"versionId": "7", "lastUpdated": "2026-11-22T14:02:00Z"},
    }
    bare = {"response": {"status": "200 OK"}, "resource": resource}
    located = {"response": {"status": "201", "location": "https://p/fhir/Provenance/w1/_history/9"}}
    answers = read_answer({"type": "transaction-response", "entry": [bare, located]}, KEYS)
    assert answers is not None
    assert [(a.version_id, a.last_updated) for a in answers] == [("7", "2026-11-22T14:02:00Z"), ("9", None)]


@pytest.mark.parametrize(
    ("etag", "version"), [('W/"3"', "3"), ('"3"', "3"), ("3", "3"), ("", None), (None, None)]
)
def test_etags(etag: str | None, version: str | None) -> None:
    assert version_of_etag(etag) == version


def test_the_servers_own_words_are_found_in_either_place() -> None:
    def outcome(*issues: dict[str, Any]) -> dict[str, Any]:
        return {"resourceType": "OperationOutcome", "issue": list(issues)}

    assert (
        outcome_text(outcome({"severity": "error", "details": {"text": "period is missing"}}))
        == "period is missing"
    )
    assert (
        outcome_text(
            outcome({"severity": "warning", "diagnostics": "b"}, {"severity": "error", "diagnostics": "a"})
        )
        == "a; b"
    )
    assert (
        outcome_text(outcome({"code": "invalid", "expression": ["Encounter.status"]}))
        == "invalid (Encounter.status)"
    )
    assert outcome_text({"resourceType": "Bundle"}) is None
    assert outcome_text(outcome()) is None


def version(number: int, *tags: str) -> dict[str, Any]:
    meta = {"versionId": str(number), "lastUpdated": f"2026-11-22T14:0{number}:00Z"}
    marks = [{"system": "urn:hearthside:write", "code": tag} for tag in tags]
    return {"resource": {"resourceType": "Encounter", "id": "e1", "meta": meta | {"tag": marks}}}


def test_our_version_is_the_oldest_that_carries_our_tag_because_edits_keep_tags() -> None:
    history = {"entry": [version(3, "w1", "w9"), version(2, "w1"), version(1)]}
    located = from_history(("Encounter", "e1"), history, ["w1"], "p1")
    assert located.standing is Standing.OURS
    assert located.receipt is not None
    assert located.receipt.version_id == "2"
    assert located.base is not None
    assert located.base.version_id == "3", "anything newer is theirs, and is what edits start from"


def test_a_record_without_our_tag_is_theirs_and_none_is_missing() -> None:
    assert (
        from_history(("Encounter", "e1"), {"entry": [version(1, "w7")]}, ["w1"], "p1").standing
        is Standing.THEIRS
    )
    assert from_history(("Encounter", "e1"), {}, ["w1"], "p1").standing is Standing.MISSING


texts = st.text(st.characters(), max_size=20)
numbers = (
    st.decimals(allow_nan=False, allow_infinity=False).map(str).map(json_text.NumberText) | st.integers()
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_json_comes_out_as_it_went_in(value: Any) -> None:
    text = json_text.dumps(value)
    text.encode("utf-8")
    assert json_text.dumps(json_text.loads(text)) == text


@pytest.mark.parametrize(
    "number", ["72.50", "1e2", "-0", "0.1", "1E+400", "123456789012345678901234567890", "-0.00"]
)
def test_a_number_keeps_its_characters(number: str) -> None:
    assert json_text.dumps(json_text.loads(f'{{"v":{number}}}')) == f'{{"v":{number}}}'


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", "[1,]", "\x00", "[" * 100_000, '{"a":Infinity}', "9" * 5000 + "x", b"\xff\xfe"]
)
def test_what_is_no_json_is_one_kind_of_error(text: str | bytes) -> None:
    with pytest.raises(json_text.BadJson):
        json_text.loads(text)
