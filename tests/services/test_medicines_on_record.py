"""A person's medicines with a real store: the plan's list, a visit that goes through it, and the page afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.medicines import GROUP, Taken, listed_answers, medicine_facts
from app.domain.prescriber import GROUP as CALLS
from app.domain.prescriber import OrderState
from app.domain.visit import AnsweredBy, Modality, Setting
from app.services.caseload import Caseload
from app.services.medicines import read_calls, read_medicines
from app.services.visits import Visits
from app.store import bases
from app.store.bases import BaseCopy
from app.store.engine import Store
from tests.services.conftest import ANA, SteppingClock

OXY: dict[str, Any] = {
    "resourceType": "MedicationRequest",
    "id": "oxy",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/p1"},
    "requester": {"display": "Dr. Lee"},
    "medicationCodeableConcept": {"text": "Acetaminophen 325 MG / Oxycodone Hydrochloride 10 MG Oral Tablet"},
    "dosageInstruction": [
        {
            "sequence": 1,
            "timing": {"repeat": {"frequency": 4, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 1}}],
        }
    ],
}
FUROSEMIDE = {
    **OXY,
    "id": "fur",
    "medicationCodeableConcept": {"text": "Furosemide 40 MG Oral Tablet"},
    "dosageInstruction": [{"text": "one in the morning"}],
}


@pytest.fixture
async def on_record(store: Store) -> None:
    def put(connection: Any) -> None:
        for one in (OXY, FUROSEMIDE):
            bases.put(
                connection,
                BaseCopy(
                    type="MedicationRequest",
                    id=one["id"],
                    patient_id="p1",
                    version_id="1",
                    last_updated="2026-11-20T08:00:00Z",
                    body=json.dumps(one),
                ),
            )

    await store.write(put)


async def go_through(visits: Visits, store: Store) -> str:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    part = await store.read(lambda c: read_medicines(c, "p1"))
    for medicine in part.listed:
        taken = Taken.AS_LISTED if medicine.text.startswith("Acet") else Taken.NOT_TAKING
        answers = listed_answers(medicine, taken)
        entry = await visits.add_entry(visit_id, GROUP, about=medicine.reference, answers=answers)
        if taken is Taken.AS_LISTED:
            await visits.set_text(visit_id, "med-breakthrough", "2", entry=entry)
            await visits.set_text(visit_id, "med-last", "10 mg at 9:40", entry=entry)
        else:
            await visits.set_text(visit_id, "med-why-not", "made her dizzy", entry=entry)
    await visits.answer(visit_id, "bowel-regimen", value="no")
    return visit_id


async def test_a_list_gone_through_stands_beside_the_plans_list_at_once(
    store: Store, visits: Visits, on_record: None
) -> None:
    visit_id = await go_through(visits, store)
    page = await visits.page(visit_id)
    facts = medicine_facts(page.draft.answers, page.draft.entries, page.parts.medicines.listed)
    assert facts.on_opioid
    assert facts.bowel_regimen == "no"
    assert [facts.mme_taken, facts.mme_ordered] == [90, 60]
    assert page.parts.medicines.last is None
    await visits.leave(visit_id)
    await visits.sign(visit_id)

    part = await store.read(lambda c: read_medicines(c, "p1"))
    assert [one.reference for one in part.listed] == ["MedicationRequest/oxy", "MedicationRequest/fur"]
    assert part.last is not None
    assert part.last.pending
    assert [line.taken for line in part.last.lines] == [Taken.AS_LISTED, Taken.NOT_TAKING]
    assert part.last.taken.total == 90
    assert part.last.ordered.total == 60


async def test_what_is_signed_says_the_same_when_it_is_read(
    store: Store, visits: Visits, on_record: None
) -> None:
    visit_id = await go_through(visits, store)
    before = (await visits.page(visit_id)).draft.entries
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    assert (await visits.read(visit_id)).entries == before


async def test_a_telephone_order_waits_for_its_signature_and_leaves_the_list_alone(
    store: Store, visits: Visits, clock: SteppingClock, on_record: None
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    entry = await visits.add_entry(
        visit_id, CALLS, answers={"pc-why": "Pain 8", "pc-how": "phone", "pc-reached": "reached"}
    )
    for link, text in (("pc-name", "Dr. Lee"), ("pc-order", "Oxycodone 15 mg every 6 hours")):
        await visits.set_text(visit_id, link, text, entry=entry)
    await visits.answer(visit_id, "pc-outcome", value="order", entry=entry)
    await visits.answer(visit_id, "pc-read-back", value="yes", entry=entry)
    listed = (await visits.page(visit_id)).parts.medicines.listed
    await visits.leave(visit_id)
    await visits.sign(visit_id)

    (call,) = await store.read(lambda c: read_calls(c, "p1"))
    assert (call.order, call.read_back, call.order_state) == (
        "Oxycodone 15 mg every 6 hours",
        True,
        OrderState.WAITING,
    )
    assert call.pending
    page = await Caseload(store, ANA.reference, ANA.name, clock).page("p1")
    assert page.parts.medicines.listed == listed
    assert page.parts.calls == (call,)


async def test_an_untouched_list_says_nothing_was_gone_through(
    store: Store, visits: Visits, on_record: None
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=3)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    part = await store.read(lambda c: read_medicines(c, "p1"))
    assert part.last is None
    assert len(part.listed) == 2
