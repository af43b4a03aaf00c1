"""What is typed stays, however the screen is drawn anew meanwhile.

The client tells a field's value first and the event after it: between the two, and between the event and the screen
that it changes, a screen may be drawn that knows only the older text.
"""

from __future__ import annotations

from dataclasses import replace

import flet as ft
import pytest

from app.domain.look import Look
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World

SEARCH = "patients-search"


def on_screen(app: FletHarness) -> str | None:
    return app.inner(SEARCH, ft.TextField).value


def tell_value(app: FletHarness, value: str) -> None:
    """What the client says before the event."""
    app.session.apply_patch(app.inner(SEARCH, ft.TextField)._i, {"value": value})


async def redraw(app: FletHarness, width: int) -> None:
    await app.resize(width, 700)
    await app.settle(60)


async def open_search(app: FletHarness) -> None:
    await app.tap("nav-patients")
    await app.until(lambda: app.has(SEARCH), "the list")
    await app.type(SEARCH, "O")
    await app.settle(60)


async def test_a_letter_on_its_way_is_not_overwritten_by_a_screen_that_is_drawn_anew(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_search(app)
        tell_value(app, "Ok")
        await redraw(app, 1000)
        assert on_screen(app) == "Ok"
        await redraw(app, 1100)
        assert on_screen(app) == "Ok"
        await app.send(app.inner(SEARCH, ft.TextField), "change", "Ok")
        await app.until(lambda: not app.has("patients-row-p0"), "who was found")
        assert on_screen(app) == "Ok"


async def test_a_letter_typed_before_the_one_before_it_was_drawn_stays(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_search(app)
        field = app.inner(SEARCH, ft.TextField)
        tell_value(app, "Ok")
        assert callable(field.on_change)
        await app.session.dispatch_event(field._i, "change", "Ok")  # and nothing is drawn yet
        tell_value(app, "Oka")
        await app.settle(60)
        assert on_screen(app) == "Oka"


@pytest.mark.parametrize(("percent", "together"), [(100, False), (200, True)])
async def test_with_large_text_the_list_of_people_scrolls_with_its_head_for_a_low_window_has_no_room_below_it(
    mount: Mount, world: World, percent: int, together: bool
) -> None:
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=percent)) for one in device.found]
    async with mount(device, unlock=True, width=844 if together else 390, height=390) as app:
        await open_search(app)
        (people,) = [one for one in app.walk() if isinstance(one, ft.ListView) and app.texts(one)]
        ids = [one.identifier for one in app.walk(people) if isinstance(one, ft.Semantics)]
        assert (SEARCH in ids) is together
        assert "patients-row-p0" in ids
        assert on_screen(app) == "O", "and what is typed stays"


@pytest.mark.parametrize("typed", ["", "zz"])
async def test_what_the_event_says_counts_whatever_the_field_holds_by_then(
    mount: Mount, world: World, typed: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_search(app)
        await app.send(app.inner(SEARCH, ft.TextField), "change", typed)
        await app.settle(60)
        assert app.has("patients-row-p0") is (typed == "")
