"""A visit with every instrument and every record that comes of it: to our plan, to another device, to a supervisor."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from app.domain.visit import PersonRef, Visit
from app.store import visits
from app.sync.fhir import json_text
from app.sync.fhir.visit import encode_visit
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.full_visit import make_full_visit
from tests.support.history import provenance_targets, versions
from tests.support.r4 import r4_errors
from tests.support.visit_strategies import visits as visits_of_any_kind
from tests.sync.conftest import MakeTablet

ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")


async def reads(tablet: Tablet, visit: Visit) -> bool:
    """The visit is here, whole, and equal to what was signed."""
    row = await tablet.store.read(lambda c: visits.get_row(c, visit.id))
    return not row.arriving and await tablet.store.read(lambda c: visits.read_signed(c, visit.id)) == visit


@pytest.mark.parametrize("seed", range(4))
def test_every_record_of_a_full_visit_is_good_r4(seed: int) -> None:
    for part in encode_visit(make_full_visit(ANA, "p1", seed)):
        assert r4_errors(json_text.loads(part.body)) == [], part.reference


@settings(max_examples=40)
@given(visits_of_any_kind())
def test_every_record_of_any_visit_is_good_r4(visit: Visit) -> None:
    for part in encode_visit(visit):
        assert r4_errors(json_text.loads(part.body)) == [], part.reference


@pytest.mark.parametrize("seed", [0, 3])
async def test_our_plan_takes_a_full_visit_and_a_second_device_and_the_supervisor_read_it_identical(
    field_plan: FieldPlan, tablets: MakeTablet, seed: int
) -> None:
    nurse = field_plan.add_person(team=f"Full {seed}")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team=f"Full {seed}")
    patient_id = field_plan.add_patient(nurse)
    tablet, second, hers = await tablets(nurse), await tablets(nurse), await tablets(supervisor)
    visit = await tablet.sign(make_full_visit(PersonRef(nurse.reference, nurse.name), patient_id, seed))
    report = await tablet.sync()
    status = await tablet.status(visit.id)
    assert await tablet.received(visit.id), (report, status.reason)
    for other in (second, hers):
        assert (await other.sync()).outcome == "ok"
        assert await reads(other, visit)


async def test_a_full_visit_whose_answer_was_lost_makes_nothing_twice(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    from tests.support.relay import DROP_ANSWER, Once, Relay

    patient_id = field_plan.add_patient(nurse)
    async with Relay(field_plan.url) as relay:
        tablet = await tablets(nurse, relay.url)
        visit = await tablet.sign(make_full_visit(PersonRef(nurse.reference, nurse.name), patient_id, 5))
        relay.judge = Once(DROP_ANSWER, lambda request: request.is_write)
        await tablet.sync()
        await tablet.sync()
    assert await tablet.received(visit.id)
    (encounter,) = versions(field_plan, nurse, "Encounter", visit.id)
    targets = provenance_targets(field_plan, nurse, encounter)
    assert len(targets) == len(encode_visit(visit))
    for target in targets[::10]:
        kind, _, record_id = target["reference"].partition("/")
        assert len(versions(field_plan, nurse, kind, record_id)) == 1
