"""What stands on an on-call screen is as old as it says, of this duty, and what was asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.on_call import REASONS, Head, PackPage, Reason
from app.errors import DiskFull
from app.services.oncall import MOST_SHOWN
from app.store.changes import Topic
from app.views.wording import oncall as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, now
from tests.views.scene_oncall import make_duty, open_list, open_page, shift_of

POLST = "No CPR; comfort-focused treatment; on fridge"


def shown(app: FletHarness) -> str:
    return " | ".join(app.texts())


@pytest.mark.parametrize("width", [1180, 390])
async def test_a_page_keeps_the_time_of_the_pack_it_was_opened_from_and_says_that_a_newer_one_is_here(
    mount: Mount, world: World, width: int
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        begins, old, new = now() - timedelta(hours=9), now() - timedelta(hours=5), now()
        shift = await open_list(app, device, begins=begins, as_of=old)
        await open_page(app)
        duty = replace(make_duty(), as_of=old)
        stale = said.stale(duty, now())
        assert stale
        assert app.shows(stale)
        assert not app.has("oncall-again")
        shift.renew(as_of=new)
        await app.until(lambda: app.has("oncall-again"), "that a newer one is here")
        assert app.shows(said.newer(duty, replace(duty, as_of=new), now()))
        assert POLST in shown(app)
        assert said.as_of(duty, now()) in shown(app)
        await app.tap("oncall-again")
        await app.until(lambda: app.has("oncall-why-family"), "why it is opened once more")
        await app.tap("oncall-why-family")
        await app.until(lambda: "CPR, full treatment" in shown(app), "the page as it is now")
        assert said.as_of(replace(duty, as_of=new), now()) in shown(app)
        assert POLST not in shown(app)
        assert not app.has("oncall-again")
        assert shift.session.on_call.opened == [
            ("r1", REASONS[Reason.GOING]),
            ("r1", REASONS[Reason.FAMILY]),
        ]


async def test_a_page_that_the_plan_confirms_is_as_of_then_and_says_nothing_of_another(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        shift = await open_list(app, device, as_of=now() - timedelta(hours=5))
        await open_page(app)
        confirmed = replace(make_duty(), as_of=now())
        shift.confirm(as_of=confirmed.as_of)
        await app.until(lambda: said.as_of(confirmed, now()) in shown(app), "the time of the newest word")
        assert not app.has("oncall-again")
        assert said.stale(confirmed, now()) is None


@pytest.mark.parametrize("gap", [True, False])
async def test_another_duty_begins_at_the_list_with_nobody_opened_and_nothing_sought(
    mount: Mount, world: World, gap: bool
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        shift = await open_list(app, device)
        await app.type("oncall-search", "colo")
        await open_page(app)
        if gap:
            shift.over()
            await app.until(lambda: app.shows(said.NONE), "the end")
        shift.on(begins=now() - timedelta(minutes=1))
        await app.until(lambda: app.has("oncall-search"), "the list of the next duty")
        await app.settle(60)
        assert not app.has("oncall-begin")
        assert POLST not in shown(app)
        assert app.value("oncall-search") == ""
        assert app.has("oncall-person-n1")


async def test_the_same_duty_with_a_later_end_leaves_the_page_open(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        shift = await open_list(app, device)
        await open_page(app)
        shift.renew(until=now() + timedelta(hours=9))
        await app.settle(60)
        assert app.has("oncall-begin")


async def test_a_page_is_not_shown_while_nobody_can_read_whether_the_duty_is_over(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        shift = await open_list(app, device)
        await open_page(app)
        shift.session.on_call.read_error = DiskFull()
        shift.session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.shows(DiskFull.sentence), "that it could not be read")
        assert POLST not in shown(app)
        assert "Rosa" not in shown(app)
        shift.session.on_call.read_error = None
        shift.session.hub.publish(Topic.SYNC)
        await app.until(lambda: POLST in shown(app), "her page again, of the same duty")


async def test_a_search_that_failed_shows_nobody_of_the_search_before(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        shift = await open_list(app, device)
        shift.session.on_call.search_error = DiskFull()
        await app.type("oncall-search", "okaf")
        await app.until(lambda: app.shows(DiskFull.sentence), "that it could not be searched")
        assert not [one for one in app.ids() if one.startswith("oncall-person-")]
        shift.session.on_call.search_error = None
        await app.type("oncall-search", "okafo")
        await app.until(lambda: app.has("oncall-person-d1"), "who was sought")


async def test_a_list_that_may_not_hold_everybody_says_so(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        shift = await open_list(app, device)
        assert not app.shows(said.most(MOST_SHOWN))
        for number in range(MOST_SHOWN):
            head = Head(f"x{number}", f"Zoe Nunn {number:03}", f"Zoe Nunn {number:03}")
            shift.session.on_call.pages[head.patient_id] = PackPage(head)
        shift.session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.shows(said.most(MOST_SHOWN)), "that there are more")
        rows = [one for one in app.ids() if one.startswith("oncall-person-")]
        assert len(rows) == MOST_SHOWN
        await app.type("oncall-search", "nunn 049")
        await app.until(lambda: app.has("oncall-person-x49"), "who was not listed")
        assert not app.shows(said.most(MOST_SHOWN))


async def test_today_says_that_a_duty_could_not_be_read(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        on_call = shift_of(device).session.on_call
        await app.tap("nav-settings")
        on_call.read_error = DiskFull()
        await app.tap("nav-today")
        await app.until(lambda: app.shows(DiskFull.sentence), "that it could not be read")
        on_call.read_error = None
        shift_of(device).on()
        await app.until(lambda: app.has("today-oncall"), "the entry on Today")
        assert not app.shows(DiskFull.sentence)
