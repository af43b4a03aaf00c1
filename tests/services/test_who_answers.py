"""An observer answers for the person: what she alone can feel, and what only she may answer."""

from __future__ import annotations

import pytest

from app.domain.visit import Absent, AnsweredBy, Missing, Modality, Setting
from app.domain.visit_kind import VisitKind
from app.errors import RecordError
from app.language import ENGLISH, speak
from app.services.visits import Visits

FELT = {"esas-tired", "esas-depr", "esas-anx", "esas-wb"}
PHQ = "/44250-9"


async def begin(visits: Visits, who: AnsweredBy | None = None) -> str:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    if who is not None:
        await visits.set_answered_by(visit_id, who)
    return visit_id


async def absents(visits: Visits, visit_id: str) -> dict[str, Absent | None]:
    return {link: one.absent for link, one in (await visits.page(visit_id)).draft.answers.items()}


@pytest.mark.parametrize("who", [AnsweredBy.FAMILY, AnsweredBy.STAFF])
async def test_with_an_observer_what_only_the_person_feels_starts_as_could_not_answer(
    visits: Visits, who: AnsweredBy
) -> None:
    visit_id = await begin(visits, who)
    assert await absents(visits, visit_id) == dict.fromkeys(FELT, Absent.COULD_NOT_ANSWER)


@pytest.mark.parametrize("who", [AnsweredBy.PATIENT, AnsweredBy.ASSISTED])
async def test_the_person_herself_starts_with_nothing(visits: Visits, who: AnsweredBy) -> None:
    visit_id = await begin(visits, who)
    assert await absents(visits, visit_id) == {}


