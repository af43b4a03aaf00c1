"""A person with opioids on the plan's list, as screens see her."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from app.domain.dosing import Amount, Instruction
from app.domain.medicines import Taken, listed_answers
from app.domain.patient import Medicine
from app.domain.prescriber import OrderState, PrescriberCall
from app.domain.reconciliation import MedicineUse, latest
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Entry
from app.services.medicines import MedicinesPart
from app.services.patient_parts import PatientParts
from tests.views.doubles import World, now


def order(
    name: str, key: str, dosage: str, each: str = "1", times: str = "4", *, prn: bool = False
) -> Medicine:
    dose = Amount(Decimal(each), None)
    line = Instruction(dose, dose, None, Decimal(times), Decimal(times), prn)
    return Medicine(
        name, dosage, None, f"MedicationRequest/{key}", (name,), dosing=(line,), prescriber="Dr. Lee"
    )


OXY = order("Oxycodone Hydrochloride 10 MG Oral Tablet", "oxy", "1 each time, 4 times a day")
MORPHINE = order(
    "Morphine Sulfate 15 MG Oral Tablet", "mor", "1 each time, every 4 hours as needed", times="6", prn=True
)
HYDROMORPHONE = Medicine("Hydromorphone 2 MG Oral Tablet", "as directed", None, "MedicationRequest/hyd")
FUROSEMIDE = order("Furosemide 40 MG Oral Tablet", "fur", "1 in the morning", times="1")


def earlier(medicine: Medicine, taken: Taken, how: str = "") -> MedicineUse:
    at = now() - timedelta(days=9)
    answers = listed_answers(medicine, taken) | ({"med-how": how} if how else {})
    entry = Entry(
        f"e-{medicine.reference}", {k: Answer(at, v) for k, v in answers.items()}, medicine.reference
    )
    return MedicineUse(f"s-{medicine.reference}", "v-old", at, entry)


def give_medicines(
    world: World,
    *listed: Medicine,
    uses: tuple[MedicineUse, ...] = (),
    patient: str = "p0",
    calls: tuple[PrescriberCall, ...] = (),
) -> None:
    settings = PlanSettings(phones={"prescriber": "+1 (555) 010-0123"})
    world.settings = settings
    part = MedicinesPart(listed, latest(uses, listed))
    world.parts[patient] = PatientParts(medicines=part, calls=calls, settings=settings)


def telephone_order(state: OrderState) -> PrescriberCall:
    return PrescriberCall(
        id="c1",
        visit_id="v-old",
        at=now() - timedelta(days=1),
        why="Pain",
        findings="Pain 8",
        ask="More",
        name="Dr. Lee",
        role="physician",
        how="phone",
        reached="reached",
        outcome="order",
        outcome_text="",
        order="Oxycodone 15 mg every 6 hours",
        read_back=True,
        order_state=state,
    )
