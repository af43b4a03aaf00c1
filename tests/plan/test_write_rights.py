"""Who may change what: authors, shared records, supervisors, patients who move, work that comes late."""

from __future__ import annotations

from typing import Any

import pytest

from plan.database import write_transaction
from plan.resources import put_as_system
from tests.plan.fhir_builders import bundle, careteam, encounter, entry, ids, observation, provenance, visit
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Clock, Plan

HOUR = 3_600_000
DAY = 24 * HOUR


def put(plan: Plan, user: str, resource: dict[str, Any], **headers: str) -> int:
    url = f"{resource['resourceType']}/{resource['id']}"
    return int(plan.as_user(user).put(url, json=resource, headers=headers).status_code)


@pytest.fixture
def team_of_two(plan: Plan) -> Plan:
    """Ana and Ben both look after patient a."""
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben"))
    return plan


def test_a_nurse_changes_only_what_she_wrote(team_of_two: Plan) -> None:
    assert put(team_of_two, "ana", observation("o", "a", 3, "ana")) == 201
    assert put(team_of_two, "ana", observation("o", "a", 4, "ana")) == 200
    assert put(team_of_two, "ben", observation("o", "a", 5, "ana")) == 403
    assert team_of_two.as_user("ben").delete("Observation/o").status_code == 403


@pytest.mark.parametrize("name", ["CarePlan", "Goal", "MedicationStatement", "RelatedPerson", "Flag"])
def test_shared_records_are_changed_by_any_member(team_of_two: Plan, name: str) -> None:
    sample = samples("a", "ana", "s")[name]
    assert put(team_of_two, "ana", sample) == 201
    assert put(team_of_two, "ben", sample) == 200
    assert put(team_of_two, "sue", sample) == 200
    assert put(team_of_two, "tom", sample) == 403


def test_the_author_of_a_shared_record_stays(team_of_two: Plan) -> None:
    plan, sample = team_of_two, samples("a", "ana", "s")["CarePlan"]
    assert put(plan, "ana", sample) == 201
    for taker in ("ben", "sue"):
        taken = sample | {"author": {"reference": f"Practitioner/{taker}"}}
        assert put(plan, taker, taken) == 403
        nobody = {name: value for name, value in sample.items() if name != "author"}
        assert put(plan, taker, nobody) == 403


@pytest.mark.parametrize(
    "author",
    [
        {"reference": "Practitioner/ben"},
        {"reference": "PractitionerRole/x"},
        {"display": "Ben"},
        {"identifier": {"value": "ben"}},
    ],
)
def test_nobody_writes_in_anothers_name(plan: Plan, author: dict[str, Any]) -> None:
    assert put(plan, "ana", observation("o", "a", performer=[author])) == 403
    assert put(plan, "ana", observation("o", "a", performer=[{"reference": "Patient/a"}])) == 201
    assert put(plan, "ana", provenance("p", "ana", "Observation/o") | {"agent": [{"who": author}]}) == 403
    signature = {
        "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}],
        "when": "2026-05-28T11:05:00Z",
        "who": author,
    }
    assert put(plan, "ana", provenance("p", "ana", "Observation/o") | {"signature": [signature]}) == 403
    assert put(plan, "ana", provenance("p", "ana", "Observation/o")) == 201


def test_a_supervisor_corrects_encounters_of_her_team_but_not_who_made_them(plan: Plan) -> None:
    made = encounter("e", "a", "ana")
    assert put(plan, "ana", made) == 201
    corrected = made | {"reasonCode": [{"text": "Corrected"}]}
    assert put(plan, "tom", corrected) == 403
    assert put(plan, "sue", corrected) == 200
    assert put(plan, "sue", encounter("e", "a", "sue")) == 403
    assert put(plan, "ana", observation("o", "a", 3, "ana")) == 201
    assert put(plan, "sue", observation("o", "a", 4, "ana")) == 403


