"""The cover over open records, the lock that nobody has to think of, and a visit that is no row of PINs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import flet as ft
import pytest

from app.services.lock_policy import Errand, Shade
from app.views import text
from app.views.wording import lock as said
from tests.support.flet_harness import FletHarness
from tests.support.still_clock import StillClock
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit

NAME = "Colón"


class Bedside:
    """A window with its lock under way, and the clock in the test's hand."""

    def __init__(self, app: FletHarness, device: DoubleDevice, clock: StillClock) -> None:
        self.app, self.device, self.clock = app, device, clock
        self._running: asyncio.Task[None] | None = None

    async def unlock(self) -> None:
        await self.app.type("lock-secret", DoubleDevice.PIN, submit=True)
        await self.app.until(lambda: self.app.has("status-line"), "the shell")
        await self.app.settle(60)
        assert self.device.session is not None
        await self.end()
        session = self.device.session
        self._running = asyncio.create_task(session.lock_watch.run(session.lock))

    async def end(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def go(self, minutes: float) -> None:
        """Nobody touches it for so long. The lock looks at the clocks every few seconds."""
        for _ in range(round(minutes * 60 / 5)):
            self.clock.go(5)
            await asyncio.sleep(0)
        await self.app.settle()

    async def state(self, name: str) -> None:
        await self.app.send(self.app.page, "app_lifecycle_state_change", {"state": name})

    @property
    def shade(self) -> Shade:
        assert self.device.session is not None
        return self.device.session.lock_watch.shade()

    def is_hidden(self) -> bool:
        """What lies below is not there for a finger, a key or a screen reader."""
        below = next(c for c in self.app.walk() if isinstance(c, ft.Semantics) and c.exclude_semantics)
        assert isinstance(below.content, ft.Container)
        return bool(below.content.disabled) and self.app.has("cover")


Start = Callable[..., AbstractAsyncContextManager[Bedside]]


@pytest.fixture
def bedside(mount: Mount, world: World) -> Start:
    @asynccontextmanager
    async def start(*, unlock: bool = True) -> AsyncIterator[Bedside]:
        clock, device = StillClock(), DoubleDevice(world)
        device.make_watch = clock.make_watch
        async with mount(device) as app:
            found = Bedside(app, device, clock)
            if unlock:
                await found.unlock()
            try:
                yield found
            finally:
                await found.end()

    return start


async def open_visit(bed: Bedside, visit_id: str) -> None:
    await bed.app.until(lambda: bed.app.has(f"today-draft-{visit_id}"), "the draft")
    await bed.app.tap(f"today-draft-{visit_id}")
    await bed.app.until(lambda: bed.app.has("esas-pain-0"), "the visit")


async def test_after_two_minutes_it_covers_itself_and_one_tap_gives_everything_back(
    bedside: Start, world: World
) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with bedside() as bed:
        await open_visit(bed, visit_id)
        await bed.app.type("esas-other-name", "Itching")
        await bed.go(2)
        assert bed.is_hidden()
        assert bed.app.shows(said.COVERED)
        await bed.app.tap("cover-open")
        assert not bed.app.has("cover")
        assert bed.app.value("esas-other-name") == "Itching"
        assert bed.device.unlocks == 1


async def test_the_cover_says_nothing_about_anybody(bedside: Start, world: World) -> None:
    add_visit(world, 0, timedelta(minutes=5))
    async with bedside() as bed:
        await bed.app.until(lambda: bed.app.shows(NAME), "the draft on Today")
        await bed.go(2)
        shown = bed.app.texts(bed.app.named("cover"))
        assert shown == [text.APP, said.COVERED, said.UNCOVER]
        assert bed.app.page.title == text.APP


@pytest.mark.parametrize("state", ["inactive", "hide", "pause"])
async def test_it_is_blank_at_once_when_another_app_comes_to_the_front(
    bedside: Start, world: World, state: str
) -> None:
    add_visit(world, 0, timedelta(minutes=5))
    async with bedside() as bed:
        await bed.app.until(lambda: bed.app.shows(NAME), "the draft on Today")
        await bed.state(state)
        assert bed.is_hidden()
        assert not bed.app.has("cover-open")
        await bed.state("resume")
        assert not bed.app.has("cover")


async def test_three_minutes_outside_a_visit_ask_for_the_pin(bedside: Start, world: World) -> None:
    add_visit(world, 0, timedelta(minutes=5))
    async with bedside() as bed:
        await bed.go(3)
        await bed.app.until(lambda: bed.app.has("lock-secret"), "the lock screen")
        assert not bed.app.shows(text.WINDOW_TAKEN)
        assert not bed.app.shows(NAME)


async def test_half_a_minute_behind_another_app_asks_for_the_pin(bedside: Start, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with bedside() as bed:
        await open_visit(bed, visit_id)
        await bed.state("hide")
        bed.clock.go(31)  # the system lets the app do nothing meanwhile
        await bed.state("resume")
        await bed.app.until(lambda: bed.app.has("lock-secret"), "the lock screen")


async def test_locking_forgets_the_place_and_what_the_screens_held(bedside: Start, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with bedside() as bed:
        await open_visit(bed, visit_id)
        await bed.go(10)
        await bed.app.until(lambda: bed.app.has("lock-secret"), "the lock screen")
        assert not bed.app.shows(NAME)
        await bed.unlock()
        await bed.app.until(lambda: bed.app.has(f"today-draft-{visit_id}"), "Today, not the visit")


async def test_an_hour_with_one_person_takes_at_most_two_pins(bedside: Start, world: World) -> None:
    """Listening, hands full, a call to the prescriber, a photo, a long silence: the PIN at the door, and once more."""
    visit_id = add_visit(world, 0, timedelta(minutes=1))
    async with bedside(unlock=False) as bed:
        began = bed.clock.monotonic
        await bed.unlock()
        await open_visit(bed, visit_id)

        async def score(item: str, number: int) -> None:
            if bed.app.has("cover-open"):
                await bed.app.tap("cover-open")
            await bed.app.tap(f"esas-{item}-{number}")

        async def away(minutes: float) -> None:
            assert bed.device.session is not None
            bed.device.session.lock_watch.errand(Errand.CALL)
            await bed.state("inactive")
            await bed.state("hide")
            bed.clock.go(minutes * 60)
            await bed.state("resume")

        await bed.go(1)  # a greeting
        await score("pain", 6)
        await bed.go(8)  # she tells, nobody taps
        assert bed.shade is Shade.COVER
        await score("tired", 5)
        await away(9)  # the prescriber keeps one waiting
        await score("drowsy", 3)
        await bed.state("inactive")  # choosing a photo
        await bed.go(0.5)
        await bed.state("resume")
        await bed.go(9)  # a dressing is changed
        await score("nausea", 2)
        await bed.go(9.5)  # the daughter asks about the nights
        await score("appetite", 4)
        await bed.go(12)  # turned and washed: longer than the ten minutes
        assert bed.app.has("lock-secret")
        await bed.unlock()
        await open_visit(bed, visit_id)
        await score("anx", 2)
        await bed.go(9)
        await score("wb", 5)
        await bed.go(1)
        minutes = (bed.clock.monotonic - began) / 60
        assert 58 <= minutes <= 62, minutes
        assert bed.device.unlocks <= 2
        given = {
            name for name, answer in world.visits[visit_id].draft.answers.items() if answer.value is not None
        }
        assert given >= {
            f"esas-{name}" for name in ("pain", "tired", "drowsy", "nausea", "appetite", "anx", "wb")
        }


async def test_one_tap_covers_any_screen_and_one_tap_gives_everything_back(
    bedside: Start, world: World
) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with bedside() as bed:
        for place in ("nav-today", "nav-patients", "nav-waiting", "nav-settings"):
            await bed.app.tap(place)
            await bed.app.tap("cover-now")
            assert bed.is_hidden(), place
            bed.clock.go(1)
            await bed.app.tap("cover-open")
        await bed.app.tap("nav-today")
        await open_visit(bed, visit_id)
        await bed.app.type("esas-other-name", "Itching")
        await bed.app.tap("cover-now")
        assert bed.is_hidden()
        assert bed.app.texts(bed.app.named("cover")) == [text.APP, said.COVERED, said.UNCOVER]
        await bed.app.tap("cover-open")
        assert bed.is_hidden(), "the second tap of a trembling hand"
        bed.clock.go(1)
        await bed.app.tap("cover-open")
        assert not bed.app.has("cover")
        assert bed.app.value("esas-other-name") == "Itching"
        assert bed.device.unlocks == 1


async def test_one_may_practise_covering_too(bedside: Start, world: World) -> None:
    async with bedside() as bed:
        await bed.app.tap("nav-settings")
        await bed.app.until(lambda: bed.app.has("settings-practise"), "settings")
        await bed.app.tap("settings-practise")
        await bed.app.until(lambda: bed.app.has("practice-stop"), "the practice person")
        await bed.app.tap("cover-now")
        await bed.app.until(bed.is_hidden, "the cover")
        bed.clock.go(1)
        await bed.app.tap("cover-open")
        await bed.app.until(lambda: not bed.app.has("cover"), "the practice again")
        assert bed.app.has("practice-stop")


async def test_covering_by_hand_gives_the_lock_no_time_back(bedside: Start, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with bedside() as bed:
        await open_visit(bed, visit_id)
        await bed.app.tap("cover-now")
        await bed.go(9.5)
        assert bed.device.session is not None
        bed.device.session.lock_watch.act()  # somebody's elbow
        await bed.go(0.5)
        await bed.app.until(lambda: bed.app.has("lock-secret"), "the lock screen")
