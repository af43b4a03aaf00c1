"""A line that repeats, reorders and trickles, in front of a running plan: one version of everything all the same."""

from __future__ import annotations

import pytest

from tests.support import relay as faults
from tests.support.field import ALL_NINE, FieldPlan, Person, Tablet
from tests.support.history import provenance_targets, versions
from tests.support.relay import Fault, Once, Relay
from tests.sync.conftest import MakeTablet

TWO_SYMPTOMS = {"pain": 6, "nausea": 2}


async def assert_stands_once(plan: FieldPlan, nurse: Person, tablet: Tablet, visit_id: str) -> None:
    """Received, and one version of each record that its manifest names."""
    assert await tablet.received(visit_id)
    encounters = versions(plan, nurse, "Encounter", visit_id)
    assert len(encounters) == 1
    for target in provenance_targets(plan, nurse, encounters[0]):
        kind, record_id = target["reference"].split("/")
        assert len(versions(plan, nurse, kind, record_id)) == 1, f"{kind} was doubled"


@pytest.mark.parametrize("fault", [faults.REPEAT, faults.REPEAT_AND_DROP], ids=lambda one: one.name)
async def test_a_request_that_the_line_repeats_is_stored_once(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, fault: Fault
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, **ALL_NINE)
    relay.judge = Once(fault, lambda r: r.is_write)
    await tablet.sync()
    assert relay.effective[fault.name] == 1
    assert len(versions(field_plan, nurse, "Encounter", visit.id)) == 1, (
        "it stands there before anything is healed"
    )

    assert (await tablet.sync()).outcome == "ok"
    await assert_stands_once(field_plan, nurse, tablet, visit.id)


async def test_a_write_that_arrives_after_it_was_looked_up_is_stored_once(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    """The look-up says "not there", the same bytes go again, and the first copy arrives in between or after."""
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, **TWO_SYMPTOMS)
    relay.judge = Once(faults.LATE, lambda r: r.is_write)
    assert (await tablet.sync()).outcome != "ok"

    assert (await tablet.sync()).outcome == "ok"
    assert relay.effective[faults.LATE.name] == 1, "the late copy really reached the plan"
    await assert_stands_once(field_plan, nurse, tablet, visit.id)


async def test_two_visits_that_change_places_on_the_way_both_arrive_once(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    signed = [await tablet.document(field_plan.add_patient(nurse), **TWO_SYMPTOMS) for _ in range(2)]
    relay.judge = Once(faults.LATE, lambda r: r.is_write)
    for _ in range(3):
        if (await tablet.sync()).outcome == "ok":
            break
    assert relay.effective[faults.LATE.name] == 1
    for visit in signed:
        await assert_stands_once(field_plan, nurse, tablet, visit.id)


async def test_answers_that_trickle_in_are_read_whole(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, **TWO_SYMPTOMS)
    relay.judge = Once(faults.TRICKLE, lambda r: r.is_write, times=1)
    assert (await tablet.sync()).outcome == "ok"
    assert relay.effective[faults.TRICKLE.name] == 1
    await assert_stands_once(field_plan, nurse, tablet, visit.id)
