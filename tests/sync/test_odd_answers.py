"""Answers that are no answers: nothing is lost, doubled, refused, or called received because of one."""

from __future__ import annotations

import pytest

from tests.support import relay as faults
from tests.support.field import FieldPlan, Person
from tests.support.history import versions
from tests.support.relay import Once, Relay
from tests.sync.conftest import MakeTablet


@pytest.mark.parametrize(
    "fault",
    [
        faults.TRUNCATE,
        faults.PORTAL,
        faults.EMPTY,
        faults.GARBAGE,
        faults.NOT_HTTP,
        faults.EMPTY_BUNDLE,
        faults.Fault("HTML after commit", answer=faults.http("200 OK", "text/html", b"<html>ok</html>")),
        faults.Fault(
            "another answer",
            answer=faults.http("200 OK", "application/fhir+json", b'{"resourceType":"Patient"}'),
        ),
        faults.Fault("bad gateway", answer=faults.http("502 Bad Gateway", "text/html", b"<html></html>")),
        faults.Fault(
            "proxy 404", forward=False, answer=faults.http("404 Not Found", "text/html", b"<html></html>")
        ),
    ],
    ids=lambda fault: fault.name,
)
async def test_no_odd_answer_loses_or_doubles_a_visit_or_calls_it_received(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, fault: faults.Fault
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, pain=4)
    relay.judge = Once(fault, lambda r: r.is_write)
    report = await tablet.sync()
    assert relay.fired[fault.name] == 1
    assert report.outcome != "ok"
    assert not await tablet.received(visit.id)
    assert not (await tablet.status(visit.id)).set_aside

    relay.judge = lambda request: None
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)
    assert len(versions(field_plan, nurse, "Encounter", visit.id)) == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (faults.PORTAL, "captive-portal"),
        (faults.CUT_BEFORE, "plan-down"),
        (faults.GARBAGE, "plan-down"),
        (faults.EMPTY, "plan-down"),
    ],
    ids=lambda one: getattr(one, "name", one),
)
async def test_a_network_that_answers_nonsense_to_everything_is_named(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, fault: faults.Fault, outcome: str
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, pain=4)
    relay.judge = lambda request: fault
    report = await tablet.sync()
    assert report.outcome == outcome
    assert report.sentence
    status = await tablet.status(visit.id)
    assert not status.has_attempted, "nothing left, so nothing needs to be looked up"


async def test_a_plan_that_is_switched_off_is_no_loss(nurse: Person, tablets: MakeTablet) -> None:
    tablet = await tablets(nurse, "http://127.0.0.1:9")
    visit = await tablet.document("00000000-0000-4000-8000-000000000000", pain=4)
    report = await tablet.sync()
    assert report.outcome == "plan-down"
    assert (await tablet.status(visit.id)).settled == 0
