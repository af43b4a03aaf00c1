"""What stands beside an item on the visit page: change, comfort level, what was tried; long lists made short."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.promise import PromiseState
from app.domain.visit import AnsweredBy
from app.errors import RecordError
from app.views.wording import beside as said
from app.views.wording import forms as words
from app.views.wording import promises as promised
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_world import NURSE
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.scene_beside import make_beside_world
from tests.views.test_today_screen import session_of
from tests.views.visit_page import draft, open_section, open_visit


@pytest.fixture
def world() -> World:
    """`v0` is signed and a week old, `v1` open; for pain 3 is all right."""
    return make_beside_world()


def told(app: FletHarness, identifier: str) -> str:
    return " ".join(app.texts(app.named(identifier)))


async def test_each_item_says_in_words_and_with_a_sign_how_far_it_moved(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "v1", "function")
        assert told(app, "esas-pain-change") == "2 higher: worse", (
            "from the last measurement of that visit, which was 4"
        )
        arrow = [one.icon for one in app.walk(app.named("esas-pain-change")) if isinstance(one, ft.Icon)]
        assert arrow == [ft.Icons.ARROW_UPWARD]
        assert told(app, "akps-change") == "10 lower: needs more help"
        assert told(app, "phase-change") == "changed"
        await app.tap("esas-pain-4")
        assert told(app, "esas-pain-change") == "same as last"
        await app.tap("esas-pain-declined")
        assert not app.has("esas-pain-change")
        await app.tap("section-function")
        await app.tap("section-vitals")
        assert told(app, "vital-spo2-change") == "3 % lower"
        cards = [one for one in app.walk() if isinstance(one, ft.Container) and one.border is not None]
        fields = [{one for one in ids(app, held) if one.startswith("vital-")} for held in cards]
        assert min(len(held) for held in fields if held) >= 7, "one card for all measurements"
        await app.tap("section-vitals")
        await app.tap("section-pain-more")
        assert not app.has("score-painad-change")
        await app.tap("painad-5-distracted")
        assert told(app, "score-painad-change") == "1 higher"
        assert told(app, "score-painad-tried").startswith(
            f"{said.HELPED} 7, then 1 after 2.5 mg morphine by mouth."
        )


def ids(app: FletHarness, root: ft.Control) -> list[str]:
    return [one.identifier for one in app.walk(root) if isinstance(one, ft.Semantics) and one.identifier]


async def test_what_was_tried_before_stands_beside_what_is_raised_and_nothing_beside_what_is_kept_apart(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "v1", "social")
        line = told(app, "esas-pain-tried")
        assert line.startswith(f"{said.HELPED} 8, then 4 after 5 mg morphine by mouth. ")
        assert line.endswith(f", {NURSE.name}")
        assert told(app, "esas-tired-tried").startswith(said.TRIED), "which did not bring it down"
        await app.tap("esas-pain-3")
        assert not app.has("esas-pain-tried")
        assert draft(world, "v1").answers["esas-drowsy"].value == 1
        if app.has("form-open-ahc-hrsn"):
            await app.tap("form-open-ahc-hrsn")
        await app.tap("95618-5-LA6270-8")
        assert not app.has("95618-5-change")


async def test_her_comfort_level_is_asked_where_it_is_raised_kept_changed_and_taken_back(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    following = add_visit(world, 0, timedelta(minutes=1))
    async with mount(device, unlock=True) as app:
        await open_visit(app, "v1")
        assert not app.has("esas-drowsy-comfort"), "not while nothing is raised"
        assert told(app, "esas-pain-comfort-level") == "above comfort 3"
        assert told(app, "esas-nausea-comfort-level") == "comfort 3"
        await app.tap("esas-tired-comfort")
        session_of(device).comfort.error = RecordError("There is no room left on this tablet.")
        await app.tap("esas-tired-comfort-5")
        assert app.shows("There is no room left on this tablet.")
        session_of(device).comfort.error = None
        await app.tap("esas-tired-comfort-5")
        await app.until(lambda: app.has("esas-tired-comfort-level"), "the level beside the row")
        assert told(app, "esas-tired-comfort-level") == "comfort 5"
        assert not app.has("esas-tired-comfort-2"), "the question closes with the tap"
        assert draft(world, "v1").answers["esas-tired"].value == 4, "the scale's answer is its own"
        await app.tap("esas-pain-comfort")
        await app.tap("esas-pain-comfort-none")
        await app.until(lambda: not app.has("esas-pain-comfort-level"), "gone")
    held = [(one.link_id, one.level) for one in world.parts["p0"].comfort]
    assert held == [("esas-nausea", 3), ("esas-tired", 5)]
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        await open_visit(app, following)
        assert told(app, "esas-tired-comfort-level") == "comfort 5", "in the next visit, and on a phone"


async def test_only_she_herself_is_asked_what_is_all_right_for_her(mount: Mount, world: World) -> None:
    row = world.visits["v1"]
    row.draft = replace(row.draft, answered_by=AnsweredBy.FAMILY)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, "v1")
        assert not app.has("esas-pain-comfort")
        assert app.has("esas-pain-tried")


async def test_a_long_list_begins_with_what_was_chosen_lately_and_can_be_searched(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "v1", "referrals")
        await app.tap("referrals-add")
        await app.until(lambda: any(one.endswith("-ref-to-hospice") for one in app.ids()), "an entry")
        shown = [one.split("-ref-to-")[1] for one in app.ids() if "-ref-to-" in one]
        assert shown == ["hospice", "chaplain", "complex-care", "ltss", "ecm", "home-primary-care", "all"]
        (way,) = [one for one in app.ids() if one.endswith("-ref-to-all")]
        assert "14 others" in app.texts(app.named(way))
        await app.tap(way)
        entry = way.removesuffix("-ref-to-all")
        await app.type(f"{entry}-ref-to-find", "care xyz")
        assert app.shows(words.NOT_FOUND)
        await app.type(f"{entry}-ref-to-find", "wor so")
        assert not app.has(f"{entry}-ref-to-hospice")
        await app.tap(f"{entry}-ref-to-social-work")
        (held,) = draft(world, "v1").entries["referrals"]
        assert held.answers["ref-to"].value == "social-work"
        await app.tap(way)
        assert app.named(f"{entry}-ref-to-social-work").selected, "what is chosen stays in sight"


async def test_a_signed_visit_lists_what_was_promised_in_it(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("today-received-v0")
        await app.until(lambda: app.has("reading-promises"), "the promises")
        line = told(app, "reading-promises")
        assert line.startswith(f"{promised.IN_VISIT} Phone again")
        assert promised.ANSWERED[PromiseState.KEPT] in line
        assert not app.has("promise-reopen-t1"), "only to read"
