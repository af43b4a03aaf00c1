"""Constant statements on the driver's own cursor, and predicates that are built once a user."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from plan.database import read_transaction, write_transaction
from plan.fhir.access import NOW, readable
from plan.fhir.store import find_current, versions
from plan.fhir.tables import membership, plan_state
from plan.quick import Quick
from plan.resources import put_as_system
from tests.plan.fhir_builders import careteam, observation
from tests.plan.plan_doubles import PRINCIPALS, Clock, Plan

VALUE = Quick(select(plan_state.c.value).where(plan_state.c.name == bindparam("name")))
NEW = Quick(insert(plan_state))


def test_what_is_written_outside_of_a_transaction_waits_for_a_commit(engine: Engine) -> None:
    with engine.connect() as connection:
        NEW.run(connection, {"name": "one", "value": "1"})
        assert VALUE.scalar(connection, {"name": "one"}) == "1"
    with read_transaction(engine) as connection:
        assert VALUE.scalar(connection, {"name": "one"}) is None


def test_a_drivers_error_comes_out_as_sqlalchemys_and_names_no_value(engine: Engine) -> None:
    with write_transaction(engine) as connection:
        NEW.run(connection, {"name": "one", "value": "1"})
        with pytest.raises(IntegrityError) as refused:
            NEW.run(connection, {"name": "one", "value": "a word of a person"})
    assert "a word of a person" not in str(refused.value)


def test_one_that_is_cut_off_ends_as_any_other_would(engine: Engine) -> None:
    with read_transaction(engine) as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.set_progress_handler(lambda: 1, 1)
        try:
            with pytest.raises(OperationalError):
                VALUE.scalar(connection, {"name": "one"})
        finally:
            driver.set_progress_handler(None, 0)


def test_a_statement_whose_shape_depends_on_its_values_is_refused(engine: Engine) -> None:
    several = Quick(select(plan_state.c.value).where(plan_state.c.name.in_(["one", "two"])))
    with read_transaction(engine) as connection, pytest.raises(ValueError, match="shape"):
        several.all(connection, {})


def test_a_predicate_that_was_built_before_goes_by_the_clock_of_each_request(
    plan: Plan, clock: Clock
) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, observation("o", "a", 7))
        ends = clock.now + 60_000
        connection.execute(membership.update().where(membership.c.patient_id == "a").values(end_ms=ends))
    ana = plan.as_user("ana")
    assert len(ana.get("Observation").json()["entry"]) == 1
    clock.now = ends
    assert "entry" not in ana.get("Observation").json()
    assert ana.get("Observation/o").status_code == 404


def test_whoever_asks_after_somebody_else_gets_what_is_hers(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, observation("o", "a", 7))
        put_as_system(connection, careteam("ct-b", "b", "ben"))
    for _ in range(2):
        assert plan.as_user("ana").get("Observation/o").status_code == 200
        assert plan.as_user("ben").get("Observation/o").status_code == 404
        assert "entry" not in plan.as_user("ben").get("Observation").json()


def test_a_predicate_that_is_run_without_a_moment_shows_nothing_but_an_error(plan: Plan) -> None:
    standing = readable(PRINCIPALS["ana-token"], NOW)
    with read_transaction(plan.engine) as connection:
        with pytest.raises(StatementError, match="asked_now"):
            connection.execute(versions(standing))
        with pytest.raises(StatementError, match="asked_now"):
            find_current(connection, "Patient", "a", standing)
