"""Copies of unsigned drafts at the plan: by whom they are kept and read, and that nothing else ever meets one."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select

from plan.audit.place import audit_transaction
from plan.audit.tables import AuditPatient, AuditRow
from plan.database import write_transaction
from plan.drafts.keeping import KEPT_FOR_MS, MOST, table
from plan.fhir.access import DAY_MS
from plan.fhir.stamps import clock_ms
from plan.leave.tables import NurseLeave
from plan.resources import put_as_system
from plan.users import User
from tests.plan.fhir_builders import careteam, encounter
from tests.plan.plan_doubles import Clock, Plan

OPERATION = "$hearthside-draft"
VISIT = "11111111-2222-4333-8444-555555555555"
OTHER = "11111111-2222-4333-8444-666666666666"
ONE, TWO = "a" * 32, "b" * 32
MARK = "Quillfeather"
"""A word that stands in a draft and nowhere else."""
Json = dict[str, Any]


@pytest.fixture
def staffed(plan: Plan) -> Plan:
    people = [("u1", "ana", "team-1"), ("u2", "ben", "team-1"), ("u9", "eve", "team-2")]
    with write_transaction(plan.engine) as connection:
        for user_id, name, team_id in people:
            row = {
                "id": user_id,
                "username": f"{name}.user",
                "display_name": f"{name.title()} RN",
                "role": "nurse",
            }
            more = {"practitioner_id": name, "team_id": team_id, "disabled": False, "created_ms": 0}
            connection.execute(insert(User).values(**row, **more, password_hash=None))
    return plan


def draft(patient: str = "a", words: str = MARK) -> Json:
    said = [
        {"name": "patient", "valueString": patient},
        {"name": "began", "valueInstant": "2026-05-28T11:40:00-06:00"},
        {"name": "changed", "valueInstant": "2026-05-28T11:52:00-06:00"},
        {"name": "body", "valueString": f'{{"note":"{words}"}}'},
    ]
    return {"resourceType": "Parameters", "parameter": said}


def keep(plan: Plan, who: str = "ana", device: str = ONE, visit: str = VISIT, **more: str) -> httpx.Response:
    answer: httpx.Response = plan.as_user(who).put(f"{OPERATION}/{visit}/{device}", json=draft(**more))
    return answer


def read(plan: Plan, who: str, device: str = ONE, visit: str = VISIT) -> httpx.Response:
    answer: httpx.Response = plan.as_user(who).get(f"{OPERATION}/{visit}/{device}")
    return answer


def listed(plan: Plan, who: str) -> list[tuple[str, str]]:
    answer = plan.as_user(who).get(OPERATION)
    assert answer.status_code == 200, answer.text
    assert MARK not in answer.text, "a list holds nothing of what stands in a draft"
    parts = [{one["name"]: one for one in each["part"]} for each in answer.json().get("parameter", [])]
    return [(one["visit"]["valueString"], one["device"]["valueString"]) for one in parts]


def cover(plan: Plan, nurse: str, stand_in: str, from_ms: int, until_ms: int) -> None:
    with write_transaction(plan.engine) as connection:
        columns = NurseLeave.metadata.tables["nurse_leave"].c
        row: Json = {
            "practitioner_id": nurse,
            "stand_in_id": stand_in,
            "from_ms": from_ms,
            "until_ms": until_ms,
        }
        for column in columns:
            if column.name not in row and not column.nullable and column.default is None:
                row[column.name] = f"leave-{nurse}" if column.type.python_type is str else 0
        connection.execute(insert(columns.practitioner_id.table).values(**row))


def test_a_draft_is_read_by_its_author_and_her_supervisor_and_by_nobody_else(staffed: Plan) -> None:
    assert keep(staffed).status_code == 200
    for who in ("ana", "sue"):
        assert listed(staffed, who) == [(VISIT, ONE)]
        assert MARK in read(staffed, who).text
    for who in ("ben", "tom"):
        assert listed(staffed, who) == []
        assert read(staffed, who).status_code == 404
    for who in ("cam", "op"):
        assert staffed.as_user(who).get(OPERATION).status_code == 403
        assert read(staffed, who).status_code == 403


def test_who_covers_the_author_reads_it_for_as_long_as_the_cover_stands(staffed: Plan, clock: Clock) -> None:
    keep(staffed)
    cover(staffed, "ana", "ben", clock.now - 1000, clock.now + DAY_MS)
    assert MARK in read(staffed, "ben").text
    clock.now += DAY_MS + 1
    assert listed(staffed, "ben") == []
    assert read(staffed, "ben").status_code == 404


def test_each_device_keeps_a_draft_of_its_own_and_a_later_copy_takes_the_place_of_its_first(
    staffed: Plan,
) -> None:
    keep(staffed, words="first")
    keep(staffed, device=TWO, words="other")
    keep(staffed, words=MARK)
    assert sorted(listed(staffed, "ana")) == [(VISIT, ONE), (VISIT, TWO)]
    assert MARK in read(staffed, "ana").text
    assert "first" not in read(staffed, "ana").text
    assert "other" in read(staffed, "ana", TWO).text


def test_a_draft_of_somebody_elses_person_is_not_taken_and_one_of_a_colleague_not_touched(
    staffed: Plan,
) -> None:
    assert keep(staffed, patient="b").status_code == 403
    keep(staffed)
    assert keep(staffed, "ben", patient="b", words="his").status_code == 200
    assert staffed.as_user("sue").delete(f"{OPERATION}/{VISIT}/{ONE}").status_code == 200
    assert MARK in read(staffed, "ana").text, "hers stays what it is"
    assert staffed.as_user("ana").delete(f"{OPERATION}/{VISIT}/{ONE}").status_code == 200
    assert listed(staffed, "ana") == []
    assert "his" in read(staffed, "ben").text


def test_only_the_version_that_is_named_is_taken_away(staffed: Plan) -> None:
    first = keep(staffed, words="first").json()["parameter"][0]["valueString"]
    keep(staffed)
    ana = staffed.as_user("ana")
    assert ana.delete(f"{OPERATION}/{VISIT}/{ONE}", headers={"If-Match": f'"{first}"'}).status_code == 412
    assert listed(staffed, "ana") == [(VISIT, ONE)]
    assert ana.delete(f"{OPERATION}/{VISIT}/{ONE}", headers={"If-Match": '"x"'}).status_code == 400


def test_a_signed_visit_has_no_draft_whatever_a_late_copy_says(staffed: Plan) -> None:
    keep(staffed)
    with write_transaction(staffed.engine) as connection:
        put_as_system(connection, {**encounter("visit", "a", "ana"), "id": VISIT})
    assert listed(staffed, "ana") == []
    assert read(staffed, "ana").status_code == 404
    assert keep(staffed).status_code == 409
    with staffed.engine.connect() as connection:
        assert connection.execute(select(table)).first() is None, "and what lay there is gone"


def test_no_search_read_or_count_meets_a_draft(staffed: Plan) -> None:
    before = staffed.as_user("op").get("Encounter?_summary=count").json()["total"]
    keep(staffed)
    op = staffed.as_user("op")
    assert op.get(f"Encounter/{VISIT}").status_code == 404
    assert op.get("Encounter?_summary=count").json()["total"] == before
    for path in (
        "Encounter",
        "QuestionnaireResponse",
        "Observation",
        "DocumentReference",
        "Basic",
        "_history",
    ):
        assert MARK not in op.get(path).text
    with staffed.engine.connect() as connection:
        for name in table.metadata.tables:
            if name != table.name:
                held = connection.execute(select(table.metadata.tables[name])).all()
                assert MARK not in str(held), name


def test_writing_and_reading_one_stand_in_the_trail_without_what_is_in_it(staffed: Plan) -> None:
    keep(staffed)
    read(staffed, "sue")
    read(staffed, "ben")
    with audit_transaction(staffed.engine) as connection:
        trail = [*connection.execute(select(AuditRow.metadata.tables["audit_event"]))]
    with staffed.engine.connect() as connection:
        trail += connection.execute(select(AuditRow.metadata.tables["audit_event"])).all()
        about = connection.execute(select(AuditPatient.metadata.tables["audit_patient"])).all()
    told = {(row.practitioner_id, row.action) for row in trail}
    assert {("ana", "write"), ("sue", "read"), ("ben", "refusal")} <= told
    assert any(row.patient_id == "a" for row in about)
    assert MARK not in str(trail)


def test_who_left_the_team_reads_her_own_draft_for_the_days_of_an_author_and_no_longer(
    staffed: Plan, clock: Clock
) -> None:
    clock.now = clock_ms()
    keep(staffed)
    with write_transaction(staffed.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ben"))
    clock.now = clock_ms() + 1
    assert keep(staffed).status_code == 403, "nothing new is kept"
    assert read(staffed, "ana").status_code == 200
    clock.now += 29 * DAY_MS
    assert read(staffed, "ana").status_code == 200
    clock.now += 2 * DAY_MS
    assert read(staffed, "ana").status_code == 404


def test_copies_that_nobody_renews_go_and_one_nurse_keeps_only_so_many(staffed: Plan, clock: Clock) -> None:
    for number in range(MOST):
        assert keep(staffed, visit=f"11111111-2222-4333-8444-{number:012d}").status_code == 200
    assert keep(staffed).status_code == 413
    clock.now += KEPT_FOR_MS + 1
    assert listed(staffed, "ana") == []
    assert keep(staffed).status_code == 200
    with staffed.engine.connect() as connection:
        assert len(connection.execute(select(table.c.visit_id)).all()) == 1


@pytest.mark.parametrize(
    ("visit", "device"),
    [("x", ONE), (VISIT.upper().replace("1", "A"), ONE), (VISIT, "x"), (VISIT, ONE + "0")],
)
def test_what_is_no_key_of_a_draft_is_not_there(staffed: Plan, visit: str, device: str) -> None:
    assert keep(staffed, visit=visit, device=device).status_code == 404


@pytest.mark.parametrize("name", ["patient", "began", "changed", "body"])
def test_a_draft_that_lacks_something_is_not_kept(staffed: Plan, name: str) -> None:
    said = draft()
    said["parameter"] = [one for one in said["parameter"] if one["name"] != name]
    answer = staffed.as_user("ana").put(f"{OPERATION}/{VISIT}/{ONE}", json=said)
    assert answer.status_code == 400
    assert not re.search(MARK, answer.text)
