"""Help, the tour, practising, no signal for days and a hard day, as a nurse finds them."""

from __future__ import annotations

import typing
from dataclasses import replace
from datetime import timedelta

from app.content.help_pages import LONGEST_LINE, MOST_LINES, load_pages, load_tour
from app.domain.hard_day import CallState
from app.domain.look import Look
from app.services.models import VisitState, VisitStatus
from app.views import routes
from app.views.wording import help as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, now


async def open_from_settings(app: FletHarness, identifier: str) -> None:
    """One of the things that are begun in Settings."""
    await app.tap("nav-settings")
    await app.until(lambda: app.has(identifier), "settings")
    await app.tap(identifier)


def test_every_place_has_help_of_a_few_short_sentences() -> None:
    places = {one.__name__ for one in typing.get_args(routes.Route)}
    pages = load_pages()
    assert places == set(pages)
    for page in pages.values():
        assert page.title
        assert 1 <= len(page.lines) <= MOST_LINES
        assert all(line.endswith((".", "?")) for line in page.lines)
        assert all(len(line) <= LONGEST_LINE for line in page.lines)


def test_the_tour_is_short() -> None:
    assert 3 <= len(load_tour()) <= 7
    assert all(len(step.words) <= 160 for step in load_tour())


async def test_help_opens_over_the_screen_keeps_it_and_closes_with_it(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-search"), "people")
        await app.type("patients-search", "Okafor")
        await app.tap("help")
        await app.until(lambda: app.has("help-text"), "help")
        assert app.inner("patients-search").value == "Okafor"
        await app.tap("help")
        await app.until(lambda: not app.has("help-text"), "closed")
        assert app.inner("patients-search").value == "Okafor"
        await app.tap("help")
        await app.until(lambda: app.has("help-text"), "help again")
        await app.tap("nav-today")
        await app.until(lambda: not app.has("help-text"), "another place")


async def test_no_signal_for_days_names_a_colleagues_tablet_only_where_the_plan_takes_what_it_brings(
    mount: Mount, world: World
) -> None:
    for sealed in (True, False):
        device = DoubleDevice(world)
        async with mount(device, unlock=True) as app:
            assert device.session is not None
            device.session.no_signal.sealed = sealed
            await app.tap("nav-waiting")
            await app.tap("help")
            await app.tap("help-no-signal")
            await app.until(lambda: app.shows(said.KEEP_IT), "what to do")
            assert app.shows(said.COLLEAGUE) == sealed


async def test_the_tour_is_skipped_with_one_tap_and_ends_where_it_began(mount: Mount, world: World) -> None:
    add_visit(world, 0, timedelta(hours=2), status=VisitStatus(VisitState.RECEIVED, received_at=now()),
              answers=make_answers(4))  # fmt: skip
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await open_from_settings(app, "settings-tour")
        await app.until(lambda: app.has("tour-next"), "the tour")
        await app.tap("tour-next")
        await app.until(lambda: app.has("tour-visit"), "the card of the visit")
        await app.tap("tour-visit")
        await app.until(lambda: app.has("reading-back"), "a visit of the demo")
        await app.tap("reading-back")
        await app.until(lambda: app.has("tour-skip"), "back in the tour")
        await app.tap("tour-skip")
        await app.until(lambda: app.has("settings-tour"), "settings again")


async def test_where_nobody_is_made_up_the_tour_opens_no_record(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_from_settings(app, "settings-tour")
        await app.until(lambda: app.has("tour-next"), "the tour")
        await app.tap("tour-next")
        await app.settle(20)
        assert not app.has("tour-visit")


async def test_practising_says_so_on_every_screen_has_no_way_out_but_stopping_and_calls_nobody(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_from_settings(app, "settings-practise")
        await app.until(lambda: app.has("patient-new-visit"), "the practice person")
        assert app.has("practice-bar")
        assert not app.has("status-line")
        assert not [one for one in app.ids() if one.startswith("nav-") or one == "patients-not-listed"]
        await app.tap("patient-new-visit")
        await app.until(lambda: app.has("new-visit-start"), "the start")
        assert app.has("practice-bar")
        await app.tap("new-visit-kind-telephone")
        await app.tap("new-visit-start")
        await app.until(lambda: app.has("visit-leave"), "the visit")
        assert app.has("practice-bar")
        assert opened_urls == []
        assert device.session is not None
        assert device.session.practice.now is not None
        assert all(row.draft.patient_id != "practice-person" for row in world.visits.values())
        await app.tap("practice-stop")
        await app.until(lambda: app.has("nav-today"), "her own day")
        assert not app.has("practice-bar")
        assert device.session.practice.now is None


async def test_locking_while_practising_shows_the_lock(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_from_settings(app, "settings-practise")
        await app.until(lambda: app.has("practice-bar"), "the practice")
        assert device.session is not None
        await device.session.lock()
        await app.until(lambda: app.has("lock-secret"), "the lock")


async def test_a_hard_day_is_one_tap_says_who_knows_and_is_taken_back(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("today-close")
        await app.until(lambda: app.has("hard-day-ask"), "close my day")
        await app.tap("hard-day-ask")
        await app.until(lambda: app.has("hard-day-call"), "asked")
        assert said.ASKED_HERE in app.texts()
        assert device.session is not None
        hard = device.session.hard_day
        assert hard.asked is not None
        hard._set(replace(hard.asked, known=True, state=CallState.TAKEN, by="Maria Ortiz"))
        await app.until(lambda: "Maria Ortiz will call you." in app.texts(), "somebody will call")
        assert not app.has("hard-day-call")
        await app.tap("hard-day-take-back")
        await app.until(lambda: app.has("hard-day-ask"), "taken back")


async def test_on_a_phone_too_the_bar_of_practice_says_that_nothing_of_it_counts(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        await open_from_settings(app, "settings-practise")
        await app.until(lambda: app.has("practice-bar"), "the practice")
        assert "Nothing is sent, counted or kept." in app.texts(app.named("practice-bar"))


async def test_where_words_are_large_the_bar_of_practice_is_one_short_line_on_a_phone(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=200)) for one in device.found]
    async with mount(device, unlock=True, width=390, height=844) as app:
        await open_from_settings(app, "settings-practise")
        await app.until(lambda: app.has("practice-bar"), "the practice")
        assert app.texts(app.named("practice-bar")) == [said.PRACTICE_BRIEF]
        await app.tap("practice-stop")
        await app.until(lambda: app.has("nav-today"), "her own day")
