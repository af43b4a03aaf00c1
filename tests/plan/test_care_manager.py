"""The care manager: who her members are, what she makes, and what she leaves as it is."""

from __future__ import annotations

from typing import Any

import pytest

from plan.database import write_transaction
from plan.fhir.roles import SHARED_PLAN
from plan.fhir.types import TYPES
from plan.principal import Principal
from plan.resources import put_as_system
from tests.plan import plan_doubles
from tests.plan.fhir_builders import bundle, careteam, ids, observation, restricted
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Clock, Plan


@pytest.fixture
def team(plan: Plan) -> Plan:
    """Ana, Ben and the care manager Cam all look after patient a."""
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben", "cam"))
    return plan


def put(plan: Plan, user: str, resource: dict[str, Any]) -> int:
    url = f"{resource['resourceType']}/{resource['id']}"
    return int(plan.as_user(user).put(url, json=resource).status_code)


CARE_MANAGER_MAKES = {
    "CarePlan",
    "Goal",
    "Task",
    "Communication",
    "Provenance",
    "AuditEvent",
    "ServiceRequest",
}


@pytest.mark.parametrize("name", sorted(set(samples("a", "cam", "m")) - {"Patient"}))
def test_a_care_manager_makes_plans_goals_and_tasks_and_nothing_clinical(team: Plan, name: str) -> None:
    made = samples("a", "cam", "m")[name]
    if name == "Provenance":
        assert put(team, "cam", samples("a", "cam", "m")["CarePlan"]) == 201
        made |= {"target": [{"reference": "CarePlan/careplan-m"}]}
    assert put(team, "cam", made) == (201 if name in CARE_MANAGER_MAKES else 403)
    if name in ("CarePlan", "Goal"):
        assert put(team, "cam", made | {"language": "en"}) == 200
        assert put(team, "cam", samples("b", "cam", "n")[name]) == 403


@pytest.mark.parametrize("name", ["CarePlan", "Goal", "Flag", "RelatedPerson", "Encounter"])
def test_a_care_manager_does_not_change_what_nurses_wrote(team: Plan, name: str) -> None:
    theirs = samples("a", "ana", "m")[name]
    assert put(team, "ana", theirs) == 201
    assert put(team, "cam", theirs | {"language": "en"}) == 403
    assert team.as_user("cam").delete(f"{name}/{theirs['id']}").status_code == 403


