"""The day between the plan and two tablets: what was planned, what one nurse noted, whom somebody looks after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from app.domain.going_in import GoingInKind
from app.domain.visit import PersonRef
from app.services.check_on_me import ChecksOnMe
from app.services.clock import SystemClock
from app.services.day import Day
from app.services.day_models import DayPage
from app.services.going_in import GoingInFacts, read_going_in
from app.sync.fhir.appointment import VISIT_KIND
from tests.support.field import FieldPlan, Person, Tablet
from tests.sync.conftest import MakeTablet


def ref(person: Person) -> PersonRef:
    return PersonRef(person.reference, person.name)


async def day_of(tablet: Tablet, person: Person) -> DayPage:
    return await Day(tablet.store, ref(person), SystemClock()).read()


async def test_a_planned_visit_comes_with_a_pass_and_goes_when_the_plan_takes_it_back(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    start = datetime.now(UTC) + timedelta(minutes=1)
    planned = {
        "resourceType": "Appointment",
        "id": str(uuid4()),
        "status": "booked",
        "serviceType": [{"coding": [{"system": VISIT_KIND, "code": "telephone"}]}],
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=20)).isoformat(),
        "participant": [
            {"actor": {"reference": one}, "status": "accepted"}
            for one in (f"Patient/{patient_id}", nurse.reference)
        ],
    }
    field_plan.put(planned)
    tablet = await tablets(nurse)
    assert (await tablet.sync()).outcome == "ok"
    (stop,) = (await day_of(tablet, nurse)).stops
    assert (stop.patient_name, stop.stop.planned.kind) == ("Vera Lindqvist", "telephone")
    field_plan.put(planned | {"status": "entered-in-error"})
    await tablet.sync()
    assert (await day_of(tablet, nurse)).stops == ()


async def test_a_fact_that_one_nurse_noted_stands_for_her_colleague_who_can_take_it_away(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    ben = field_plan.add_person(name="Ben Cole, RN")
    patient_id = field_plan.add_patient(nurse, ben)
    hers, his = await tablets(nurse), await tablets(ben)
    for tablet in (hers, his):
        await tablet.sync()
    await GoingInFacts(hers.store, ref(nurse), SystemClock()).note(patient_id, GoingInKind.DOG, "barks")
    assert (await hers.sync()).outcome == "ok"
    await his.sync()
    (fact,) = await his.store.read(lambda c: read_going_in(c, patient_id))
    assert (fact.words, fact.noted_by, fact.pending) == ("barks", nurse.name, False)
    await GoingInFacts(his.store, ref(ben), SystemClock()).take_away(patient_id, GoingInKind.DOG)
    assert (await his.sync()).outcome == "ok"
    await hers.sync()
    assert await hers.store.read(lambda c: read_going_in(c, patient_id)) == ()


async def test_a_supervisor_sees_check_on_me_ends_it_and_the_nurse_learns_of_it(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Check")
    maria = field_plan.add_person("supervisor", "Maria Ortiz, RN", team="Check")
    patient_id = field_plan.add_patient(nurse)
    hers, desk = await tablets(nurse), await tablets(maria)
    for tablet in (hers, desk):
        await tablet.sync()
    asking = ChecksOnMe(hers.store, ref(nurse), SystemClock())
    looking = ChecksOnMe(desk.store, ref(maria), SystemClock())
    await asking.ask(patient_id, datetime.now(UTC) + timedelta(hours=1))
    (mine,) = await asking.list_all()
    assert not mine.check.told
    assert (await hers.sync()).outcome == "ok"
    (mine,) = await asking.list_all()
    assert (mine.check.told, mine.check.known) == (True, True)
    await desk.sync()
    (seen,) = await looking.list_all()
    assert (seen.check.nurse_name, seen.mine) == (nurse.name, False)
    await looking.finish(seen.check.id, "I reached the nurse")
    assert (await desk.sync()).outcome == "ok"
    await hers.sync()
    assert await asking.list_all() == ()
