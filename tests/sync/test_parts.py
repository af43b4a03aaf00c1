"""A visit that is too large for a server's limit."""

from __future__ import annotations

from tests.support import relay as faults
from tests.support.field import ALL_NINE, FieldPlan, Person
from tests.support.history import provenance_targets, versions
from tests.support.relay import Once, Relay, Request
from tests.sync.conftest import MakeTablet


async def test_a_visit_too_large_for_the_server_goes_in_parts_with_its_manifest_last(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, **ALL_NINE)
    too_large = faults.Fault(
        "too large", forward=False, answer=faults.http("413 Too Large", "text/html", b"<html>")
    )

    def judge(request: Request) -> faults.Fault | None:
        return too_large if request.is_write and request.body.count(b'"fullUrl"') > 4 else None

    relay.judge = judge
    report = await tablet.sync()
    assert relay.fired["too large"] >= 2
    assert report.outcome == "ok"
    assert await tablet.received(visit.id)
    taken = [r.body for r in relay.seen if r.is_write and r.body.count(b'"fullUrl"') <= 4]
    assert [b"Provenance" in body for body in taken] == [False] * (len(taken) - 1) + [True]
    encounter = versions(field_plan, nurse, "Encounter", visit.id)
    assert len(encounter) == 1
    targets = provenance_targets(field_plan, nurse, encounter[0])
    for kind, record_id in (target["reference"].split("/") for target in targets):
        assert len(versions(field_plan, nurse, kind, record_id)) == 1


async def test_parts_that_were_cut_off_go_on_where_they_stopped(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, **ALL_NINE)
    too_large = faults.Fault(
        "too large", forward=False, answer=faults.http("413 Too Large", "text/html", b"<html>")
    )
    cut = Once(faults.DROP_ANSWER, lambda r: r.is_write and r.body.count(b'"fullUrl"') == 2)

    def judge(request: Request) -> faults.Fault | None:
        if request.is_write and request.body.count(b'"fullUrl"') > 3:
            return too_large
        return cut(request)

    relay.judge = judge
    assert (await tablet.sync()).outcome != "ok"
    assert relay.fired[faults.DROP_ANSWER.name] == 1
    assert not await tablet.received(visit.id)
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)
    encounter = versions(field_plan, nurse, "Encounter", visit.id)
    for target in provenance_targets(field_plan, nurse, encounter[0]):
        kind, _, record_id = target["reference"].partition("/")
        assert len(versions(field_plan, nurse, kind, record_id)) == 1
