"""What is half typed on the visit page stays where it stands, whatever comes and goes above it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.content.visit_kinds import OpenSection
from app.domain.look import Look
from app.domain.promise import Promise
from app.views import theme
from app.views.widgets import kept_focus
from app.views.widgets.base import STACKED
from app.views.widgets.frame import scrolls_whole
from app.views.wording import visit as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.tap_counting import make_known
from tests.views.visit_page import open_visit

WORDS = "Read him the le"


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


def made(world: World) -> list[Promise]:
    return [one for parts in world.parts.values() for one in parts.promises]


async def begin_promise(app: FletHarness) -> int:
    """The id of the field that a client has the cursor in."""
    await app.tap("promise-other")
    await app.type("promise-words", WORDS)
    return int(app.inner("promise-words", ft.TextField)._i)


def stays(app: FletHarness, world: World, field: int) -> bool:
    """In the same field, and no promise yet."""
    same = app.has("promise-words") and app.inner("promise-words", ft.TextField)._i == field
    return same and app.value("promise-words") == WORDS and not made(world)


async def test_the_first_star_and_the_last_leave_a_half_typed_promise_alone(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        field = await begin_promise(app)
        await app.tap("star-note")
        await app.until(lambda: app.has("car-go-note"), "what is to be finished in the car")
        await app.settle(60)
        assert stays(app, world, field)
        await app.tap("car-done-note")
        await app.until(lambda: not app.has("car-go-note"), "nothing is to be finished")
        await app.settle(60)
        assert stays(app, world, field)


async def test_another_kind_of_visit_leaves_a_half_typed_promise_alone(mount: Mount, world: World) -> None:
    make_known(world)
    nothing_else = (OpenSection("not-seen"), OpenSection("safety"))
    world.settings = replace(world.settings, visit_kinds={"not-seen": nothing_else})
    stop = plan_visit(world, 0, 0.5)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-go-{stop}"), "Today")
        await app.tap(f"today-go-{stop}")
        await app.until(lambda: app.has("new-visit-start"), "the start")
        await app.tap("new-visit-start")
        await app.until(lambda: app.has("promise-other"), "the visit")
        field = await begin_promise(app)
        await app.tap("visit-where-change")
        for kind in ("not-seen", "telephone", "routine"):
            await app.tap(f"visit-kind-{kind}")
            await app.until(lambda k=kind: app.named(f"visit-kind-{k}").selected, kind)
            await app.settle(60)
            assert app.shows(said.MORE_SECTIONS) is (kind != "not-seen")
            assert stays(app, world, field)


async def test_turning_a_device_with_large_text_leaves_a_half_typed_promise_alone(
    mount: Mount, world: World, visit_id: str
) -> None:
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=150)) for one in device.found]
    async with mount(device, unlock=True, width=1400, height=900) as app:
        await open_visit(app, visit_id)
        field = await begin_promise(app)
        assert theme.scale() >= STACKED
        assert not scrolls_whole(narrow=False)
        await app.resize(900, 1400)
        await app.settle(60)
        assert stays(app, world, field)
        await app.resize(1400, 900)
        await app.settle(60)
        assert stays(app, world, field)


async def test_a_field_that_the_browser_empties_with_a_turn_gets_its_words_back_and_later_one_may_empty_it(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mount(DoubleDevice(world), unlock=True, width=1180, height=820) as app:
        await open_visit(app, visit_id)
        field = await begin_promise(app)
        await app.resize(390, 844)
        await app.settle(60)
        await app.type("promise-words", "")
        await app.settle(60)
        assert stays(app, world, field)
        monkeypatch.setattr(kept_focus, "TURN", 0)
        await app.type("promise-words", "")
        await app.settle(60)
        assert app.value("promise-words") == ""
