"""Promises in a visit: it opens with those of before, and one tap makes another."""

from __future__ import annotations

from datetime import timedelta

import flet as ft
import pytest

from app.domain.promise import COMMON, Promise, PromiseState
from app.domain.visit import Modality
from app.errors import RecordError
from app.services.doorstep import Hurt
from app.views import say
from app.views.visit import saving
from app.views.wording import promises as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.scene_patient import make_patient_world
from tests.views.visit_page import open_card, open_visit


def in_visit() -> tuple[World, str]:
    world = make_patient_world()
    return world, add_visit(world, 0, timedelta(minutes=5))


def made(world: World, visit_id: str) -> list[Promise]:
    return [one for one in world.parts["p0"].promises if one.visit_id == visit_id]


async def opened(app: FletHarness, visit_id: str) -> None:
    await open_visit(app, visit_id)
    await app.until(lambda: app.has("promise-kept-pr1"), "the promises")


@pytest.mark.parametrize("width", [1180, 390])
async def test_a_visit_opens_with_what_was_promised_and_one_tap_answers(mount: Mount, width: int) -> None:
    world, visit_id = in_visit()
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await opened(app, visit_id)
        shown = app.texts()
        assert shown.index("Bring the photo of the lemon tree") < shown.index("Who answered?")
        assert not app.has("promise-kept-pr3"), "answered before this visit"
        await app.tap("promise-not-kept-pr1")
        await app.until(lambda: app.has("promise-reopen-pr1"), "answered, and still there to be undone")
        held = {one.id: one.state for one in world.parts["p0"].promises}
        assert held["pr1"] is PromiseState.NOT_KEPT


async def test_one_tap_makes_a_promise_and_the_same_tap_takes_it_back(mount: Mount) -> None:
    world, visit_id = in_visit()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await opened(app, visit_id)
        await app.tap("promise-phone")
        await app.until(lambda: made(world, visit_id), "the promise")
        (promise,) = made(world, visit_id)
        assert (promise.kind, promise.words) == ("phone", "Phone again")
        assert world.visits[visit_id].draft.answers == {}, "a promise is no answer of the visit"
        await app.tap("promise-phone")
        await app.until(lambda: not made(world, visit_id), "taken back")


