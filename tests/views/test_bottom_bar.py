"""The bottom bar of a phone: one row, whole names, and never a word in two pieces."""

from __future__ import annotations

from dataclasses import replace

import flet as ft
import pytest

from app.domain.look import Look
from app.services.models import Role
from app.views import navigation, shell, theme
from app.views.widgets import buttons
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World

SCALES = {100: 1.0, 200: 2.0}


@pytest.mark.parametrize(
    ("places", "width", "percent", "shown"),
    [
        (4, 390, 100, 4),
        (7, 390, 100, 4),
        (4, 390, 200, 4),
        (7, 390, 200, 3),
        (7, 1180, 200, 7),
        (7, 700, 100, 7),
        (4, 320, 100, 4),
    ],
)
def test_places_stand_in_one_row_and_those_without_room_behind_the_last(
    monkeypatch: pytest.MonkeyPatch, places: int, width: float, percent: int, shown: int
) -> None:
    monkeypatch.setattr(theme, "scale", lambda: SCALES[percent])
    tabs = shell.TABS[Role.SUPERVISOR][:places]
    bar = navigation.lay_out(tabs, width)
    assert (len(bar.tabs), bar.tabs + bar.rest) == (shown, tabs)
    assert bar.room + 10 >= theme.TOUCH


def in_bar(app: FletHarness) -> list[str]:
    return [one for one in app.ids() if one.startswith("nav-")]


@pytest.mark.parametrize("percent", [100, 200])
async def test_a_supervisor_reaches_every_place_from_one_row_of_a_phone(
    mount: Mount, world: World, percent: int
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    device.found = [replace(one, look=Look(text=percent, language="es")) for one in device.found]
    all_of_them = [tab.identifier for tab in shell.TABS[Role.SUPERVISOR]]
    async with mount(device, unlock=True, width=390, height=844) as app:
        row = in_bar(app)
        assert row[-1] == "nav-more"
        assert row[:-1] == all_of_them[: len(row) - 1]
        await app.tap("nav-more")
        assert sorted(in_bar(app)) == sorted([*all_of_them, "nav-more"])
        assert app.named("nav-more").expanded
        await app.tap("nav-settings")
        await app.until(lambda: app.has("settings-lock"), "the place behind the last")
        assert in_bar(app) == row, "and the screen is free again"
        assert app.named("nav-more").selected, "it is said where one is"
        await app.tap("nav-log")
        await app.until(lambda: not app.named("nav-more").selected, "a place of the row")


async def test_a_name_grows_with_large_text_as_far_as_its_pill_has_room_and_is_said_in_full(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    device.found = [replace(one, look=Look(text=200, language="es")) for one in device.found]
    async with mount(device, unlock=True, width=390, height=844) as app:
        (name,) = [one for one in app.walk(app.named("nav-log")) if isinstance(one, ft.Text)]
        assert name.value == "Registro"
        assert name.semantics_label == "Registro de visitas"
        assert 18 <= (name.size or 0) <= 24


@pytest.mark.parametrize("role", list(Role))
async def test_on_a_phone_held_sideways_with_large_text_the_bar_is_as_low_as_a_finger_allows(
    mount: Mount, world: World, role: Role
) -> None:
    device = DoubleDevice(world, role=role)
    device.found = [replace(one, look=Look(text=200)) for one in device.found]
    async with mount(device, unlock=True, width=844, height=390) as app:
        place = app.named("nav-patients")
        beside = [one for one in app.walk(place) if isinstance(one, ft.Row) and len(app.texts(one)) == 1]
        stacked = [one for one in app.walk(place) if isinstance(one, ft.Column)]
        assert beside
        assert bool(stacked) is (role is Role.SUPERVISOR), "seven have no room for a name beside the sign"


@pytest.mark.parametrize(("percent", "most"), [(100, 48), (200, 64)])
def test_a_sign_that_is_a_button_leaves_large_words_their_room(
    monkeypatch: pytest.MonkeyPatch, percent: int, most: float
) -> None:
    monkeypatch.setattr(theme, "scale", lambda: SCALES[percent])
    way_back = buttons.icon_only("back", ft.Icons.ARROW_BACK, "Back", lambda _: None)
    assert isinstance(way_back, ft.Semantics)
    assert isinstance(way_back.content, ft.IconButton)
    assert theme.TOUCH <= (way_back.content.width or 0) <= most


def test_the_arrow_of_a_way_back_stands_where_the_heading_below_it_begins() -> None:
    way_back = buttons.back("back", "Back", lambda _: None)
    assert isinstance(way_back, ft.Semantics)
    assert isinstance(way_back.content, ft.TextButton)
    style = way_back.content.style
    assert style is not None
    assert isinstance(style.padding, ft.Padding)
    assert style.padding.left == 0
    assert style.padding.right > 0


@pytest.mark.parametrize("label", ["Resultados", "Sent & waiting", "Registro de visitas", "Hoy"])
def test_the_longest_word_of_a_name_has_room_at_the_largest_text(
    monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    monkeypatch.setattr(theme, "scale", lambda: 2.0)
    room = navigation.Bar(shell.TABS[Role.NURSE], (), 390).room
    longest = max(map(len, label.split()))
    size = 2.0 * navigation.size_of(["Hoy", label], room)
    assert longest * size * navigation.LETTER <= room + 0.01
    assert size >= 14, "and stays legible"
