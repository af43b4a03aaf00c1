"""Stays on a person's page: where she is, the 48-hour clock, telling of a stay, why no visit came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import flet as ft
import pytest

from app.domain.stays import Outcome, Place, Stay, join
from app.errors import RecordError
from app.services.patient_parts import PatientParts
from app.services.stays import StaysPart
from app.views.wording import stays as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, DoubleSession, World, add_visit, now

STARTERS = frozenset({"skilled-nursing", "hospital"})


def came_home(hours: float) -> Stay:
    left = now() - timedelta(hours=hours)
    return Stay("Encounter/s1", "p0", Place.SKILLED, "Elm House", left - timedelta(days=6), left)


def give(world: World, *stays: Stay) -> None:
    world.parts["p0"] = PatientParts(stays=StaysPart(stays, (), STARTERS))


async def open_person(app: FletHarness) -> None:
    await app.tap("nav-patients")
    await app.until(lambda: app.has("patients-row-p0"), "the list")
    await app.tap("patients-row-p0")
    await app.until(lambda: app.has("stays-tell"), "her page")


async def see_what_the_visit_is_for(app: FletHarness, visit_id: str) -> None:
    """The section after a discharge opens by itself; closed, it says until when."""
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("tr-list-seen"), "the discharge list")
    await app.tap("section-transition")
    await app.until(lambda: not app.has("tr-list-seen"), "closed with a tap")
    assert app.shows("home visit due")


def session_of(device: DoubleDevice) -> DoubleSession:
    assert device.session is not None
    return device.session


async def test_somebody_in_hospital_is_said_to_be_there_and_since_when(mount: Mount, world: World) -> None:
    give(world, replace(came_home(0), place=Place.HOSPITAL, name="Mercy", left_at=None))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        assert app.shows("In hospital since")
        assert app.shows("Call the hospital team")


async def test_who_lives_in_assisted_living_is_in_no_hospital_whose_team_to_call(
    mount: Mount, world: World
) -> None:
    give(world, replace(came_home(0), place=Place.ASSISTED_LIVING, name="Oak Court", left_at=None))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        assert app.shows("In assisted living since")
        assert not app.shows("Call the hospital team")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (10, "home visit due"),
        (40, "home visit due"),
        (50, "overdue by 2 hours"),
        (48 + 71.5, "overdue by 71 hours"),
        (48 + 73, "overdue by 3 days"),
    ],
)
async def test_the_clock_of_a_discharge_is_in_sight(
    mount: Mount, world: World, hours: float, expected: str
) -> None:
    give(world, came_home(hours))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        assert app.shows(expected)


async def test_a_move_into_assisted_living_leaves_the_clock_in_sight(mount: Mount, world: World) -> None:
    house = replace(came_home(0), reference="Encounter/home", place=Place.ASSISTED_LIVING, left_at=None)
    give(world, replace(house, began_at=now() - timedelta(hours=30)), came_home(31))
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await see_what_the_visit_is_for(app, visit_id)
        await app.tap("visit-back")
        await open_person(app)
        line = "Home from skilled nursing: home visit due"
        assert sum(line in one for one in app.texts()) == 2, "in the strip and at the stay"


async def test_a_clock_that_counts_from_midnight_says_so(mount: Mount, world: World) -> None:
    give(world, replace(came_home(10), time_known=False))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        assert app.shows("counted from 00:00")


async def test_an_overdue_visit_gets_its_reason_with_one_tap(mount: Mount, world: World) -> None:
    give(world, came_home(50))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_person(app)
        await app.tap("stays-why-unreachable")
        stays = session_of(device).stays
        await app.until(lambda: stays.outcomes, "the reason")
        assert stays.outcomes == [("p0", "Encounter/s1", Outcome.UNREACHABLE)]


async def test_a_stay_that_somebody_told_of_is_kept_with_two_taps(mount: Mount, world: World) -> None:
    give(world)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_person(app)
        await app.tap("stays-tell")
        await app.until(lambda: app.has("stays-keep"), "the questions")
        await app.tap("stays-keep")
        stays = session_of(device).stays
        await app.until(lambda: stays.told, "the stay")
        ((patient, told),) = stays.told
        assert (patient, told.place, told.left_at, told.left_on) == ("p0", Place.HOSPITAL, None, None)
        assert told.began_at is not None


async def test_a_discharge_whose_hour_nobody_knows_keeps_only_its_day(mount: Mount, world: World) -> None:
    give(world)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_person(app)
        await app.tap("stays-tell")
        await app.until(lambda: app.has("stays-keep"), "the questions")
        hour, minute = app.named("stays-at-hour"), app.named("stays-at-minute")
        rows = [set(map(id, app.walk(one))) for one in app.walk() if isinstance(one, ft.Row)]
        smallest = min((one for one in rows if id(hour) in one), key=len)
        assert id(minute) in smallest, "no line breaks between them"
        assert id(app.named("stays-at-later")) not in smallest
        await app.tap("stays-place-skilled-nursing")
        await app.tap("stays-home")
        await app.until(lambda: app.has("stays-hour-unknown"), "the end")
        await app.tap("stays-hour-unknown")
        await app.until(lambda: not app.has("stays-at-hour"), "no hour asked")
        await app.tap("stays-keep")
        stays = session_of(device).stays
        await app.until(lambda: stays.told, "the stay")
        ((_, told),) = stays.told
        assert (told.place, told.left_at, told.left_on) == (Place.SKILLED, None, now().date())


async def test_a_stay_that_the_plan_shows_as_open_is_named_and_what_is_told_of_its_end_joins_it(
    mount: Mount, world: World
) -> None:
    began = now() - timedelta(days=3)
    open_one = replace(came_home(0), place=Place.HOSPITAL, name="Mercy", began_at=began, left_at=None)
    give(world, open_one)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_person(app)
        await app.tap("stays-tell")
        await app.until(
            lambda: app.shows("The plan already shows this: Hospital · Mercy"), "that it is known"
        )
        await app.tap("stays-place-skilled-nursing")
        await app.until(lambda: not app.shows("The plan already shows this"), "another place is another stay")
        await app.tap("stays-place-hospital")
        await app.tap("stays-home")
        await app.until(lambda: not app.shows("The plan already shows this"), "this is its end")
        await app.tap("stays-keep")
        stays = session_of(device).stays
        await app.until(lambda: stays.told, "the end")
        ((_, told),) = stays.told
        assert (told.began_at, told.corrects) == (began, None)
        hand = replace(open_one, reference="Encounter/told", by_hand=True, name="", left_at=told.left_at)
        (joined,) = join((open_one, hand))
        assert joined.left_at == told.left_at


async def test_the_end_of_a_stay_told_of_before_renews_that_entry(mount: Mount, world: World) -> None:
    open_one = replace(came_home(0), by_hand=True, left_at=None, reference="Encounter/told")
    give(world, open_one)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_person(app)
        await app.tap("stays-tell")
        await app.until(lambda: app.has("stays-keep"), "the questions")
        await app.tap("stays-place-skilled-nursing")
        await app.tap("stays-home")
        await app.tap("stays-keep")
        stays = session_of(device).stays
        await app.until(lambda: stays.told, "the stay")
        ((_, told),) = stays.told
        assert (told.corrects, told.began_at, told.name) == ("Encounter/told", open_one.began_at, "Elm House")


async def test_a_stay_that_cannot_be_kept_says_why_and_keeps_what_was_entered(
    mount: Mount, world: World
) -> None:
    give(world)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_person(app)
        session_of(device).stays.error = RecordError("A stay ends after it begins.")
        await app.tap("stays-tell")
        await app.until(lambda: app.has("stays-keep"), "the questions")
        await app.tap("stays-place-long-term-nursing")
        await app.tap("stays-keep")
        await app.until(lambda: app.shows("A stay ends after it begins."), "the sentence")
        assert app.named("stays-place-long-term-nursing").selected


async def test_a_visit_after_a_discharge_opens_what_it_is_for(mount: Mount, world: World) -> None:
    give(world, came_home(20))
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await see_what_the_visit_is_for(app, visit_id)


async def test_without_a_stay_the_section_stays_closed(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        await app.tap(f"today-draft-{visit_id}")
        await app.until(lambda: app.has("section-transition"), "the visit page")
        assert not app.has("tr-list-seen")


async def test_the_hospital_team_is_told_code_status_wishes_and_who_decides(
    mount: Mount, world: World
) -> None:
    give(world, replace(came_home(0), place=Place.HOSPITAL, left_at=None))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        assert app.shows("Not recorded")
        assert app.shows("Nobody is on record")


async def test_a_visit_open_for_hours_asks_on_today_too(mount: Mount, world: World) -> None:
    add_visit(world, 0, timedelta(hours=4))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("Still there, or left already?"), "the question")


def test_a_stay_that_began_in_another_year_says_which() -> None:
    stay = replace(came_home(0), left_at=None, began_at=datetime(2025, 7, 11, 12, tzinfo=UTC))
    assert "Jul 11, 2025" in said.inside(stay, datetime(2026, 11, 24, tzinfo=UTC))
    assert "2025" not in said.inside(stay, datetime(2025, 7, 20, tzinfo=UTC))
