"""How much one user and one address may ask for, and that nobody pays for what others do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from plan.database import ReadTooLong, read_transaction
from plan.fhir.costs import cost_of_bundle, cost_of_search
from plan.fhir.outcomes import Refusal
from plan.limits import Allowances, Limits
from plan.principal import Principal
from plan.settings import PlanSettings
from tests.plan import plan_doubles
from tests.plan.fhir_builders import bundle
from tests.plan.plan_doubles import ALL, Clock, Plan, load_panel, make_plan

JSON = {"Content-Type": "application/fhir+json"}


class Seconds:
    """A clock in seconds that tests set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def small(engine: Engine, clock: Clock, **limits: Any) -> Plan:
    load_panel(engine)
    settings = PlanSettings(**({"user_units_per_second": 0.01, "address_units_per_second": 0.01} | limits))
    return make_plan(engine, clock, settings)


def from_address(plan: Plan, address: str, token: str = "") -> TestClient:
    client = TestClient(plan.client.app, base_url="http://plan.test/fhir/", client=(address, 1))
    if token:
        client.headers["Authorization"] = f"Bearer {token}"
    return client


def gets(url: str, times: int) -> list[dict[str, Any]]:
    return [{"request": {"method": "GET", "url": url}}] * times


def test_a_user_who_asks_too_much_is_told_how_long_to_wait(engine: Engine, clock: Clock) -> None:
    plan = small(engine, clock, user_units=5)
    ana = plan.as_user("ana")
    assert [ana.get("Patient/a").status_code for _ in range(7)] == [200] * 5 + [429] * 2
    refused = ana.get("Patient/a")
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json()["issue"][0]["code"] == "throttled"
    assert plan.as_user("ben").get("Patient/b").status_code == 200, "others are not slowed"


def test_a_second_token_of_the_same_user_is_no_second_allowance(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        plan_doubles.PRINCIPALS, "again-token", Principal("u1", "ana", "nurse", "ana", "team-1", ALL)
    )
    plan = small(engine, clock, user_units=3)
    assert [plan.as_user("ana").get("Patient/a").status_code for _ in range(3)] == [200] * 3
    assert plan.as_user("again").get("Patient/a").status_code == 429


def test_a_batch_costs_what_its_searches_cost(engine: Engine, clock: Clock) -> None:
    plan = small(engine, clock, user_units=100)
    ana = plan.as_user("ana")
    costly = bundle(
        *gets("Observation?patient=a&_revinclude=Provenance:target&_total=accurate", 12), kind="batch"
    )
    assert ana.post("", json=costly, headers=JSON).status_code == 200
    assert ana.post("", json=costly, headers=JSON).status_code == 429
    assert ana.get("Patient/a").status_code == 200, "what is left is still hers"


def test_one_request_beyond_a_whole_allowance_is_let_through_once(engine: Engine, clock: Clock) -> None:
    plan = small(engine, clock, user_units=50)
    large = bundle(*gets("Patient/a", 200), kind="batch")
    assert plan.as_user("ana").post("", json=large, headers=JSON).status_code == 200
    assert plan.as_user("ana").get("Patient/a").status_code == 429
    allowances = Allowances(50, 1, Seconds())
    assert allowances.take("ana", 200) == 0
    assert allowances.take("ana", 1) == 151, "and leaves a debt"


def test_units_come_back_with_time_and_never_beyond_the_most() -> None:
    seconds = Seconds()
    allowances = Allowances(10, 2, seconds)
    assert allowances.take("ana", 10) == 0
    assert allowances.take("ana", 4) == 2
    seconds.now += 2
    assert allowances.take("ana", 4) == 0
    seconds.now += 1_000
    assert allowances.take("ana", 9) == 0
    assert allowances.take("ana", 2) == 1


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 5)), max_size=40))
def test_nobody_gets_more_than_the_most_and_what_time_gave(asked: list[tuple[float, float]]) -> None:
    seconds = Seconds()
    allowances, taken, began = Allowances(20, 3, seconds), 0.0, seconds.now
    for units, passed in asked:
        seconds.now += passed
        if allowances.take("ana", units) == 0:
            taken += units
    # What costs more than a whole allowance may leave a debt, of one such request.
    assert taken <= 20 + 3 * (seconds.now - began) + max((units for units, _ in asked), default=0) + 1e-6


def test_counts_of_many_strangers_take_no_room_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plan.limits._MOST_KNOWN", 100)
    allowances = Allowances(10, 0.001, Seconds())
    assert allowances.take("greedy", 10) == 0
    for number in range(1_000):
        assert allowances.take(f"stranger-{number}", 1) == 0
    assert len(allowances._accounts) <= 100
    assert allowances.take("greedy", 1) > 0, "who owes most is remembered"


