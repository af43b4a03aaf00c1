"""The visit log of a large team: kept with every write, narrowed by each filter, read in pages, for her team only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, true, update

from plan.database import read_transaction, write_transaction
from plan.fhir import context
from plan.fhir.context import Caller, Server
from plan.fhir.tables import membership, plan_state
from plan.resources import put_as_system
from plan.rls import enter
from plan.settings import PlanSettings
from plan.visit_log.keeping import draw_all, install
from plan.visit_log.tables import visit_alert, visit_line
from tests.plan.fhir_builders import careteam, patient, provenance, restricted
from tests.plan.log_visits import LOG, alert, ask, frame, ids, put, visit
from tests.plan.plan_doubles import PRINCIPALS, Clock, Plan, load_panel, make_plan
from tests.support.plan_files import open_new_plan

HL7 = "http://terminology.hl7.org/CodeSystem"
PLACES = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Json = dict[str, Any]


@pytest.fixture
def plan(engine: Engine, clock: Clock) -> Plan:
    return make_plan(engine, clock)


@pytest.fixture
def either(any_engine: Engine, clock: Clock) -> Plan:
    """The same on both databases."""
    load_panel(any_engine)
    return make_plan(any_engine, clock)


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        lines = connection.execute(select(visit_line).order_by(visit_line.c.encounter_id)).all()
        alerts = connection.execute(select(visit_alert).order_by(visit_alert.c.task_id)).all()
        return [tuple(one) for one in (*lines, *alerts)]


def test_a_visit_stands_there_with_its_write_its_alert_came_before_it(plan: Plan) -> None:
    put(plan, alert("t1", "v1"))
    put(plan, alert("t2", "v2", "today", status="completed"))
    tagged: Json = {"meta": {"tag": [{"system": "urn:hearthside:write", "code": "w"}]}}
    put(plan, visit("v1", 9, **tagged))
    put(plan, visit("v2", 10))
    put(plan, frame("v2", frame_line_of_business="Medi-Cal", prog_organisation="St. Brigid"))
    second, first = ask(plan)
    assert ids([second, first]) == ["v2", "v1"], "the newest first"
    assert first["flags"] == {"act-now", "alert-open", "evv", "arriving"}
    assert (second["line"]["valueString"], second["organisation"]["valueString"]) == (
        "Medi-Cal",
        "St. Brigid",
    )
    assert second["patient"]["valueReference"] == {"reference": "Patient/a", "display": "Test Muster"}
    put(plan, provenance("w", "ana", "Encounter/v1"))
    put(plan, alert("t1", "v1", status="completed"))
    assert ask(plan)[1]["flags"] == {"act-now", "evv"}


def test_nothing_stale_stays_whatever_is_changed_afterwards_and_drawing_anew_gives_the_same(
    either: Plan,
) -> None:
    plan = either
    for number in range(4):
        put(plan, visit(f"v{number}", 8 + number))
        put(plan, frame(f"v{number}", frame_line_of_business="Medi-Cal"))
        put(plan, alert(f"t{number}", f"v{number}"))
    put(plan, alert("foreign", "v3", who=("b", "ben")), "ben")
    put(plan, frame("v0", frame_line_of_business="Marketplace"), "op")
    put(plan, alert("t1", "v2"), "op")
    put(plan, visit("v3", 11, status="entered-in-error"), "op")
    assert plan.as_user("op").delete("Task/t2").status_code == 204
    found = {one["visit"]["valueReference"]["reference"]: one for one in ask(plan)}
    assert set(found) == {"Encounter/v0", "Encounter/v1", "Encounter/v2"}
    assert found["Encounter/v0"]["line"]["valueString"] == "Marketplace"
    assert "act-now" not in found["Encounter/v1"]["flags"], "its alert belongs to another visit now"
    assert "act-now" in found["Encounter/v2"]["flags"]
    kept = rows(plan.engine)
    with write_transaction(plan.engine) as connection:
        draw_all(connection)
    assert rows(plan.engine) == kept


def test_an_alert_about_somebody_else_marks_no_visit(plan: Plan) -> None:
    """Whoever writes a Task names a visit as she likes."""
    put(plan, visit("v1", 9))
    put(plan, alert("foreign", "v1", who=("b", "ben")), "ben")
    put(plan, visit("v1", 9, reasonCode=[{"text": "again"}]), "op")
    assert "act-now" not in ask(plan)[0]["flags"]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("", "v3 v2 v1"),
        ("_sort=oldest", "v1 v2 v3"),
        ("patient=b", "v3"),
        ("nurse=ana", "v2 v1"),
        ("modality=video", "v2"),
        ("modality=video,in-person", "v3 v2 v1"),
        ("line=Medi-Cal", "v1"),
        ("line=-", "v3 v2"),
        ("organisation=St.%20Brigid", "v1"),
        ("flag=act-now", "v3"),
        ("flag=alert-open&flag=not-seen", ""),
        ("flag=alert-open&flag=evv", "v3"),
        ("flag=not-seen", "v2"),
        ("flag=evv", "v3 v1"),
        ("arrival=arriving", ""),
        ("arrival=whole", "v3 v2 v1"),
        ("from=2026-05-28T10:00:00Z", "v3 v2"),
        ("from=2026-05-28T10:00:00Z&to=2026-05-28T11:00:00Z", "v2"),
        ("score=8", "v1"),
        ("score=9", ""),
        ("kind=first", "v1"),
        ("place=12&setting=12", "v1"),
        ("place=02", "v2"),
    ],
)
def test_each_filter_leaves_what_it_names(filtered: Plan, asked: str, wanted: str) -> None:
    assert ids(ask(filtered, asked=asked)) == wanted.split()


@pytest.fixture(scope="module")
def filtered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """Three visits that differ in everything. Only read from."""
    engine = open_new_plan(tmp_path_factory.mktemp("log") / "plan.db", load_panel)
    plan = make_plan(engine, Clock())
    mode = {"coding": [{"system": f"{HL7}/v3-ParticipationMode", "code": "VIDEOCONF"}]}
    kind = {"coding": [{"system": PLACES, "code": "12"}]}
    home = {"resourceType": "Location", "id": "place", "type": [kind]}
    put(plan, visit("v1", 9, contained=[home], location=[{"location": {"reference": "#place"}}]))
    put(
        plan,
        frame("v1", frame_line_of_business="Medi-Cal", prog_organisation="St. Brigid", frame_kind="first"),
    )
    pain = {"linkId": "esas-pain", "answer": [{"valueInteger": 8}]}
    scores = frame("v1") | {
        "id": "scores",
        "questionnaire": "urn:hearthside:questionnaire:esas-r|1",
        "item": [pain],
    }
    put(plan, scores)
    put(plan, visit("v2", 10, status="cancelled", type=[mode]))
    put(plan, visit("v3", 11, "b", "ben"), "ben")
    put(plan, alert("t3", "v3", who=("b", "ben")), "ben")
    with write_transaction(engine) as connection:
        put_as_system(connection, patient("b", "Núñez Delgado"))
    yield plan
    engine.dispose()


def test_pages_end_where_the_next_begins_and_the_count_is_of_all(filtered: Plan) -> None:
    sue = filtered.as_user("sue")
    seen, after = [], None
    for _ in range(4):
        params = {"_count": "1", "_total": "accurate"} | ({"_after": after} if after else {})
        said = {one["name"]: one for one in sue.get(LOG, params=params).json()["parameter"]}
        assert said["total"]["valueUnsignedInt"] == 3
        seen.append(said["visit"]["part"][0]["valueReference"]["reference"])
        after = said["after"]["valueString"] if "after" in said else None
        if after is None:
            break
    assert seen == ["Encounter/v3", "Encounter/v2", "Encounter/v1"]


def test_a_name_is_searched_for_in_a_form_and_every_word_begins_one(filtered: Plan) -> None:
    def named(words: str) -> list[str]:
        answer = filtered.as_user("sue").post(LOG, content=f"name={words}", headers=FORM)
        return [
            one["part"][0]["valueReference"]["reference"]
            for one in answer.json()["parameter"]
            if "part" in one
        ]

    assert named("test+nun") == ["Encounter/v3"]
    assert named("test+muster") == ["Encounter/v2", "Encounter/v1"]
    assert named("ster") == []


def test_another_team_sees_nothing_and_a_person_who_moves_takes_her_visits_along(either: Plan) -> None:
    plan = either
    put(plan, visit("v1", 9))
    assert (ids(ask(plan, "sue")), ids(ask(plan, "tom"))) == (["v1"], [])
    put(plan, careteam("ct-a", "a", "ana", team_id="team-2"), "op")
    assert (ids(ask(plan, "sue")), ids(ask(plan, "tom"))) == ([], ["v1"])
    with write_transaction(plan.engine) as connection:
        connection.execute(update(membership).values(end_ms=1))
    assert ids(ask(plan, "tom")) == []


def test_what_a_visit_says_never_keeps_it_from_being_taken(either: Plan) -> None:
    long, place = "x" * 190, {"coding": [{"system": PLACES, "code": "home-or-elsewhere"}]}
    at = [{"resourceType": "Location", "id": "place", "type": [place]}]
    for hour, offset in enumerate(("\u00b2", "9" * 30, "--1", "-60000")):
        said = {"url": "urn:hearthside:device-clock-offset", "valueString": offset}
        location = [{"location": {"reference": "#place"}}]
        put(either, visit(f"v{hour}", hour, contained=at, location=location, extension=[said]))
        put(either, frame(f"v{hour}", frame_kind=long, frame_line_of_business=long, prog_organisation=long))
    assert len(ids(ask(either))) == 4


def test_more_filters_than_a_database_takes_are_refused(filtered: Plan) -> None:
    assert filtered.as_user("sue").get(f"{LOG}?{'&'.join(['nurse=ana'] * 2000)}").status_code == 400


def test_a_visit_labelled_for_its_author_only_is_in_no_supervisors_log(plan: Plan) -> None:
    put(plan, visit("open", 9))
    put(plan, visit("secret", 10, meta=restricted("V")))
    assert ids(ask(plan)) == ["open"]
    said = plan.as_user("sue").get(LOG, params={"_total": "accurate"}).json()["parameter"]
    assert [one["valueUnsignedInt"] for one in said if one["name"] == "total"] == [1]


def test_whose_visits_were_shown_is_in_the_trail(filtered: Plan) -> None:
    ask(filtered, asked="patient=b")
    told = filtered.as_user("sue").get("Patient/b/$hearthside-seen").json()
    names = [
        entity.get("name")
        for one in told["entry"]
        if one["resource"]["agent"][0]["who"].get("reference") == "Practitioner/sue"
        for entity in one["resource"]["entity"]
    ]
    assert "Encounter" in names


@pytest.mark.postgres
def test_with_the_querys_predicate_broken_the_database_still_hides_other_teams(
    postgres_engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_panel(postgres_engine)
    plan = make_plan(postgres_engine, clock)
    put(plan, visit("v1", 9))
    monkeypatch.setattr(context, "readable", lambda *_args, **_more: true())
    assert (ids(ask(plan, "sue")), ids(ask(plan, "tom"))) == (["v1"], [])
    caller = Caller(Server(postgres_engine, "", PlanSettings(), clock), PRINCIPALS["tom-token"], clock())
    with read_transaction(postgres_engine) as connection:
        enter(connection, caller)
        assert connection.execute(select(visit_line.c.patient_id)).all() == [], (
            "nor by the narrow table alone"
        )


def test_an_older_plan_gets_its_rows_at_the_next_start_once(plan: Plan) -> None:
    put(plan, visit("v1", 9))
    with write_transaction(plan.engine) as connection:
        connection.execute(delete(visit_line))
        connection.execute(delete(plan_state).where(plan_state.c.name == "visit_log"))
    assert ask(plan) == []
    assert install(plan.engine)
    assert ids(ask(plan)) == ["v1"]
    assert not install(plan.engine)
