"""From the first tap to the outbox, on a real encrypted store."""

from __future__ import annotations

import json

import pytest

from app.domain.visit import Absent, AnsweredBy, Missing, Modality, Setting
from app.errors import NotFound, RecordError
from app.services.caseload import Caseload
from app.services.models import VisitState
from app.services.visits import LONGEST_NAME, NotReadyToSign, Visits
from app.store import audit, outbox
from app.store.engine import Store
from tests.services.conftest import ANA, SteppingClock


async def begin(visits: Visits) -> str:
    return await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)


async def fill_in(visits: Visits) -> str:
    visit_id = await begin(visits)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=7)
    await visits.answer(visit_id, "esas-anx", absent=Absent.DECLINED)
    await visits.set_note(visit_id, "Daughter present.")
    return visit_id


async def test_every_tap_is_there_when_the_page_is_read_again(visits: Visits) -> None:
    visit_id = await fill_in(visits)
    page = await visits.page(visit_id)
    assert {link: (a.value, a.absent) for link, a in page.draft.answers.items()} == {
        "esas-pain": (7, None),
        "esas-anx": (None, Absent.DECLINED),
    }
    assert (page.draft.note, page.draft.answered_by) == ("Daughter present.", AnsweredBy.PATIENT)
    assert page.missing == (Missing.END,)


async def test_a_second_begin_continues_the_open_visit(visits: Visits) -> None:
    assert await begin(visits) == await begin(visits)


async def test_nobody_unknown_can_be_visited(visits: Visits) -> None:
    with pytest.raises(NotFound):
        await visits.begin("stranger", Modality.VIDEO, Setting.HOME)


async def test_an_answer_taken_back_is_not_asked_again(visits: Visits) -> None:
    visit_id = await fill_in(visits)
    await visits.clear(visit_id, "esas-pain")
    assert "esas-pain" not in (await visits.page(visit_id)).draft.answers


@pytest.mark.parametrize(("link_id", "value"), [("esas-pain", 11), ("esas-pain", -1), ("esas-hope", 3)])
async def test_absurd_values_are_refused_and_nothing_is_lost(
    visits: Visits, link_id: str, value: int
) -> None:
    visit_id = await fill_in(visits)
    with pytest.raises(RecordError, match=r"whole number|question"):
        await visits.answer(visit_id, link_id, value=value)
    assert (await visits.page(visit_id)).draft.answers["esas-pain"].value == 7


async def test_a_name_of_a_problem_has_an_end(visits: Visits) -> None:
    visit_id = await begin(visits)
    with pytest.raises(RecordError, match="name"):
        await visits.answer(visit_id, "esas-other", value=4, name="x" * (LONGEST_NAME + 1))


async def test_a_visit_cannot_be_signed_before_it_ended(visits: Visits) -> None:
    visit_id = await fill_in(visits)
    with pytest.raises(NotReadyToSign):
        await visits.sign(visit_id)
    assert (await visits.page(visit_id)).draft.note == "Daughter present."


async def test_signing_freezes_the_visit_and_fills_the_outbox_in_one_step(
    visits: Visits, store: Store
) -> None:
    visit_id = await fill_in(visits)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    alert, group = await store.read(outbox.pending)
    assert [change.type for change in alert.changes] == ["Task"]
    types = [change.type for change in group.changes]
    assert group.group_id == visit_id
    assert types[0] == "Encounter"
    assert {"QuestionnaireResponse", "Observation", "DocumentReference"} <= set(types)
    encounter = json.loads(group.changes[0].payload)
    assert encounter["participant"][0]["individual"]["reference"] == ANA.reference
    reading = await visits.read(visit_id)
    assert reading.summary.status.state is VisitState.ON_DEVICE
    assert (reading.summary.highest_score, reading.note) == (7, "Daughter present.")
    assert reading.signed_at is not None
    assert reading.summary.left_at is not None
    assert reading.signed_at > reading.summary.left_at


async def test_a_second_tap_on_sign_sends_nothing_twice(visits: Visits, store: Store) -> None:
    visit_id = await fill_in(visits)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    before = await store.read(outbox.count)
    with pytest.raises(NotFound):
        await visits.sign(visit_id)
    assert await store.read(outbox.count) == before


async def test_leaving_can_be_undone_until_the_visit_is_signed(visits: Visits) -> None:
    visit_id = await fill_in(visits)
    await visits.leave(visit_id)
    await visits.undo_leave(visit_id)
    assert (await visits.page(visit_id)).missing == (Missing.END,)


async def test_only_an_empty_visit_can_be_dropped(visits: Visits) -> None:
    filled = await begin(visits)
    await visits.answer(filled, "esas-pain", value=3)
    await visits.answer(filled, "esas-anx", absent=Absent.DECLINED)
    await visits.set_note(filled, "Daughter present.")
    assert await visits.discard(filled) is False
    await visits.clear(filled, "esas-pain")
    await visits.clear(filled, "esas-anx")
    await visits.set_note(filled, "")
    assert await visits.discard(filled) is True
    with pytest.raises(NotFound):
        await visits.page(filled)


async def test_a_visit_that_raised_an_alert_is_not_dropped_even_when_its_answer_is_taken_back(
    visits: Visits,
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=9)
    await visits.clear(visit_id, "esas-pain")
    assert await visits.discard(visit_id) is False


async def test_the_next_visit_shows_the_last_values(visits: Visits) -> None:
    first = await fill_in(visits)
    await visits.leave(first)
    await visits.sign(first)
    page = await visits.page(await begin(visits))
    assert page.last_values["esas-pain"].value == 7
    assert page.last_visit_at is not None


async def test_today_shows_drafts_and_what_is_unsent(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    caseload = Caseload(store, ANA.reference, ANA.name, clock)
    first = await fill_in(visits)
    assert [v.id for v in (await caseload.today()).drafts] == [first]
    await visits.leave(first)
    await visits.sign(first)
    today = await caseload.today()
    assert [v.id for v in today.unsent] == [first]
    assert (today.drafts, today.recent, today.people) == ((), (), 1)


async def test_what_was_opened_and_signed_stands_in_an_unbroken_audit_chain(
    visits: Visits, store: Store
) -> None:
    visit_id = await fill_in(visits)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    await visits.read(visit_id)
    chain = await store.read(audit.verify)
    assert (chain.length, chain.broken_at) == (3, None)
