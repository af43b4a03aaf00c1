"""The count of opioids on the visit page: opens where it is due, counted blind, and says what it comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.domain import home_count as count
from app.domain.home_count import LastCount
from app.domain.look import Look
from app.domain.people import PeopleOnRecord, Person
from app.domain.visit import Answer, Entry
from app.domain.visit_kind import KIND
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.medicine_world import FUROSEMIDE, MORPHINE, give_medicines
from tests.views.visit_page import short_page


def begin(world: World, *, counted_days_ago: int | None = 9) -> str:
    give_medicines(world, MORPHINE, FUROSEMIDE)
    world.settings = short_page(world.settings)
    if counted_days_ago is not None:
        at = now() - timedelta(days=counted_days_ago)
        last = LastCount(
            MORPHINE.text, "tablets", Decimal(20), at, "Ben Ochoa", "Luz", "v-old", MORPHINE.reference
        )
        world.parts["p0"] = replace(world.parts["p0"], counts=(last,))
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    row = world.visits[visit_id]
    row.draft = replace(row.draft, answers={KIND: Answer(now(), "routine")})
    return visit_id


def entries(world: World, visit_id: str) -> tuple[Entry, ...]:
    return world.visits[visit_id].draft.entries.get(count.GROUP, ())


async def open_visit(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("section-home-count"), "the visit page")


async def test_an_opioid_is_counted_blind_and_then_shown_against_the_last_count(
    mount: Mount, world: World
) -> None:
    visit_id = begin(world)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.has("count-1-begin"), "it is due, so it stands open"
        assert not app.has("count-2-begin"), "a water tablet is not counted"
        await app.tap("count-1-begin")
        await app.until(lambda: entries(world, visit_id), "the entry")
        (entry,) = entries(world, visit_id)
        assert entry.about == MORPHINE.reference
        assert entry.answers["hc-before"].value == Decimal(20)
        assert not app.shows("Left at the last count")
        await app.type(f"{entry.id}-hc-given", "6", blur=True)
        await app.type(f"{entry.id}-hc-now", "12", blur=True)
        await app.until(lambda: app.shows("2 tablets less than expected (14 tablets)"), "the difference")
        assert app.shows("Left at the last count: 20 tablets")
        await app.tap(f"{entry.id}-hc-explained-spilled")
        assert app.shows("Who counted with you?")


async def test_what_was_counted_lately_stays_closed_and_can_be_opened(mount: Mount, world: World) -> None:
    visit_id = begin(world, counted_days_ago=2)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("count-1-begin")
        await app.tap("section-home-count")
        await app.until(lambda: app.has("count-1-begin"), "the section")


async def test_a_destruction_is_written_down_and_the_nurse_is_not_offered_as_who_did_it(
    mount: Mount, world: World
) -> None:
    visit_id = begin(world, counted_days_ago=None)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("count-1-begin")
        await app.until(lambda: entries(world, visit_id), "the entry")
        (entry,) = entries(world, visit_id)
        await app.tap(f"{entry.id}-hc-unit-tablets")
        await app.type(f"{entry.id}-hc-now", "12", blur=True)
        await app.until(lambda: app.has("count-1-destroyed"), "the way to it")
        await app.tap("count-1-destroyed")
        await app.until(lambda: app.has(f"{entry.id}-hc-gone"), "the fields")
        await app.type(f"{entry.id}-hc-gone", "12", blur=True)
        await app.until(lambda: app.shows("Left in the home: 0 tablets"), "what is left")
        assert app.shows("Your plan has not allowed nurses to destroy medicines.")
        assert not app.has(f"{entry.id}-hc-gone-nurse-yes")


async def test_her_page_says_what_was_last_counted(mount: Mount, world: World) -> None:
    begin(world)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "the list")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.shows("Counted in the home"), "the part")
        assert app.shows("Ben Ochoa with Luz")


async def test_who_counted_is_offered_in_spanish_and_kept_as_the_record_says_it(
    mount: Mount, world: World
) -> None:
    visit_id = begin(world)
    people = PeopleOnRecord(
        (Person("RelatedPerson/r", "Luz Ríos", "Wife"), Person("RelatedPerson/s", "", "Daughter"))
    )
    parts = world.parts["p0"]
    counts = tuple(replace(one, together_with="Daughter") for one in parts.counts)
    world.parts["p0"] = replace(parts, people=people, counts=counts)
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(language="es")) for one in device.found]
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("count-1-begin")
        await app.until(lambda: app.has("count-with-2"), "who counted")
        assert app.texts(app.named("count-with-1")) == ["Luz Ríos"]
        assert app.texts(app.named("count-with-2")) == ["Hija"]
        await app.tap("count-with-2")
        await app.until(lambda: app.named("count-with-2").selected, "that it is kept")
        assert world.visits[visit_id].draft.answers[count.WITH].value == "Daughter"
        (entry,) = entries(world, visit_id)
        await app.type(f"{entry.id}-hc-now", "12", blur=True)
        await app.until(lambda: app.shows("Ben Ochoa con Hija"), "the last count")
