"""Large text on a phone: names of fields clear of what stands above, words not squeezed between two signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.look import Look
from app.services.models import Role
from app.views.theme import TOUCH
from app.views.widgets.fields import IN_EDGE, NAME_LINE
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.large_text import at_odd_size
from tests.views.scene_goals import make_goals_world
from tests.views.scene_patient import make_patient_world
from tests.views.visit_page import open_visit
from tests.views.walk_log import world_of_log

HALF = 8
"""Pixels at the least that a name in large text stands out of the edge of its field."""


def above(app: FletHarness) -> list[float]:
    """Room above every field and drop-down menu on screen."""
    boxes = [one for one in app.walk() if isinstance(one, ft.TextField | ft.Dropdown)]
    assert boxes
    return [one.margin.top for one in boxes if isinstance(one.margin, ft.Margin)]


@pytest.mark.parametrize("large", [True, False])
async def test_the_name_in_a_fields_edge_has_its_room_above_where_text_is_large(
    mount: Mount, large: bool
) -> None:
    way = at_odd_size(mount) if large else mount
    async with way(DoubleDevice(world_of_log(), role=Role.SUPERVISOR), unlock=True, width=390) as app:
        await app.tap("nav-log")
        await app.tap("log-filters")
        await app.tap("log-more-filters")
        await app.until(lambda: app.has("log-filter-status"), "the filters")
        room = set(above(app))
        assert min(room) > HALF if large else room == {0}


async def test_a_field_beside_a_button_is_as_far_from_the_line_below_as_from_the_line_above(
    mount: Mount, world: World
) -> None:
    visit_id = add_visit(world, 0, timedelta(hours=4))
    async with at_odd_size(mount)(DoubleDevice(world), unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        await app.tap("visit-leave")
        await app.until(lambda: app.has("visit-times"), "the end")
        await app.tap("visit-times")
        await app.until(lambda: app.has("visit-time-began-hour"), "the times")
        hour = app.named("visit-time-began-hour")
        held = next(one for one in app.walk() if isinstance(one, ft.Container) and one.content is hour)
        room = app.inner("visit-time-began-hour", ft.TextField).margin.top
        assert isinstance(held.padding, ft.Padding)
        assert held.padding.bottom == room > HALF


@pytest.mark.parametrize(("large", "high"), [(True, True), (False, False)])
async def test_the_name_of_an_empty_field_has_its_lines(
    mount: Mount, world: World, large: bool, high: bool
) -> None:
    way = at_odd_size(mount) if large else mount
    async with way(DoubleDevice(world), unlock=True, width=390) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-search"), "the list")
        search = app.inner("patients-search", ft.TextField)
        assert (search.content_padding is not None) == high
        assert isinstance(search.label, ft.Text) == high


async def test_a_name_of_two_lines_in_the_edge_touches_neither_what_is_above_nor_what_is_typed(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=200)) for one in device.found]
    async with mount(device, unlock=True, width=390) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-search"), "the list")
        search = app.inner("patients-search", ft.TextField)
        half = 2 * 14 * NAME_LINE * IN_EDGE  # of two lines, on either side of the edge
        assert search.margin.top + HALF > half
        assert search.content_padding.top >= half


def squeezed(app: FletHarness, identifier: str) -> list[list[str]]:
    """Words that stand in a line between two signs."""
    return [
        app.texts(one)
        for one in app.walk(app.named(identifier))
        if isinstance(one, ft.Row)
        and len(one.controls) > 2
        and isinstance(one.controls[0], ft.Icon)
        and isinstance(one.controls[-1], ft.Icon)
    ]


@pytest.mark.parametrize(("large", "width", "beside"), [(True, 390, 0), (False, 390, 1), (True, 1180, 1)])
async def test_large_words_on_a_phone_stand_below_the_two_signs_of_their_row(
    mount: Mount, world: World, large: bool, width: int, beside: int
) -> None:
    visit_id = add_visit(world, 0, timedelta(hours=4))
    world.alerts[visit_id] = (make_line(1, level="watch"), make_line(2, level="watch", subject="falls"))
    way = at_odd_size(mount) if large else mount
    async with way(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        assert len(squeezed(app, f"today-draft-{visit_id}")) == beside
        await open_visit(app, visit_id)
        assert len(squeezed(app, "visit-alerts")) == beside


@pytest.mark.parametrize(("large", "alone"), [(True, True), (False, False)])
async def test_the_way_to_measure_again_stands_among_the_numbers_only_where_it_is_as_low_as_they(
    mount: Mount, world: World, large: bool, alone: bool
) -> None:
    visit_id = add_visit(world, 0, timedelta(hours=4))
    way = at_odd_size(mount) if large else mount
    async with way(DoubleDevice(world), unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        await app.tap("esas-pain-7")
        await app.until(lambda: app.has("esas-pain-again"), "the way")
        (row,) = rows_with(app, app.named("esas-pain-10"))
        again = app.named("esas-pain-again")
        assert any(one is again for one in app.walk(row)) != alone


def rows_with(app: FletHarness, control: ft.Control) -> list[ft.Row]:
    return [
        row for row in app.walk() if isinstance(row, ft.Row) and any(one is control for one in row.controls)
    ]


@pytest.mark.parametrize(("large", "words_in_line"), [(True, 2), (False, 0)])
async def test_how_a_symptom_went_is_told_below_its_newest_number_where_words_are_large(
    mount: Mount, large: bool, words_in_line: int
) -> None:
    way = at_odd_size(mount) if large else mount
    async with way(DoubleDevice(make_patient_world()), unlock=True, width=390) as app:
        await open_person(app)
        signs = [one for one in app.walk(app.named("trend-1")) if isinstance(one, ft.Icon)]
        (line,) = rows_with(app, signs[-1])
        assert sum(isinstance(one, ft.Text) for one in line.controls) == words_in_line


async def test_the_dot_of_what_is_written_down_stands_at_its_first_line(mount: Mount) -> None:
    async with at_odd_size(mount)(DoubleDevice(make_goals_world()), unlock=True, width=390) as app:
        await open_person(app)
        dots = [
            row
            for row in app.walk()
            if isinstance(row, ft.Row)
            and row.controls
            and getattr(row.controls[0], "icon", None) in (ft.Icons.CIRCLE, ft.Icons.CIRCLE_OUTLINED)
        ]
        assert dots
        assert {row.vertical_alignment for row in dots} == {ft.CrossAxisAlignment.START}


async def open_person(app: FletHarness) -> None:
    await app.tap("nav-patients")
    await app.until(lambda: app.has("patients-row-p0"), "the list")
    await app.tap("patients-row-p0")
    await app.until(lambda: app.has("face-decides"), "the page")


async def test_what_is_coloured_of_open_help_is_round_and_ends_before_what_is_tapped(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await app.tap("help")
        tapped = app.inner("help", ft.Container)
        assert tapped.bgcolor is None
        assert tapped.padding.left > 0
        assert tapped.content.bgcolor is not None
        assert tapped.content.border_radius > 0
        assert tapped.width >= TOUCH
