"""Bad input: every error is an OperationOutcome that holds nothing of what was sent."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from plan.fhir.types import TYPES
from plan.settings import PlanSettings
from tests.plan.fhir_builders import bundle, entry, observation, visit
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan

JSON = {"Content-Type": "application/fhir+json"}


def check_outcome(answer: Any, *statuses: int) -> None:
    """The answer has one of the statuses and is an OperationOutcome with text."""
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"].startswith("application/fhir+json")
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert all(issue["details"]["text"] and issue["diagnostics"] for issue in outcome["issue"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "Unknown/1", 404),
        ("GET", "Unknown", 404),
        ("PUT", "Unknown/1", 404),
        ("GET", "Patient/a/b/c/d/e", 404),
        ("GET", "http://plan.test/nowhere", 404),
        ("PATCH", "Patient/a", 405),
        ("DELETE", "Patient", 405),
        ("PUT", "", 405),
        ("GET", "Patient?_count=x", 400),
        ("GET", "Patient?birthdate=soon", 400),
        ("GET", "Patient?_lastUpdated=ge2020-13-01", 400),
        ("GET", "Patient?_after=x", 400),
        ("GET", "Patient?identifier=", 400),
        ("GET", "Patient?identifier:text=x", 400),
        ("GET", "Patient/a/_history?_since=x", 400),
        ("GET", "Patient/a/_history/no-such", 404),
        ("GET", "Patient/" + "x" * 5000, 404),
        ("GET", "Patient/%00", 404),
        ("GET", "Patient?_id=%00", 400),
        ("GET", "Patient?_id=%ff%fe", 200),
    ],
)
def test_a_bad_request_is_answered_with_an_outcome(plan: Plan, method: str, path: str, status: int) -> None:
    answer = plan.as_user("ana").request(method, path)
    assert answer.status_code == status, answer.text
    if status != 200:
        check_outcome(answer, status)


def test_unknown_parameters_are_refused_when_strict_and_left_out_of_self_when_not(plan: Plan) -> None:
    ana = plan.as_user("ana")
    check_outcome(ana.get("Patient?favourite=tea", headers={"Prefer": "handling=strict"}), 400)
    lenient = ana.get("Patient?favourite=tea&_count=5").json()
    assert lenient["link"][0] == {"relation": "self", "url": "http://plan.test/fhir/Patient?_count=5"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"resourceType":"Flag","id":"f","status":NaN}',
        b'{"resourceType":"Flag","id":"f","x":1' + b"0" * 5000 + b"}",
        b'{"resourceType":"Flag","id":"f","x":1e99999999999999999999}',
        b"[" * 100_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b'{"resourceType":"Flag","id":"f","status":"\\ud800"}',
        b'{"resourceType":"Flag","id":"f","status":"\\u0000"}',
        b'{"resourceType":"Flag","id":"f","meta":5}',
        b'{"resourceType":"Flag","id":"f","contained":[5]}',
        b'{"resourceType":"Patient","id":"f"}',
        b'{"resourceType":"Flag","id":"other"}',
    ],
)
def test_what_is_no_resource_is_refused(plan: Plan, body: bytes) -> None:
    ana = plan.as_user("ana")
    check_outcome(ana.put("Flag/f", content=body, headers=JSON), 400, 422)
    check_outcome(ana.post("", content=body, headers=JSON), 400, 422)
    check_outcome(ana.get("Flag/f"), 404)


def test_content_types_that_are_not_json_are_refused(plan: Plan) -> None:
    ana = plan.as_user("ana")
    for kind in ("application/fhir+xml", "text/plain", "application/x-www-form-urlencoded"):
        check_outcome(ana.post("Flag", content=b"{}", headers={"Content-Type": kind}), 415)
    check_outcome(ana.post("Patient/_search", content=b"{}", headers=JSON), 415)
    check_outcome(ana.get("Patient/a", headers={"Accept": "application/fhir+xml"}), 406)
    assert ana.get("Patient/a?_format=json", headers={"Accept": "text/html"}).status_code == 200


def test_an_answer_never_repeats_what_was_sent(plan: Plan) -> None:
    ana, marker = plan.as_user("ana"), "Marker Wilhelmina"
    bad = [
        observation("o", "a", marker),
        observation("o", "a", 3, status=marker),
        observation("o", "a", 3, subject={"reference": f"Practitioner/{marker}"}),
        observation("o", "a", 3, effectiveDateTime=marker),
        observation("o", "a", 3, effectiveDateTime=f'"{marker}'),
        observation("o", "a") | {marker: 1},
        observation(marker, "a"),
    ]
    for body in bad:
        answer = ana.put("Observation/o", json=body)
        check_outcome(answer, 400, 403, 422)
        assert "Wilhelmina" not in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "collection"},
        {"type": None},
        {"entry": {}},
        {"entry": [5]},
        {"entry": [{}]},
        {"entry": [{"request": {"method": "PUT"}}]},
        {"entry": [{"request": {"method": "PATCH", "url": "Flag/f"}}]},
        {"entry": [{"request": {"method": "PUT", "url": "Flag"}, "resource": {}}]},
        {"entry": [{"request": {"method": "PUT", "url": "Flag/f?x=1"}, "resource": {}}]},
        {"entry": [{"request": {"method": "PUT", "url": "Nope/f"}, "resource": {}}]},
        {"entry": [{"request": {"method": "POST", "url": "Flag"}, "resource": []}]},
        {"entry": [{"request": {"method": "POST", "url": "Flag", "ifNoneExist": 5}, "resource": {}}]},
        {"entry": [entry(observation("o", "a")), entry(observation("o", "a"))]},
        {"entry": [entry(observation("o", "a", encounter={"reference": "urn:uuid:nobody"}))]},
    ],
)
def test_a_bundle_that_cannot_be_read_stores_nothing(plan: Plan, wrong: dict[str, Any]) -> None:
    ana = plan.as_user("ana")
    check_outcome(ana.post("", json=bundle() | wrong), 400, 404, 422)
    assert "entry" not in ana.get("Observation").json()


def test_size_limits_are_413(engine: Engine, clock: Clock) -> None:
    load_panel(engine)
    limits = PlanSettings(max_body_bytes=20_000, max_entries=8)
    ana = make_plan(engine, clock, limits).as_user("ana")
    check_outcome(ana.post("", json=bundle(*visit("a", "ana", values=8)["entry"])), 413)
    big = json.dumps(observation("o", "a", note=[{"text": "x" * 25_000}])).encode()
    check_outcome(ana.put("Observation/o", content=big, headers=JSON), 413)
    packed = gzip.compress(big)
    assert len(packed) < 1000
    check_outcome(ana.put("Observation/o", content=packed, headers=JSON | {"Content-Encoding": "gzip"}), 413)
    check_outcome(ana.post("Patient/_search", content=big, headers={"Content-Type": "x"}), 413)

    def chunks() -> Any:
        yield from [big[:15_000], big[15_000:]]

    check_outcome(ana.put("Observation/o", content=chunks(), headers=JSON), 413)


def test_gzip_bodies_are_taken_and_broken_ones_refused(plan: Plan) -> None:
    ana, headers = plan.as_user("ana"), JSON | {"Content-Encoding": "gzip"}
    packed = gzip.compress(json.dumps(visit("a", "ana")).encode())
    answer = ana.post("", content=packed, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["accept-encoding"] == "gzip"
    assert answer.headers["content-encoding"] == "gzip"
    check_outcome(ana.post("", content=packed[:-20], headers=headers), 400)
    check_outcome(ana.post("", content=b"not gzip", headers=headers), 400)
    check_outcome(ana.post("", content=packed, headers=JSON | {"Content-Encoding": "br"}), 415)


ELEMENTS = ["id", "meta", "subject", "status", "code", "extension", "type"]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "resourceType",
                    "id",
                    "meta",
                    "tag",
                    "subject",
                    "reference",
                    "status",
                    "entry",
                    "request",
                    "url",
                    "method",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    value=JSON_VALUES,
    over=st.dictionaries(st.sampled_from(ELEMENTS), JSON_VALUES),
    name=st.sampled_from(sorted(TYPES)),
    kind=st.sampled_from(["transaction", "batch"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_gets_a_refusal_and_never_a_server_error(
    plan: Plan, value: Any, over: dict[str, Any], name: str, kind: str
) -> None:
    ana = plan.as_user("ana")
    body = json.dumps(value).encode()
    check_outcome(ana.post("", content=body, headers=JSON), 400)
    check_outcome(ana.put(f"{name}/x", content=body, headers=JSON), 400, 403, 415, 422)
    shaped = {"resourceType": name, "id": "x"} | over
    answer = ana.put(f"{name}/x", content=json.dumps(shaped).encode(), headers=JSON)
    if answer.status_code >= 300:
        check_outcome(answer, 400, 403, 409, 410, 412, 415, 422)
    for inner in (
        value,
        {"request": value},
        {"request": {"method": "PUT", "url": f"{name}/x"}, "resource": value},
    ):
        answer = ana.post("", content=json.dumps(bundle(inner, kind=kind)).encode(), headers=JSON)
        if answer.status_code != 200:
            check_outcome(answer, 400, 403, 404, 415, 422)


@given(
    name=st.sampled_from(sorted(TYPES)),
    query=st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=3),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_search_gets_a_bundle_or_a_refusal(plan: Plan, name: str, query: dict[str, str]) -> None:
    answer = plan.as_user("ana").get(name, params=query)
    if answer.status_code != 200:
        check_outcome(answer, 400, 406)
    known = dict(zip(TYPES[name].params, query.values(), strict=False))
    answer = plan.as_user("ana").get(name, params=known)
    if answer.status_code != 200:
        check_outcome(answer, 400)
