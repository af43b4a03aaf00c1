"""Opening the record of somebody who is not on the list, and what stands on her page while it is open."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from app.errors import NoNetwork, NotFound, PlanDown
from app.services.models import Role
from app.store.changes import Topic
from app.sync.emergency import EmergencyRefused
from app.views.wording import emergency as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, DoubleSession, World, make_world, now


async def open_form(app: FletHarness, device: DoubleDevice) -> DoubleSession:
    await app.tap("nav-patients")
    await app.until(lambda: app.has("patients-not-listed"), "the list")
    await app.tap("patients-not-listed")
    await app.until(lambda: app.has("emergency-open"), "the form")
    assert device.session is not None
    return device.session


async def fill(app: FletHarness, **more: str) -> None:
    typed = {"given": "Rosa", "family": "Colón", "born": "2/3/1940", "reason": "Her daughter called at night"}
    for name, value in (typed | more).items():
        await app.type(f"emergency-{name}", value)
    await app.tap("emergency-open")


async def test_a_record_is_asked_for_by_name_day_and_reason_and_its_page_opens(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session = await open_form(app, device)
        assert all(app.shows(line) for line in said.RULES)
        session.emergency.opens = "p1"
        session.emergency.until["p1"] = now() + timedelta(hours=12)
        await fill(app)
        await app.until(lambda: app.has("patient-new-visit"), "her page")
        (ask,) = session.emergency.asked
        assert (ask.given, ask.family, ask.born_on) == ("Rosa", "Colón", date(1940, 2, 3))
        assert any(line.startswith("Open in an emergency until") for line in app.texts())


async def test_what_is_missing_is_said_and_nothing_is_asked(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session = await open_form(app, device)
        for wrong, sentence in (
            ({"family": " "}, said.NO_NAME),
            ({"born": "1940"}, said.NO_DAY),
            ({"born": "13/13/1940"}, said.NO_DAY),
            ({"reason": "night"}, said.NO_REASON),
        ):
            await fill(app, **wrong)
            await app.until(partial(app.shows, sentence), sentence)
        assert session.emergency.asked == []


async def test_the_plans_no_stands_beside_what_was_typed(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session = await open_form(app, device)
        session.emergency.error = EmergencyRefused("Nobody has exactly this name.")
        await fill(app)
        await app.until(lambda: app.shows("Nobody has exactly this name."), "the reason")
        assert app.value("emergency-family") == "Colón"
        await app.tap("emergency-cancel")
        await app.until(lambda: app.has("patients-search"), "the list")


async def test_a_supervisor_is_offered_no_way_in_and_others_pages_say_nothing(mount: Mount) -> None:
    async with mount(DoubleDevice(make_world(), role=Role.SUPERVISOR), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-search"), "the list")
        assert not app.has("patients-not-listed")
    async with mount(DoubleDevice(make_world()), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "the list")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-new-visit"), "her page")
        assert not any("in an emergency" in line for line in app.texts())


async def test_a_record_that_has_not_come_yet_says_so_and_never_that_nothing_is_recorded(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session = await open_form(app, device)
        session.emergency.opens = "p1"
        session.emergency.until["p1"] = now() + timedelta(hours=12)
        session.emergency.on_its_way.add("p1")
        await fill(app)
        await app.until(lambda: app.shows(said.ON_ITS_WAY), "that it is being fetched")
        assert app.has("patient-new-visit")
        assert not app.has("code-status")
        assert not any("llergies" in line for line in app.texts())
        session.emergency.on_its_way.clear()
        session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.has("code-status"), "her page")
        assert not app.shows(said.ON_ITS_WAY)


async def test_a_record_whose_time_is_over_goes_from_the_open_page_too(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session = await open_form(app, device)
        session.emergency.opens = "p1"
        session.emergency.until["p1"] = now() + timedelta(hours=12)
        await fill(app)
        await app.until(lambda: app.has("code-status"), "her page")
        del session.emergency.until["p1"]
        name = world.people.pop("p1").patient.display_name
        world.read_error = NotFound()
        session.hub.publish(Topic.PATIENTS)
        await app.until(lambda: app.shows(said.OVER), "that the time is over")
        assert not app.has("code-status")
        assert not app.has("patient-new-visit")
        assert name not in app.texts()[app.texts().index(said.OVER) - 1 :]


async def test_without_the_plan_she_is_told_whom_to_call(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session = await open_form(app, device)
        for error in (NoNetwork(), PlanDown()):
            session.emergency.error = error
            await fill(app)
            await app.until(partial(app.shows, said.NO_PLAN[type(error)]), "what to do")