async def test_a_promise_moves_the_mark_and_undo_takes_it_back(
    mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, visit_id = in_visit()
    time = [now()]
    monkeypatch.setattr(saving, "now", lambda: time[0])

    def mark(app: FletHarness) -> list[str]:
        return app.texts(app.named("visit-saved"))

    async with mount(DoubleDevice(world), unlock=True) as app:
        await opened(app, visit_id)
        await app.tap("esas-pain-1")
        await app.until(lambda: mark(app) == [say.saved(time[0])], "the answer is saved")
        assert app.texts(app.named("visit-undo")) == ["Undo: Pain"]
        time[0] += timedelta(minutes=7)
        await app.tap("promise-phone")
        await app.until(lambda: made(world, visit_id), "the promise")
        assert mark(app) == [say.saved(time[0])]
        assert app.texts(app.named("visit-undo")) == ["Undo: the promise"]
        await app.tap("visit-undo")
        await app.until(lambda: not made(world, visit_id), "taken back")
        assert app.shows("Taken back: the promise")
        assert app.texts(app.named("visit-undo")) == ["Undo: Pain"]
        assert "esas-pain" in world.visits[visit_id].draft.answers
        time[0] += timedelta(minutes=7)
        await app.tap("promise-kept-pr1")
        await app.until(lambda: app.has("promise-reopen-pr1"), "answered")
        assert mark(app) == [say.saved(time[0])]
        assert not app.has("visit-undo"), "the answer before is not what was done last"


async def test_what_was_kept_no_longer_stands_under_what_is_still_open(mount: Mount) -> None:
    world, visit_id = in_visit()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await opened(app, visit_id)
        assert said.OPEN_TITLE in app.texts()
        await app.tap("promise-kept-pr1")
        await app.until(lambda: app.has("promise-reopen-pr1"), "answered")
        assert said.OPEN_TITLE not in app.texts()
        assert said.IN_VISIT in app.texts()
        await app.tap("promise-reopen-pr1")
        await app.until(lambda: said.OPEN_TITLE in app.texts(), "open again")


async def test_own_words_are_kept_and_taken_back(mount: Mount) -> None:
    world, visit_id = in_visit()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await opened(app, visit_id)
        await app.tap("promise-other")
        await app.type("promise-words", "Read him the letter")
        await app.tap("promise-keep")
        await app.until(lambda: made(world, visit_id), "the promise")
        (promise,) = made(world, visit_id)
        assert (promise.kind, promise.words) == ("", "Read him the letter")
        await app.until(lambda: app.has(f"promise-away-{promise.id}"), "its line")
        assert not app.has("promise-words")
        await app.tap(f"promise-away-{promise.id}")
        await app.until(lambda: not made(world, visit_id), "taken back")


async def test_words_that_stand_typed_are_kept_at_the_lock_and_when_the_page_is_left(mount: Mount) -> None:
    world, visit_id = in_visit()
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await opened(app, visit_id)
        await app.tap("promise-other")
        await app.type("promise-words", "Read him the letter")
        await app.tap("visit-back")
        await app.until(lambda: made(world, visit_id), "kept on leaving the page")
        await opened(app, visit_id)
        await app.tap("promise-other")
        await app.type("promise-words", "Bring the big print book")
        assert device.session is not None
        await device.session.lock()
        assert [one.words for one in made(world, visit_id)] == [
            "Read him the letter",
            "Bring the big print book",
        ]


async def test_what_could_not_be_kept_says_so_and_the_words_stay(mount: Mount) -> None:
    world, visit_id = in_visit()
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await opened(app, visit_id)
        assert device.session is not None
        device.session.promises.error = RecordError("Please say what you promised.")
        await app.tap("promise-other")
        await app.type("promise-words", "Read him the letter")
        await app.tap("promise-keep")
        await app.until(lambda: app.shows("Please say what you promised."), "the sentence")
        assert app.has("promise-words")


async def test_the_doorstep_card_stands_before_a_visit_and_behind_one_line_in_it(mount: Mount) -> None:
    world = make_patient_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_card(app)
        shown = app.texts(app.named("doorstep"))
        assert said.called("Doña María") in shown
        assert said.home(("Luis Ríos (brother or sister)",)) in shown
        assert said.there(("Family",)) in shown
        assert "“To sit under the lemon tree with the little ones.”" in shown
        assert any(line.startswith("Promised: Ask the doctor (Ben Ochoa, RN, ") for line in shown)
        await app.settle(60)
        await app.tap("new-visit-start")
        await app.until(lambda: app.has("visit-doorstep"), "the visit")
        assert not app.has("doorstep")
        await app.tap("visit-doorstep")
        await app.until(lambda: app.has("doorstep"), "the card again")


@pytest.mark.parametrize(
    ("modality", "shows", "title"),
    [
        (Modality.IN_PERSON, "Show the doorstep card", "At the door"),
        (Modality.TELEPHONE, "Show the essentials", "The essentials"),
        (Modality.VIDEO, "Show the essentials", "The essentials"),
    ],
)
async def test_a_call_has_no_door(mount: Mount, modality: Modality, shows: str, title: str) -> None:
    world = make_patient_world()
    visit_id = add_visit(world, 0, timedelta(minutes=5), modality=modality)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        way = app.named("visit-doorstep")
        assert app.texts(way) == [shows]
        signs = [one.icon for one in app.walk(way) if isinstance(one, ft.Icon)]
        assert (ft.Icons.DOOR_FRONT_DOOR_OUTLINED in signs) is (modality is Modality.IN_PERSON)
        await app.tap("visit-doorstep")
        await app.until(lambda: app.has("doorstep"), "the card")
        assert app.texts(app.named("doorstep"))[0] == title


async def test_the_card_before_a_call_has_no_door_either(mount: Mount) -> None:
    async with mount(DoubleDevice(make_patient_world()), unlock=True) as app:
        await open_card(app)
        assert app.texts(app.named("doorstep"))[0] == "At the door"
        await app.settle(60)
        await app.tap("new-visit-kind-telephone")
        assert app.texts(app.named("doorstep"))[0] == "The essentials"


def test_every_common_promise_has_words_on_the_screen() -> None:
    assert said.KINDS.keys() == COMMON.keys()


def test_a_high_number_of_what_is_called_by_its_good_end_does_not_read_as_good() -> None:
    found = (Hurt("Pain", 7, now()), Hurt("Wellbeing", 6, now(), good_by_name=True))
    assert said.hurts(found, now()) == "Pain 7, Wellbeing 6 (today; 10 is the worst)"
    assert said.hurts(found[:1], now()) == "Pain 7 (today)"
