"""Eight writers at once while a device pulls: stamp order is commit order, so nothing is missed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from plan.fhir.stamps import clock_ms
from tests.plan.fhir_builders import observation, visit
from tests.plan.plan_doubles import Plan, load_panel, make_plan

WRITERS = 8
VISITS = 6


def _pull(plan: Plan, stop: threading.Event) -> dict[str, str]:
    """Strict keyset pull without overlap: `ge` the last stamp seen, until nothing new comes after the stop."""
    ana = plan.as_user("ana")
    seen: dict[str, str] = {}
    cursor, count = "2020-01-01T00:00:00.000Z", 7
    while True:
        last_round = stop.is_set()
        params: dict[str, str] = {
            "_lastUpdated": f"ge{cursor}",
            "_sort": "_lastUpdated",
            "_count": str(count),
        }
        answer = ana.post("Observation/_search", data=params, headers={"Prefer": "handling=strict"}).json()
        found = [each["resource"] for each in answer.get("entry", [])]
        new = [each for each in found if seen.get(each["id"]) != each["meta"]["versionId"]]
        for each in found:
            seen[each["id"]] = each["meta"]["versionId"]
        if found:
            cursor = found[-1]["meta"]["lastUpdated"]
        if not new and last_round:
            return seen
        if not new:
            stop.wait(0.01)


def test_a_pull_without_overlap_misses_nothing_while_eight_write(any_engine: Engine) -> None:
    load_panel(any_engine)
    plan = make_plan(any_engine, clock_ms)
    stop = threading.Event()

    def write(_number: int) -> list[str]:
        ana, made = plan.as_user("ana"), []
        for _ in range(VISITS):
            answer = ana.post("", json=visit("a", "ana", values=3))
            assert answer.status_code == 200, answer.text
            made += [each["response"]["location"].split("/")[-3] for each in answer.json()["entry"][1:4]]
        return made

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        pulling = pool.submit(_pull, plan, stop)
        made = [each for part in pool.map(write, range(WRITERS)) for each in part]
        stop.set()
        seen = pulling.result(timeout=60)
    assert len(made) == WRITERS * VISITS * 3
    assert set(made) - set(seen) == set()


def test_f31_of_eight_updates_of_one_version_one_wins(any_engine: Engine) -> None:
    load_panel(any_engine)
    plan = make_plan(any_engine, clock_ms)
    etag = plan.as_user("ana").put("Observation/o1", json=observation("o1", "a", 0)).headers["ETag"]

    def write(number: int) -> int:
        body = observation("o1", "a", number)
        return int(
            plan.as_user("ana").put("Observation/o1", json=body, headers={"If-Match": etag}).status_code
        )

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = sorted(pool.map(write, range(WRITERS)))
    assert statuses == [200] + [412] * (WRITERS - 1)
    assert len(plan.as_user("ana").get("Observation/o1/_history").json()["entry"]) == 2


def test_of_eight_conditional_creates_one_makes_a_row(any_engine: Engine) -> None:
    load_panel(any_engine)
    plan = make_plan(any_engine, clock_ms)
    body = observation("x", "a", identifier=[{"system": "urn:test", "value": "1"}])
    del body["id"]

    def write(_number: int) -> int:
        headers = {"If-None-Exist": "identifier=urn:test|1"}
        return int(plan.as_user("ana").post("Observation", json=body, headers=headers).status_code)

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = sorted(pool.map(write, range(WRITERS)))
    assert statuses == [200] * (WRITERS - 1) + [201]


@pytest.mark.parametrize("step", [-3_600_000, 0])
def test_stamps_rise_although_the_clock_steps_back(any_engine: Engine, step: int) -> None:
    load_panel(any_engine)
    times = iter(range(1_900_000_000_000, 1_800_000_000_000, -3_600_000))
    now = [1_900_000_000_000]

    def clock() -> int:
        now[0] = next(times) if step else now[0]
        return now[0]

    ana = make_plan(any_engine, clock).as_user("ana")
    metas = [ana.put(f"Observation/o{n}", json=observation(f"o{n}", "a")).json()["meta"] for n in range(5)]
    stamps = [meta["lastUpdated"] for meta in metas]
    assert stamps == sorted(set(stamps))
    versions = [meta["versionId"] for meta in metas]
    assert versions == sorted(set(versions))
