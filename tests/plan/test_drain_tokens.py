"""A withdrawn sign-in brings what was written and asks what became of it; it reads, searches and deletes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from starlette.testclient import TestClient

from plan.app import make_app
from plan.principal import Principal
from tests.plan.fhir_builders import bundle, encounter, entry, observation, provenance, visit
from tests.plan.plan_doubles import PRINCIPALS, Clock, load_panel

UNTIL_MS = 1_780_086_400_000
UNTIL = "2026-05-29T20:26:40.000Z"


def authenticate(_connection: Connection, token: str) -> Principal | None:
    """`drain-ana`, `drain-sue` …: the doubles' people, withdrawn."""
    known = PRINCIPALS.get(f"{token.removeprefix('drain-')}-token")
    withdrawn = known is not None and token.startswith("drain-")
    return replace(known, drain_until_ms=UNTIL_MS) if withdrawn and known is not None else known


class Ward:
    """One plan, asked as one person or another."""

    def __init__(self, engine: Engine) -> None:
        load_panel(engine)
        self.app = make_app(engine, base_url="http://plan.test", authenticate=authenticate, clock=Clock())

    def client(self, who: str) -> TestClient:
        client = TestClient(self.app, base_url="http://plan.test/fhir/", raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {who}"
        return client


@pytest.fixture
def ward(engine: Engine) -> Ward:
    return Ward(engine)


@pytest.fixture
def both(any_engine: Engine) -> Ward:
    """On both databases: what rests on the predicate."""
    return Ward(any_engine)


def tagged(resource: dict[str, Any], write_id: str) -> dict[str, Any]:
    return resource | {"meta": {"tag": [{"system": "urn:hearthside:write", "code": write_id}]}}


def a_write(write_id: str = "w-1", visit_id: str = "v-1", nurse: str = "ana") -> dict[str, Any]:
    """A visit as the app sends it: every version carries the id of its Provenance."""
    resources = [encounter(visit_id, "a", nurse), observation(f"o-{visit_id}", "a", 7, nurse)]
    names = [f"{one['resourceType']}/{one['id']}" for one in resources]
    resources.append(provenance(write_id, nurse, *names))
    return bundle(*(entry(tagged(one, write_id)) for one in resources))


def test_a_visit_written_before_is_taken_and_its_look_up_answers(both: Ward) -> None:
    ana = both.client("drain-ana")
    answer = ana.post("", json=a_write(), headers={"Prefer": "return=representation"})
    assert [one["response"]["status"][:3] for one in answer.json()["entry"]] == ["201"] * 3
    for path in ("Provenance/w-1", "Encounter/v-1", "Encounter/v-1/_history", "Observation/o-v-1/_history"):
        assert ana.get(path).status_code == 200, path
    version = ana.get("Encounter/v-1").json()["meta"]["versionId"]
    assert ana.get(f"Encounter/v-1/_history/{version}").status_code == 200
    assert both.client("ben").get("Encounter/v-1").status_code == 404
    assert both.client("ana").get("Encounter/v-1").status_code == 200


def test_the_same_bytes_again_are_answered_as_a_write_that_is_there(ward: Ward) -> None:
    ana = ward.client("drain-ana")
    for expected in (200, 412):
        assert ana.post("", json=a_write()).status_code == expected


def test_nothing_is_read_that_no_write_of_hers_names(ward: Ward) -> None:
    for path in (
        "Patient/a",
        "CareTeam/ct-a",
        "Practitioner/ana",
        "Organization/team-1",
        "Patient",
        "Observation?patient=a",
        "CareTeam?participant=Practitioner/ana&status=active",
        "Encounter/_history",
        "Provenance?agent=Practitioner/ana",
        "Patient/a/_history",
    ):
        assert ward.client("ana").get(path).status_code == 200, path
        answer = ward.client("drain-ana").get(path)
        assert answer.status_code == 403, path
        assert answer.headers["Hearthside-Drain"] == UNTIL
        assert answer.json()["issue"][0]["code"] == "forbidden"


def test_records_of_the_same_patient_by_others_look_absent(ward: Ward) -> None:
    ana = ward.client("ana")
    assert ana.put("Observation/plain", json=observation("plain", "a", 3, "ana")).status_code == 201
    assert ward.client("op").put("Flag/f", json=flag("f")).status_code == 201
    for path in ("Observation/plain", "Observation/plain/_history", "Flag/f", "Observation/nowhere"):
        assert ward.client("drain-ana").get(path).status_code == 404, path


def test_a_manifest_of_her_own_does_not_make_others_records_readable(both: Ward) -> None:
    """She may name what she likes in a Provenance; only what that very write made can be read."""
    assert both.client("op").put("Flag/f", json=flag("f")).status_code == 201
    drain = both.client("drain-ana")
    for name in ("f", "Flag", "active"):
        naming = bundle(entry(provenance(name, "ana", "Flag/f", "Patient/a")))
        assert drain.post("", json=naming).status_code in (200, 422)
    assert drain.get("Flag/f").status_code == 404
    assert drain.get("Flag/f/_history").status_code == 404


def test_an_edit_of_what_a_team_shares_is_looked_up_by_its_own_version_only(both: Ward) -> None:
    made = both.client("op").put("Flag/f", json=flag("f")).json()
    drain = both.client("drain-ana")
    assert drain.put("Flag/f", json=flag("f")).status_code == 403, "blindly over the top"
    rests = f'W/"{made["meta"]["versionId"]}"'
    changed = tagged(flag("f") | {"status": "inactive"}, "w-9")
    both = bundle(entry(changed, ifMatch=rests), entry(tagged(provenance("w-9", "ana", "Flag/f"), "w-9")))
    assert drain.post("", json=both).status_code == 200
    history = drain.get("Flag/f/_history").json()
    assert [one["resource"]["status"] for one in history["entry"]] == ["inactive"]
    assert drain.get(f"Flag/f/_history/{made['meta']['versionId']}").status_code == 404


def test_no_bundle_reads_either(ward: Ward) -> None:
    for kind in ("transaction", "batch"):
        for url in ("Patient/a", "Patient", "Observation?patient=a"):
            entries = [{"request": {"method": "GET", "url": url}}]
            asked = {"resourceType": "Bundle", "type": kind, "entry": entries}
            answer = ward.client("drain-ana").post("", json=asked)
            assert "Muster" not in answer.text
            found = answer.json()
            statuses = [one["response"]["status"] for one in found.get("entry", [])]
            assert answer.status_code == 403 or statuses[0].startswith("403"), (kind, url)


def test_nothing_is_deleted_looked_for_or_written_for_a_stranger(ward: Ward) -> None:
    drain = ward.client("drain-ana")
    assert drain.post("", json=a_write()).status_code == 200
    assert drain.delete("Observation/o-v-1").status_code == 403
    looking = {"If-None-Exist": "identifier=urn:test:member|m-a"}
    made = observation("x", "a", 3, "ana")
    assert drain.post("Observation", json=made, headers=looking).status_code == 403
    assert drain.post("", json=visit("b", "ana")).status_code == 403
    assert drain.post("", json=visit("a", "ben")).status_code == 403
    assert drain.post("Patient/_search", data={"name": "Muster"}).status_code == 403


def test_a_supervisor_and_a_care_manager_drain_alike(ward: Ward) -> None:
    for who in ("drain-sue", "drain-cam", "drain-op"):
        assert ward.client(who).get("Patient").status_code == 403
        assert ward.client(who).get("Patient/a").status_code in (403, 404)


def test_the_plans_other_doors_know_a_withdrawn_sign_in_too(ward: Ward) -> None:
    drain = ward.client("drain-ana")
    asked: dict[str, Any] = {"reason": "visit", "name": "Test Muster", "birthDate": "1940-02-03"}
    for path in ("$hearthside-emergency", "http://plan.test/devices", "http://plan.test/recovery"):
        assert drain.post(path, json=asked).status_code == 403, path
    assert drain.get("Patient/a/$hearthside-seen").status_code == 403
    contact = {"name": "device", "valueString": "d" * 32}
    told = drain.post("$hearthside-contact", json={"resourceType": "Parameters", "parameter": [contact]})
    assert told.is_success, "it still says how much waits"


def flag(resource_id: str) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "id": resource_id,
        "status": "active",
        "code": {"text": "Dog in the yard"},
        "subject": {"reference": "Patient/a"},
    }