def test_moving_a_record_needs_rights_on_both_patients(team_of_two: Plan) -> None:
    assert put(team_of_two, "ben", samples("a", "ben", "f")["Flag"]) == 201
    assert put(team_of_two, "ana", samples("b", "ben", "f")["Flag"]) == 403
    assert put(team_of_two, "ben", samples("b", "ben", "f")["Flag"]) == 200
    ana = team_of_two.as_user("ana")
    assert ana.get("Flag/flag-f").status_code == 404
    assert ana.get("Flag/flag-f/_history").status_code == 404
    assert ids(ana.get("Flag").json()) == []


def test_a_provenance_over_two_patients_or_over_nothing_known_is_refused(team_of_two: Plan) -> None:
    assert put(team_of_two, "ben", observation("o1", "a")) == 201
    assert put(team_of_two, "ben", observation("o2", "b")) == 201
    assert put(team_of_two, "ben", provenance("p", "ben", "Observation/o1", "Observation/o2")) == 422
    assert put(team_of_two, "ben", provenance("p", "ben", "Observation/none")) == 403
    assert put(team_of_two, "ana", provenance("p", "ana", "Observation/o2")) == 403


def end_membership(plan: Plan, **period: str) -> None:
    """Ana leaves patient a's team: by a period's end, or by not being named any more."""
    with write_transaction(plan.engine) as connection:
        team = careteam("ct-a", "a", "ana", period=period) if period else careteam("ct-a", "a", "ben")
        put_as_system(connection, team)


def test_who_left_loses_access_at_once_even_where_the_servers_clock_had_gone_back(plan: Plan) -> None:
    """The panel was stamped by the real clock, months ahead of this plan's: its stamps run on ahead of the time."""
    assert plan.as_user("ana").get("Patient/a").status_code == 200
    answer = plan.as_user("op").put("CareTeam/ct-a", json=careteam("ct-a", "a", "ben"))
    assert answer.status_code == 200
    assert plan.as_user("ana").get("Patient/a").status_code == 404
    assert plan.as_user("ben").get("Patient/a").status_code == 200


def test_work_done_as_a_member_is_taken_after_she_left(plan: Plan, clock: Clock) -> None:
    end_membership(plan, start="2026-05-01T00:00:00Z", end="2026-05-28T10:30:00Z")
    clock.now = 1_780_000_000_000  # 2026-05-28T20:26:40Z
    ana, sent = plan.as_user("ana"), visit("a", "ana")
    assert ana.get("Patient/a").status_code == 404
    answer = ana.post("", json=sent)
    assert answer.status_code == 200, answer.text
    encounter_url, provenance_url = sent["entry"][0]["request"]["url"], sent["entry"][-1]["request"]["url"]
    assert ana.get(encounter_url).status_code == 200
    assert ana.get(provenance_url).status_code == 200
    assert ana.post("", json=sent).status_code == 412
    assert ids(ana.get("Encounter").json()) == []
    after = encounter(
        "later", "a", "ana", period={"start": "2026-05-28T10:31:00Z", "end": "2026-05-28T11:00:00Z"}
    )
    assert put(plan, "ana", after) == 403
    before = encounter(
        "early", "a", "ana", period={"start": "2026-04-30T10:00:00Z", "end": "2026-04-30T11:00:00Z"}
    )
    assert put(plan, "ana", before) == 403
    undated = samples("a", "ana", "late")["Flag"]
    assert put(plan, "ana", undated) == 403
    changed = sent["entry"][0]["resource"] | {"reasonCode": [{"text": "Changed"}]}
    assert put(plan, "ana", changed) == 403


