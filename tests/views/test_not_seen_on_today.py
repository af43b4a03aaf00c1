"""A running 48-hour clock stays on a nurse's Today, and who was not seen is one tap from the next try."""

from __future__ import annotations

from datetime import timedelta

import flet as ft
import pytest

from app.domain.day import PlannedState
from app.domain.stays import Clock, ClockState, Place, Stay
from app.services.day_models import DayClock, DayTry
from app.views import say
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, World, add_visit, now

HOUR = timedelta(hours=1)


def came_home(hours: float) -> Clock:
    left = now() - timedelta(hours=hours)
    stay = Stay("Encounter/s1", "p1", Place.HOSPITAL, "Mercy", left - timedelta(days=6), left)
    state = ClockState.RUNNING if hours < 36 else ClockState.OVERDUE if hours > 48 else ClockState.SOON
    return Clock(stay, left + timedelta(hours=48), state, timedelta(hours=48 - hours))


def icons_in(app: FletHarness, name: str) -> list[ft.IconData]:
    return [one.icon for one in app.walk(app.named(name)) if isinstance(one, ft.Icon)]


async def test_a_clock_that_counts_down_is_one_tap_from_its_visit_and_its_alert_stands_among_the_alerts(
    mount: Mount, world: World
) -> None:
    world.clocks = [DayClock("p1", "Văn Thọ", came_home(40), "555-0142")]
    world.open_alerts = [make_line(1, subject="transition", patient_id="p1", title="Home from a facility")]
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-clock-go-p1"), "the clock")
        assert app.shows("home visit due")
        assert app.shows("Home from a facility"), "whoever reads only the alerts reads of it"
        await app.tap("today-clock-go-p1")
        await app.until(lambda: app.has("new-visit-start"), "the visit")


async def test_an_alert_of_a_clock_that_nobody_can_have_seen_stays_beside_it(
    mount: Mount, world: World
) -> None:
    world.clocks = [DayClock("p1", "Văn Thọ", came_home(40), None)]
    world.open_alerts = [make_line(1, subject="transition", patient_id="p1", received=False)]
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-clock-go-p1"), "the clock")
        await app.until(lambda: app.shows("Nobody has seen this yet."), "the alert")


@pytest.mark.parametrize(("hours", "presses"), [(41, True), (50, True), (2, False)])
async def test_a_planned_visit_of_somebody_with_a_running_clock_comes_with_its_urgency(
    mount: Mount, world: World, hours: float, presses: bool
) -> None:
    own_id = plan_visit(world, 1, 1, clock=came_home(hours))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-go-{own_id}"), "the card")
        assert app.shows("48-hour home visit overdue" if hours > 48 else "home visit due"), "in words too"
        cards = [one for one in app.walk() if isinstance(one, ft.Container) and one.key == f"stop-{own_id}"]
        grounds = {one.bgcolor for one in cards}
        assert (ft.Colors.TERTIARY_CONTAINER in grounds) is presses


async def test_who_was_not_seen_does_not_look_like_a_visit_that_was_made_and_is_one_tap_from_the_next_try(
    mount: Mount, world: World
) -> None:
    shut = add_visit(world, 1, HOUR)
    today = now().date()
    later = now() + timedelta(days=3)
    plan_visit(world, 1, -1, state=PlannedState.NOT_SEEN, visit_id=shut, next_on=today)
    other = plan_visit(world, 2, -1, state=PlannedState.NOT_SEEN, visit_id="v9", next_on=later.date())
    made = plan_visit(world, 0, -2, state=PlannedState.MADE, visit_id="v8")
    world.tries = [DayTry(shut, "p1", "Văn Thọ", today, "from-facility", "555-0142", came_home(41))]
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-again-{shut}"), "the next try")
        assert app.shows(f"Signed {say.clock(now())} · Next contact: today")
        assert app.shows(f"Next contact: {say.weekday(later.date())}")
        assert app.shows("home visit due"), "and the clock that it does not end"
        signs = {name: icons_in(app, name) for name in (f"today-made-{other}", f"today-made-{made}")}
        assert ft.Icons.CHECK not in signs[f"today-made-{other}"]
        assert ft.Icons.CHECK in signs[f"today-made-{made}"]
        assert app.has(f"today-again-call-{shut}")
        assert not app.has("today-again-v9"), "not today"
        await app.tap(f"today-again-{shut}")
        await app.until(lambda: app.has("new-visit-start"), "the visit")


async def test_a_call_that_nobody_answered_is_tried_again_though_nobody_planned_it(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    world.tries = [DayTry("v1", "p1", "Văn Thọ", now().date(), "telephone", "555-0142")]
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-again-v1"), "the next try")
        assert app.shows("Văn Thọ · Not seen")
        assert app.has("today-tried-v1")
        await app.tap("today-again-v1")
        await app.until(lambda: app.has("visit-back"), "the visit")
        assert opened_urls == ["tel:555-0142"]
