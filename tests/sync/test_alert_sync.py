"""Alerts leave before all else, and a later version of one follows the earlier without doubling or overwriting."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from app.content import CONTENT_VERSION
from app.domain.alert import Alert, AlertState
from app.domain.visit import Modality, PersonRef, Setting, VisitDraft
from app.store import alerts, conflicts, outbox, visits
from app.store.changes import Topic
from app.store.records import OWN_LATEST
from tests.support import relay as faults
from tests.support.alert_records import close_alert, make_alert, raise_alert
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.history import versions, write_of
from tests.support.relay import Once, Relay, Request
from tests.sync.conftest import MakeTablet


async def raised(tablet: Tablet, patient_id: str, visit_id: str | None = None) -> Alert:
    alert = make_alert(patient_id, visit_id)
    by = PersonRef(tablet.person.reference, tablet.person.name)
    await tablet.store.write(lambda c: raise_alert(c, alert, by), Topic.OUTBOX)
    return alert


async def closed(tablet: Tablet, alert: Alert) -> None:
    await tablet.store.write(lambda c: close_alert(c, alert), Topic.OUTBOX)


async def is_settled(tablet: Tablet, alert: Alert) -> bool:
    return not await tablet.store.read(lambda c: outbox.is_unsettled(c, "Task", alert.id))


def statuses(plan: FieldPlan, person: Person, alert: Alert) -> list[str]:
    return [task["status"] for task in versions(plan, person, "Task", alert.id)]


def is_about(kind: bytes) -> Callable[[Request], bool]:
    """Matches writes that hold a record of this type."""

    def judge(request: Request) -> bool:
        return request.is_write and b'"resourceType":"' + kind + b'"' in request.body

    return judge


async def test_an_alert_of_a_visit_that_is_still_open_arrives_before_it_is_signed(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    alert = make_alert(patient_id, str(uuid4()))
    by = PersonRef(nurse.reference, nurse.name)
    draft = VisitDraft(alert.visit_id or "", patient_id, by, Modality.IN_PERSON, Setting.HOME, alert.fired_at)

    def begin(connection: outbox.Connection) -> None:
        visits.begin(connection, draft, CONTENT_VERSION)
        raise_alert(connection, alert, by)

    await tablet.store.write(begin, Topic.OUTBOX)
    report = await tablet.sync()
    assert (report.outcome, report.pushed) == ("ok", 1)
    (task,) = versions(field_plan, nurse, "Task", alert.id)
    assert task["encounter"] == {
        "type": "Encounter",
        "identifier": {"system": "urn:hearthside:visit", "value": draft.id},
    }
    with field_plan.peer(nurse) as peer:
        assert peer.get(f"Encounter/{draft.id}").status_code == 404


async def test_an_alert_arrives_while_the_server_fails_on_the_same_person_s_visit(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    failing = faults.Fault(
        "fails", forward=False, answer=faults.http("500 Oops", "application/fhir+json", b"")
    )
    about_visit = is_about(b"Encounter")
    relay.judge = lambda request: failing if about_visit(request) else None
    visit = await tablet.document(patient_id, pain=9)
    await tablet.sync()
    alert = await raised(tablet, patient_id, visit.id)
    await tablet.sync()
    assert not await tablet.received(visit.id)
    assert statuses(field_plan, nurse, alert) == ["requested"]


async def test_an_alert_is_the_first_write_to_leave(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    for _ in range(6):
        await tablet.document(field_plan.add_patient(nurse), pain=2)
    patient_id = field_plan.add_patient(nurse)
    await tablet.document(patient_id, pain=9)
    await raised(tablet, patient_id)
    await tablet.sync()
    writes = [request.body for request in relay.seen if request.is_write]
    assert b'"Task"' in writes[0]


async def test_an_alert_raised_during_a_long_pull_does_not_wait_for_its_end(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    raised_now: list[Alert] = []

    async def during(request: Request) -> None:
        if b'"batch"' in request.body and not raised_now:
            raised_now.append(await raised(tablet, patient_id))

    relay.after_forward = during
    report = await tablet.sync()
    assert (report.outcome, report.pushed) == ("ok", 1)
    asked = [
        b"transaction" if request.is_write else b"batch" for request in relay.seen if request.path == "/fhir"
    ]
    assert asked[:3] == [b"batch", b"transaction", b"batch"]
    assert statuses(field_plan, nurse, raised_now[0]) == ["requested"]


async def test_a_close_made_before_anything_left_goes_with_its_create_as_one_version(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    tablet = await tablets(nurse)
    alert = await raised(tablet, field_plan.add_patient(nurse))
    await closed(tablet, alert)
    for group in await tablet.store.read(outbox.pending):
        assert [change.base_version for change in group.changes] == [None], "one version of a record a write"
    await tablet.sync()
    assert statuses(field_plan, nurse, alert) == ["cancelled"]
    assert await is_settled(tablet, alert)


async def test_a_close_made_while_its_create_is_open_follows_as_a_second_version(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    alert = await raised(tablet, field_plan.add_patient(nurse))
    relay.judge = Once(faults.DROP_ANSWER, lambda request: request.is_write)
    await tablet.sync()
    await closed(tablet, alert)
    for _ in range(2):
        await tablet.sync()
    assert statuses(field_plan, nurse, alert) == ["requested", "cancelled"]
    tags = {write_of(task) for task in versions(field_plan, nurse, "Task", alert.id)}
    assert len(tags) == 2, "each version came by a write of its own"
    assert await is_settled(tablet, alert)


@pytest.mark.parametrize(
    "fault", [faults.CUT_BEFORE, faults.DROP_ANSWER, faults.TRUNCATE], ids=lambda f: f.name
)
@pytest.mark.parametrize("closed_when", ["before the create was answered", "after"])
@pytest.mark.parametrize("spoilt", ["create", "close"])
async def test_lost_answers_double_neither_the_alert_nor_its_close(
    field_plan: FieldPlan,
    nurse: Person,
    tablets: MakeTablet,
    relay: Relay,
    fault: faults.Fault,
    closed_when: str,
    spoilt: str,
) -> None:
    tablet = await tablets(nurse, relay.url)
    alert = await raised(tablet, field_plan.add_patient(nurse))
    lost = b'"status":"requested"' if spoilt == "create" else b'"status":"cancelled"'
    open_create = closed_when != "after" and spoilt == "close"
    if open_create:
        relay.judge = Once(fault, lambda request: request.is_write)
        await tablet.sync()
    relay.judge = Once(fault, lambda request: request.is_write and lost in request.body)
    if not open_create:
        await tablet.sync()
    if closed_when == "after":
        await tablet.sync()
    await closed(tablet, alert)
    for _ in range(4):
        await tablet.sync()
    assert relay.fired[fault.name] == 1 + open_create
    assert statuses(field_plan, nurse, alert) == ["requested", "cancelled"]
    assert await is_settled(tablet, alert)
    assert (await tablet.sync()).outcome == "ok"


async def test_a_close_after_the_supervisor_took_it_keeps_what_she_wrote(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Hill")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Hill")
    tablet = await tablets(nurse)
    alert = await raised(tablet, field_plan.add_patient(nurse))
    await tablet.sync()
    take(field_plan, supervisor, alert)
    await tablet.sync()
    held = await tablet.store.read(lambda c: alerts.get(c, alert.id))
    assert (held.state, held.origin) == (AlertState.ACKNOWLEDGED, "own")
    await closed(tablet, alert)
    await tablet.sync()
    assert statuses(field_plan, nurse, alert) == ["requested", "accepted", "cancelled"]
    assert versions(field_plan, nurse, "Task", alert.id)[-1]["note"][0]["text"] == "I am calling her."


async def test_a_close_that_did_not_know_of_the_supervisor_s_version_is_a_conflict_and_overwrites_nothing(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Dale")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Dale")
    tablet = await tablets(nurse)
    alert = await raised(tablet, field_plan.add_patient(nurse))
    await tablet.sync()
    take(field_plan, supervisor, alert)
    await closed(tablet, alert)
    for _ in range(2):
        await tablet.sync()
    assert statuses(field_plan, nurse, alert) == ["requested", "accepted"]
    (conflict,) = await tablet.store.read(conflicts.list_open)
    assert (conflict.record_id, json.loads(conflict.theirs)["status"]) == (alert.id, "accepted")


async def test_the_base_of_an_edit_is_our_newest_version_until_somebody_else_s_came(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Vale")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Vale")
    tablet = await tablets(nurse)

    async def base(alert_id: str) -> str | None:
        return await tablet.store.read(lambda c: outbox.base_for_edit(c, "Task", alert_id))

    assert await base("nobody-has-it") is None
    alert = await raised(tablet, field_plan.add_patient(nurse))
    assert await base(alert.id) == OWN_LATEST
    await tablet.sync()
    assert await base(alert.id) == OWN_LATEST
    take(field_plan, supervisor, alert)
    await tablet.sync()
    newest = versions(field_plan, nurse, "Task", alert.id)[-1]
    assert await base(alert.id) == newest["meta"]["versionId"]


async def test_another_device_sees_the_alert_and_that_it_was_closed(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    hers, other = await tablets(nurse), await tablets(nurse)
    alert = await raised(hers, field_plan.add_patient(nurse))
    await hers.sync()
    await other.sync()
    (seen,) = await other.store.read(lambda c: alerts.list_for_patient(c, alert.patient_id))
    assert (seen.id, seen.finding, seen.origin) == (alert.id, "Pain 9", "pulled")
    await closed(hers, alert)
    await hers.sync()
    await other.sync()
    assert (await other.store.read(lambda c: alerts.get(c, alert.id))).state is AlertState.CLOSED


def take(plan: FieldPlan, supervisor: Person, alert: Alert) -> None:
    """The supervisor says at the plan that she deals with it."""
    with plan.peer(supervisor) as peer:
        task: dict[str, Any] = peer.get(f"Task/{alert.id}").raise_for_status().json()
        task |= {"status": "accepted", "note": [{"text": "I am calling her."}]}
        tag = {"If-Match": f'W/"{task["meta"]["versionId"]}"'}
        peer.put(f"Task/{alert.id}", json=task, headers=tag).raise_for_status()
