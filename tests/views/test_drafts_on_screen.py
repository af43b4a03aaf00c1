"""Drafts of other tablets on Today, and one visit that was written twice: what is said, and what a tap does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.look import Look
from app.errors import RecordError
from app.services.drafts import OPEN_HERE
from app.services.twice import TwiceLine
from app.store.changes import Topic
from app.views.wording import drafts as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_drafts import ANA, BEN, HIS, MINE, elsewhere, written
from tests.views.doubles import DoubleDevice, DoubleSession, World, add_visit

NAME = "Vera Lindqvist"


async def today(app: FletHarness, device: DoubleDevice) -> DoubleSession:
    await app.until(lambda: app.has("today-people"), "Today")
    assert device.session is not None
    return device.session


async def open_twice(
    app: FletHarness, device: DoubleDevice, line: TwiceLine, *differs: tuple[str, str, str]
) -> DoubleSession:
    """From Today to the page where one of two visits is chosen."""
    session = await today(app, device)
    session.twice.put(line, *differs)
    session.hub.publish(Topic.VISITS)
    await app.until(lambda: app.has("today-twice-1"), "the question")
    shown = app.texts(app.named("today-twice-1"))
    assert len(shown) == len(set(shown)), "which is which, also where both were there at the same time"
    await app.tap("today-twice-1")
    await app.until(lambda: app.has("twice-stands-1"), "both sides")
    return session


async def test_one_tap_goes_on_with_the_draft_of_the_other_tablet(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session = await today(app, device)
        session.drafts.visit_id = visit_id
        session.drafts.lines = (elsewhere(MINE, ANA, NAME, photos=1),)
        session.hub.publish(Topic.VISITS)
        await app.until(lambda: app.has("today-elsewhere-1"), "the draft")
        assert any("begun on the other tablet at" in text for text in app.texts())
        assert any("Not signed" in text for text in app.texts())
        assert app.shows("1 photo lies on the other tablet only.")
        session.drafts.error = RecordError(OPEN_HERE)
        await app.tap("today-elsewhere-1")
        await app.until(lambda: app.shows(OPEN_HERE), "why not")
        session.drafts.error = None
        await app.tap("today-elsewhere-1")
        await app.until(lambda: app.has("esas-pain-0"), "the visit")
    assert session.drafts.continued == [MINE]


async def test_a_colleagues_draft_is_read_and_says_that_it_is_not_signed(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=390) as app:
        session = await today(app, device)
        session.drafts.lines = (elsewhere(HIS, BEN, NAME),)
        session.hub.publish(Topic.VISITS)
        await app.until(lambda: app.has("today-elsewhere-1"), "the draft")
        await app.tap("today-elsewhere-1")
        await app.until(lambda: app.shows("She sat in the kitchen."), "what stands in it")
        assert app.shows(said.READ_HELP)
        assert any(text.startswith("Ben Cole, RN began this visit at") for text in app.texts())
    assert session.drafts.continued == []


async def test_which_visit_stands_is_asked_once_more_with_what_becomes_of_the_other(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    line = TwiceLine(written("v8"), written("v9", signed=False, root="v8"), NAME)
    async with mount(device, unlock=True) as app:
        session = await open_twice(app, device, line, ("Pain", "9", ""))
        assert app.shows(said.SILENT)
        assert app.shows(said.DRAFT_CANNOT)
        assert not app.has("twice-stands-2"), "what is not signed cannot stand"
        assert not app.has("twice-both"), "two copies of one draft are one visit"
        await app.tap("twice-stands-1")
        await app.until(lambda: app.shows(said.becomes(False)), "what becomes of the other")
        assert app.shows(said.WHICH_NUMBERED[0]), "both were written here"
        assert session.twice.chosen == []
        await app.tap("twice-sure")
        await app.until(lambda: app.has("today-people"), "Today again")
    assert session.twice.chosen == [(line.id, "v8")]


async def test_she_was_there_twice(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    line = TwiceLine(written("v8"), written("v9", here=False), NAME)
    async with mount(device, unlock=True, width=390) as app:
        session = await open_twice(app, device, line)
        assert app.has("twice-both")
        assert app.shows(said.NOTHING_DIFFERS)
        assert app.shows(said.HERE), "of two visits at the same time only this tells which is which"
        assert app.shows(said.FROM_PLAN)
        assert not {said.IN_SHORT[True], said.IN_SHORT[False]} & set(app.texts()), "no column, no head"
        await app.tap("twice-both")
        await app.until(lambda: app.has("today-people"), "Today again")
    assert session.twice.chosen == [(line.id, "")]


async def test_which_one_is_to_stand_is_marked_and_named_before_the_other_becomes_an_error(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    line = TwiceLine(written("v8"), written("v9", here=False), NAME)
    async with mount(device, unlock=True) as app:
        session = await open_twice(app, device, line, ("Pain", "9", "7"))
        assert app.has("twice-both")
        shown = app.texts()
        assert shown.index(said.IN_SHORT[True]) < shown.index(said.IN_SHORT[False]) < shown.index("9"), (
            "heads"
        )
        for number, which in ((1, said.WHICH[True]), (2, said.WHICH[False])):
            await app.tap(f"twice-stands-{number}")
            await app.until(
                lambda which=which: app.shows(f"{which} {said.becomes(True)}"), "which one stands"
            )
            marked = [bool(app.named(f"twice-stands-{n}").selected) for n in (1, 2)]
            assert marked == [number == 1, number == 2]
        await app.tap("twice-sure")
        await app.until(lambda: app.has("today-people"), "Today again")
    assert session.twice.chosen == [(line.id, "v9")]


async def test_in_large_text_on_a_phone_each_version_stands_below_its_own_name(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=200)) for one in device.found]
    line = TwiceLine(written("v8"), written("v9", here=False), NAME)
    async with mount(device, unlock=True, width=390) as app:
        await open_twice(app, device, line, ("Pain", "9", "7"))
        assert app.has("twice-both")
        shown = app.texts()
        first = shown.index(said.IN_SHORT[True])
        assert shown[first : first + 4] == [said.IN_SHORT[True], "9", said.IN_SHORT[False], "7"]
