"""An alert that the plan would not take, or that somebody was quicker with, is never silent for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.alert import Alert, AlertState
from app.domain.visit import PersonRef
from app.services import alert_writes
from app.store import alerts, conflicts, outbox
from app.store.changes import Topic
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.history import versions
from tests.sync.conftest import MakeTablet
from tests.sync.test_alert_sync import raised, take

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def by(tablet: Tablet) -> PersonRef:
    return PersonRef(tablet.person.reference, tablet.person.name)


async def renew(tablet: Tablet) -> bool:
    return await tablet.store.write(lambda c: alert_writes.renew_refused(c, by(tablet), AT), Topic.OUTBOX)


async def put(tablet: Tablet, alert: Alert) -> None:
    await tablet.store.write(lambda c: alert_writes.write(c, alert, by(tablet), AT), Topic.OUTBOX)


def statuses(plan: FieldPlan, person: Person, alert: Alert) -> list[str]:
    return [task["status"] for task in versions(plan, person, "Task", alert.id)]


async def test_an_alert_refused_while_she_was_off_the_team_leaves_once_she_is_back(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    other = field_plan.add_person(name="Bob Ray, RN")
    patient = field_plan.add_patient(nurse, other)
    tablet = await tablets(nurse)
    field_plan.assign(patient, other)
    alert = await raised(tablet, patient)
    await tablet.sync()
    assert (await tablet.store.read(outbox.list_set_aside)).keys() == {alert.id}
    field_plan.assign(patient, nurse, other)
    await tablet.sync()
    assert await renew(tablet)
    await tablet.sync()
    assert statuses(field_plan, nurse, alert) == ["requested"]
    assert await tablet.store.read(outbox.list_set_aside) == {}


async def test_a_newer_version_takes_the_place_of_a_refused_one(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    other = field_plan.add_person(name="Bob Ray, RN")
    patient = field_plan.add_patient(nurse, other)
    tablet = await tablets(nurse)
    field_plan.assign(patient, other)
    alert = await raised(tablet, patient)
    await tablet.sync()
    field_plan.assign(patient, nurse, other)
    await tablet.sync()
    held = await tablet.store.read(lambda c: alerts.get(c, alert.id))
    await put(tablet, replace(held, finding="Pain 10 of 10"))
    await tablet.sync()
    (task,) = versions(field_plan, nurse, "Task", alert.id)
    assert "Pain 10 of 10" in task["code"]["text"]


async def test_an_alert_that_got_worse_reaches_a_plan_that_had_acknowledged_it_meanwhile(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Dale")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Dale")
    tablet = await tablets(nurse)
    patient = field_plan.add_patient(nurse)
    alert = await raised(tablet, patient)
    await tablet.sync()
    take(field_plan, supervisor, alert)
    held = await tablet.store.read(lambda c: alerts.get(c, alert.id))
    await put(tablet, replace(held, state=AlertState.CLOSED, closed_reason="The answer was corrected"))
    for _ in range(2):
        await tablet.sync()
    assert len(await tablet.store.read(conflicts.list_open)) == 1
    await put(tablet, replace(held, finding="Pain 10 of 10"))
    await tablet.sync()
    newest = versions(field_plan, nurse, "Task", alert.id)[-1]
    assert "Pain 10 of 10" in newest["code"]["text"]
    assert newest["note"][0]["text"] == "I am calling her.", "what she wrote is kept"
    assert await tablet.store.read(conflicts.list_open) == ()
    assert len(statuses(field_plan, nurse, alert)) == 3


async def test_nothing_is_tried_again_where_nothing_was_refused(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    tablet = await tablets(nurse)
    alert = await raised(tablet, field_plan.add_patient(nurse))
    await tablet.sync()
    assert not await renew(tablet)
    assert statuses(field_plan, nurse, alert) == ["requested"]
