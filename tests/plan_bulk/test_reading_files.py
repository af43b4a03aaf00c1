"""Files are read in whole or gone on with where a download broke off, for a day, by their client only."""

from __future__ import annotations

import json

import pytest

from plan.audit.seen import encode, list_events
from plan.bulk.files import find_span
from plan.bulk.worker import LEASE_MS, MOST_TRIES, BulkWorker
from plan.clients.registry import list_clients, set_disabled, set_groups
from plan.database import read_transaction, write_transaction
from plan.fhir.access import DAY_MS
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import clock_ms
from tests.plan.fhir_builders import observation, restricted
from tests.plan_bulk.bulk_doubles import ASYNC, BASE, Bulk, make_bulk, put, register


def test_a_broken_download_goes_on_where_it_stopped(bulk: Bulk) -> None:
    put(bulk.engine, *(observation(f"n-{number}", "a", 1, "ana") for number in range(30)))
    from plan.bulk import worker

    before, worker.PART_LINES = worker.PART_LINES, 7
    try:
        (listed,) = bulk.export("?_type=Observation")["output"]
    finally:
        worker.PART_LINES = before
    whole = bulk.http.get(listed["url"], headers=bulk.bearer() | {"Accept-Encoding": "gzip"})
    mark, size = whole.headers["etag"], len(whole.content)
    assert whole.headers["content-encoding"] == "identity", "ranges count bytes as they are"
    for first in (1, size // 3, size - 1):
        more = {"Range": f"bytes={first}-", "If-Range": mark, "Accept-Encoding": "gzip"}
        rest = bulk.http.get(listed["url"], headers=bulk.bearer() | more)
        assert rest.status_code == 206
        assert rest.headers["content-range"] == f"bytes {first}-{size - 1}/{size}"
        assert rest.content == whole.content[first:]
    middle = bulk.http.get(listed["url"], headers=bulk.bearer() | {"Range": "bytes=10-700"})
    assert middle.content == whole.content[10:701]
    other = bulk.http.get(listed["url"], headers=bulk.bearer() | {"Range": "bytes=10-", "If-Range": '"x"'})
    assert (other.status_code, other.content) == (200, whole.content)
    behind = bulk.http.get(listed["url"], headers=bulk.bearer() | {"Range": f"bytes={size}-"})
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        (None, 0, 9),
        ("bytes=0-", 0, 9),
        ("bytes=3-5", 3, 5),
        ("bytes=3-99", 3, 9),
        ("bytes=-4", 6, 9),
        ("bytes=-40", 0, 9),
        ("bytes=-", 0, 9),
        ("bytes=5-3", 0, 9),
        ("bytes=1-2,4-5", 0, 9),
        ("lines=1-2", 0, 9),
        ("bytes=a-", 0, 9),
    ],
)
def test_a_range_is_read_as_http_writes_it(wanted: str | None, first: int, last: int) -> None:
    span = find_span(10, wanted)
    assert (span.first, span.last) == (first, last)


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(wanted: str) -> None:
    with pytest.raises(Refusal) as refused:
        find_span(10, wanted)
    assert refused.value.status == 416


def test_another_process_goes_on_after_a_restart(bulk: Bulk) -> None:
    from plan.bulk import worker

    bulk.worker.wake = lambda: None  # type: ignore[method-assign]  # a process that stops after one step
    where = bulk.ask().headers["content-location"]
    before, worker.MOST_STEPS = worker.MOST_STEPS, 3
    try:
        assert bulk.worker.take_step()
        answer = bulk.http.get(where, headers=bulk.bearer())
        assert (answer.status_code, answer.headers["x-progress"]) == (202, "3 of 36 steps")
        assert int(answer.headers["retry-after"]) > 0
        anew = BulkWorker(bulk.engine, clock_ms)
        assert not anew.take_step(), "the first may still be at it"
        late = BulkWorker(bulk.engine, lambda: clock_ms() + LEASE_MS)
        while late.take_step():
            pass
        assert bulk.worker.take_step() is False
    finally:
        worker.MOST_STEPS = before
    manifest = bulk.http.get(where, headers=bulk.bearer()).json()
    whole = bulk.read(manifest)
    again = register(bulk.engine, bulk.http)
    vars(bulk.worker).pop("wake")
    assert sorted(map(json.dumps, whole)) == sorted(map(json.dumps, again.read(again.export())))


def test_what_fails_each_time_is_given_up(bulk: Bulk, caplog: pytest.LogCaptureFixture) -> None:
    from plan.bulk import worker

    def fail(*_: object) -> list[object]:
        raise RuntimeError("Okonkwo")

    before, worker.gather = worker.gather, fail  # type: ignore[assignment]  # it fails, that is all it is for
    try:
        where = bulk.ask().headers["content-location"]
        bulk.worker.settle()
        for _ in range(MOST_TRIES):
            bulk.http.get(where, headers=bulk.bearer())
            bulk.worker.settle()
    finally:
        worker.gather = before
    answer = bulk.http.get(where, headers=bulk.bearer())
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    assert "Okonkwo" not in caplog.text + answer.text


