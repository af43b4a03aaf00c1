"""Attempts to read, forge or take over records by detours, each of which once succeeded."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from plan.database import write_transaction
from plan.principal import Principal
from plan.resources import put_as_system
from tests.plan import plan_doubles
from tests.plan.fhir_builders import (
    bundle,
    careteam,
    encounter,
    entry,
    ids,
    observation,
    provenance,
    restricted,
)
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Plan

VERY_RESTRICTED = restricted("V")


@pytest.fixture
def team_of_two(plan: Plan) -> Plan:
    """Ana and Ben both look after patient a."""
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben"))
    return plan


def put(plan: Plan, user: str, resource: dict[str, Any], **headers: str) -> int:
    url = f"{resource['resourceType']}/{resource['id']}"
    return int(plan.as_user(user).put(url, json=resource, headers=headers).status_code)


def delete(plan: Plan, user: str, url: str) -> str:
    """Delete, and return the version that a resurrection would have to match."""
    client = plan.as_user(user)
    assert client.delete(url).status_code == 204
    return str(client.get(f"{url}/_history").json()["entry"][0]["response"]["etag"])


def as_ana_with(plan: Plan, monkeypatch: pytest.MonkeyPatch, *scopes: str) -> TestClient:
    """Ana with a token of these scopes only."""
    narrow = Principal("u1", "ana", "nurse", "ana", "team-1", frozenset(scopes))
    monkeypatch.setitem(plan_doubles.PRINCIPALS, "narrow-token", narrow)
    return plan.as_user("narrow")


def test_what_was_deleted_does_not_come_back_in_anothers_name(team_of_two: Plan) -> None:
    assert put(team_of_two, "ana", observation("o", "a", 3, "ana")) == 201
    version = delete(team_of_two, "ana", "Observation/o")
    assert put(team_of_two, "ana", observation("o", "a", 3, "ben"), **{"If-Match": version}) == 403
    assert put(team_of_two, "ana", observation("o", "a", 3, "ana"), **{"If-Match": version}) == 201


def test_nobody_but_its_author_brings_a_deleted_record_back(team_of_two: Plan) -> None:
    assert put(team_of_two, "ana", encounter("e", "a", "ana")) == 201
    version = delete(team_of_two, "ana", "Encounter/e")
    for nurse in ("ana", "ben", "sue"):
        assert put(team_of_two, "sue", encounter("e", "a", nurse), **{"If-Match": version}) == 403
    nobody = encounter("e", "a", "ana")
    del nobody["participant"]
    assert put(team_of_two, "sue", nobody, **{"If-Match": version}) == 403
    flag = samples("a", "ana", "t")["Flag"]
    assert put(team_of_two, "ana", flag) == 201
    version = delete(team_of_two, "ana", f"Flag/{flag['id']}")
    taken = flag | {"author": {"reference": "Practitioner/ben"}}
    assert put(team_of_two, "ben", taken, **{"If-Match": version}) == 403


def test_the_history_of_a_type_hides_versions_from_before_a_record_was_restricted(team_of_two: Plan) -> None:
    assert put(team_of_two, "ana", observation("o", "a", 7)) == 201
    assert put(team_of_two, "ana", observation("o", "a", 7, meta=VERY_RESTRICTED)) == 200
    assert ids(team_of_two.as_user("ben").get("Observation/_history").json()) == []
    assert ids(team_of_two.as_user("ana").get("Observation/_history").json()) == ["Observation/o"] * 2
    assert ids(team_of_two.as_user("op").get("Observation/_history").json()) == ["Observation/o"] * 2


def test_the_history_of_a_type_hides_versions_from_before_a_record_moved(plan: Plan) -> None:
    for patient_id in ("a", "b"):  # filed under the wrong patient first
        with write_transaction(plan.engine) as connection:
            put_as_system(connection, observation("o", patient_id, 7))
    assert ids(plan.as_user("ana").get("Observation/_history").json()) == []
    assert ids(plan.as_user("ben").get("Observation/_history").json()) == ["Observation/o"]


def test_a_token_that_may_only_create_reads_nothing_by_if_none_exist(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_ana_with(plan, monkeypatch, "user/*.c")
    content, condition = {"resourceType": "Patient"}, "identifier=m-a"
    assert client.post("Patient", json=content, headers={"If-None-Exist": condition}).status_code == 403
    request = {"method": "POST", "url": "Patient", "ifNoneExist": condition}
    for kind in ("transaction", "batch"):
        sent = bundle({"resource": content, "request": request}, kind=kind)
        answer = client.post("", json=sent, headers={"Prefer": "return=representation"})
        assert "birthDate" not in answer.text
        assert "Patient/a" not in answer.text


def test_a_scope_for_one_type_brings_no_other_type_along(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    assert put(plan, "ana", encounter("e", "a", "ana")) == 201
    about = {"encounter": {"reference": "Encounter/e"}}
    assert put(plan, "ana", observation("o", "a", **about)) == 201
    url = "Encounter?_include=Encounter:subject&_revinclude=Observation:encounter"
    assert len(ids(plan.as_user("ana").get(url).json())) == 3
    client = as_ana_with(plan, monkeypatch, "user/Encounter.rs")
    assert ids(client.get(url).json()) == ["Encounter/e"]
    assert ids(client.get("Encounter?subject:Patient.family=muster").json()) == []


def test_a_scope_that_is_narrowed_by_a_query_is_not_taken_whole(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_ana_with(plan, monkeypatch, "user/Observation.rs?category=survey")
    assert client.get("Observation").status_code == 403


def test_a_line_feed_passes_in_no_id_and_no_reference(plan: Plan) -> None:
    ana = plan.as_user("ana")
    answer = ana.put("Observation/o%0A", json=observation("o\n", "a"))
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert put(plan, "ana", observation("o", "a", subject={"reference": "Patient/a\n"})) in (403, 422)
    sent = bundle(entry(observation("o\n", "a")))
    assert ana.post("", json=sent).status_code == 400


def test_records_of_who_did_what_are_written_once(team_of_two: Plan) -> None:
    for name in ("o1", "o2"):
        assert put(team_of_two, "ana", observation(name, "a", 3, "ana")) == 201
    assert put(team_of_two, "ana", provenance("p", "ana", "Observation/o1")) == 201
    assert put(team_of_two, "ana", provenance("p", "ana", "Observation/o1", "Observation/o2")) == 403
    event = samples("a", "ana", "s")["AuditEvent"]
    assert put(team_of_two, "ana", event) == 201
    assert put(team_of_two, "ana", event | {"recorded": "2020-01-01T00:00:00Z"}) == 403


def test_a_colleague_cannot_hide_a_shared_record_from_the_team(team_of_two: Plan) -> None:
    shared = samples("a", "ana", "s")["CarePlan"]
    assert put(team_of_two, "ana", shared) == 201
    assert put(team_of_two, "ben", shared | {"meta": VERY_RESTRICTED}) == 403
    assert put(team_of_two, "sue", shared | {"meta": VERY_RESTRICTED}) == 403
    assert put(team_of_two, "ben", shared | {"description": "Seen"}) == 200


def test_nobody_authenticates_a_document_or_writes_a_note_in_anothers_name(team_of_two: Plan) -> None:
    document = samples("a", "ana", "s")["DocumentReference"]
    assert put(team_of_two, "ana", document | {"authenticator": {"reference": "Practitioner/sue"}}) == 403
    assert put(team_of_two, "ana", document | {"authenticator": {"reference": "Practitioner/ana"}}) == 201
    note = [{"text": "Agreed", "authorReference": {"reference": "Practitioner/ben"}}]
    assert put(team_of_two, "ana", observation("o", "a", 3, "ana", note=note)) == 403
    shared = samples("a", "ana", "s")["CarePlan"]
    assert put(team_of_two, "ana", shared | {"note": note}) == 403
    assert put(team_of_two, "ana", shared) == 201
    assert put(team_of_two, "ben", shared | {"note": note}) == 200
    assert put(team_of_two, "ana", shared | {"note": note, "description": "New"}) == 200


@pytest.mark.parametrize("name", ["code", "_id", "date", "patient", "_tag"])
def test_a_search_that_would_keep_the_database_busy_for_minutes_is_refused(plan: Plan, name: str) -> None:
    ana = plan.as_user("ana")
    for length, status in ((200, 200), (50_000, 400)):
        form = {name: ",".join(str(1900 + n % 200) for n in range(length))}
        assert ana.post("Observation/_search", data=form).status_code == status
    assert ana.get("Observation?" + "&".join(["code=x"] * 101)).status_code == 400


def test_nobody_unknown_makes_the_server_read_a_search_form(plan: Plan) -> None:
    answer = plan.client.post(
        "Patient/_search", content=b"not a form", headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"valueInteger": 98765432109}, {"contained": [{"resourceType": "Wilhelmina", "id": "x"}]}]
)
def test_a_refusal_does_not_repeat_what_was_sent(plan: Plan, wrong: dict[str, Any]) -> None:
    answer = plan.as_user("ana").put("Observation/o", json=observation("o", "a") | wrong)
    assert answer.status_code == 422
    assert not any(text in answer.text for text in ("98765432109", "Wilhelmina"))


def test_no_page_of_the_plan_runs_scripts_of_another_host(plan: Plan) -> None:
    for path in ("docs", "redoc", "docs/oauth2-redirect"):
        assert plan.client.get(f"http://plan.test/{path}").status_code == 404


def test_nothing_is_slipped_into_a_visit_of_another_patient(team_of_two: Plan) -> None:
    """Sue sees both patients: what Ana files under Ben's visit would show as part of it."""
    assert put(team_of_two, "ben", encounter("e-b", "b", "ben")) == 201
    assert put(team_of_two, "ana", encounter("e-a", "a", "ana")) == 201
    for encounter_id in ("e-b", "absent"):
        slipped = observation("o", "a", 10, "ana", encounter={"reference": f"Encounter/{encounter_id}"})
        assert put(team_of_two, "ana", slipped) == 422
        sent = bundle(entry(encounter("e-new", "a", "ana")), entry(slipped))
        assert team_of_two.as_user("ana").post("", json=sent).status_code == 422
    assert put(team_of_two, "ben", observation("o", "b", 10, encounter={"reference": "Encounter/e-a"})) == 422
    assert put(team_of_two, "ben", observation("o", "a", 1, encounter={"reference": "Encounter/e-a"})) == 201
    moved = observation("o", "b", 1, encounter={"reference": "Encounter/e-a"})
    assert put(team_of_two, "ben", moved) == 422
