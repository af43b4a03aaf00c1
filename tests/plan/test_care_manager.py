"""The care manager: who her members are, what she makes, and what she leaves as it is."""

from __future__ import annotations

from typing import Any

import pytest

from plan.database import write_transaction
from plan.principal import Principal
from plan.resources import put_as_system
from tests.plan import plan_doubles
from tests.plan.fhir_builders import careteam, ids, observation
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


CARE_MANAGER_MAKES = {"CarePlan", "Goal", "Task", "Communication", "Provenance", "AuditEvent"}


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


@pytest.mark.parametrize("name", ["CarePlan", "Goal", "Flag", "RelatedPerson", "Observation"])
def test_a_care_manager_does_not_change_what_nurses_wrote(team: Plan, name: str) -> None:
    theirs = samples("a", "ana", "m")[name]
    assert put(team, "ana", theirs) == 201
    assert put(team, "cam", theirs | {"language": "en"}) == 403
    assert team.as_user("cam").delete(f"{name}/{theirs['id']}").status_code == 403


def test_a_care_manager_sees_only_members_whose_careteam_names_her_now(team: Plan, clock: Clock) -> None:
    cam = team.as_user("cam")
    assert ids(cam.get("Patient").json()) == ["Patient/a"]
    assert cam.get("Patient/b").status_code == 404
    assert put(team, "ana", observation("o", "a", 3, "ana")) == 201
    with write_transaction(team.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben"))
    clock.now = 4_000_000_000_000  # what is stored without a user is stamped by the machine's clock
    assert ids(cam.get("Patient").json()) == []
    assert cam.get("Observation/o").status_code == 404


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