def test_an_address_that_tries_tokens_is_slowed_and_its_neighbours_are_not(
    engine: Engine, clock: Clock
) -> None:
    plan = small(engine, clock, address_units=6)
    bad = from_address(plan, "203.0.113.9", "made-up")
    assert [bad.get("Patient/a").status_code for _ in range(9)] == [401] * 6 + [429] * 3
    assert from_address(plan, "203.0.113.9", "ana-token").get("Patient/a").status_code == 200
    assert from_address(plan, "203.0.113.10", "made-up").get("Patient/a").status_code == 401


@pytest.mark.parametrize("door", ["courier", "courier/taken-back", "devices", "recovery", "recovery/slots"])
def test_no_good_token_is_refused_at_the_plans_own_doors_for_what_its_neighbours_do(
    engine: Engine, clock: Clock, door: str
) -> None:
    plan = small(engine, clock, address_units=2)
    url = f"http://plan.test/{door}"
    bad = from_address(plan, "203.0.113.9", "made-up")
    assert [bad.post(url, json={}).status_code for _ in range(3)] == [401, 401, 429]
    assert from_address(plan, "203.0.113.9").post(url, json={}).status_code == 429
    assert from_address(plan, "203.0.113.9", "ana-token").post(url, json={}).status_code in (200, 400)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer made-up"}])
def test_what_is_open_to_all_is_counted_by_address_whatever_header_it_brings(
    engine: Engine, clock: Clock, headers: dict[str, str]
) -> None:
    plan = small(engine, clock, address_units=4)
    client = from_address(plan, "203.0.113.9")
    statuses = [client.get("metadata", headers=headers).status_code for _ in range(6)]
    assert statuses == [200] * 4 + [429] * 2
    assert client.get("http://plan.test/health").status_code == 200


@pytest.mark.parametrize("header", ["Basic eDp5", "Bearer", "Bearer  "])
def test_a_header_that_brings_no_token_is_counted_by_address(
    engine: Engine, clock: Clock, header: str
) -> None:
    client = from_address(small(engine, clock, address_units=2), "203.0.113.9")
    answers = [client.get("Patient/a", headers={"Authorization": header}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]


def test_a_household_of_ipv6_is_one_address(engine: Engine, clock: Clock) -> None:
    plan = small(engine, clock, address_units=2)
    answers = [from_address(plan, f"2001:db8::{n}").get("metadata").status_code for n in range(1, 5)]
    assert answers == [200, 200, 429, 429]


def test_one_user_never_has_all_workers() -> None:
    limits = Limits(PlanSettings(user_requests_at_once=3))
    inside, leave = threading.Barrier(4), threading.Event()

    def stay() -> None:
        with limits.place("ana"):
            inside.wait(10)
            leave.wait(10)

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(stay) for _ in range(3)]
        inside.wait(10)
        with pytest.raises(Refusal) as refused, limits.place("ana"):
            pass
        assert refused.value.status == 429
        with limits.place("ben"):
            leave.set()
        for each in running:
            each.result(10)
    with limits.place("ana"):
        pass


FOR_EVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_a_read_that_does_not_end_is_cut_off(any_engine: Engine) -> None:
    with pytest.raises(ReadTooLong), read_transaction(any_engine, seconds=0.05) as connection:
        connection.execute(text(FOR_EVER))
    with read_transaction(any_engine, seconds=5) as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1, "the connection is whole"


def test_a_search_that_is_cut_off_asks_for_less_and_costs_dearly(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = small(engine, clock, user_units=20, read_seconds=0.05)

    def endless(connection: Any, *_more: Any) -> None:
        connection.execute(text(FOR_EVER))

    monkeypatch.setattr("plan.fhir.reads.run_search", endless)
    ana = plan.as_user("ana")
    answer = ana.get("Observation?patient=a")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert ana.get("Patient/a").status_code == 429


def test_a_device_that_pulls_everything_of_a_large_panel_is_not_slowed() -> None:
    """60 members, all types by patient in pages of 200, the daily sweep, and a pass every 30 s all day."""
    settings = PlanSettings()
    page = [("patient", ",".join(f"p{n}" for n in range(60))), ("_count", "200"), ("_sort", "_lastUpdated")]
    first_load = cost_of_search(page) * 44 * 15
    assert first_load < settings.user_units / 2
    assert cost_of_search(page) * 44 / 30 < settings.user_units_per_second / 2


@pytest.mark.parametrize(
    "odd", [None, [], {"entry": 5}, {"entry": [5, {"request": 5}, {"request": {"url": 5}}]}]
)
def test_the_cost_of_what_is_no_bundle_is_small(odd: Any) -> None:
    assert 1 <= cost_of_bundle(odd) <= 3