async def test_what_was_tapped_stays_and_what_was_not_goes_when_the_person_answers_after_all(
    visits: Visits,
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-wb", value=5)
    await visits.set_answered_by(visit_id, AnsweredBy.FAMILY)
    await visits.answer(visit_id, "esas-anx", absent=Absent.COULD_NOT_ANSWER)
    await visits.answer(visit_id, "esas-depr", value=3)
    await visits.set_answered_by(visit_id, AnsweredBy.STAFF)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    draft = (await visits.page(visit_id)).draft
    assert {link: one.value for link, one in draft.answers.items()} == {
        "esas-wb": 5,
        "esas-anx": None,
        "esas-depr": 3,
    }


async def test_what_the_nurse_took_away_does_not_come_back_with_another_observer(visits: Visits) -> None:
    visit_id = await begin(visits, AnsweredBy.FAMILY)
    await visits.clear(visit_id, "esas-tired")
    await visits.set_answered_by(visit_id, AnsweredBy.STAFF)
    assert (await absents(visits, visit_id)).keys() == FELT - {"esas-tired"}


async def test_a_scale_that_nobody_touched_is_not_sent_as_could_not_answer(visits: Visits) -> None:
    visit_id = await begin(visits, AnsweredBy.FAMILY)
    await visits.leave(visit_id)
    page = await visits.page(visit_id)
    assert page.missing == (Missing.FINDING,)
    assert page.automatic == FELT, "nor counted as answered"
    await visits.answer(visit_id, "akps", value="30")
    await visits.sign(visit_id)
    assert (await visits.read(visit_id)).answers.keys() == {"akps"}


async def test_a_scale_that_was_asked_is_sent_with_what_only_the_person_feels(visits: Visits) -> None:
    visit_id = await begin(visits, AnsweredBy.FAMILY)
    await visits.answer(visit_id, "esas-pain", value=6)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    reading = await visits.read(visit_id)
    assert reading.answers.keys() == FELT | {"esas-pain"}
    assert reading.scores["esas-r"].total is None


async def test_an_observer_alone_is_nothing_recorded(visits: Visits) -> None:
    visit_id = await begin(visits, AnsweredBy.FAMILY)
    assert await visits.discard(visit_id) is True


async def test_mood_scales_are_never_answered_by_an_observer(visits: Visits) -> None:
    visit_id = await begin(visits, AnsweredBy.STAFF)
    page = await visits.page(visit_id)
    assert {"phq-2", "phq-9", "gad-2", "gad-7"} <= page.offers.keys()
    for link_id in (PHQ, "/69725-0"):
        with pytest.raises(RecordError, match="person"):
            await visits.answer(visit_id, link_id, value="LA6571-9")
    await visits.answer(visit_id, "4at-1", value="normal")


async def test_an_observer_cannot_take_over_answers_that_only_the_person_gives(visits: Visits) -> None:
    visit_id = await begin(visits, AnsweredBy.PATIENT)
    await visits.answer(visit_id, PHQ, value="LA6571-9")
    await visits.answer(visit_id, "/69725-0", absent=Absent.DECLINED)
    with pytest.raises(RecordError, match=r"GAD-7 and PHQ-9 can only be answered by the person"):
        await visits.set_answered_by(visit_id, AnsweredBy.FAMILY)
    speak("es")
    try:
        with pytest.raises(RecordError, match=r"^GAD-7 y PHQ-9 "):
            await visits.set_answered_by(visit_id, AnsweredBy.FAMILY)
    finally:
        speak(ENGLISH)
    page = await visits.page(visit_id)
    assert page.draft.answered_by is AnsweredBy.PATIENT
    assert page.draft.answers.keys() == {PHQ, "/69725-0"}
    await visits.set_answered_by(visit_id, AnsweredBy.ASSISTED)
    await visits.clear(visit_id, PHQ)
    await visits.clear(visit_id, "/69725-0")
    await visits.set_answered_by(visit_id, AnsweredBy.FAMILY)
    assert (await visits.page(visit_id)).draft.answered_by is AnsweredBy.FAMILY


async def test_a_visit_in_which_everything_was_observed_is_signed_and_no_scale_holds_an_answer(
    visits: Visits,
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.CANNOT_SPEAK)
    await visits.answer(visit_id, "akps", value="20")
    await visits.answer(visit_id, "poc-next-contact", value="2026-12-01")
    await visits.leave(visit_id)
    assert (await visits.page(visit_id)).missing == (Missing.ANSWERED_BY,)
    await visits.set_answered_by(visit_id, AnsweredBy.FAMILY)
    await visits.set_answered_by(visit_id, AnsweredBy.NOBODY)
    with pytest.raises(RecordError, match="nobody did"):
        await visits.answer(visit_id, "esas-pain", value=3)
    assert (await visits.page(visit_id)).missing == ()
    await visits.sign(visit_id)
    assert (await visits.read(visit_id)).answers.keys() & FELT == set()
    assert await visits.propose_kind("p1") is VisitKind.CANNOT_SPEAK


async def test_what_somebody_answered_is_not_made_into_an_observation(visits: Visits) -> None:
    visit_id = await begin(visits, AnsweredBy.FAMILY)
    await visits.answer(visit_id, "esas-pain", value=6)
    with pytest.raises(RecordError, match=r"Somebody answered ESAS-r in this visit\. Nothing was changed"):
        await visits.set_answered_by(visit_id, AnsweredBy.NOBODY)
    assert (await visits.page(visit_id)).draft.answered_by is AnsweredBy.FAMILY


async def test_who_answered_is_asked_only_where_a_person_answered_a_scale(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.leave(visit_id)
    await visits.answer(visit_id, "akps", value="40")
    await visits.answer(visit_id, "4at-1", value="normal")
    await visits.answer(visit_id, "mouth-how", value=("dry",))
    await visits.add_entry(visit_id, "wounds")
    assert (await visits.page(visit_id)).missing == ()
    await visits.answer(visit_id, "esas-pain", value=0)
    assert (await visits.page(visit_id)).missing == (Missing.ANSWERED_BY,)


async def test_an_entry_alone_is_a_finding(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.leave(visit_id)
    assert (await visits.page(visit_id)).missing == (Missing.FINDING,)
    entry = await visits.add_entry(visit_id, "wounds")
    assert (await visits.page(visit_id)).missing == (Missing.FINDING,), "an empty entry says nothing"
    await visits.answer(visit_id, "wound-place", value="heel", entry=entry)
    assert (await visits.page(visit_id)).missing == ()
    assert await visits.discard(visit_id) is False
    await visits.sign(visit_id)
