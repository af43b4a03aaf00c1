"""What was measured later in a visit is never lost because the first value is mended or taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.visit import Absent, AnsweredBy, Missing, Modality, Setting, VisitDraft
from app.errors import RecordError
from app.services.visits import NotReadyToSign, Visits

SPO2 = "vital-spo2"
REFUSED = r"^Take the later measurement back first\.$"


async def begin(visits: Visits) -> str:
    """A visit whose oxygen was measured twice."""
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_text(visit_id, SPO2, "88")
    await visits.measure_again(visit_id, SPO2, value=Decimal(96), done="oxygen 2 l")
    return visit_id


async def read(visits: Visits, visit_id: str) -> VisitDraft:
    return (await visits.page(visit_id)).draft


@pytest.mark.parametrize("middle", ["", "-", "8x", " "])
async def test_a_first_value_mended_letter_by_letter_keeps_its_time_and_what_was_measured_later(
    visits: Visits, middle: str
) -> None:
    visit_id = await begin(visits)
    before = (await read(visits, visit_id)).answers[SPO2]
    for typed in ("8", middle, "8", "89"):
        await visits.set_text(visit_id, SPO2, typed)
    draft = await read(visits, visit_id)
    after = draft.answers[SPO2]
    assert (after.value, after.at, after.again) == (Decimal(89), before.at, before.again)
    assert draft.unfinished == {}


@pytest.mark.parametrize("typed", ["", "  ", "8x"])
async def test_a_first_value_left_half_typed_stands_and_is_asked_for_before_signing(
    visits: Visits, typed: str
) -> None:
    visit_id = await begin(visits)
    before = (await read(visits, visit_id)).answers
    await visits.set_text(visit_id, SPO2, typed)
    page = await visits.page(visit_id)
    assert page.draft.answers == before
    assert page.draft.unfinished[SPO2].strip() == typed.strip()
    assert Missing.UNFINISHED in page.missing
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.leave(visit_id)
    with pytest.raises(NotReadyToSign):
        await visits.sign(visit_id)
    await visits.set_text(visit_id, SPO2, "88")
    assert (await read(visits, visit_id)).answers == before
    await visits.sign(visit_id)


@pytest.mark.parametrize(("typed", "left"), [("", {}), ("8x", {SPO2: "8x"})])
async def test_an_emptied_first_value_goes_with_the_last_later_one(
    visits: Visits, typed: str, left: dict[str, str]
) -> None:
    visit_id = await begin(visits)
    await visits.measure_again(visit_id, SPO2, value=Decimal(95))
    await visits.set_text(visit_id, SPO2, typed)
    await visits.undo_again(visit_id, SPO2)
    assert len((await read(visits, visit_id)).answers[SPO2].again) == 1
    await visits.undo_again(visit_id, SPO2)
    draft = await read(visits, visit_id)
    assert (draft.answers, draft.unfinished) == ({}, left)


async def test_a_reason_instead_of_the_first_value_stands_again_once_the_field_is_empty(
    visits: Visits,
) -> None:
    visit_id = await begin(visits)
    await visits.set_text(visit_id, SPO2, "")
    await visits.answer(visit_id, SPO2, absent=Absent.DECLINED)
    before = await read(visits, visit_id)
    assert (before.unfinished, len(before.answers[SPO2].again)) == ({}, 1)
    await visits.set_text(visit_id, SPO2, "x")
    await visits.set_text(visit_id, SPO2, "")
    assert await read(visits, visit_id) == before


async def test_clearing_asks_for_the_later_measurement_to_be_taken_back_first(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    await visits.measure_again(visit_id, "esas-pain", value=4, done="5 mg morphine")
    before = await read(visits, visit_id)
    for link_id in ("esas-pain", SPO2):
        with pytest.raises(RecordError, match=REFUSED):
            await visits.clear(visit_id, link_id)
    assert await read(visits, visit_id) == before
    await visits.undo_again(visit_id, "esas-pain")
    await visits.clear(visit_id, "esas-pain")
    assert (await read(visits, visit_id)).answers.keys() == {SPO2}


async def test_nothing_chosen_any_more_does_not_take_a_later_choice_away(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "mouth-how", value=("dry",))
    await visits.measure_again(visit_id, "mouth-how", value=("sore",))
    before = await read(visits, visit_id)
    with pytest.raises(RecordError, match=REFUSED):
        await visits.answer(visit_id, "mouth-how", value=())
    assert await read(visits, visit_id) == before