def test_a_care_manager_sees_only_members_whose_careteam_names_her_now(team: Plan, clock: Clock) -> None:
    cam = team.as_user("cam")
    assert ids(cam.get("Patient").json()) == ["Patient/a"]
    assert cam.get("Patient/b").status_code == 404
    assert put(team, "ana", samples("a", "ana", "m")["CarePlan"]) == 201
    assert cam.get("CarePlan/careplan-m").status_code == 200
    with write_transaction(team.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben"))
    clock.now = 4_000_000_000_000  # what is stored without a user is stamped by the machine's clock
    assert ids(cam.get("Patient").json()) == []
    assert cam.get("CarePlan/careplan-m").status_code == 404


def test_a_role_that_nobody_knows_reads_and_writes_nothing(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Principal("u9", "odd", "visitor", "ana", "team-1", plan_doubles.ALL)
    monkeypatch.setitem(plan_doubles.PRINCIPALS, "odd-token", odd)
    assert ids(plan.as_user("odd").get("Patient").json()) == []
    assert put(plan, "odd", observation("o", "a")) == 403


def test_the_referral_loop_reaches_the_nurse_through_the_pull(team: Plan) -> None:
    """Sent by Ana, answered by the care manager, found by Ana's next pull; every step stays in the history."""
    ana, cam = team.as_user("ana"), team.as_user("cam")
    asked = samples("a", "ana", "m")["ServiceRequest"]
    task = samples("a", "ana", "m")["Task"] | {
        "basedOn": [{"reference": f"ServiceRequest/{asked['id']}"}],
        "owner": {"reference": "Practitioner/cam"},
    }
    assert put(team, "ana", asked) == put(team, "ana", task) == 201
    pulled = ana.get("Task", params={"patient": "a", "_sort": "_lastUpdated", "_count": "200"}).json()
    since = pulled["entry"][-1]["resource"]["meta"]["lastUpdated"]
    steps: list[dict[str, Any]] = [
        {"status": "received"},
        {"status": "accepted", "businessStatus": {"text": "Accepted"}},
        {
            "status": "completed",
            "businessStatus": {"text": "Started"},
            "note": [{"text": "Visits from Monday"}],
        },
    ]
    for step in steps:
        found = cam.get("Task", params={"based-on": f"ServiceRequest/{asked['id']}"}).json()["entry"][0][
            "resource"
        ]
        version = {"If-Match": f'W/"{found["meta"]["versionId"]}"'}
        assert cam.put(f"Task/{task['id']}", json=found | step, headers=version).status_code == 200
    assert put(team, "cam", asked | {"status": "completed"}) == 200
    stale = ana.put(f"Task/{task['id']}", json=task, headers=version)
    assert stale.status_code == 412
    for name, status in (("Task", "completed"), ("ServiceRequest", "completed")):
        params = {"patient": "a", "_lastUpdated": f"ge{since}", "_sort": "_lastUpdated", "_count": "200"}
        entries = ana.get(name, params=params).json()["entry"]
        assert [each["resource"]["status"] for each in entries] == [status]
        assert entries[0]["resource"]["requester"] == {"reference": "Practitioner/ana"}
    history = ana.get(f"Task/{task['id']}/_history").json()["entry"]
    assert [each["resource"]["status"] for each in history] == [
        "completed",
        "accepted",
        "received",
        "requested",
    ]


SCREEN = "urn:hearthside:questionnaire:need-screen"
READS = set(SHARED_PLAN) | {"Task"}


def test_of_what_others_wrote_she_reads_the_shared_plan_and_no_note_answer_measurement_or_file(
    team: Plan,
) -> None:
    made = samples("a", "ana", "m")
    with write_transaction(team.engine) as connection:
        for each in made.values():
            if each["resourceType"] not in ("Patient", "CareTeam"):
                put_as_system(connection, each)
    cam, ana = team.as_user("cam"), team.as_user("ana")
    for name, each in made.items():
        if name in ("CareTeam", "Group", "AuditEvent"):
            continue  # the fixture's own; a team's; the author's
        url = f"{name}/{each['id']}"
        seen = 200 if name in READS else 404
        assert cam.get(url).status_code == seen, name
        assert ana.get(url).status_code == 200, name
        batch = cam.post("", json=bundle({"request": {"method": "GET", "url": url}}, kind="batch")).json()
        assert batch["entry"][0]["response"]["status"].startswith(str(seen))
        if TYPES[name].searched:
            assert (url in ids(cam.get(name).json())) is (seen == 200), name
            around = cam.get("Patient", params={"_revinclude": f"{name}:patient"}).json()
            assert name in READS or not any(found.startswith(f"{name}/") for found in ids(around)), name


def response(resource_id: str, who: str, questionnaire: str) -> dict[str, Any]:
    made = samples("a", who, "m")["QuestionnaireResponse"]
    return made | {"id": resource_id, "questionnaire": questionnaire}


def test_she_does_the_screen_of_palliative_need_and_reads_those_of_nurses(team: Plan) -> None:
    cam = team.as_user("cam")
    assert put(team, "cam", response("hers", "cam", f"{SCREEN}|2026.1")) == 201
    assert put(team, "ana", response("theirs", "ana", f"{SCREEN}|2026.1")) == 201
    assert put(team, "ana", response("criteria", "ana", "urn:hearthside:questionnaire:sb1004")) == 201
    for number, other in enumerate((f"{SCREEN}s", "urn:hearthside:questionnaire:esas-r-plus|1", "")):
        told = response(f"other-{number}", "ana", other)
        assert put(team, "ana", {key: value for key, value in told.items() if value}) == 201
        mine = response(f"mine-{number}", "cam", other)
        assert put(team, "cam", {key: value for key, value in mine.items() if value}) == 403
    found = set(ids(cam.get("QuestionnaireResponse?patient=a").json()))
    assert found == {f"QuestionnaireResponse/{name}" for name in ("hers", "theirs", "criteria")}
    assert put(team, "cam", response("theirs", "cam", SCREEN)) == 403
    assert put(team, "ana", response("private", "ana", SCREEN) | {"meta": restricted()}) == 201
    assert cam.get("QuestionnaireResponse/private").status_code == 404


def test_she_refers_and_sees_what_became_of_it(team: Plan) -> None:
    asked = samples("a", "cam", "m")["ServiceRequest"]
    assert put(team, "cam", asked) == 201
    task = samples("a", "ana", "m")["Task"] | {
        "basedOn": [{"reference": f"ServiceRequest/{asked['id']}"}],
        "businessStatus": {"text": "Started"},
    }
    assert put(team, "ana", task) == 201
    assert put(team, "cam", asked | {"intent": "order"}) == 403
    (found,) = team.as_user("cam").get(f"Task?based-on=ServiceRequest/{asked['id']}").json()["entry"]
    assert found["resource"]["businessStatus"] == {"text": "Started"}


def test_an_alert_of_the_nurses_is_theirs_unless_it_is_put_into_her_hands(team: Plan) -> None:
    rule = {"coding": [{"system": "urn:hearthside:rule", "code": "PAIN"}], "text": "Pain 9"}
    alert = samples("a", "ana", "m")["Task"] | {"code": rule}
    assert put(team, "ana", alert) == 201
    assert team.as_user("cam").get("Task/task-m").status_code == 404
    assert put(team, "ana", alert | {"owner": {"reference": "Practitioner/cam"}}) == 200
    assert team.as_user("cam").get("Task/task-m").status_code == 200


def test_a_message_is_read_by_her_whom_it_is_for(team: Plan) -> None:
    told = samples("a", "ana", "m")["Communication"]
    assert put(team, "ana", told) == 201
    assert put(team, "ana", told | {"id": "to-her", "recipient": [{"reference": "Practitioner/cam"}]}) == 201
    assert ids(team.as_user("cam").get("Communication").json()) == ["Communication/to-her"]


def test_a_token_that_asks_for_more_gives_a_care_manager_no_more(
    team: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = Principal("u6", "cam", "care-manager", "cam", "team-1", frozenset({"system/*.cruds", "user/*.*"}))
    monkeypatch.setitem(plan_doubles.PRINCIPALS, "wide-token", wide)
    assert put(team, "ana", observation("o", "a", 3, "ana")) == 201
    assert team.as_user("wide").get("Observation/o").status_code == 404
    assert put(team, "wide", observation("p", "a", 3, "cam")) == 403
