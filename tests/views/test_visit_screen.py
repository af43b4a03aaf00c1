from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.content import load
from app.domain.visit import Absent, AnsweredBy, Modality, Setting
from app.errors import DiskFull
from app.services.models import SyncWord, VisitState, VisitStatus
from app.views import text
from app.views.visit import saving
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, now


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


async def open_visit(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("esas-pain-0"), "the visit page")


async def test_today_offers_the_visit_that_was_begun(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("Continue the visit you began "), "the sentence")


async def test_every_symptom_has_eleven_cells_two_reasons_and_the_published_wording(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        shown = app.texts()
        for item in load()["esas-r"].items:
            assert item.text in shown
            assert item.anchors is None or set(item.anchors) <= set(shown)
            assert all(app.has(f"{item.link_id}-{n}") for n in range(11))
            assert item.named or app.has(f"{item.link_id}-could-not")
            assert item.named or app.has(f"{item.link_id}-declined")
        assert load()["esas-r"].instruction in shown
        assert load()["esas-r"].attribution in shown
        assert not [c for c in app.walk() if isinstance(c, ft.Slider)]


async def test_a_tap_is_stored_at_once_and_marked_saved_only_after_the_commit(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        world.pace = 0.05
        cell = app.inner("esas-pain-7")
        tap = asyncio.create_task(app.session.dispatch_event(cell._i, "click", None))
        await app.settle()
        assert not app.has("visit-saved")
        await app.until(lambda: app.has("visit-saved"), "the mark")
        await tap
        assert world.visits[visit_id].draft.answers["esas-pain"].value == 7
        assert app.named("esas-pain-7").selected is True
        assert app.named("esas-pain-6").selected is False
        assert app.shows("Now 7")


async def test_a_tap_that_could_not_be_stored_says_so_and_shows_no_mark(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        world.write_error = DiskFull()
        await app.tap("esas-pain-7")
        await app.until(lambda: app.shows(f"{text.NOT_SAVED} {DiskFull.sentence}"), "the sentence")
        assert not app.has("visit-saved")
        assert app.named("esas-pain-7").selected is False
        world.write_error = None
        await app.tap("esas-pain-6")
        await app.until(lambda: app.has("visit-saved"), "the mark")
        assert not app.shows(text.NOT_SAVED)


async def test_tapping_the_chosen_one_again_clears_it_but_a_trembling_double_tap_does_not(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("esas-pain-7")
        await app.tap("esas-pain-7")
        assert world.visits[visit_id].draft.answers["esas-pain"].value == 7
        monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)
        await app.tap("esas-pain-7")
        await app.until(lambda: "esas-pain" not in world.visits[visit_id].draft.answers, "clearing")


async def test_reasons_are_answers(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("esas-anx-declined")
        await app.tap("esas-wb-could-not")
        await app.until(lambda: len(world.visits[visit_id].draft.answers) == 2, "both")
        answers = world.visits[visit_id].draft.answers
        assert answers["esas-anx"].absent is Absent.DECLINED
        assert answers["esas-wb"].absent is Absent.COULD_NOT_ANSWER
        assert app.named("esas-anx-declined").selected is True


async def test_the_last_visits_value_and_day_stand_beside_each_item(mount: Mount, world: World) -> None:
    week = timedelta(days=7)
    status = VisitStatus(VisitState.RECEIVED, received_at=now() - week)
    add_visit(world, 0, week, status=status, answers=make_answers(5, Absent.DECLINED))
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.shows("Last 5, ")
        assert app.shows("Last time: Declined, ")
        assert app.shows("No earlier value")


async def test_an_own_problem_needs_its_name_first(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.shows(text.OTHER_FIRST)
        assert app.inner("esas-other-4").on_click is None
        await app.type("esas-other-name", "Itching")
        await app.tap("esas-other-4")
        await app.until(lambda: "esas-other" in world.visits[visit_id].draft.answers, "the answer")
        assert world.visits[visit_id].draft.answers["esas-other"].name == "Itching"
        await app.type("esas-other-name", "Itching at night", blur=True)
        await app.until(
            lambda: world.visits[visit_id].draft.answers["esas-other"].name == "Itching at night",
            "the new name",
        )
        assert world.visits[visit_id].draft.answers["esas-other"].value == 4


async def test_the_note_survives_a_redraw_and_is_saved_after_a_pause(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.type("visit-note", "Slept in the chair")
        await app.tap("esas-pain-3")
        await app.resize(390, 844)
        await app.resize(1180, 820)
        assert app.value("visit-note") == "Slept in the chair"
        await app.until(lambda: world.visits[visit_id].draft.note == "Slept in the chair", "autosave")
        await app.type("visit-note", "Slept in the chair, daughter there", blur=True)
        await app.until(
            lambda: world.visits[visit_id].draft.note.endswith("daughter there"), "save on leaving"
        )


async def test_a_note_typed_a_moment_before_leaving_the_page_or_a_lock_is_kept(
    mount: Mount, world: World, visit_id: str
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        await app.type("visit-note", "first words")
        await app.tap("nav-patients")
        await app.until(lambda: world.visits[visit_id].draft.note == "first words", "save on going away")
        await app.tap("nav-today")
        await open_visit(app, visit_id)
        await app.type("visit-note", "first words, last words")
        assert device.session is not None
        await device.session.lock()
        await app.until(lambda: world.visits[visit_id].draft.note.endswith("last words"), "save at the lock")


async def test_a_note_that_could_not_be_saved_stays_in_the_field(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        world.write_error = DiskFull()
        await app.type("visit-note", "keep me", blur=True)
        assert app.shows(DiskFull.sentence)
        assert app.value("visit-note") == "keep me"
        world.write_error = None
        await app.type("visit-note", "keep me.", blur=True)
        await app.until(lambda: world.visits[visit_id].draft.note == "keep me.", "the save")


async def test_signing_lists_what_is_missing_and_each_line_leads_there(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.has("visit-missing-finding")
        assert app.has("visit-missing-end")
        assert app.inner("visit-sign").disabled
        await app.tap("esas-pain-2")
        await app.until(lambda: app.has("visit-missing-answered-by"), "who answered")
        await app.tap("visit-missing-answered-by")
        assert app.connection.calls[-1][0] == "scroll_to"
        await app.tap(f"visit-answered-{AnsweredBy.FAMILY.value}")
        await app.tap("visit-leave")
        await app.until(lambda: app.has("visit-undo-leave"), "the end")
        assert not [i for i in app.ids() if i.startswith("visit-missing")]
        await app.tap("visit-undo-leave")
        await app.until(lambda: app.has("visit-missing-end"), "undone")


async def test_a_double_tap_signs_once_and_leads_to_the_reading(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.type("visit-note", "All calm")
        await app.tap("visit-leave")
        await app.until(lambda: not app.inner("visit-sign").disabled, "ready to sign")
        world.pace = 0.02
        button = app.inner("visit-sign")
        await asyncio.gather(*[app.session.dispatch_event(button._i, "click", None) for _ in range(3)])
        await app.until(lambda: app.has("reading-back"), "the reading")
        assert world.signs == 1
        assert world.visits[visit_id].draft.note == "All calm"
        assert app.shows("Signed, only on this tablet")
        await app.tap("reading-back")
        await app.until(lambda: app.has(f"today-unsent-{visit_id}"), "Today")


async def test_signing_saves_the_words_that_were_typed_last(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("visit-answered-patient")
        await app.tap("esas-pain-1")
        await app.tap("visit-leave")
        await app.until(lambda: not app.inner("visit-sign").disabled, "ready to sign")
        await app.type("visit-note", "one more word")
        await app.tap("visit-sign")
        await app.until(lambda: app.has("reading-back"), "the reading")
        assert app.shows("one more word")


async def test_where_and_how_can_be_mended_and_an_empty_visit_discarded(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("visit-where-change")
        await app.tap("visit-where-video")
        await app.until(lambda: world.visits[visit_id].draft.modality is Modality.VIDEO, "video")
        await app.tap(f"visit-where-{Setting.HOSPITAL.value}")
        await app.until(lambda: app.shows("Video · Hospital"), "the line")
        await app.tap("visit-discard")
        await app.until(lambda: visit_id not in world.visits, "discarding")
        await app.until(lambda: app.has("today-start"), "Today")


async def test_a_new_visit_is_two_taps_from_the_patient(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p2"), "the list")
        await app.tap("patients-row-p2")
        await app.until(lambda: app.has("patient-new-visit"), "the page")
        await app.tap("patient-new-visit")
        await app.until(lambda: app.shows("Okafor, Grace"), "the right person")
        await app.tap("new-visit-start")
        await app.until(lambda: app.has("esas-pain-0"), "the visit")
        (row,) = world.visits.values()
        assert (row.draft.modality, row.draft.setting) == (Modality.IN_PERSON, Setting.HOME)
        await app.tap("visit-back")
        await app.until(lambda: app.has("patient-continue"), "back at the patient")


async def test_typed_words_have_a_colour_of_the_theme_in_the_dark_too(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        fields = [c for c in app.walk() if isinstance(c, ft.TextField)]
        assert len(fields) == 2
        for control in fields:
            assert isinstance(control.text_style, ft.TextStyle)
            assert control.text_style.color == ft.Colors.ON_SURFACE


async def test_being_offline_is_said_calmly(mount: Mount, world: World) -> None:
    world.sync = replace(
        world.sync, word=SyncWord.NO_NETWORK, sentence="No network. Everything is kept here."
    )
    async with mount(DoubleDevice(world), unlock=True) as app:
        assert app.shows("No network. Everything is kept here.")
        bar = app.inner("status-line")
        assert bar.bgcolor == ft.Colors.SURFACE_CONTAINER
