"""A record that no team supervises, opened in an emergency: the nurse's supervisors are told, or officers see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.emergency.opening import Ask, Opened, list_all, open_record, was_told
from plan.resources import put_as_system
from plan.settings import PlanSettings
from tests.plan.fhir_builders import careteam, patient
from tests.plan.plan_doubles import PRINCIPALS, Clock, Plan, load_panel, make_plan

REASON = "Her daughter called at night, Ben cannot be reached"


@pytest.fixture
def ward(any_engine: Engine, clock: Clock) -> Plan:
    """Patients b and n of Ben's; the team of n belongs to no organization."""
    load_panel(any_engine)
    team = careteam("ct-n", "n", "ben")
    del team["managingOrganization"]
    with write_transaction(any_engine) as connection:
        put_as_system(connection, patient("b", "Birch"))
        put_as_system(connection, patient("n", "Nilsson"))
        put_as_system(connection, team)
    return make_plan(any_engine, clock)


def ask(plan: Plan, family: str) -> httpx.Response:
    said = {"given": "Test", "family": family, "reason": REASON}
    parameters: list[dict[str, str]] = [{"name": name, "valueString": value} for name, value in said.items()]
    parameters.append({"name": "birthDate", "valueDate": "1940-02-03"})
    body = {"resourceType": "Parameters", "parameter": parameters}
    answer: httpx.Response = plan.as_user("ana").post("$hearthside-emergency", json=body)
    return answer


def task_of(plan: Plan) -> dict[str, Any]:
    (task,) = [each["resource"] for each in plan.as_user("sue").get("Task").json().get("entry", [])]
    return dict(task)


def test_where_the_persons_team_belongs_to_nobody_the_supervisors_of_the_nurse_are_told(
    ward: Plan,
) -> None:
    assert ask(ward, "Nilsson").status_code == 200
    task = task_of(ward)
    assert task["owner"] == {"reference": "Organization/team-1"}
    assert task["focus"] == {"reference": "Patient/n"}, "whose record it was"
    assert REASON in task["description"]
    sue, url = ward.as_user("sue"), f"Task/{task['id']}"
    assert sue.get("Patient/n").status_code == 404, "the record itself is no more hers than before"
    closed = task | {"status": "completed"}
    assert {user: ward.as_user(user).get(url).status_code for user in ("ana", "ben", "tom")} == {
        "ana": 404,
        "ben": 404,
        "tom": 404,
    }, "nor is the Task another team's, or hers whom it is about"
    for odd in (
        closed | {"description": "Nothing"},
        closed | {"for": {"reference": "Patient/n"}},
    ):
        assert sue.put(url, json=odd).status_code == 403, odd
    assert sue.put(url, json=closed).status_code == 200
    assert sue.post("Task", json={k: v for k, v in task.items() if k != "id"}).status_code == 403


def test_where_she_has_no_team_either_officers_see_that_nobody_was_told(ward: Plan) -> None:
    alone = replace(PRINCIPALS["ana-token"], team_id=None)
    told = {}
    with write_transaction(ward.engine) as connection:
        for family in ("Birch", "Nilsson"):
            said = Ask("Test", family, "1940-02-03", REASON)
            assert isinstance(open_record(connection, alone, said, ward.clock(), PlanSettings()), Opened)
        for row in list_all(connection, 0):
            told[row.patient_id] = was_told(connection, row.task_id)
    assert told == {"b": True, "n": False}
