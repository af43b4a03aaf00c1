"""The tablet in the hands of the person who answers: one questionnaire, nothing else, and only the PIN leads back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.content import load
from app.domain.visit import Absent, AnsweredBy
from app.errors import DiskFull
from app.services.lock_policy import Shade
from app.views.wording import answers as said
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.patient_hands import NAME, hands
from tests.views.visit_page import draft, open_visit


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


async def test_only_the_questions_in_their_own_words_are_on_the_screen(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        assert not has.alone()
        await has.hand_over()
        assert has.alone()
        instrument = load()["esas-r"]
        for sentence in (
            instrument.instruction,
            instrument.attribution,
            *[one.text for one in instrument.items],
        ):
            assert has.app.shows(sentence)
        assert has.app.page.title == "Hearthside"


async def test_taps_are_kept_at_once_as_answers_of_the_person(
    mount: Mount, world: World, visit_id: str
) -> None:
    world.visits[visit_id].draft = replace(draft(world, visit_id), answered_by=None)
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        assert draft(world, visit_id).answered_by is AnsweredBy.PATIENT
        await has.app.tap("esas-pain-7")
        await has.app.tap("esas-nausea-declined")
        kept = draft(world, visit_id).answers
        assert kept["esas-pain"].value == 7
        assert kept["esas-nausea"].absent is Absent.DECLINED


async def test_the_own_problem_is_named_first_and_its_letters_are_kept(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        await has.app.type("esas-other-name", "Itching", blur=True)
        await has.app.tap("esas-other-4")
        kept = draft(world, visit_id).answers["esas-other"]
        assert (kept.name, kept.value) == ("Itching", 4)


async def test_a_calm_page_ends_it_and_still_only_the_pin_leads_back(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        await has.app.tap("esas-pain-7")
        await has.app.tap("answers-done")
        assert has.app.texts() == [said.THANKS, said.GIVE_BACK, said.ON_WITH_IT, said.FOR_NURSE]
        await has.app.tap("answers-again")
        assert has.app.has("esas-pain-7")
        await has.app.tap("answers-done")
        await has.take_back("111111")
        assert has.alone()
        assert not has.app.has("visit-back")
        assert has.app.shows("You can try again in")
        assert has.session.handover.now is not None


async def test_the_pin_leads_back_into_the_same_visit(mount: Mount, world: World, visit_id: str) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        await has.app.tap("esas-pain-7")
        await has.take_back()
        await has.app.until(lambda: has.app.has("visit-back"), "the visit")
        assert has.app.shows(NAME)
        assert has.session.noted == [("hand-over", visit_id), ("take-back", visit_id)]


async def test_the_pin_pad_works_too_and_whoever_came_there_by_mistake_goes_back(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world, width=390) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        await has.app.tap("answers-nurse")
        assert has.alone()
        await has.app.tap("answers-stay")
        assert has.app.has("esas-pain-0")
        await has.app.tap("answers-nurse")
        for digit in DoubleDevice.PIN:
            await has.app.tap(f"answers-key-{digit}")
        await has.app.tap("answers-take-back")
        await has.app.until(lambda: has.app.has("visit-back"), "the visit")


async def test_a_redraw_a_turned_tablet_and_a_lost_line_change_nothing(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        await has.app.tap("esas-pain-7")
        has.app.result.redraw()
        await has.app.settle(60)
        assert has.alone()
        assert has.app.has("answers-done")
        await has.app.resize(390, 844)
        assert has.alone()
        assert has.app.named("esas-pain-7").selected
        has.session.lock_watch.go()
        has.session.lock_watch.return_()
        has.app.result.redraw()
        await has.app.settle(60)
        assert has.alone()
        assert has.app.has("esas-pain-7")


async def test_a_slow_reader_is_not_covered_and_the_pin_limit_stays(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        has.clock.go(599)
        await has.app.settle(60)
        assert has.session.lock_watch.shade() is Shade.NONE
        assert has.app.has("esas-pain-0")
        assert not has.app.has("cover")
        has.clock.go(1)
        await has.app.until(lambda: has.app.has("lock-secret"), "the lock screen")
        await has.app.type("lock-secret", DoubleDevice.PIN, submit=True)
        await has.app.until(lambda: has.app.has("status-line"), "the nurse's app")
        assert has.session.handover.now is None
        await has.app.settle(60)
        has.clock.go(120)
        assert has.session.lock_watch.shade() is Shade.COVER, "the cover is for the nurse's screens again"


async def test_behind_another_app_it_is_blank_and_asks_for_the_pin_as_always(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        has.clock.go(300)
        await has.app.send(has.app.page, "app_lifecycle_state_change", {"state": "hide"})
        assert has.session.lock_watch.shade() is Shade.BLANK
        has.clock.go(30)
        await has.app.until(lambda: has.app.has("lock-secret"), "the lock screen")


async def test_a_disk_that_is_full_is_said_without_a_word_of_the_record(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        world.write_error = DiskFull()
        await has.app.tap("esas-pain-7")
        assert has.app.shows(said.NOT_KEPT)
        assert not has.app.named("esas-pain-7").selected
        world.write_error = None


async def test_tap_targets_are_large_and_a_row_of_numbers_is_two_on_a_phone(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world, width=390) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        rows = [
            c
            for c in has.app.walk()
            if isinstance(c, ft.Row)
            and any(
                isinstance(one, ft.Semantics) and str(one.identifier).startswith("esas-pain-")
                for one in c.controls
            )
        ]
        assert len([row for row in rows if len(row.controls) == 6]) == 2
        cell = has.app.inner("esas-pain-7")
        assert 2 * (cell.padding.top + 1) + 17 * 1.32 >= 60
