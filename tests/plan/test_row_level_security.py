"""PostgreSQL repeats the access predicate: with the query's own one broken, everybody still sees what is hers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy import ColumnElement, Engine, insert, text, true
from sqlalchemy.exc import ProgrammingError

from plan import rls
from plan.database import make_engine, read_transaction, write_transaction
from plan.fhir import context
from plan.fhir.context import Caller, Server
from plan.leave.tables import NurseLeave
from plan.resources import put_as_system
from plan.rls_policy import VERSION
from plan.schema import create_schema
from plan.settings import PlanSettings
from tests.plan.fhir_builders import bundle, careteam, encounter, ids, observation, patient, restricted, visit
from tests.plan.fhir_samples import open_samples, samples
from tests.plan.plan_doubles import PRINCIPALS, Clock, Plan, load_panel, make_plan
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgres

USERS = ("ana", "ben", "sue", "tom", "cam", "op")
HOUR = 3_600_000
SCREEN = "urn:hearthside:questionnaire:need-screen|1"


def everything() -> list[dict[str, Any]]:
    """Every type for both patients, every label, what names a secret, and what lies in a secret visit."""
    made: list[dict[str, Any]] = [patient("c", "Emergency"), careteam("ct-c", "c", "ben", team_id="team-2")]
    made += list(open_samples().values())
    for who, nurse in (("a", "ana"), ("b", "ben"), ("c", "ben")):
        found = samples(who, nurse, who)
        made += [each for name, each in found.items() if name not in ("Patient", "CareTeam")]
        for label in ("R", "V"):
            made.append(found["CarePlan"] | {"id": f"plan-{label}-{who}", "meta": restricted(label)})
        named = {"partOf": [{"reference": f"CarePlan/plan-R-{who}"}]}
        made.append(found["CarePlan"] | {"id": f"names-{who}", **named})
        made.append(encounter(f"secret-{who}", who, nurse, meta=restricted()))
        inside = {"encounter": {"reference": f"Encounter/secret-{who}"}}
        made.append(found["CarePlan"] | {"id": f"inside-{who}", **inside})
        made.append(found["QuestionnaireResponse"] | {"id": f"screen-{who}", "questionnaire": SCREEN})
        rule = {"code": {"coding": [{"system": "urn:hearthside:rule", "code": "PAIN"}], "text": "Pain"}}
        made.append(found["Task"] | {"id": f"alert-{who}", **rule})
        made.append(found["Task"] | {"id": f"hers-{who}", **rule, "owner": {"reference": "Practitioner/cam"}})
        to_her = {"recipient": [{"reference": "Practitioner/cam"}]}
        made.append(found["Communication"] | {"id": f"to-her-{who}", **to_her})
        made.append(
            found["Observation"] | {"id": f"cams-{who}", "performer": [{"reference": "Practitioner/cam"}]}
        )
    return made


@pytest.fixture(scope="module")
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    engine = make_engine(postgres_server.make_database())
    create_schema(engine)
    load_panel(engine)
    with write_transaction(engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "cam"))
    for each in everything():
        with write_transaction(engine) as connection:
            put_as_system(connection, each)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def plan(engine: Engine) -> Plan:
    """Somewhat later, with Ana's access to c in an emergency; and Ana has left b lately."""
    clock = Clock(4_000_000_000_000)
    plan = make_plan(engine, clock, PlanSettings(user_units=10**9, user_units_per_second=10**9))
    said = {"given": "Test", "family": "Emergency", "reason": "Called at night, nobody else"}
    asked = [{"name": name, "valueString": value} for name, value in said.items()]
    asked.append({"name": "birthDate", "valueDate": "1940-02-03"})
    opened = plan.as_user("ana").post(
        "$hearthside-emergency", json={"resourceType": "Parameters", "parameter": asked}
    )
    assert opened.status_code == 200, opened.text
    return plan


