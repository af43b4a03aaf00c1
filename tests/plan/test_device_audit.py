"""A device's audit log at the plan: told twice it stands once; cut, rewritten or put back, it is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from plan.contact_command import describe_log
from plan.contacts import DeviceContact, Report, keep_report, list_devices
from plan.database import read_transaction, write_transaction
from plan.device_audit import Seen
from plan.device_audit.events import read_log
from plan.resources import put_as_system
from plan.users import add_user
from tests.plan.device_logs import OPERATION, Log, chains, seen, tell, ten
from tests.plan.fhir_builders import encounter
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan


@pytest.fixture
def both(any_engine: Engine, clock: Clock) -> Plan:
    load_panel(any_engine)
    return make_plan(any_engine, clock)


def test_a_log_told_in_parts_and_twice_stands_once_on_both_databases(both: Plan, clock: Clock) -> None:
    log = ten()
    assert tell(both, log.report(most=4)) == (4, "ok")
    assert tell(both, log.report(most=4)) == (4, "ok"), "the answer was lost: told again"
    assert tell(both, log.report(after=2)) == (10, "ok")
    (chain,) = chains(both.engine)
    assert (chain.length, chain.head, chain.told_length) == (10, log.events[-1].digest, 10)
    found = seen(both.engine)
    assert len(found) == 10
    assert found[0] == Seen(1_780_304_410_000, clock.now, "u1", "d-1", "read", "Patient/a", "d-1-0-10")


def test_a_log_that_goes_on_is_no_finding(plan: Plan) -> None:
    log = ten()
    tell(plan, log.report())
    log.add("lock", None).add("unlock", None)
    assert tell(plan, log.report(after=10)) == (12, "ok")
    assert tell(plan, log.report(after=12)) == (12, "ok"), "nothing new, the same head"
    assert len(chains(plan.engine)) == 1


def test_a_device_put_back_to_an_earlier_copy_is_seen(plan: Plan) -> None:
    log = ten()
    tell(plan, log.report())
    copy = Log(log.events[:5]).add("unlock", None, hour=20)
    assert tell(plan, copy.report(after=3)) == (6, "differs")
    first, second = chains(plan.engine)
    assert (first.length, second.opened_by, second.from_length, second.length) == (10, "differs", 5, 6)
    copy.add()
    assert tell(plan, copy.report(after=6)) == (7, "ok"), "from here on it is followed as it is"
    assert len(seen(plan.engine)) == 11, "what the first log said is still there"


def test_a_copy_that_grew_past_what_was_told_is_seen_all_the_same(plan: Plan) -> None:
    log = ten()
    tell(plan, log.report())
    copy = Log(log.events[:5])
    for _ in range(20):
        copy.add(hour=20)
    assert tell(plan, copy.report(after=5)) == (25, "differs")
    later = Log(log.events[:5])
    for _ in range(25):
        later.add(hour=21)
    assert tell(plan, later.report(after=25)) == (30, "differs"), (
        "also when it says that the plan knows the rest"
    )


def test_a_cut_tail_is_seen_and_forgotten_when_it_was_only_a_late_request(plan: Plan) -> None:
    log = ten()
    tell(plan, log.report())
    assert tell(plan, Log(log.events[:7]).report(after=7)) == (10, "behind")
    (chain,) = chains(plan.engine)
    assert describe_log([chain])[1] == "! its log became shorter: 7 of 10 events"
    assert tell(plan, log.report(after=10)) == (10, "ok")
    assert describe_log(chains(plan.engine)) == ["audit log: 10 events"]


def test_a_log_of_the_same_length_with_another_head_is_seen(plan: Plan) -> None:
    tell(plan, ten().report())
    other = Log(ten().events[:9]).add("write")
    assert tell(plan, other.report(after=10)) == (10, "differs")
    assert "another log than before" in describe_log(chains(plan.engine))[1]


def test_an_event_that_was_changed_on_the_device_is_seen(plan: Plan) -> None:
    log = ten()
    tell(plan, log.report(most=6))
    report = log.report(after=6)
    hidden = next(part for part in report["parameter"][3]["part"] if part["name"] == "subject")
    hidden["valueString"] = "Patient/b"
    assert tell(plan, report) == (10, "differs")
    assert [one.opened_by for one in chains(plan.engine)] == ["first", "broken"]
    assert "changed on the device" in describe_log(chains(plan.engine))[1]


def test_an_event_taken_out_of_the_middle_is_seen(plan: Plan) -> None:
    log = ten()
    tell(plan, log.report(most=4))
    kept = [replace(one, seq=one.seq - 1) if one.seq > 6 else one for one in log.events if one.seq != 6]
    assert tell(plan, Log(kept).report(after=4))[1] == "differs"


def test_a_plan_that_was_put_back_is_told_again_and_blames_nobody(plan: Plan) -> None:
    log = ten()
    assert tell(plan, log.report(after=6)) == (0, "ok")
    assert tell(plan, log.report()) == (10, "ok")
    assert [one.opened_by for one in chains(plan.engine)] == ["first"]


def test_an_app_that_tells_no_log_is_answered_as_before(plan: Plan) -> None:
    report = {"resourceType": "Parameters", "parameter": [{"name": "device", "valueString": "d-1"}]}
    answer = plan.as_user("ana").post(OPERATION, json=report)
    assert (answer.status_code, answer.content) == (204, b"")
    assert chains(plan.engine) == []


def test_nobody_writes_into_another_users_log(plan: Plan) -> None:
    tell(plan, ten().report())
    assert tell(plan, Log().add("read", hour=3).report(), user="ben") == (1, "ok")
    assert len(chains(plan.engine)) == 1
    assert {one.user_id for one in seen(plan.engine)} == {"u1", "u2"}, "who told it is who did it"


def test_whose_record_it_was_is_what_the_plan_knows(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, encounter("v1", "a", "ana"))
    log = Log().add("read", "Encounter/v1").add("read", "Encounter/draft")
    claimed = [replace(one, patient="b") for one in log.events]
    tell(plan, Log(claimed).report())
    assert [one.subject for one in seen(plan.engine, "a")] == ["Encounter/v1"]
    assert [one.subject for one in seen(plan.engine, "b")] == ["Encounter/draft"], "else what the device says"


def test_a_contact_looks_at_no_record_that_it_does_not_name(plan: Plan) -> None:
    """By id without its type every version there is was looked at, while nobody else could write."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if "FROM resource" in statement:
            asked.append((statement, values))

    event.listen(plan.engine, "before_cursor_execute", note)
    tell(plan, Log().add("read", "Encounter/e1").add("read", "Task/t1").report())
    event.remove(plan.engine, "before_cursor_execute", note)
    assert asked
    with plan.engine.connect() as connection:
        for statement, values in asked:
            plans = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values).all()
            assert not [row for row in plans if row[3].startswith("SCAN resource")], statement


def test_a_draft_that_the_plan_got_later_is_found_with_its_patient(plan: Plan) -> None:
    tell(plan, Log().add("read", "Encounter/v1").report())
    assert seen(plan.engine, "a") == []
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, encounter("v1", "a", "ana"))
    assert [one.subject for one in seen(plan.engine, "a")] == ["Encounter/v1"]


def test_the_list_of_devices_names_what_needs_asking(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        user = add_user(
            connection,
            username="dora",
            display_name="Dora",
            role="nurse",
            password="a-long-password",
            team="T",
        )
    log = ten()
    for each in (log, Log(log.events[:5]).add(hour=20)):
        contact = DeviceContact(user_id=user.id, device="d-1", received_ms=1, version="")
        with write_transaction(plan.engine) as connection:
            keep_report(connection, Report(contact, [], [], read_log(each.report()["parameter"])))
    with read_transaction(plan.engine) as connection:
        (state,) = list_devices(connection)
    assert [one.generation for one in state.chains] == [0, 1]
