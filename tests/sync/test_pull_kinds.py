"""All types that are pulled, the plan's own settings among them, and servers that do not know every one."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

import pytest

from app.store import current, meta, sessions, visits
from app.sync import plan_settings, pull
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client
from tests.support.field import FieldPlan, Person, Tablet
from tests.sync.conftest import MakeTablet
from tests.sync.picky_server import PickyServer

MORE = (
    "Task", "Flag", "RelatedPerson", "Consent", "CarePlan", "Goal", "ServiceRequest", "MedicationStatement",
    "Communication", "Procedure",
)  # fmt: skip
MEMBERS: dict[str, dict[str, Any]] = {
    "Task": {"status": "requested", "intent": "order"},
    "Flag": {"status": "active", "code": {"text": "x"}},
    "RelatedPerson": {},
    "Consent": {
        "status": "active", "scope": {"text": "x"}, "category": [{"text": "x"}], "policyRule": {"text": "x"},
    },
    "CarePlan": {"status": "active", "intent": "plan"},
    "Goal": {"lifecycleStatus": "active", "description": {"text": "x"}},
    "ServiceRequest": {"status": "active", "intent": "order"},
    "MedicationStatement": {"status": "active", "medicationCodeableConcept": {"text": "x"}},
    "Communication": {"status": "completed"},
    "Procedure": {"status": "completed"},
}  # fmt: skip
SUBJECT = {"Task": "for", "RelatedPerson": "patient", "Consent": "patient"}


def records(patient_id: str) -> list[dict[str, Any]]:
    """One record of each type about this person, kept by the plan."""
    whose = {"reference": f"Patient/{patient_id}"}
    return [
        {"resourceType": kind, "id": str(uuid4()), SUBJECT.get(kind, "subject"): whose, **MEMBERS[kind]}
        for kind in MORE
    ]


async def kinds_here(tablet: Tablet, patient_id: str) -> set[str]:
    found = await tablet.store.read(lambda c: current.list_current(c, patient_id, *MORE))
    return {one.type for one in found}


async def through(tablet: Tablet, server: PickyServer) -> None:
    """This tablet talks to that server from now on."""
    await tablet.client.aclose()
    sign_in = await tablet.store.read(sessions.find)
    assert sign_in is not None
    tablet.client = make_client(tablet.store, sign_in, transport=server)
    tablet.engine = SyncEngine(tablet.store, tablet.client)


async def test_every_type_comes_with_the_first_load_and_with_the_history_of_a_later_member(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    assert set(MORE) <= set(pull.KINDS)
    first, later = field_plan.add_patient(nurse), field_plan.add_patient()
    field_plan.put(*records(first), *records(later))
    tablet = await tablets(nurse)
    assert (await tablet.sync()).outcome == "ok"
    assert await kinds_here(tablet, first) == set(MORE)
    assert await kinds_here(tablet, later) == set()
    field_plan.assign(later, nurse)
    assert (await tablet.sync()).outcome == "ok"
    assert await kinds_here(tablet, later) == set(MORE)


@pytest.mark.parametrize("whole", [False, True], ids=["that search", "the whole batch"])
@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_server_that_does_not_know_a_type_breaks_nothing_else(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, status: int, whole: bool
) -> None:
    patient_id = field_plan.add_patient(nurse)
    field_plan.put(*records(patient_id))
    writer, tablet = await tablets(nurse), await tablets(nurse)
    visit = await writer.document(patient_id, pain=4)
    await writer.sync()
    await through(tablet, PickyServer("Task", "Flag", "Library", status=status, whole=whole))
    for _ in range(2):
        report = await tablet.sync()
        assert (report.outcome, report.detail) == ("ok", "no-Flag no-Task")
    assert await kinds_here(tablet, patient_id) == set(MORE) - {"Task", "Flag"}
    assert await tablet.store.read(lambda c: visits.read_signed(c, visit.id)) == visit


async def test_a_server_that_refuses_everything_is_not_called_read(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    await through(tablet, PickyServer(*pull.KINDS, "Library", whole=True))
    report = await tablet.sync()
    assert report.outcome != "ok"
    assert report.server_at is None


def library(text: str, **more: Any) -> dict[str, Any]:
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "Library",
        "id": "hearthside-settings",
        "status": "active",
        "type": {"text": "settings"},
        "content": [{"contentType": "application/json", "data": data}],
    } | more


async def settings_here(tablet: Tablet) -> str | None:
    return await tablet.store.read(lambda c: meta.find(c, plan_settings.META_KEY))


async def test_the_plan_s_settings_come_with_a_pass_and_go_when_the_plan_takes_them_back(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    await tablet.sync()
    assert not await settings_here(tablet)
    field_plan.put(library('{"version": "7", "phones": {"supervisor": "555-0100"}}'))
    await tablet.sync()
    assert await settings_here(tablet) == '{"version": "7", "phones": {"supervisor": "555-0100"}}'
    field_plan.put(library('{"version": "8"}'))
    await tablet.sync()
    assert await settings_here(tablet) == '{"version": "8"}'


def entry(status: str, resource: Any = None) -> dict[str, Any]:
    return {"resource": resource, "response": {"status": status}}


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (entry("200 OK", library('{"a": 1}')), '{"a": 1}'),
        (entry("404 Not Found"), ""),
        (entry("410"), ""),
        (entry("500"), None),
        (entry("403"), None),
        (entry("200", library("[1]")), None),
        (entry("200", library("not json")), None),
        (entry("200", library("{}", content=[{"data": "***"}, {"data": 7}, None])), None),
        (entry("200", {"resourceType": "Patient"}), None),
        (None, None),
    ],
)
def test_settings_that_cannot_be_read_change_nothing(answer: Any, text: str | None) -> None:
    assert plan_settings.settings_text(answer) == text
