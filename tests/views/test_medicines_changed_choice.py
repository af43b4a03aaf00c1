"""When the choice about a medicine changes: nobody is counted as taking what the list says but they do not take."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.medicines import GROUP
from app.domain.visit import Entry
from app.views.wording import medicines as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.medicine_world import OXY, give_medicines

AMOUNTS = ("med-dose-mg", "med-times", "med-breakthrough")


@pytest.fixture
def visit_id(world: World) -> str:
    give_medicines(world, OXY)
    return add_visit(world, 0, timedelta(minutes=20))


async def open_medicines(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("section-medicines"), "the visit page")
    await app.tap("section-medicines")
    await app.until(lambda: app.has("medicines-add"), "the medicines")


def amounts(world: World, visit_id: str) -> dict[str, object]:
    (entry,) = world.visits[visit_id].draft.entries.get(GROUP, ())
    return {link: entry.answers[link].value for link in AMOUNTS if link in entry.answers}


def only_entry(world: World, visit_id: str) -> Entry:
    (entry,) = world.visits[visit_id].draft.entries[GROUP]
    return entry


async def test_differently_takes_away_what_the_list_said(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-1-as-listed")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: 60 MME a day"), "as listed")
        await app.tap("medicine-1-differently")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: {said.MME_UNKNOWN}"), "no longer as listed")
        assert amounts(world, visit_id) == {}
        assert app.shows(f"{said.MME_ORDERED}: 60 MME a day")
        entry = only_entry(world, visit_id)
        names = [f"{entry.id}-{link}" for link in AMOUNTS[:2]]
        await app.until(lambda: not any(map(app.value, names)), "empty fields")
        doses = [one for one in app.ids() if "-med-breakthrough-" in one]
        assert doses
        assert not any(app.named(one).selected for one in doses)


async def test_nor_by_way_of_not_taking(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        for choice in ("as-listed", "not-taking", "differently"):
            await app.tap(f"medicine-1-{choice}")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: {said.MME_UNKNOWN}"), "nothing said")
        assert amounts(world, visit_id) == {}


async def test_what_was_typed_over_the_list_stays(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-1-as-listed")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: 60 MME a day"), "as listed")
        entry = only_entry(world, visit_id)
        await app.type(f"{entry.id}-med-dose-mg", "5", submit=True)
        await app.until(lambda: amounts(world, visit_id)["med-dose-mg"] == 5, "what she typed")
        await app.tap("medicine-1-differently")
        await app.until(lambda: "med-times" not in amounts(world, visit_id), "the list's times gone")
        assert amounts(world, visit_id) == {"med-dose-mg": Decimal(5)}


async def test_as_listed_again_counts_what_the_list_says(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-1-differently")
        await app.until(lambda: app.has("medicine-1-as-listed"), "the choices")
        await app.tap("medicine-1-as-listed")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: 60 MME a day"), "as listed after all")


async def test_a_typed_brand_of_fentanyl_is_named_as_not_counted(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicines-add")
        await app.until(lambda: world.visits[visit_id].draft.entries.get(GROUP), "the entry")
        entry = only_entry(world, visit_id)
        await app.type(f"{entry.id}-med-name", "Actiq", blur=True)
        await app.until(
            lambda: app.shows("Not counted: Actiq. Fentanyl that is not a skin patch"), "the sentence"
        )
        assert app.shows(f"{said.MME_TAKEN}: {said.MME_UNKNOWN}")
        assert app.has("bowel-prompt")
        assert app.has("naloxone-offered")
