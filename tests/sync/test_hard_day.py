""" "Hard day": from one tap to the supervisor and back; in no report and nobody's chart, and counted while it waits."""

from __future__ import annotations

import json
from dataclasses import replace

from app.domain.hard_day import CallAsked, CallState
from app.domain.visit import PersonRef
from app.services.clock import SystemClock
from app.services.hard_day import HardDay
from app.store import all_sent, audit, outbox, outbox_groups, outbox_received, pass_reports
from app.store.outbox_others import GroupKind, list_others
from app.sync.fhir.hard_day import decode_call, encode_call, is_call
from app.sync.fhir.task import decode_task
from tests.support.field import FieldPlan, Person, Tablet
from tests.sync.conftest import MakeTablet


def hard_day_of(tablet: Tablet, person: Person) -> HardDay:
    return HardDay(tablet.store, PersonRef(person.reference, person.name), SystemClock())


async def state_of(one: HardDay) -> CallState | None:
    mine = await one.mine()
    return None if mine is None else mine.state


async def test_a_call_reaches_the_supervisor_who_answers_and_nobody_else_learns_of_it(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Calls")
    ben = field_plan.add_person(name="Ben Cole, RN", team="Calls")
    maria = field_plan.add_person("supervisor", "Maria Ortiz, RN", team="Calls")
    ruth = field_plan.add_person("supervisor", "Ruth Adler, NP", team="Others")
    lena = field_plan.add_person("care-manager", "Lena Hart, MSW", team="Calls")
    field_plan.add_patient(nurse, ben, lena)
    field_plan.add_patient(field_plan.add_person(name="David Kim, RN", team="Others"))
    hers, his, desk, other = [await tablets(one) for one in (nurse, ben, maria, ruth)]
    asking, answering = hard_day_of(hers, nurse), hard_day_of(desk, maria)
    for tablet in (hers, his, desk, other):
        await tablet.sync()
    await asking.ask()
    await asking.ask()
    mine = await asking.mine()
    assert mine is not None
    assert not mine.known
    assert (await hers.sync()).outcome == "ok"
    mine = await asking.mine()
    assert mine is not None
    assert mine.known
    assert mine.state is CallState.ASKED
    for tablet in (his, desk, other):
        await tablet.sync()
    (asked,) = await answering.list_asked()
    assert (asked.nurse, asked.nurse_name, asked.state) == (nurse.reference, nurse.name, CallState.ASKED)
    assert await hard_day_of(his, ben).list_asked() == ()
    assert await hard_day_of(other, ruth).list_asked() == ()
    await answering.answer(asked.id, CallState.TAKEN)
    assert (await desk.sync()).outcome == "ok"
    await hers.sync()
    mine = await asking.mine()
    assert mine is not None
    assert (mine.state, mine.by) == (CallState.TAKEN, maria.name)
    await answering.answer(asked.id, CallState.OVER)
    await desk.sync()
    await hers.sync()
    assert await asking.mine() is None
    assert await answering.list_asked() == ()


async def test_a_call_that_was_taken_back_ends_at_the_supervisors_too(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Back")
    maria = field_plan.add_person("supervisor", "Maria Ortiz, RN", team="Back")
    field_plan.add_patient(nurse)
    hers, desk = await tablets(nurse), await tablets(maria)
    asking, answering = hard_day_of(hers, nurse), hard_day_of(desk, maria)
    await asking.ask()
    await hers.sync()
    await desk.sync()
    assert len(await answering.list_asked()) == 1
    await asking.take_back()
    assert await state_of(asking) is CallState.OVER
    assert (await hers.sync()).outcome == "ok"
    await desk.sync()
    assert await asking.mine() is None
    assert await answering.list_asked() == ()


async def test_it_is_in_no_report_and_no_log_of_the_device_and_not_among_what_was_received(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    await tablet.sync()
    before = await tablet.store.read(audit.find_head)
    await hard_day_of(tablet, nurse).ask()
    assert await tablet.store.read(pass_reports.read_depths) == ()
    assert (await tablet.store.read(outbox.count)).unsent_visits == 0
    assert await tablet.store.read(all_sent.has_unsent), "but it keeps the store from being cleared away"
    assert await tablet.store.read(audit.find_head) == before
    (group,) = await tablet.store.read(outbox.pending)
    assert group.priority == 5
    await tablet.sync()
    assert await tablet.store.read(outbox_received.list_received) == ()


async def test_while_it_waits_nothing_on_her_tablet_says_that_nothing_waits(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    await tablet.sync()
    assert await tablet.store.read(list_others) == ()
    await hard_day_of(tablet, nurse).ask()
    (counted,) = await tablet.store.read(list_others)
    (listed,) = await tablet.store.read(outbox_groups.list_waiting)
    assert (counted.kind, listed.kind) == (GroupKind.TASK, GroupKind.TASK)
    await tablet.sync()
    assert await tablet.store.read(list_others) == ()
    assert await tablet.store.read(outbox_groups.list_waiting) == ()


def test_the_task_names_nobody_but_its_nurse_and_is_no_alert() -> None:
    at = SystemClock().now()
    task = encode_call("t1", PersonRef("Practitioner/ana", "Ana Ruiz, RN"), at)
    assert is_call(task)
    assert decode_task(task) is None
    text = json.dumps(task)
    assert "Patient/" not in text
    assert "Encounter" not in text
    assert "description" not in task
    made = decode_call(task)
    assert made == replace(CallAsked("t1", "Practitioner/ana", "Ana Ruiz, RN", at), asked_at=made.asked_at)
