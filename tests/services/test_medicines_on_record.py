"""A person's medicines with a real store: the plan's list, a visit that goes through it, and the page afterwards."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select

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
from app.store.safety_rows import CONTACTS
from tests.services.alert_steps import change
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


def put(connection: Connection, one: dict[str, Any]) -> None:
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


@pytest.fixture
async def on_record(store: Store) -> None:
    for one in (OXY, FUROSEMIDE):
        await store.write(partial(put, one=one))


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


async def test_as_needed_doses_that_nobody_asked_about_are_nowhere_in_what_is_signed_and_sent(
    store: Store, visits: Visits
) -> None:
    order = {**OXY, "dosageInstruction": [{**OXY["dosageInstruction"][0], "asNeededBoolean": True}]}
    order["medicationCodeableConcept"] = {"text": "Morphine Sulfate 15 MG Oral Tablet"}
    await store.write(lambda c: put(c, order))
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    (listed,) = (await visits.page(visit_id)).parts.medicines.listed
    await visits.add_entry(
        visit_id, GROUP, about=listed.reference, answers=listed_answers(listed, Taken.AS_LISTED)
    )
    await visits.leave(visit_id)
    await visits.sign(visit_id)

    (entry,) = (await visits.read(visit_id)).entries[GROUP]
    assert entry.answers["med-choice"].value == Taken.AS_LISTED
    assert not {"med-times", "med-breakthrough"} & entry.answers.keys()
    bodies = await store.read(lambda c: c.execute(select(change.c.payload)).scalars().all())
    assert [body for body in bodies if '"med-choice"' in body]
    assert not [body for body in bodies if "med-times" in body or "med-breakthrough" in body]
    last = (await store.read(lambda c: read_medicines(c, "p1"))).last
    assert last is not None
    assert (last.taken.total, last.ordered.total) == (None, 60)


async def offers(visits: Visits, visit_id: str) -> bool:
    return "MME_50" in [one.rule for one in (await visits.page(visit_id)).alerts]


async def signed_with(visits: Visits, clock: SteppingClock, link_id: str, value: str) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, link_id, value=value)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    clock.at += timedelta(hours=2)


async def test_the_offer_of_naloxone_goes_with_its_answer_and_comes_back_when_it_is_taken_back(
    visits: Visits, on_record: None
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    assert await offers(visits, visit_id)
    for value in ("has-it", "offered", "declined", "not-now"):
        await visits.answer(visit_id, "naloxone", value=value)
        assert not await offers(visits, visit_id)
        await visits.clear(visit_id, "naloxone")
        assert await offers(visits, visit_id)


@pytest.mark.parametrize(
    ("value", "again"), [("has-it", False), ("offered", False), ("declined", True), ("not-now", True)]
)
async def test_the_next_visit_offers_it_only_where_it_is_not_there_yet(
    visits: Visits, clock: SteppingClock, on_record: None, value: str, again: bool
) -> None:
    await signed_with(visits, clock, "naloxone", value)
    assert await offers(visits, await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)) is again


async def test_naloxone_in_the_house_stands_however_many_visits_ago_until_somebody_says_otherwise(
    visits: Visits, clock: SteppingClock, on_record: None
) -> None:
    await signed_with(visits, clock, "naloxone", "has-it")
    for _ in range(CONTACTS + 1):
        await signed_with(visits, clock, "bowel-regimen", "yes")
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    assert not await offers(visits, visit_id)
    await visits.answer(visit_id, "naloxone", value="not-now")
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    clock.at += timedelta(hours=2)
    assert await offers(visits, await visits.begin("p1", Modality.IN_PERSON, Setting.HOME))


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
