"""Access in an emergency: who gets in by what, for how long, to do what, and who is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.emergency.opening import TEXT
from plan.resources import put_as_system
from tests.plan.fhir_builders import (
    bundle,
    careteam,
    encounter,
    entry,
    ids,
    observation,
    patient,
    provenance,
    restricted,
    visit,
)
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan

URL = "$hearthside-emergency"
HOUR = 3_600_000
REASON = "Her daughter called at night, Ben cannot be reached"


def make_ward(engine: Engine, clock: Clock) -> Plan:
    """Ben's patient b, called Test Müller-Núñez, with a private concern; four others of Ben's."""
    load_panel(engine)
    with write_transaction(engine) as connection:
        put_as_system(connection, patient("b", "Müller-Núñez"))
        put_as_system(connection, observation("o", "b", 4, "ben"))
        put_as_system(connection, observation("private", "b", 9, "ben", meta=restricted()))
        put_as_system(connection, observation("very", "b", 9, "ben", meta=restricted("V")))
        for number in range(4):
            put_as_system(connection, patient(f"b{number}", f"Other{number}"))
            put_as_system(connection, careteam(f"ct-b{number}", f"b{number}", "ben"))
    return make_plan(engine, clock)


@pytest.fixture
def ward(engine: Engine, clock: Clock) -> Plan:
    return make_ward(engine, clock)


@pytest.fixture
def any_ward(any_engine: Engine, clock: Clock) -> Plan:
    return make_ward(any_engine, clock)


def ask(
    plan: Plan,
    user: str = "ana",
    *,
    given: str = "Test",
    family: str = "Müller-Núñez",
    birth: str = "1940-02-03",
    reason: str = REASON,
) -> httpx.Response:
    said = {"given": given, "family": family, "reason": reason}
    parameters: list[dict[str, str]] = [{"name": name, "valueString": value} for name, value in said.items()]
    parameters.append({"name": "birthDate", "valueDate": birth})
    body = {"resourceType": "Parameters", "parameter": parameters}
    answer: httpx.Response = plan.as_user(user).post(URL, json=body)
    return answer


def opened(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    found = []
    for each in answer.json()["parameter"]:
        patient_id, until = each["part"]
        found.append((patient_id["valueReference"]["reference"], until["valueInstant"]))
    return found


def test_a_record_opens_for_twelve_hours_and_closes_by_the_plans_clock(any_ward: Plan, clock: Clock) -> None:
    ana = any_ward.as_user("ana")
    assert ana.get("Patient/b").status_code == 404
    assert ids(ana.get("Observation?patient=b").json()) == []
    assert opened(ask(any_ward)) == [("Patient/b", "2026-05-29T08:26:40.000Z")]
    assert opened(ana.get(URL)) == [("Patient/b", "2026-05-29T08:26:40.000Z")]
    assert ana.get("Patient/b").status_code == 200
    assert set(ids(ana.get("Observation?patient=b").json())) == {"Observation/o", "Observation/private"}
    assert ids(ana.get("Patient?_sort=_lastUpdated").json()) == ["Patient/a", "Patient/b"]
    assert ana.get("Observation/very").status_code == 404
    clock.now += 12 * HOUR - 1
    assert ana.get("Observation/o").status_code == 200
    clock.now += 1
    assert ana.get("Observation/o").status_code == ana.get("Patient/b").status_code == 404
    assert ids(ana.get("Observation?patient=b").json()) == []
    assert opened(ana.get(URL)) == []


def test_it_opens_one_record_and_no_other_and_to_nobody_else(ward: Plan) -> None:
    opened(ask(ward))
    ana = ward.as_user("ana")
    for number in range(4):
        assert ana.get(f"Patient/b{number}").status_code == 404
    assert ward.as_user("tom").get("Patient/b").status_code == 404
    assert opened(ward.as_user("ben").get(URL)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"family": "Muller"},
        {"family": "Müller-Núñe"},
        {"given": "Te"},
        {"birth": "1940-02-04"},
        {"family": "Müller-Núñez' OR 1=1"},
        {"given": "%", "family": "%"},
    ],
)
def test_only_the_exact_name_and_birth_date_open_it(ward: Plan, wrong: dict[str, str]) -> None:
    answer = ask(ward, **wrong)
    assert answer.status_code == 404
    assert "Müller" not in answer.text
    assert opened(ward.as_user("ana").get(URL)) == []


def test_case_accents_and_spaces_do_not_keep_her_out(ward: Plan) -> None:
    assert opened(ask(ward, given=" test ", family="muller-NUNEZ"))


def test_a_name_that_two_people_have_opens_neither_and_is_answered_like_nobody(ward: Plan) -> None:
    nobody = ask(ward, family="Nobody")
    with write_transaction(ward.engine) as connection:
        put_as_system(connection, patient("twin", "Müller-Núñez"))
    both = ask(ward)
    assert (both.status_code, both.json()) == (nobody.status_code, nobody.json())


@pytest.mark.parametrize(
    "left_out",
    [{"reason": "because"}, {"reason": "x" * 501}, {"given": ""}, {"birth": "1940"}, {"birth": "x"}],
)
def test_without_a_reason_or_a_whole_name_nothing_opens_and_nothing_is_counted(
    ward: Plan, left_out: dict[str, str]
) -> None:
    for _ in range(11):
        assert ask(ward, **left_out).status_code == 422
    assert opened(ask(ward))


def test_only_nurses_open_and_only_what_is_not_on_their_list(ward: Plan) -> None:
    found = {user: ask(ward, user).status_code for user in ("sue", "tom", "cam", "op", "reader", "ben")}
    assert found == {"sue": 403, "tom": 403, "cam": 403, "op": 403, "reader": 403, "ben": 409}
    assert ward.client.post(URL, json={}).status_code == 401
    assert ward.as_user("ana").post(URL, json=[]).status_code == 400


def test_three_in_twenty_four_hours_and_the_same_one_again_costs_nothing(ward: Plan, clock: Clock) -> None:
    first = opened(ask(ward))
    clock.now += HOUR
    assert opened(ask(ward)) == first
    for number in range(2):
        opened(ask(ward, family=f"Other{number}"))
    fourth = ask(ward, family="Other2")
    assert fourth.status_code == 429
    assert "supervisor" in fourth.json()["issue"][0]["details"]["text"]
    clock.now += 23 * HOUR + 1
    opened(ask(ward, family="Other2"))


def test_with_the_days_number_used_up_a_name_that_somebody_has_is_answered_like_one_that_nobody_has(
    ward: Plan,
) -> None:
    for number in range(3):
        opened(ask(ward, family=f"Other{number}"))
    somebody, nobody = ask(ward, family="Other3"), ask(ward, family="Nobody")
    assert (somebody.status_code, somebody.json()) == (nobody.status_code, nobody.json())
    assert nobody.status_code == 429
    opened(ask(ward, family="Other0"))


def test_guessing_names_ends_after_ten_and_a_right_name_does_not_help_then(ward: Plan) -> None:
    for _ in range(10):
        assert ask(ward, family="Nobody").status_code == 404
    assert ask(ward, family="Nobody").status_code == ask(ward).status_code == 429


def test_ten_requests_at_once_open_no_more_than_three(any_ward: Plan) -> None:
    with write_transaction(any_ward.engine) as connection:
        for number in range(10):
            put_as_system(connection, patient(f"x{number}", f"Crowd{number}"))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda number: ask(any_ward, family=f"Crowd{number}").status_code, range(10)))
    assert answers.count(200) == 3
    assert set(answers) == {200, 429}


def test_a_visit_is_made_and_nothing_of_the_record_is_changed(ward: Plan) -> None:
    opened(ask(ward))
    ana = ward.as_user("ana")
    assert ana.post("", json=bundle(*visit("b", "ana", values=2)["entry"])).status_code == 200
    alert = samples("b", "ana", "m")["Task"]
    assert ana.put("Task/task-m", json=alert).status_code == 201
    assert ana.put("Task/task-m", json=alert | {"status": "completed"}).status_code == 200
    for name in ("CarePlan", "Goal", "Flag", "MedicationStatement", "RelatedPerson", "Task"):
        theirs = samples("b", "ben", "x")[name]
        with write_transaction(ward.engine) as connection:
            put_as_system(connection, theirs)
        changed = theirs | ({"status": "completed"} if name == "Task" else {"language": "en"})
        assert ana.put(f"{name}/{theirs['id']}", json=changed).status_code == 403, name
    mine = observation("mine", "b", 4, "ana")
    assert ana.put("Observation/mine", json=mine).status_code == 201
    assert ana.put("Observation/mine", json=mine | {"valueInteger": 5}).status_code == 403
    assert ana.delete("Observation/mine").status_code == 403
    assert ana.put("Condition/c", json=samples("b", "ana", "c")["Condition"] | {"id": "c"}).status_code == 403


def test_work_of_that_night_is_taken_late_and_its_fate_can_be_asked_for(ward: Plan, clock: Clock) -> None:
    opened(ask(ward))
    at = "2026-05-28T22:00:00Z"
    late = encounter("late", "b", "ana", period={"start": at, "end": at})
    manifest = provenance("w", "ana", "Encounter/late") | {"recorded": at}
    clock.now += 20 * HOUR
    ana = ward.as_user("ana")
    assert ana.post("", json=bundle(entry(late), entry(manifest))).status_code == 200
    assert ana.get("Provenance/w").status_code == ana.get("Encounter/late").status_code == 200
    assert ana.get("Observation/o").status_code == 404
    after = encounter("after", "b", "ana", period={"start": "2026-05-29T09:00:00Z"})
    assert ana.put("Encounter/after", json=after).status_code == 403
    before = encounter("before", "b", "ana", period={"start": "2026-05-28T08:00:00Z"})
    assert ana.put("Encounter/before", json=before).status_code == 403
    clock.now += 31 * 24 * HOUR
    assert ana.get("Encounter/late").status_code == 404


def task_of(plan: Plan) -> dict[str, Any]:
    found = [each["resource"] for each in plan.as_user("sue").get("Task").json().get("entry", [])]
    (task,) = [one for one in found if one["identifier"][0]["system"] == "urn:hearthside:emergency"]
    return dict(task)


def test_the_supervisors_of_her_team_have_a_task_at_once_that_nobody_else_closes(ward: Plan) -> None:
    opened(ask(ward))
    task = task_of(ward)
    assert task["description"] == f"{TEXT}\nBy ana. Reason: {REASON}"
    assert task["restriction"] == {"period": {"end": "2026-05-29T08:26:40.000Z"}}
    assert task["for"] == {"reference": "Patient/b"}
    assert task["owner"] == {"reference": "Organization/team-1"}
    assert task["input"][0]["valueReference"] == {"reference": "Practitioner/ana"}
    url, closed = f"Task/{task['id']}", task | {"status": "completed"}
    assert {user: ward.as_user(user).put(url, json=closed).status_code for user in ("ana", "ben", "tom")} == {
        "ana": 403,
        "ben": 403,
        "tom": 403,
    }
    assert ward.as_user("ana").delete(url).status_code == 403
    assert ward.as_user("sue").put(url, json=closed | {"description": "Nothing"}).status_code == 403
    assert ward.as_user("sue").put(url, json=closed).status_code == 200


def test_the_trail_says_who_opened_it_and_what_she_read(ward: Plan) -> None:
    opened(ask(ward))
    assert ward.as_user("ana").get("Observation/o").status_code == 200
    told = ward.as_user("sue").get("Patient/b/$hearthside-seen").json()["entry"]
    kinds = [(each["resource"]["type"]["code"], each["resource"]["agent"][0]["who"]) for each in told]
    assert ("110113", {"reference": "Practitioner/ana"}) in kinds
    assert ("rest", {"reference": "Practitioner/ana"}) in kinds
