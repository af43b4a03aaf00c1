"""Medicines gone through and a telephone order: by the plan to a colleague's device, and the signature back."""

from __future__ import annotations

from dataclasses import replace

from app.domain.medicines import GROUP, Taken
from app.domain.prescriber import GROUP as CALLS
from app.domain.prescriber import OrderState
from app.services.medicines import read_calls, read_medicines
from tests.support.field import FieldPlan, Person, make_visit
from tests.sync.conftest import MakeTablet
from tests.sync.medicine_visits import FILM, NOT_TAKEN, ORDERED, OXY, call


def order(patient_id: str, order_id: str, name: str) -> dict[str, object]:
    return {
        "resourceType": "MedicationRequest",
        "id": order_id,
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{patient_id}"},
        "medicationCodeableConcept": {"text": name},
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": 4, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1}}],
            }
        ],
    }


async def test_another_nurse_sees_what_was_found_and_the_order_until_it_is_signed(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    colleague = field_plan.add_person(name="Tomás Okoye, RN")
    patient_id = field_plan.add_patient(nurse, colleague)
    oxy, fur = f"oxy-{patient_id}"[:64], f"fur-{patient_id}"[:64]
    field_plan.put(
        order(patient_id, oxy, "Oxycodone 10 MG Oral Tablet"),
        order(patient_id, fur, "Furosemide 40 MG Oral Tablet"),
    )
    mine, hers = await tablets(nurse), await tablets(colleague)
    await mine.sync()
    entries = (
        replace(OXY, about=f"MedicationRequest/{oxy}"),
        replace(NOT_TAKEN, about=f"MedicationRequest/{fur}"),
        FILM,
    )
    calls = call(**ORDERED).entries[CALLS]
    visit = await mine.sign(
        replace(make_visit(nurse, patient_id, "Gone through.", {}), entries={GROUP: entries, CALLS: calls})
    )
    report = await mine.sync()
    assert report.outcome == "ok"
    assert await mine.received(visit.id)

    await hers.sync()
    here = await mine.store.read(lambda c: read_medicines(c, patient_id))
    there = await hers.store.read(lambda c: read_medicines(c, patient_id))
    assert there.listed == here.listed
    assert there.last is not None
    assert here.last is not None
    assert [line.taken for line in there.last.lines] == [Taken.NOT_TAKING, Taken.AS_LISTED, Taken.NOT_ON_LIST]
    assert there.last.lines == here.last.lines
    assert there.last.taken.total == 75
    (waiting,) = await hers.store.read(lambda c: read_calls(c, patient_id))
    assert waiting.order_state is OrderState.WAITING

    task = next(one for one in field_plan_tasks(field_plan, colleague, patient_id))
    field_plan.put(task | {"status": "completed"})
    await hers.sync()
    (signed,) = await hers.store.read(lambda c: read_calls(c, patient_id))
    assert signed.order_state is OrderState.SIGNED
    assert (await hers.store.read(lambda c: read_medicines(c, patient_id))).listed == here.listed


def field_plan_tasks(field_plan: FieldPlan, person: Person, patient_id: str) -> list[dict[str, object]]:
    with field_plan.peer(person) as client:
        bundle = client.get("Task", params={"patient": patient_id}).raise_for_status().json()
    return [entry["resource"] for entry in bundle.get("entry", [])]
