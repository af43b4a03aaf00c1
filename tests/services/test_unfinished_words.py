"""What was typed and is not an answer yet lies on the disk, and the last words are written before a store closes."""

from __future__ import annotations

import asyncio

import pytest

from app.domain.visit import Absent, AnsweredBy, Missing, Modality, Setting
from app.errors import NotFound, RecordError
from app.services.device_service import Device
from app.services.visits import LONGEST_NAME, NotReadyToSign, Visits
from app.store import patients
from app.store.engine import Store
from app.store.tables import UnfinishedText, table_of
from tests.services.conftest import person, signed_in

OTHER = "esas-other"


async def begin(visits: Visits) -> str:
    return await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)


async def count_rows(store: Store) -> int:
    return await store.read(lambda c: len(c.execute(table_of(UnfinishedText).select()).all()))


async def test_a_named_problem_without_a_number_is_kept_and_asked_for(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.set_other_name(visit_id, "Itching \x00 at\tnight ")
    page = await visits.page(visit_id)
    assert page.draft.unfinished == {OTHER: "Itching at night"}
    assert page.draft.answers == {}
    assert Missing.OTHER_NUMBER in page.missing


async def test_a_named_problem_without_a_number_keeps_the_visit_from_being_signed(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.set_note(visit_id, "Slept well.")
    await visits.set_other_name(visit_id, "Itching")
    await visits.leave(visit_id)
    with pytest.raises(NotReadyToSign):
        await visits.sign(visit_id)
    await visits.set_other_name(visit_id, "  ")
    await visits.sign(visit_id)


async def test_a_number_takes_the_name_with_it(visits: Visits, store: Store) -> None:
    visit_id = await begin(visits)
    await visits.set_other_name(visit_id, "Itching")
    await visits.answer(visit_id, OTHER, value=4, name="Itching")
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    draft = (await visits.page(visit_id)).draft
    assert (draft.answers[OTHER].name, draft.unfinished) == ("Itching", {})
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    assert await count_rows(store) == 0


async def test_a_number_without_a_name_takes_the_one_that_waits(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.set_other_name(visit_id, "Itching")
    await visits.answer(visit_id, OTHER, absent=Absent.DECLINED)
    draft = (await visits.page(visit_id)).draft
    assert (draft.answers[OTHER].name, draft.unfinished) == ("Itching", {})


async def test_a_later_name_goes_to_the_number_that_is_there_and_never_brings_one_back(
    visits: Visits,
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, OTHER, value=4, name="Itching")
    await visits.set_other_name(visit_id, "Itching at night")
    assert (await visits.page(visit_id)).draft.answers[OTHER].name == "Itching at night"
    await visits.clear(visit_id, OTHER)
    draft = (await visits.page(visit_id)).draft
    assert (draft.answers, draft.unfinished) == ({}, {OTHER: "Itching at night"})
    await visits.set_other_name(visit_id, "Itching, worse")
    assert (await visits.page(visit_id)).draft.answers == {}


async def test_a_name_that_is_too_long_for_an_answer_is_still_kept(visits: Visits) -> None:
    visit_id = await begin(visits)
    long = "x" * (LONGEST_NAME + 1)
    await visits.set_other_name(visit_id, long)
    assert (await visits.page(visit_id)).draft.unfinished == {OTHER: long}
    with pytest.raises(RecordError, match="name"):
        await visits.answer(visit_id, OTHER, value=4)
    await visits.answer(visit_id, OTHER, value=4, name="short")
    with pytest.raises(RecordError, match="name"):
        await visits.set_other_name(visit_id, long)
    assert (await visits.page(visit_id)).draft.answers[OTHER].name == "short"


async def test_a_visit_that_holds_a_name_is_not_dropped(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.set_other_name(visit_id, "Itching")
    assert await visits.discard(visit_id) is False
    await visits.set_other_name(visit_id, "")
    assert await visits.discard(visit_id) is True
    with pytest.raises(NotFound):
        await visits.set_other_name(visit_id, "Itching")


async def test_the_last_words_of_a_window_are_written_before_its_store_closes(device: Device) -> None:
    session = await device.enrol(signed_in(), (words := device.suggest_passphrase()), "w1")
    await session._store.write(lambda c: patients.upsert(c, person("p1", "Rosa Colón")))
    visit_id = await session.visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    gate = asyncio.Event()

    async def last_words() -> None:
        await gate.wait()
        await session.visits.set_note(visit_id, "to the last letter")

    async def fail() -> None:
        raise RuntimeError("a screen's mistake")

    session.on_closed += [last_words, fail]
    locking = asyncio.create_task(session.lock())
    await asyncio.sleep(0.05)
    assert session.closed
    assert not locking.done()
    gate.set()
    await locking
    again = await device.unlock(session.store_id, words, "w2")
    assert (await again.visits.page(visit_id)).draft.note == "to the last letter"
