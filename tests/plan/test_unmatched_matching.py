"""A join taken back, and the supervisor who says which member a person made at a door is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from plan.audit.tables import AuditRow
from plan.database import read_transaction, write_transaction
from plan.fhir.outcomes import Refusal
from plan.resources import put_as_system
from tests.plan.fhir_builders import (
    careteam,
    ids,
    observation,
    patient,
    visit,
)
from tests.plan.plan_doubles import Clock, Plan
from tests.plan.unmatched_ward import (
    URL,
    Json,
    do_join,
    do_undo,
    make_ward,
    subject_of,
)


@pytest.fixture
def ward(engine: Engine, clock: Clock) -> Plan:
    return make_ward(engine, clock)


class TestTakingAJoinBack:
    def test_brings_back_what_came_and_what_was_written_about_it_since(self, ward: Plan) -> None:
        before = ward.as_user("ben").get("Patient/b").json()
        do_join(ward)
        ben, sue, ana = ward.as_user("ben"), ward.as_user("sue"), ward.as_user("ana")
        assert ana.post("", json=visit("tmp", "ana", values=1)).status_code == 200
        question = {
            "resourceType": "Communication",
            "id": "q1",
            "status": "completed",
            "subject": {"reference": "Patient/b"},
            "encounter": {"reference": "Encounter/e1"},
            "sender": {"reference": "Practitioner/sue"},
        }
        assert sue.put("Communication/q1", json=question).status_code == 201
        assert ben.put("Observation/own", json=observation("own", "b", 3, "ben")).status_code == 201
        do_undo(ward)
        for url in ("Encounter/e1", "Observation/o1", "Task/t1", "Communication/q1", "Provenance/w1"):
            assert ben.get(url).status_code == 404, url
            assert sue.get(url).status_code == 200, url
        assert subject_of(ana, "Task/t1") == "Patient/tmp"
        assert len(ids(ana.get("Encounter", params={"patient": "tmp"}).json())) == 2
        assert subject_of(ben, "Observation/own") == "Patient/b"
        after, left = ben.get("Patient/b").json(), ana.get("Patient/tmp").json()
        assert {**after, "meta": 0} == {**before, "meta": 0}
        assert left["active"] is True
        assert "link" not in left

    def test_what_a_device_still_calls_the_members_goes_where_it_belongs(self, ward: Plan) -> None:
        do_join(ward)
        sue = ward.as_user("sue")
        held = sue.get("Task/t1")
        do_undo(ward)
        note = held.json() | {"note": [{"text": "Called back"}]}
        answer = sue.put("Task/t1", json=note, headers={"If-Match": held.headers["ETag"]})
        assert answer.status_code == 200, answer.text
        assert subject_of(sue, "Task/t1") == "Patient/tmp"
        later = observation("o2", "b", 2, "sue", encounter={"reference": "Encounter/e1"})
        assert sue.put("Observation/o2", json=later).status_code == 201
        assert subject_of(sue, "Observation/o2") == "Patient/tmp"

    def test_she_can_be_joined_to_the_right_member_then(self, ward: Plan) -> None:
        do_join(ward)
        do_undo(ward)
        with pytest.raises(Refusal):
            do_undo(ward)
        do_join(ward, "a")
        assert subject_of(ward.as_user("ana"), "Encounter/e1") == "Patient/a"
        assert ward.as_user("ben").get("Encounter/e1").status_code == 404


class TestTheSupervisorsDoor:
    def matched(self, client: TestClient, **said: str) -> Any:
        parts: list[Json] = [{"name": "person", "valueReference": {"reference": "Patient/tmp"}}]
        for name, value in said.items():
            kind = {"member": "valueReference", "name": "valueString", "undo": "valueBoolean"}[name]
            shown: Any = {"reference": f"Patient/{value}"} if name == "member" else value
            parts.append({"name": name, kind: True if name == "undo" else shown})
        return client.post(URL, json={"resourceType": "Parameters", "parameter": parts})

    def test_is_for_supervisors_and_shows_only_their_teams_people(self, ward: Plan) -> None:
        for name, status in {"ana": 403, "cam": 403, "op": 403, "sue": 200, "tom": 200}.items():
            answer = ward.as_user(name).get(URL)
            assert answer.status_code == status
            assert ("tmp" in answer.text) is (name == "sue")
        assert self.matched(ward.as_user("tom"), member="b").status_code == 404
        assert self.matched(ward.as_user("ana"), member="b").status_code == 403
        with write_transaction(ward.engine) as connection:
            put_as_system(connection, patient("toms"))
            put_as_system(connection, careteam("ct-toms", "toms", "ben", team_id="team-2"))
        assert self.matched(ward.as_user("tom"), member="toms").status_code == 404

    def test_lists_what_agrees_and_what_differs_and_chooses_nobody(self, ward: Plan) -> None:
        with write_transaction(ward.engine) as connection:
            put_as_system(connection, patient("b", "Mustermann"))
        (said,) = [one for one in ward.as_user("sue").get(URL).json()["parameter"] if one["name"] == "person"]
        candidates = [one["part"] for one in said["part"] if one["name"] == "candidate"]
        found = {
            part[0]["valueReference"]["reference"]: {
                one["name"]: one["valueCode"] for one in part[-1]["part"]
            }
            for part in candidates
        }
        unknown = {"member-number": "unknown", "address": "unknown"}
        assert found == {
            "Patient/a": {"name": "agrees", "birth-date": "agrees", **unknown},
            "Patient/b": {"name": "differs", "birth-date": "agrees", **unknown},
        }
        assert "member" not in [one["name"] for one in said["part"]]

    def test_joins_and_takes_back_with_an_audit_event_each(self, ward: Plan) -> None:
        sue = ward.as_user("sue")
        assert self.matched(sue, member="nobody").status_code == 404
        assert self.matched(sue, member="b").status_code == 200
        assert subject_of(ward.as_user("ben"), "Encounter/e1") == "Patient/b"
        assert self.matched(sue, undo="yes").status_code == 200
        assert subject_of(sue, "Encounter/e1") == "Patient/tmp"
        with read_transaction(ward.engine) as connection:
            events = AuditRow.metadata.tables["audit_event"]
            rows = connection.execute(select(events).where(events.c.action == "match")).all()
        assert [row.user_id for row in rows] == ["u3", "u3"]