def names() -> list[str]:
    return ["Patient/a", "Patient/b", "Patient/c", "CareTeam/ct-a", "CareTeam/ct-b"] + [
        f"{each['resourceType']}/{each['id']}" for each in everything()
    ]


def visible(plan: Plan, user: str) -> set[str]:
    """What this user gets by id, one batch for all."""
    asked = [{"request": {"method": "GET", "url": name}} for name in names()]
    answer = plan.as_user(user).post("", json=bundle(*asked, kind="batch"))
    assert answer.status_code == 200, answer.text
    statuses = [each["response"]["status"] for each in answer.json()["entry"]]
    return {name for name, status in zip(names(), statuses, strict=True) if status.startswith("200")}


def see_all(*_: Any, **__: Any) -> ColumnElement[bool]:
    """The mistake: a predicate that lets everything through."""
    return true()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "readable", see_all)


def test_the_policy_is_in_force(engine: Engine) -> None:
    with engine.connect() as connection:
        assert rls.find_version(connection) == VERSION
        assert rls.is_on(connection)
        assert rls.install(engine)


@pytest.mark.parametrize("user", USERS)
def test_with_the_querys_predicate_broken_everybody_sees_exactly_what_is_hers(
    plan: Plan, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = visible(plan, user)
    monkeypatch.setattr(context, "readable", see_all)
    assert visible(plan, user) == wanted
    every_name = set(names())
    assert (wanted == every_name) is (user == "op")
    assert len(wanted) > len(open_samples()) + 10
    for kind in ("Observation", "CarePlan", "Task", "Patient", "Provenance", "Encounter"):
        for road in (
            kind,
            f"{kind}/_history",
            f"Patient?_revinclude={kind}:patient",
            f"{kind}?_id=x,plan-R-b",
        ):
            found = set(ids(plan.as_user(user).get(road).json()))
            assert found & every_name <= wanted, (user, road)
        counted = plan.as_user(user).get(f"{kind}?_summary=count").json()["total"]
        assert counted == len(ids(plan.as_user(user).get(f"{kind}?_count=1000").json()))


def test_without_the_policy_the_same_mistake_shows_everything(
    plan: Plan, broken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the tests above can fail: with both lines down Tom, who has nobody, sees it all."""
    monkeypatch.setattr(rls, "is_on", lambda connection: False)
    assert visible(plan, "tom") == set(names())


def test_a_withdrawn_sign_in_still_finds_what_it_wrote(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = visit("a", "ana", values=1)
    assert plan.as_user("ana").post("", json=bundle(*sent["entry"])).status_code == 200
    gone = replace(PRINCIPALS["ana-token"], drain_until_ms=4_000_000_900_000)
    monkeypatch.setitem(PRINCIPALS, "gone-token", gone)
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "cam"))
    late = make_plan(plan.engine, Clock(4_100_000_000_000))
    manifest = f"Provenance/{sent['entry'][-1]['resource']['id']}"
    assert late.as_user("gone").get(manifest).status_code == 200
    assert late.as_user("ana").get(manifest).status_code == 404
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "cam"))


def test_an_emergency_ends_by_the_plans_clock_in_the_policy_too(plan: Plan, broken: None) -> None:
    assert "CarePlan/plan-R-c" in visible(plan, "ana")
    clock = Clock(4_000_000_000_000 + 12 * HOUR)
    later = make_plan(plan.engine, clock, PlanSettings(user_units=10**9, user_units_per_second=10**9))
    assert not any(name.endswith("-c") for name in visible(later, "ana"))


def test_a_cover_begins_and_ends_by_the_plans_clock_in_the_policy_too(plan: Plan, broken: None) -> None:
    begins = 4_000_000_000_000 + 20 * HOUR
    row = {"id": "leave-1", "team_id": "team-1", "practitioner_id": "ana", "stand_in_id": "ben"}
    times = {"from_ms": begins, "until_ms": begins + HOUR, "entered_by": "", "entered_ms": begins}
    with write_transaction(plan.engine) as connection:
        connection.execute(insert(NurseLeave).values(**row, **times))
    for at, sees in ((begins - 1, False), (begins, True), (begins + HOUR, False)):
        now = make_plan(plan.engine, Clock(at), PlanSettings(user_units=10**9, user_units_per_second=10**9))
        assert ("CarePlan/plan-R-a" in visible(now, "ben")) is sees


def test_a_conditional_create_finds_nothing_foreign_with_the_predicate_broken(
    plan: Plan, broken: None
) -> None:
    mine = samples("a", "ana", "new")["Encounter"]
    mine["identifier"] = [{"system": "urn:test:mine", "value": "1"}]
    condition = {"If-None-Exist": "_id=encounter-b", "Prefer": "return=representation"}
    answer = plan.as_user("ana").post("Encounter", json=mine, headers=condition)
    assert answer.status_code == 201
    assert answer.json()["id"] != "encounter-b"
    changed = observation("observation-b", "b", 9, "ana")
    assert plan.as_user("ana").put("Observation/observation-b", json=changed).status_code in (403, 404)


def test_the_reading_role_reaches_no_password_no_token_and_changes_nothing(plan: Plan) -> None:
    server = Server(plan.engine, "http://plan.test/fhir", PlanSettings(), Clock())
    caller = Caller(server, PRINCIPALS["ana-token"], 4_000_000_000_000)
    for statement in (
        "SELECT password_hash FROM plan_user",
        "SELECT token_hash FROM sign_in_token",
        "SELECT * FROM audit_event",
        "UPDATE resource SET label = 'N'",
        "DELETE FROM resource",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            write_transaction(plan.engine) as connection,
            rls.as_reader(connection, caller),
        ):
            connection.execute(text(statement))
    with read_transaction(plan.engine) as connection:
        rls.enter(connection, caller)
        assert connection.execute(text("SELECT current_user")).scalar() == "hearthside_reader"
    with read_transaction(plan.engine) as connection:
        assert connection.execute(text("SELECT current_user")).scalar() != "hearthside_reader"


def test_a_database_user_who_may_make_no_roles_still_serves_and_the_log_says_so(
    postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    url = postgres_server.make_database()
    name = url.rpartition("/")[2].partition("?")[0]
    admin = f"host={postgres_server.directory} user={postgres_server.user} dbname={name}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE plain_{name} LOGIN")
        connection.execute(f'GRANT ALL ON SCHEMA public TO "plain_{name}"')
    plain = url.replace(f"//{postgres_server.user}@", f"//plain_{name}@")
    engine = make_engine(plain)
    create_schema(engine)
    assert "row-level security could not be set up (42501)" in caplog.text
    load_panel(engine)
    assert ids(make_plan(engine, Clock()).as_user("ana").get("Patient").json()) == ["Patient/a"]
    engine.dispose()


def test_a_role_made_beforehand_does_as_well(postgres_server: PostgresServer, engine: Engine) -> None:
    """`engine` has made the role, as an administrator would."""
    url = postgres_server.make_database()
    name = url.rpartition("/")[2].partition("?")[0]
    admin = f"host={postgres_server.directory} user={postgres_server.user} dbname={name}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE plain_{name} LOGIN")
        connection.execute(f'GRANT ALL ON SCHEMA public TO "plain_{name}"')
        connection.execute(f'GRANT hearthside_reader TO "plain_{name}"')
    plain = make_engine(url.replace(f"//{postgres_server.user}@", f"//plain_{name}@"))
    create_schema(plain)
    load_panel(plain)
    with plain.connect() as connection_of_plan:
        assert rls.is_on(connection_of_plan)
    assert ids(make_plan(plain, Clock()).as_user("ana").get("Patient").json()) == ["Patient/a"]
    plain.dispose()
