"""The table: every type the backend keeps, by every way to reach it, by a nurse who has no business there."""

from __future__ import annotations

import pytest

from plan.database import write_transaction
from plan.fhir.types import OPEN, TYPES
from plan.resources import put_as_system
from tests.plan.fhir_builders import bundle, ids
from tests.plan.fhir_samples import open_samples, samples
from tests.plan.plan_doubles import Plan

ABOUT_PATIENTS = sorted(name for name, kind in TYPES.items() if kind.group != OPEN)
NURSE_WRITES = sorted(name for name, kind in TYPES.items() if kind.nurse_writes)
READ_ONLY = sorted(set(TYPES) - set(NURSE_WRITES))


@pytest.fixture
def full(plan: Plan) -> Plan:
    """Ben's patient b with one resource of every type, and the open types."""
    with write_transaction(plan.engine) as connection:
        for each in [*samples("b", "ben", "b").values(), *open_samples().values()]:
            put_as_system(connection, each)
    return plan


def test_the_samples_cover_every_type() -> None:
    assert set(samples("b", "ben", "b")) == set(ABOUT_PATIENTS)
    assert set(open_samples()) == set(TYPES) - set(ABOUT_PATIENTS)


def test_a_nurse_gets_nothing_of_another_nurses_patient_of_any_type(full: Plan) -> None:
    ana, operator = full.as_user("ana"), full.as_user("op")
    for name, sample in samples("b", "ben", "b").items():
        url = f"{name}/{sample['id']}"
        stored = operator.get(url, headers={"Accept": "application/fhir+json"})
        assert stored.status_code == 200, url
        version = stored.json()["meta"]["versionId"]
        absent = ana.get(f"{name}/no-such-id")
        for path in (url, f"{url}/_history", f"{url}/_history/{version}"):
            answer = ana.get(path)
            assert answer.status_code == 404, path
            assert answer.json() == absent.json(), path
        asked = [{"request": {"method": "GET", "url": path}} for path in (url, f"{name}?_id={sample['id']}")]
        batched = ana.post("", json=bundle(*asked, kind="batch")).json()["entry"]
        assert batched[0]["response"]["status"].startswith("404")
        assert "entry" not in batched[1].get("resource", {})
        if not TYPES[name].searched:
            assert batched[1]["response"]["status"].startswith("400")
            continue
        searches = [{"_id": sample["id"]}, {}, {"_summary": "count"}, {"_lastUpdated": "ge2000-01-01"}]
        if "patient" in TYPES[name].params:
            searches.append({"patient": "b"})
        for params in searches:
            got = ana.get(name, params=params).json()
            posted = ana.post(f"{name}/_search", data=params).json()
            for found in (got, posted):
                assert url not in ids(found), (name, params)
                if "_summary" in params:
                    assert found["total"] == len(ids(ana.get(name).json())), (name, params)
        assert url not in ids(ana.get(f"{name}/_history").json())


def test_includes_chains_and_reverse_includes_stop_at_the_panel(full: Plan) -> None:
    ana = full.as_user("ana")
    with write_transaction(full.engine) as connection:
        task = samples("a", "ana", "a")["Task"] | {"focus": {"reference": "Encounter/encounter-b"}}
        put_as_system(connection, task)
    got = ana.get("Task", params={"_include": ["Task:focus", "Task:patient"]}).json()
    assert ids(got) == ["Task/task-a", "Patient/a"]
    payors = ana.get("Organization", params={"_revinclude": "Coverage:payor"}).json()
    assert "Coverage/coverage-b" not in ids(payors)
    chained = ana.get(
        "Task", params={"focus:Encounter.status": "finished"}, headers={"Prefer": "handling=strict"}
    )
    assert chained.status_code == 200
    assert ids(chained.json()) == []


def test_if_none_exist_does_not_tell_of_a_foreign_resource(full: Plan) -> None:
    body = samples("a", "ana", "a")["Encounter"]
    answer = full.as_user("ana").post(
        "Encounter", json=body, headers={"If-None-Exist": "identifier=urn:hearthside:visit|x"}
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("name", sorted(set(NURSE_WRITES) - {"AuditEvent"}))
def test_a_nurse_writes_for_her_patient_and_not_for_anothers(full: Plan, name: str) -> None:
    ana = full.as_user("ana")
    mine = samples("a", "ana", "mine")
    if name == "Provenance":
        ana.put("Encounter/encounter-mine", json=mine["Encounter"])
    assert ana.put(f"{name}/{mine[name]['id']}", json=mine[name]).status_code == 201
    for theirs in (samples("b", "ana", "new")[name], samples("absent", "ana", "new")[name]):
        if name == "Provenance":
            theirs["target"] = [{"reference": "Encounter/encounter-b"}]
        answer = ana.put(f"{name}/{theirs['id']}", json=theirs)
        assert answer.status_code == 403, answer.text
        assert ana.delete(f"{name}/{name.lower()}-b").status_code == 404
    moved = samples("b", "ana", "mine")[name]
    if name != "Provenance":
        assert ana.put(f"{name}/{moved['id']}", json=moved).status_code == 403
    foreign = samples("a", "ana", "b")[name]
    if name == "Provenance":
        foreign["target"] = [{"reference": "Encounter/encounter-mine"}]
    assert ana.put(f"{name}/{foreign['id']}", json=foreign).status_code == 404


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_the_plan_keeps_is_read_only_to_nurses_and_supervisors(full: Plan, name: str) -> None:
    sample = {**samples("a", "ana", "a"), **open_samples()}[name]
    for user in ("ana", "sue"):
        answer = full.as_user(user).put(
            f"{name}/{sample['id']}-new", json=sample | {"id": f"{sample['id']}-new"}
        )
        assert answer.status_code == 403, answer.text
        assert answer.json()["issue"][0]["code"] == "forbidden"


@pytest.mark.parametrize("name", sorted(set(TYPES) - set(ABOUT_PATIENTS)))
def test_open_types_are_read_by_all_who_signed_in(full: Plan, name: str) -> None:
    for user in ("ana", "ben", "sue", "tom"):
        assert f"{name}/open-{name.lower()}" in ids(full.as_user(user).get(name).json())


def test_without_a_good_token_there_is_only_401(full: Plan) -> None:
    requests = [("GET", "Patient/b"), ("GET", "Patient"), ("POST", ""), ("PUT", "Flag/x"), ("POST", "Flag")]
    for token in (None, "Bearer expired", "Basic YTpi", "Bearer "):
        headers = {"Authorization": token} if token else {}
        for method, path in requests:
            answer = full.client.request(method, path, headers=headers)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert answer.json()["resourceType"] == "OperationOutcome"
    assert full.client.get("metadata").status_code == 200


def test_a_token_without_write_scope_only_reads(full: Plan) -> None:
    reader = full.as_user("reader")
    assert reader.get("Patient/a").status_code == 200
    body = samples("a", "ana", "a")["Flag"]
    assert reader.put(f"Flag/{body['id']}", json=body).status_code == 403
