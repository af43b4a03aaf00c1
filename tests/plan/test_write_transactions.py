"""What a write transaction promises: all or nothing, cut off when it takes too long, one writer at a time."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, select

from plan.database import WriteTooLong, read_transaction, write_transaction
from plan.fhir.tables import plan_state
from plan.resources import put_as_system
from plan.settings import PlanSettings
from tests.plan.fhir_builders import bundle, observation, team, visit
from tests.plan.plan_doubles import Clock, load_panel, make_plan


def test_a_write_that_takes_too_long_is_answered_503_and_stores_nothing(
    any_engine: Engine, clock: Clock
) -> None:
    load_panel(any_engine)
    slow = make_plan(any_engine, clock, PlanSettings(write_seconds=0)).as_user("ana")
    answer = slow.post("", json=visit("a", "ana"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "entry" not in make_plan(any_engine, clock).as_user("ana").get("Observation").json()


def test_a_transaction_that_raises_leaves_nothing(any_engine: Engine) -> None:
    def write_and_fail() -> None:
        with write_transaction(any_engine) as connection:
            put_as_system(connection, team("gone"))
            raise WriteTooLong

    with read_transaction(any_engine) as connection:
        before = connection.execute(select(plan_state)).all()
    with pytest.raises(WriteTooLong):
        write_and_fail()
    with read_transaction(any_engine) as connection:
        assert connection.execute(select(plan_state)).all() == before


def test_a_second_writer_waits_for_the_first(any_engine: Engine) -> None:
    order: list[str] = []
    began = threading.Event()

    def second() -> None:
        began.set()
        with write_transaction(any_engine) as connection:
            order.append("second")
            put_as_system(connection, team("two"))

    with write_transaction(any_engine) as connection:
        thread = threading.Thread(target=second)
        thread.start()
        assert began.wait(10)
        put_as_system(connection, team("one"))
        order.append("first")
    thread.join(20)
    assert order == ["first", "second"]


def test_two_creates_with_one_condition_are_refused(any_engine: Engine, clock: Clock) -> None:
    load_panel(any_engine)
    ana = make_plan(any_engine, clock).as_user("ana")
    request = {"method": "POST", "url": "Observation", "ifNoneExist": "identifier=urn:x|1"}
    entries = [{"resource": observation("x", "a"), "request": request} for _ in range(2)]
    assert ana.post("", json=bundle(*entries)).status_code == 400