def test_an_author_reads_her_own_writes_by_id_for_thirty_days_after_she_left(
    plan: Plan, clock: Clock
) -> None:
    sent = visit("a", "ana")
    ana = plan.as_user("ana")
    assert ana.post("", json=sent).status_code == 200
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, observation("other", "a", 1, "ben"))
    end_membership(plan, end="2026-05-28T12:00:00Z")
    urls = [each["request"]["url"] for each in sent["entry"]]
    clock.now += 29 * DAY
    assert {ana.get(url).status_code for url in urls} == {200}
    assert ana.get(f"{urls[0]}/_history").status_code == 200
    assert ana.get("Observation/other").status_code == 404
    assert ids(ana.get("Observation", params={"_id": urls[1].split("/")[1]}).json()) == []
    clock.now += 2 * DAY
    assert {ana.get(url).status_code for url in urls} == {404}


def test_a_nurse_who_is_no_longer_named_loses_the_patient_at_once(plan: Plan, clock: Clock) -> None:
    ana = plan.as_user("ana")
    assert ids(
        ana.get("CareTeam", params={"participant": "Practitioner/ana", "status": "active"}).json()
    ) == ["CareTeam/ct-a"]
    end_membership(plan)
    clock.now = 4_000_000_000_000
    assert ana.get("Patient/a").status_code == 404
    assert ids(ana.get("CareTeam").json()) == []
    assert plan.as_user("ben").get("Patient/a").status_code == 200


def test_rights_are_checked_for_each_entry_of_a_batch(plan: Plan) -> None:
    made = [entry(observation("o1", "a")), entry(observation("o2", "b")), entry(observation("o3", "a"))]
    answer = plan.as_user("ana").post("", json=bundle(*made, kind="batch")).json()
    assert [each["response"]["status"][:3] for each in answer["entry"]] == ["201", "403", "201"]


def test_a_very_restricted_record_is_its_authors(team_of_two: Plan) -> None:
    label = {
        "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"}]
    }
    assert put(team_of_two, "ana", observation("o", "a", meta=label)) == 201
    statuses = [
        team_of_two.as_user(user).get("Observation/o").status_code for user in ("ana", "ben", "sue", "op")
    ]
    assert statuses == [200, 404, 404, 200]


def test_what_its_author_deletes_is_gone_and_its_versions_stay(plan: Plan) -> None:
    ana = plan.as_user("ana")
    assert put(plan, "ana", observation("o", "a")) == 201
    assert ana.delete("Observation/o").status_code == 204
    assert ana.delete("Observation/o").status_code == 204
    assert ana.get("Observation/o").status_code == 410
    assert plan.as_user("ben").get("Observation/o").status_code == 404
    assert ids(ana.get("Observation").json()) == []
    history = ana.get("Observation/o/_history").json()["entry"]
    assert [each["request"]["method"] for each in history] == ["DELETE", "PUT"]
    assert put(plan, "ana", observation("o", "a")) == 410
    assert put(plan, "ana", observation("o", "a"), **{"If-None-Match": "*"}) == 412
    assert put(plan, "ana", observation("o", "a"), **{"If-Match": history[0]["response"]["etag"]}) == 201
    assert put(plan, "ana", provenance("p", "ana", "Observation/o")) == 201
    assert ana.delete("Provenance/p").status_code == 403


def test_a_nurse_s_task_names_her_as_the_one_who_asks(team_of_two: Plan) -> None:
    task = samples("a", "ana", "t")["Task"]
    nobody = {name: value for name, value in task.items() if name != "requester"}
    assert put(team_of_two, "ana", nobody) == 403
    made = {name: value for name, value in nobody.items() if name != "id"}
    assert team_of_two.as_user("ana").post("Task", json=made).status_code == 403
    assert put(team_of_two, "ana", task | {"requester": {"reference": "Practitioner/ben"}}) == 403
    assert put(team_of_two, "ana", task | {"requester": {"reference": "Patient/a"}}) == 403
    assert put(team_of_two, "ana", task) == 201
    assert put(team_of_two, "ana", nobody) == 403
    assert put(team_of_two, "ana", task | {"status": "accepted"}) == 200
    assert put(team_of_two, "ben", task | {"status": "completed"}) == 200
