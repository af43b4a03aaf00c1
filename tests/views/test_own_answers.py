"""The person's own numbers: one question a page, in her language, apart from what anybody says of her."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.content import load
from app.domain.visit import Absent, AnsweredBy
from app.errors import DiskFull
from app.language import get_language
from app.views.answers import one_by_one
from app.views.answers.one_by_one import CELL
from app.views.forms.voice import own_answers
from app.views.wording import answers as said
from tests.views.conftest import Mount
from tests.views.doubles import World, add_visit
from tests.views.patient_hands import OWN, Hands, hands
from tests.views.visit_page import draft, open_visit


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


async def open_own(has: Hands, visit_id: str) -> None:
    await open_visit(has.app, visit_id)
    if not has.app.has("own-language-es"):
        await has.app.tap("form-open-own-answers")


async def hand(
    has: Hands, visit_id: str, language: str = "es", through: str = "nobody", by: str = ""
) -> None:
    await open_own(has, visit_id)
    if by:
        await has.app.tap(f"own-by-{by}")
    await has.app.tap(f"own-language-{language}")
    await has.app.tap(f"own-through-{through}")
    await has.app.tap(OWN)
    await has.app.tap(f"{OWN}-now")
    await has.app.until(lambda: has.app.has("answers-nurse"), "the first question alone")
    await has.app.settle(60)


async def test_it_is_not_handed_over_before_language_and_interpreter_are_said(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_own(has, visit_id)
        await has.app.tap(OWN)
        assert not has.app.has(f"{OWN}-now")
        assert has.app.shows(said.FIRST_SAY)
        await has.app.tap("own-language-en")
        assert not has.app.has(f"{OWN}-now")
        await has.app.tap("own-through-family")
        assert has.app.has(f"{OWN}-now")


@pytest.mark.parametrize("width", [390, 1180])
async def test_the_way_on_stays_in_sight_while_a_long_question_scrolls(
    mount: Mount, world: World, visit_id: str, width: int
) -> None:
    async with hands(mount, world) as has:
        await hand(has, visit_id, "en")
        await has.app.resize(width, 844)
        scrolling = [c for c in has.app.walk() if isinstance(c, ft.Column) and c.scroll is not None]
        moving = {id(one) for column in scrolling for one in has.app.walk(column)}
        assert id(has.app.named("own-pain-7")) in moving
        assert id(has.app.named("answers-next")) not in moving


async def test_one_question_stands_there_with_large_numbers_and_only_next_goes_on(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await hand(has, visit_id, "en")
        assert has.alone()
        asked = {i.rpartition("-")[0] for i in has.app.ids() if i.startswith("own-")}
        assert asked == {"own-pain"}
        cell = has.app.inner("own-pain-7")
        assert 2 * (cell.padding.top + 1) + 26 * 1.32 >= CELL
        await has.app.tap("own-pain-7")
        assert has.app.has("own-pain-7"), "a slip can be seen and mended"
        assert draft(world, visit_id).answers["own-pain"].value == 7
        assert not has.app.has("answers-before")
        await has.app.tap("answers-next")
        assert has.app.has("own-breath-0")
        await has.app.tap("own-breath-declined")
        assert draft(world, visit_id).answers["own-breath"].absent is Absent.DECLINED
        await has.app.tap("answers-before")
        assert has.app.named("own-pain-7").selected


async def test_the_last_page_ends_it_and_a_redraw_goes_on_at_the_first_open_question(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_by_one, "AGAIN_CLEARS_AFTER", 0.0)
    async with hands(mount, world) as has:
        await hand(has, visit_id, "en")
        await has.app.tap("own-pain-3")
        has.app.result.redraw()
        await has.app.settle(60)
        assert has.app.has("own-breath-0")
        for _ in range(6):
            await has.app.tap("answers-next")
        assert has.app.has("own-first-pain")
        assert not has.app.has("answers-next")
        await has.app.tap("own-first-pain")
        await has.app.tap("answers-done")
        assert has.app.texts() == [said.THANKS, said.GIVE_BACK, said.ON_WITH_IT, said.FOR_NURSE]


async def test_a_second_tap_on_next_skips_no_question_and_ends_nothing(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(one_by_one, "monotonic", lambda: clock[0])
    async with hands(mount, world) as has:
        await hand(has, visit_id, "en")
        await has.app.tap("answers-next")
        for later in (0.2, 0.2):
            clock[0] += later
            await has.app.tap("answers-next")
        assert has.app.has("own-breath-0"), "the second question, which nobody has read yet"
        await has.app.tap("answers-before")
        assert has.app.has("own-breath-0"), "a second tap may land on the other button of the new page"
        await has.app.tap("own-breath-2")
        button = has.app.inner("answers-next")
        await has.app.tap("answers-next")
        assert has.app.has("own-tired-0"), "who answers at once goes on at once"
        clock[0] += 1
        await has.app.send(button, "click")
        assert has.app.has("own-tired-0"), "a tap that was on its way while this page was drawn"
        taps = 0
        while has.app.has("answers-next"):
            clock[0] += 0.4
            taps += 1
            await has.app.tap("answers-next")
        assert has.app.has("own-first-pain")
        assert taps == 9, "every other tap of a quick hand counts"
        await has.app.tap("answers-done")
        assert has.app.has("own-first-pain"), "the last page came this moment"
        clock[0] += 1
        await has.app.tap("answers-done")
        assert has.app.has("answers-thanks")


async def test_it_does_not_end_while_the_last_answer_could_not_be_kept(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_by_one, "AGAIN_CLEARS_AFTER", 0.0)
    async with hands(mount, world) as has:
        await hand(has, visit_id, "en")
        while has.app.has("answers-next"):
            await has.app.tap("answers-next")
        writing = asyncio.Event()
        store = has.session.visits.answer

        async def slow_and_full(*_: object, **__: object) -> None:
            await writing.wait()
            raise DiskFull

        monkeypatch.setattr(has.session.visits, "answer", slow_and_full)
        answer, done = has.app.inner("own-first-pain"), has.app.inner("answers-done")
        taps = [asyncio.create_task(has.app.send(one, "click")) for one in (answer, done)]
        await has.app.settle(60)
        assert not has.app.has("answers-thanks")
        writing.set()
        await asyncio.gather(*taps)
        await has.app.until(lambda: has.app.shows(said.NOT_KEPT), "that it was not kept")
        assert has.app.has("answers-done")
        monkeypatch.setattr(has.session.visits, "answer", store)
        await has.app.tap("own-first-breath")
        await has.app.tap("answers-done")
        assert has.app.has("answers-thanks")


async def test_it_speaks_her_language_and_the_way_back_the_nurses(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await hand(has, visit_id)
        assert get_language().code == "es"
        assert not has.app.shows(said.RATHER_NOT)
        assert not has.app.shows(said.FOR_NURSE)
        await has.app.tap("answers-nurse")
        assert has.app.shows("Enter your PIN to go on with the visit.")
        await has.app.tap("answers-stay")
        assert get_language().code == "es"
        await has.app.resize(390, 844)
        assert get_language().code == "es"
        await has.take_back()
        await has.app.until(lambda: has.app.has("visit-back"), "the visit")
        assert get_language().code == "en"


async def test_in_a_language_that_the_app_has_not_the_interpreter_reads_the_nurses(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await hand(has, visit_id, "other", "remote")
        assert get_language().code == "en"


async def test_after_a_lock_the_nurses_language_is_spoken_again(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await hand(has, visit_id)
        has.clock.go(600)
        await has.app.until(lambda: has.app.has("lock-secret"), "the lock screen")
        await has.app.settle(60)
        assert get_language().code == "en"


async def test_her_own_answers_leave_alone_who_answers_the_rest_of_the_visit(
    mount: Mount, world: World, visit_id: str
) -> None:
    world.visits[visit_id].draft = replace(draft(world, visit_id), answered_by=AnsweredBy.FAMILY)
    async with hands(mount, world) as has:
        await hand(has, visit_id, "es", "family")
        await has.app.tap("own-pain-8")
        kept = draft(world, visit_id)
        assert kept.answered_by is AnsweredBy.FAMILY
        assert kept.answers["own-by"].value == "patient"
        await has.take_back()
        await has.app.until(lambda: has.app.has("visit-back"), "the visit")
        assert own_answers(kept.answers) == "Alone, on the tablet · Spanish · Family or friend"


async def test_how_it_is_to_be_answered_is_said_nowhere_before_something_was_answered(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_own(has, visit_id)
        await has.app.tap("own-language-es")
        await has.app.tap("own-through-family")
        how = own_answers(draft(world, visit_id).answers)
        assert how == ""
        assert not has.app.shows("Spanish · Family or friend")
        await has.app.tap("own-pain-8")
        assert own_answers(draft(world, visit_id).answers) == "Spanish · Family or friend"
        assert has.app.shows("Spanish · Family or friend")


async def test_what_the_nurse_said_of_how_it_is_answered_stays(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await hand(has, visit_id, by="caregiver-assisted")
        assert draft(world, visit_id).answers["own-by"].value == "caregiver-assisted"


def question_of(has: Hands) -> ft.Semantics:
    headings = [c for c in has.app.walk() if isinstance(c, ft.Semantics) and c.live_region and c.header]
    assert len(headings) == 1
    return headings[0]


async def test_a_screen_reader_hears_each_new_question_and_what_a_number_is_about(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await hand(has, visit_id, "en")
        pain = load()["own-answers"].get_item("own-pain")
        heading = question_of(has)
        assert isinstance(heading.content, ft.Text)
        assert heading.content.value == pain.text
        assert has.app.inner("own-pain-7").content.semantics_label == "Pain right now 7 of 10"
        await has.app.tap("own-pain-7")
        assert question_of(has)._i == heading._i, "an answer is no new question"
        await has.app.tap("answers-next")
        following = question_of(has)
        assert isinstance(following.content, ft.Text)
        assert following.content.value == load()["own-answers"].get_item("own-breath").text
        assert following._i != heading._i, "words that change in place are not said"
