"""On PostgreSQL the row policy says once more what an on-call pack may hold, and opens nothing to other requests."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, true

from plan.database import make_engine, read_transaction
from plan.fhir import context
from plan.fhir.context import Caller, Server
from plan.oncall import people
from plan.oncall.people import read_person
from plan.principal import Principal
from plan.rls import enter_pack
from plan.schema import create_schema
from plan.settings import PlanSettings
from tests.plan.fhir_builders import careteam, encounter, ids, patient, restricted
from tests.plan.plan_doubles import PRINCIPALS, Clock, Plan, load_panel, make_plan
from tests.plan.test_leave_and_cover import staff
from tests.plan.test_oncall_pack import EVENING, HOUR, allergy, give, put, settle
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgres
NOW = EVENING + HOUR


@pytest.fixture(scope="module")
def plan(postgres_server: PostgresServer) -> Iterator[Plan]:
    engine: Engine = make_engine(postgres_server.make_database())
    create_schema(engine)
    load_panel(engine)
    staff(engine)
    put(
        engine,
        patient("z", "Zander"),
        careteam("ct-z", "z", "eve", team_id="team-2"),
        allergy("plain", "a", "Nuts"),
        allergy("kept", "a", "Quillfeather", meta=restricted("R")),
        encounter("secret-visit", "a", "ana", meta=restricted("R")),
        allergy("names", "a", "Quillfeather", encounter={"reference": "Encounter/secret-visit"}),
    )
    settle(engine, "ben")
    yield make_plan(engine, Clock(NOW))
    engine.dispose()


def read_as(plan: Plan, who: Principal, patient_id: str) -> list[str]:
    """What the statement of the pack brings of this person, as types."""
    server = Server(plan.engine, "http://plan.test/fhir", PlanSettings(), plan.clock)
    with read_transaction(plan.engine) as connection:
        enter_pack(connection, Caller(server, who, NOW))
        found = read_person(connection, patient_id)
    return sorted(name for name, held in found.items() if held)


def test_what_is_kept_apart_stays_out_although_the_query_forgets_it(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "unrestricted", true)
    pack = give(plan)
    assert sorted(pack["people"]) == ["a", "b"]
    assert "Nuts" in json.dumps(pack)
    assert "Quillfeather" not in json.dumps(pack)


def test_another_team_stays_out_and_so_does_everybody_for_who_was_given_no_pack(plan: Plan) -> None:
    give(plan)
    ben, ana = PRINCIPALS["ben-token"], PRINCIPALS["ana-token"]
    assert read_as(plan, ben, "a") == ["AllergyIntolerance", "Patient"]
    assert read_as(plan, ben, "z") == []
    assert read_as(plan, ana, "b") == [], "she is not on duty"


def test_no_other_request_sees_more_because_she_has_a_pack(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(plan)
    monkeypatch.setattr(context, "readable", lambda *_, **__: true())
    assert set(ids(plan.as_user("ben").get("Patient?_count=100").json())) == {"Patient/b"}
    assert plan.as_user("ben").get("Patient/a").status_code == 404
