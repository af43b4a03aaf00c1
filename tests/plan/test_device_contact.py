"""A device tells the plan what waits on it: kept once, nothing that is not a count, a time or a code."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from plan.contacts import KEPT_PASSES, DeviceContact, DevicePass, DeviceWaiting
from plan.database import read_transaction
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan

OPERATION = "$hearthside-contact"


def part(name: str, **value: Any) -> dict[str, Any]:
    return {"name": name, **value}


def a_pass(minute: int, **more: Any) -> dict[str, Any]:
    began = f"2026-11-22T08:{minute:02d}:00-08:00"
    counts = [part("pushed", valueUnsignedInt=2), part("waiting", valueUnsignedInt=1)]
    parts = [part("began", valueInstant=began), part("outcome", valueCode="plan-down"), *counts]
    return part("pass", part=parts + [part(name, **value) for name, value in more.items()])


def waiting(name: str, kind: str, count: int) -> dict[str, Any]:
    since = part("oldest", valueInstant="2026-11-22T05:00:00Z")
    return part(name, part=[part("kind", valueCode=kind), part("count", valueUnsignedInt=count), since])


def report(*more: dict[str, Any], device: str = "d-1") -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [part("device", valueString=device), *more]}


def kept(engine: Engine, table: Any) -> list[Any]:
    with read_transaction(engine) as connection, Session(connection) as session:
        return list(session.exec(select(table)).all())


@pytest.fixture
def both(any_engine: Engine, clock: Clock) -> Plan:
    load_panel(any_engine)
    return make_plan(any_engine, clock)


def test_a_report_is_kept_on_both_databases_and_told_twice_it_stands_once(both: Plan, clock: Clock) -> None:
    told = report(waiting("waiting", "visit", 3), waiting("set-aside", "visit", 1), a_pass(10), a_pass(11))
    for _ in range(2):
        assert both.as_user("ana").post(OPERATION, json=told).status_code == 204
    (contact,) = kept(both.engine, DeviceContact)
    assert (contact.user_id, contact.device, contact.received_ms) == ("u1", "d-1", clock.now)
    rows = {(one.kind, one.set_aside): one for one in kept(both.engine, DeviceWaiting)}
    assert {key: one.count for key, one in rows.items()} == {("visit", False): 3, ("visit", True): 1}
    assert rows["visit", False].oldest_ms == 1_795_323_600_000
    assert [(one.outcome, one.pushed, one.waiting) for one in kept(both.engine, DevicePass)] == [
        ("plan-down", 2, 1)
    ] * 2
    assert both.as_user("ana").post(OPERATION, json=report()).status_code == 204
    assert kept(both.engine, DeviceWaiting) == [], "the newest word counts"
    assert len(kept(both.engine, DevicePass)) == 2


def test_nobody_tells_of_another_users_device(plan: Plan) -> None:
    plan.as_user("ana").post(OPERATION, json=report(waiting("waiting", "visit", 3)))
    plan.as_user("ben").post(OPERATION, json=report(waiting("waiting", "visit", 9)))
    found = {one.user_id: one.count for one in kept(plan.engine, DeviceWaiting)}
    assert found == {"u1": 3, "u2": 9}


def test_a_stranger_is_asked_to_sign_in(plan: Plan) -> None:
    answer = plan.client.post(OPERATION, json=report())
    assert answer.status_code == 401
    assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "wrong", [{"resourceType": "Patient"}, {"resourceType": "Parameters"}, report(device="../x"), []]
)
def test_what_is_no_report_is_refused_in_words(plan: Plan, wrong: Any) -> None:
    answer = plan.as_user("ana").post(OPERATION, json=wrong)
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["diagnostics"]


def test_the_detail_of_a_pass_keeps_codes_only(plan: Plan) -> None:
    detail = {"detail": {"valueString": "HTTP 503; Zoë <b>Ruiz</b> \u202e" + "x" * 500}}
    plan.as_user("ana").post(OPERATION, json=report(a_pass(10, **detail)))
    (one,) = kept(plan.engine, DevicePass)
    assert one.detail.startswith("HTTP 503? Zo? ?b?Ruiz")
    assert len(one.detail) == 200


def test_old_passes_make_room_for_new_ones(plan: Plan) -> None:
    for hour in range(6):
        passes = [a_pass(minute) for minute in range(60)]
        told = str(report(*passes)).replace("T08:", f"T{hour + 8:02d}:").replace("'", '"')
        answer = plan.as_user("ana").post(
            OPERATION, content=told, headers={"Content-Type": "application/fhir+json"}
        )
        assert answer.status_code == 204
    began = [one.began_ms for one in kept(plan.engine, DevicePass)]
    assert len(began) == KEPT_PASSES
    with read_transaction(plan.engine) as connection:
        newest = connection.execute(
            select(col(DevicePass.began_ms)).order_by(col(DevicePass.began_ms).desc())
        )
        assert newest.scalars().first() == max(began)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "part", "valueCode", "valueUnsignedInt", "valueInstant", "parameter"]),
            inner | st.sampled_from(["pass", "began", "kind", "count", "0001-01-01T00:00:00+23:59"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON, max_size=4))
def test_whatever_a_device_says_the_plan_does_not_fall_over(plan: Plan, parameters: list[Any]) -> None:
    told = report(*[one for one in parameters if isinstance(one, dict)])
    told["parameter"] += [one for one in parameters if not isinstance(one, dict)]
    assert plan.as_user("ana").post(OPERATION, json=told).status_code in (204, 400)