def test_what_is_restricted_after_it_was_prepared_leaves_no_more(bulk: Bulk) -> None:
    manifest = bulk.export("?_type=Observation,Patient")
    put(bulk.engine, observation("pain-a", "a", 4, "ana", meta=restricted("R")))
    files = {one["type"]: one["url"] for one in manifest["output"]}
    assert bulk.http.get(files["Observation"], headers=bulk.bearer()).status_code == 410
    assert bulk.http.get(files["Patient"], headers=bulk.bearer()).status_code == 200


def test_files_last_a_day_and_end_at_once_when_they_are_called_off(bulk: Bulk) -> None:
    manifest = bulk.export()
    url = manifest["output"][0]["url"]
    path = url.removeprefix(BASE)
    late = make_bulk(bulk.engine, lambda: clock_ms() + DAY_MS)
    late.client_id, late._token = bulk.client_id, bulk.bearer()
    assert late.http.get(path, headers=bulk.bearer()).status_code == 404
    assert bulk.http.get(path, headers=bulk.bearer()).status_code == 200
    assert bulk.http.delete(manifest["where"], headers=bulk.bearer()).status_code == 202
    assert bulk.http.get(path, headers=bulk.bearer()).status_code == 404
    assert bulk.http.get(manifest["where"], headers=bulk.bearer()).status_code == 404
    with read_transaction(bulk.engine) as connection:
        for table in ("bulk_job", "bulk_member", "bulk_file", "bulk_part"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0  # noqa: S608  names


def test_another_client_finds_nothing_there(bulk: Bulk) -> None:
    manifest = bulk.export()
    other = register(bulk.engine, bulk.http)
    for url in (manifest["where"], manifest["output"][0]["url"]):
        assert other.http.get(url, headers=other.bearer()).status_code == 404
    assert other.http.delete(manifest["where"], headers=other.bearer()).status_code == 404
    assert bulk.http.get(manifest["where"], headers=bulk.bearer()).status_code == 200


def test_who_loses_the_group_or_is_shut_out_reads_nothing_more(bulk: Bulk) -> None:
    manifest = bulk.export()
    url = manifest["output"][0]["url"]
    with write_transaction(bulk.engine) as connection:
        set_groups(connection, bulk.client_id, ["h"])
    assert bulk.http.get(url, headers=bulk.bearer()).status_code == 404
    assert bulk.ask().status_code == 404
    with write_transaction(bulk.engine) as connection:
        (mine,) = list_clients(connection)
        set_disabled(connection, mine.name, True)
    assert bulk.http.get(url, headers=bulk.bearer()).status_code == 401
    assert bulk.ask_token(bulk.prove()).json()["error"] == "invalid_client"


def test_whose_records_went_out_stands_in_the_trail_once(bulk: Bulk) -> None:
    manifest = bulk.export()
    with read_transaction(bulk.engine) as connection:
        assert not [one for one in list_events(connection, "a") if one.action == "export"], (
            "nobody read it yet"
        )
    bulk.read(manifest)
    with read_transaction(bulk.engine) as connection:
        (event,) = [one for one in list_events(connection, "a") if one.action == "export"]
        assert not [one for one in list_events(connection, "c") if one.action == "export"]
        everything = connection.exec_driver_sql("SELECT what FROM audit_event WHERE action = 'export'").all()
    assert event.who.startswith("warehouse")
    assert event.records["Observation"] == "exported"
    assert encode(event, "a")["type"]["code"] == "110106"
    assert len(everything) == 1 + len(manifest["output"]), "asked for, and each file"


def test_no_more_than_two_are_prepared_at_once(bulk: Bulk) -> None:
    bulk.worker.wake = lambda: None  # type: ignore[method-assign]  # nothing is prepared
    assert bulk.ask().status_code == bulk.ask().status_code == 202
    third = bulk.ask()
    assert third.status_code == 429
    assert third.headers["retry-after"]


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {"Prefer": "return=minimal"}),
        ("?_type=Dog", {}),
        ("?_type=Binary", {}),
        ("?_type=AuditEvent", {}),
        ("?_typeFilter=Patient%3Factive%3Dtrue", {}),
        ("?patient=Patient/a", {}),
        ("?_outputFormat=text/csv", {}),
        ("?_since=yesterday", {}),
        ("?_since=2999-01-01", {}),
    ],
)
def test_what_is_not_understood_is_refused(standing: Bulk, query: str, headers: dict[str, str]) -> None:
    answer = standing.ask(query, **headers)
    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_who_asks_to_be_understood_kindly_is(bulk: Bulk) -> None:
    words = "respond-async, handling=lenient"
    assert bulk.ask("?_type=Dog,Patient&_elements=id", Prefer=words).status_code == 202
    assert bulk.ask("?_outputFormat=application/fhir%2Bndjson", **ASYNC).status_code == 202
