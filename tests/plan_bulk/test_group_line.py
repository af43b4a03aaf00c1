"""The group leaves without whoever is restricted, whatever was written in between; and it is asked for by POST too."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.plan.fhir_builders import patient, restricted
from tests.plan_bulk.bulk_doubles import ASYNC, BASE, Bulk, group, put

JSON = {"Content-Type": "application/fhir+json"}
Json = dict[str, Any]


def hide(bulk: Bulk, name: str, label: str = "R") -> None:
    put(bulk.engine, patient(name) | ({"meta": restricted(label)} if label else {}))


def members(bulk: Bulk, manifest: Json) -> list[str]:
    (line,) = bulk.read(manifest)
    return [one["entity"]["reference"] for one in line.get("member", ())]


def prepare(bulk: Bulk, where: str) -> Json:
    while bulk.worker.take_step():
        pass
    found: Json = bulk.http.get(where, headers=bulk.bearer()).json()
    return found


def test_a_group_with_a_restricted_member_leaves_without_that_member(bulk: Bulk) -> None:
    put(bulk.engine, group("g", "a", "b", quantity=2))
    hide(bulk, "b")
    manifest = bulk.export("?_type=Group")
    (line,) = bulk.read(manifest)
    assert [one["entity"]["reference"] for one in line["member"]] == ["Patient/a"]
    assert "quantity" not in line, "how many they are would tell that somebody is missing"
    assert "Patient/b" not in bulk.names()


def test_a_group_that_is_written_again_before_its_file_is_read_leaves_all_the_same(bulk: Bulk) -> None:
    hide(bulk, "b")
    bulk.worker.wake = lambda: None  # type: ignore[method-assign]  # prepared when this test says so
    where = bulk.ask("?_type=Group").headers["content-location"]
    put(bulk.engine, group("g", "a", "b", "d"))
    manifest = prepare(bulk, where)
    assert members(bulk, manifest) == ["Patient/a"], "as it stood when it was asked for"
    put(bulk.engine, group("g", "b", "d"))
    assert members(bulk, manifest) == ["Patient/a"]


def test_who_is_restricted_after_it_was_prepared_ends_the_reading(bulk: Bulk) -> None:
    manifest = bulk.export("?_type=Group")
    hide(bulk, "b")
    file = bulk.http.get(manifest["output"][0]["url"], headers=bulk.bearer())
    assert file.status_code == 410
    assert "Patient/b" not in file.text


def test_since_an_earlier_one_the_group_comes_again_when_a_label_changed(bulk: Bulk) -> None:
    first = bulk.export("?_type=Group")
    assert members(bulk, first) == ["Patient/a", "Patient/b"]
    hide(bulk, "b")
    second = bulk.export(f"?_type=Group&_since={first['transactionTime']}")
    assert members(bulk, second) == ["Patient/a"]
    third = bulk.export(f"?_type=Group&_since={second['transactionTime']}")
    assert third["output"] == []
    hide(bulk, "b", label="")
    assert members(bulk, bulk.export(f"?_type=Group&_since={third['transactionTime']}")) == [
        "Patient/a",
        "Patient/b",
    ]


def post(bulk: Bulk, *parameters: Json, query: str = "", **headers: str) -> httpx.Response:
    body = {"resourceType": "Parameters", "parameter": list(parameters)}
    url = f"{BASE}/fhir/Group/g/$export{query}"
    answer: httpx.Response = bulk.http.post(url, json=body, headers=bulk.bearer() | ASYNC | JSON | headers)
    return answer


def test_asked_by_post_it_holds_the_same(bulk: Bulk) -> None:
    first = bulk.export("?_type=Patient,Group")
    answer = post(
        bulk, {"name": "_type", "valueString": "Patient"}, {"name": "_type", "valueString": "Group"}
    )
    assert answer.status_code == 202, answer.text
    bulk.worker.settle()
    where = answer.headers["content-location"]
    manifest = bulk.http.get(where, headers=bulk.bearer()).json()
    assert bulk.read(manifest) == bulk.read(first)
    assert manifest["request"].endswith("/fhir/Group/g/$export"), "without its parameters"
    since = post(bulk, {"name": "_since", "valueInstant": manifest["transactionTime"]})
    bulk.worker.settle()
    assert bulk.http.get(since.headers["content-location"], headers=bulk.bearer()).json()["output"] == []


TYPE_FILTER = {"name": "_typeFilter", "valueString": "Patient?name=Okonkwo"}
PERSON = {"name": "patient", "valueReference": {"reference": "Patient/a"}}


@pytest.mark.parametrize(
    ("parameter", "word"),
    [
        (TYPE_FILTER, "_typeFilter is not understood"),
        (PERSON, "patient is not understood"),
        ({"name": "_elements", "valueString": "Patient.id"}, "_type, _since and _outputFormat"),
        ({"name": "_type"}, "one value"),
        ({"name": "_type", "valueString": "Patient", "valueCode": "Group"}, "one value"),
        ({"name": 5, "valueString": "Patient"}, "one value"),
        ({"name": "_type", "valueInteger": 5}, "one value"),
    ],
)
def test_what_is_not_understood_is_refused_in_words(standing: Bulk, parameter: Json, word: str) -> None:
    answer = post(standing, parameter)
    assert answer.status_code == 400
    assert word in answer.text
    assert "Okonkwo" not in answer.text


def test_people_are_never_passed_over_where_a_filter_of_types_is(standing: Bulk) -> None:
    lenient = {"Prefer": "respond-async, handling=lenient"}
    assert post(standing, PERSON, **lenient).status_code == 400
    assert standing.ask("?patient=Patient/a", **lenient).status_code == 400
    assert standing.ask("?_typeFilter=Patient%3Fname%3DOkonkwo").status_code == 400


def test_the_parameters_of_a_post_stand_in_its_body_alone(standing: Bulk) -> None:
    assert post(standing, query="?_type=Patient").status_code == 400
    assert post(standing, **{"Content-Type": "text/plain"}).status_code == 415
    url, headers = f"{BASE}/fhir/Group/g/$export", standing.bearer() | ASYNC | JSON
    for body in (b"[]", b"\xff", b"[" * 5000, b'{"resourceType":"Parameters","parameter":{}}'):
        assert standing.http.post(url, content=body, headers=headers).status_code == 400, body[:20]
    many = [{"name": "_type", "valueString": "Patient"}] * 51
    assert post(standing, *many).status_code == 400
    assert standing.http.post(url, content=b" " * 20_001, headers=headers).status_code == 413
