"""Who stands in reads and writes the other's people exactly as long as the cover lasts, by the server's clock."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, insert

from plan.database import write_transaction
from plan.fhir.stamps import instant
from plan.resources import put_as_system
from plan.users import User
from tests.plan.fhir_builders import careteam, encounter, observation, patient
from tests.plan.plan_doubles import Clock, Plan

LEAVE = "$hearthside-leave"
HOUR = 3_600_000
WEEK = 7 * 24 * HOUR
Json = dict[str, Any]


def staff(engine: Engine) -> None:
    people = [
        ("u1", "ana", "nurse", "team-1"),
        ("u2", "ben", "nurse", "team-1"),
        ("u3", "sue", "supervisor", "team-1"),
        ("u7", "fay", "nurse", "team-1"),
        ("u9", "eve", "nurse", "team-2"),
    ]
    with write_transaction(engine) as connection:
        for user_id, name, role, team_id in people:
            row = {"id": user_id, "username": f"{name}.user", "display_name": name.title(), "role": role}
            more = {"practitioner_id": name, "team_id": team_id, "disabled": False, "created_ms": 0}
            connection.execute(insert(User).values(**row, **more, password_hash=None))


@pytest.fixture
def staffed(plan: Plan) -> Plan:
    staff(plan.engine)
    return plan


def asked(**values: Any) -> Json:
    parameters = []
    for name, value in values.items():
        member = "valueReference" if isinstance(value, dict) else "valueString"
        parameters.append({"name": name.replace("_", "-").removesuffix("-"), member: value})
    return {"resourceType": "Parameters", "parameter": parameters}


def entering(nurse: str, stand_in: str, begins: int, until: int) -> Json:
    who = ({"reference": f"Practitioner/{one}"} for one in (nurse, stand_in))
    return asked(do="enter", nurse=next(who), stand_in=next(who), from_=instant(begins), until=instant(until))


def enter(plan: Plan, nurse: str, stand_in: str, begins: int, until: int, status: int = 200) -> Json:
    answer = plan.as_user("sue").post(LEAVE, json=entering(nurse, stand_in, begins, until))
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


def leave_parts(answer: Json) -> list[Json]:
    return [
        {part["name"]: next(value for name, value in part.items() if name != "name") for part in one["part"]}
        for one in answer["parameter"]
        if one["name"] == "leave"
    ]


def note(own_id: str, who: str, at: int) -> Json:
    return observation(own_id, who, 5, "ben") | {"effectiveDateTime": instant(at)}


def test_a_week_of_cover_opens_and_closes_by_the_servers_clock(staffed: Plan, clock: Clock) -> None:
    begins = clock.now
    ben = staffed.as_user("ben")
    assert ben.get("Patient/a").status_code == 404
    enter(staffed, "ana", "ben", begins, begins + WEEK)
    assert ben.get("Patient/a").status_code == 200
    assert ben.put("Observation/bens", json=note("bens", "a", begins)).status_code == 201
    (told,) = leave_parts(ben.get(LEAVE).json())
    assert (told["nurse"]["display"], told["patient"]["reference"]) == ("Ana", "Patient/a")
    found = ben.get("Observation?patient=a").json()["entry"]
    assert [one["resource"]["id"] for one in found] == ["bens"]
    clock.now = begins + WEEK - 1
    assert ben.get("Patient/a").status_code == 200
    clock.now = begins + WEEK
    assert ben.get("Patient/a").status_code == 404
    assert ben.get("Patient/b").status_code == 200, "her own people stay hers"
    assert leave_parts(ben.get(LEAVE).json()) == []
    late = note("late", "a", begins + HOUR)
    assert ben.put("Observation/late", json=late).status_code == 201, "written while she stood in"
    after = note("after", "a", begins + WEEK)
    assert ben.put("Observation/after", json=after).status_code == 403, "and nothing of later"
    assert ben.get("Observation/bens").status_code == 200, "what she wrote she still finds by its id"
    assert (
        ben.put("Observation/bens", json=note("bens", "a", begins) | {"status": "amended"}).status_code == 403
    )
    clock.now += 31 * 24 * HOUR
    assert ben.get("Observation/bens").status_code == 404


def test_a_leave_to_come_gives_nothing_yet_and_who_comes_onto_the_list_is_covered_too(
    staffed: Plan, clock: Clock
) -> None:
    begins, ben = clock.now + HOUR, staffed.as_user("ben")
    enter(staffed, "ana", "ben", begins, begins + WEEK)
    (told,) = leave_parts(ben.get(LEAVE).json())
    assert "patient" not in told
    assert ben.get("Patient/a").status_code == 404
    clock.now = begins
    with write_transaction(staffed.engine) as connection:
        put_as_system(connection, patient("c"))
        put_as_system(connection, careteam("ct-c", "c", "ana"))
    clock.now = max(clock.now, begins + 60_000)
    assert ben.get("Patient/c").status_code == 200


def test_a_cover_of_a_cover_gives_nothing_and_neither_do_two_absences(staffed: Plan, clock: Clock) -> None:
    now = clock.now
    enter(staffed, "ana", "ben", now, now + WEEK)
    enter(staffed, "ben", "fay", now + HOUR, now + 2 * HOUR, 409)
    enter(staffed, "ana", "fay", now + HOUR, now + 2 * HOUR, 409)
    enter(staffed, "fay", "ana", now + HOUR, now + 2 * HOUR, 409)
    enter(staffed, "ana", "eve", now + WEEK, now + 2 * WEEK, 403)
    enter(staffed, "ana", "ana", now + WEEK, now + 2 * WEEK, 422)
    enter(staffed, "ana", "fay", now + WEEK, now + WEEK, 422)
    assert len(leave_parts(enter(staffed, "ana", "ben", now, now + WEEK))) == 1, "asked again it is the same"


def test_ending_early_ends_the_access_at_once(staffed: Plan, clock: Clock) -> None:
    (told,) = leave_parts(enter(staffed, "ana", "ben", clock.now, clock.now + WEEK))
    clock.now += HOUR
    assert staffed.as_user("tom").post(LEAVE, json=asked(do="end", id=told["id"])).status_code == 404
    assert staffed.as_user("ben").post(LEAVE, json=asked(do="end", id=told["id"])).status_code == 403
    assert staffed.as_user("sue").post(LEAVE, json=asked(do="end", id=told["id"])).status_code == 200
    assert staffed.as_user("ben").get("Patient/a").status_code == 404
    assert leave_parts(staffed.as_user("sue").get(LEAVE).json()) == []


def test_i_have_them_is_the_stand_ins_alone_and_everybody_concerned_sees_it(
    staffed: Plan, clock: Clock
) -> None:
    (told,) = leave_parts(enter(staffed, "ana", "ben", clock.now, clock.now + WEEK))
    taken = asked(do="taken", id=told["id"])
    for name in ("ana", "sue", "tom"):
        assert staffed.as_user(name).post(LEAVE, json=taken).status_code == 404, name
    first = instant(clock.now)
    assert staffed.as_user("ben").post(LEAVE, json=taken).status_code == 200
    clock.now += HOUR
    assert staffed.as_user("ben").post(LEAVE, json=taken).status_code == 200
    for name in ("ana", "ben", "sue"):
        (seen,) = leave_parts(staffed.as_user(name).get(LEAVE).json())
        assert seen["taken"] == first, name
    board = staffed.as_user("sue").get("$hearthside-board").json()["parameter"]
    anas = next(
        one["part"]
        for one in board
        if one["name"] == "nurse" and one["part"][0]["valueReference"]["display"] == "Ana"
    )
    (on_board,) = [one for one in anas if one["name"] == "leave"]
    assert {part["name"] for part in on_board["part"]} == {
        "id",
        "nurse",
        "stand-in",
        "from",
        "until",
        "taken",
    }


def test_private_concerns_are_the_stand_ins_too_and_nobody_elses(staffed: Plan, clock: Clock) -> None:
    with write_transaction(staffed.engine) as connection:
        put_as_system(connection, encounter("v", "a", "ana"))
    enter(staffed, "ana", "ben", clock.now, clock.now + WEEK)
    assert staffed.as_user("ben").get("Encounter/v").status_code == 200
    assert staffed.as_user("cam").get("Encounter/v").status_code == 404
    assert staffed.as_user("cam").get(LEAVE).status_code == 403
