"""The board tells a supervisor what waits on her nurses' devices and whom they have, and nothing of how they work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, insert, update
from sqlmodel import col

from plan.database import write_transaction
from plan.fhir.access import DAY_MS
from plan.fhir.stamps import instant
from plan.resources import put_as_system
from plan.users import User
from tests.plan.fhir_builders import careteam
from tests.plan.plan_doubles import Clock, Plan

CONTACT, BOARD = "$hearthside-contact", "$hearthside-board"
SAID = {
    "at",
    "nurse",
    "who",
    "patient",
    "device",
    "heard",
    "waiting",
    "set-aside",
    "kind",
    "count",
    "oldest",
    "why",
}
"""Every name that the answer may hold: kinds, counts, times of waiting, who has whom."""
Json = dict[str, Any]


@pytest.fixture
def staffed(plan: Plan) -> Plan:
    people = [
        ("u1", "ana", "Zoe Last", "team-1"),
        ("u2", "ben", "Ben Cole", "team-1"),
        ("u9", "eve", "Eve", "team-2"),
    ]
    with write_transaction(plan.engine) as connection:
        for user_id, name, shown, team_id in people:
            row = {"id": user_id, "username": f"{name}.user", "display_name": shown, "role": "nurse"}
            more = {"practitioner_id": name, "team_id": team_id, "disabled": False, "created_ms": 0}
            connection.execute(insert(User).values(**row, **more, password_hash=None))
    return plan


def told(device: str, *more: Json) -> Json:
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "device", "valueString": device}, *more],
    }


def some(name: str, kind: str, count: int, why: str = "") -> Json:
    parts = [{"name": "kind", "valueCode": kind}, {"name": "count", "valueUnsignedInt": count}]
    parts.append({"name": "oldest", "valueInstant": "2026-05-28T08:10:00Z"})
    return {"name": name, "part": [*parts, *([{"name": "why", "valueCode": why}] if why else [])]}


def ask(plan: Plan, user: str = "sue") -> list[list[Json]]:
    answer = plan.as_user(user).get(BOARD)
    assert answer.status_code == 200, answer.text
    return [one["part"] for one in answer.json()["parameter"] if one["name"] == "nurse"]


def named(parts: list[Json], name: str) -> list[Json]:
    return [one for one in parts if one["name"] == name]


def names_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value["name"]
        for one in value.values():
            yield from names_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from names_of(one)


def test_each_nurse_stands_with_her_people_and_what_waits_on_her_devices(staffed: Plan, clock: Clock) -> None:
    heard = clock.now
    told_of = told(
        "d-1", some("waiting", "alert", 1), some("waiting", "visit", 2), some("set-aside", "visit", 3)
    )
    told_of["parameter"] += [some("aside", "visit", 1, "refused"), some("aside", "visit", 2, "conflict")]
    assert staffed.as_user("ana").post(CONTACT, json=told_of).status_code == 204
    clock.now += 3_600_000
    ben, ana = ask(staffed)
    assert [one["valueReference"]["display"] for one in (ben[0], ana[0])] == ["Ben Cole", "Zoe Last"]
    assert named(ben, "device") == []
    (device,) = named(ana, "device")
    assert named(device["part"], "heard")[0]["valueInstant"] == instant(heard)
    waiting = [
        (one["part"][0]["valueCode"], one["part"][1]["valueUnsignedInt"])
        for one in named(device["part"], "waiting")
    ]
    assert waiting == [("alert", 1), ("visit", 2)]
    aside = [{part["name"]: part for part in one["part"]} for one in named(device["part"], "set-aside")]
    assert [(one["why"]["valueCode"], one["count"]["valueUnsignedInt"]) for one in aside] == [
        ("conflict", 2),
        ("refused", 1),
    ]
    assert [one["valueReference"]["reference"] for one in named(ana, "patient")] == ["Patient/a"]


def test_the_newest_word_counts_and_an_older_app_tells_no_reasons(staffed: Plan) -> None:
    ana = staffed.as_user("ana")
    ana.post(CONTACT, json=told("d-1", some("aside", "visit", 1, "refused"), some("set-aside", "visit", 1)))
    ana.post(CONTACT, json=told("d-1", some("set-aside", "visit", 4)))
    (device,) = named(ask(staffed)[1], "device")
    (aside,) = named(device["part"], "set-aside")
    assert [part["name"] for part in aside["part"]] == ["kind", "count", "oldest"]
    ana.post(CONTACT, json=told("d-1"))
    (device,) = named(ask(staffed)[1], "device")
    assert [one["name"] for one in device["part"]] == ["heard"]


def test_nothing_tells_how_fast_where_or_with_what_somebody_works(staffed: Plan) -> None:
    one_pass = [
        {"name": "began", "valueInstant": "2026-05-28T08:00:00Z"},
        {"name": "outcome", "valueCode": "stopped"},
    ]
    report = told("d-secret-name", some("waiting", "visit", 2), {"name": "pass", "part": one_pass})
    report["parameter"] += [
        {"name": "taps", "valueUnsignedInt": 812},
        {"name": "position", "valueString": "34.05,-118.2"},
    ]
    staffed.as_user("ana").post(CONTACT, json=report)
    answer = staffed.as_user("sue").get(BOARD)
    assert set(names_of(answer.json())) <= SAID
    for word in ("d-secret-name", "812", "34.05", "stopped", "T08:00:00"):
        assert word not in answer.text, word
    assert answer.text.count("Instant") == 3, (
        "when it was asked, when it was heard, since when something waits"
    )


def test_who_is_busier_does_not_stand_higher(staffed: Plan) -> None:
    first = [parts[0]["valueReference"]["display"] for parts in ask(staffed)]
    staffed.as_user("ana").post(CONTACT, json=told("d-1", some("waiting", "alert", 40)))
    assert [parts[0]["valueReference"]["display"] for parts in ask(staffed)] == first == sorted(first)


def test_another_team_is_told_nothing_of_these(staffed: Plan) -> None:
    staffed.as_user("ana").post(CONTACT, json=told("d-1", some("waiting", "visit", 2)))
    text = staffed.as_user("tom").get(BOARD).text
    assert "Practitioner/eve" in text
    for word in ("Practitioner/ana", "Patient/a", "waiting"):
        assert word not in text


def test_only_supervisors_are_answered(staffed: Plan) -> None:
    for user in ("ana", "cam", "op"):
        assert staffed.as_user(user).get(BOARD).status_code == 403
    assert staffed.client.get(BOARD).status_code == 401


def test_who_was_shut_out_stands_there_while_something_of_hers_is_left(staffed: Plan, clock: Clock) -> None:
    staffed.as_user("ana").post(CONTACT, json=told("d-1", some("waiting", "visit", 2)))
    with write_transaction(staffed.engine) as connection:
        connection.execute(update(User).where(col(User.id).in_(["u1", "u2"])).values(disabled=True))
        put_as_system(connection, careteam("ct-a", "a", "cam"))
        put_as_system(connection, careteam("ct-b", "b", "cam"))
    clock.now += 400 * DAY_MS
    assert [parts[0]["valueReference"]["display"] for parts in ask(staffed)] == ["Zoe Last"]


def test_a_person_goes_from_one_nurse_to_another_and_the_first_reads_nothing_more(staffed: Plan) -> None:
    sue = staffed.as_user("sue")
    held = sue.get("CareTeam/ct-a")
    moved = held.json() | {"participant": [{"member": {"reference": "Practitioner/ben"}}]}
    stale = sue.put(
        "CareTeam/ct-a", json=moved, headers={"If-Match": 'W/"00000000-0000-7000-8000-000000000000"'}
    )
    assert stale.status_code == 412
    assert sue.put("CareTeam/ct-a", json=moved, headers={"If-Match": held.headers["etag"]}).status_code == 200
    assert staffed.as_user("ana").get("Patient/a").status_code == 404
    assert staffed.as_user("ben").get("Patient/a").status_code == 200
    people = {parts[0]["valueReference"]["display"]: len(named(parts, "patient")) for parts in ask(staffed)}
    assert people == {"Ben Cole": 2, "Zoe Last": 0}


def test_a_team_with_many_devices_is_read_in_as_many_statements_as_a_small_one(staffed: Plan) -> None:
    statements: list[str] = []
    event.listen(staffed.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))

    def count() -> int:
        statements.clear()
        ask(staffed)
        return len(statements)

    for number in range(2):
        staffed.as_user("ana").post(CONTACT, json=told(f"d-{number}", some("waiting", "visit", 1)))
    few = count()
    for number in range(12):
        for user in ("ana", "ben"):
            staffed.as_user(user).post(CONTACT, json=told(f"e-{number}", some("waiting", "visit", 1)))
    assert count() == few
