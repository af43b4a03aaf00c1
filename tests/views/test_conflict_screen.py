"""Two versions on screen: both side by side, what is chosen, what is missing, and nothing left to choose."""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.domain.look import Look
from app.domain.visit import Answer
from app.errors import RecordError
from app.services.conflict_models import BOTH, KEEP_AS_NEW, ConflictSection
from app.store.changes import Topic
from app.views.wording import conflicts as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, now
from tests.views.scene_conflicts import GONE, PLAN, STATUS, TALK, TASK, make_conflicts_world


async def open_row(app: FletHarness, number: int) -> None:
    await app.until(lambda: app.has("today-conflict-1"), "Today")
    if not app.has(f"today-conflict-{number}"):
        await app.tap("today-conflict-all")
        await app.until(lambda: app.has(f"today-conflict-{number}"), "all of them")
    await app.tap(f"today-conflict-{number}")
    await app.until(lambda: app.has("conflict-keep"), "the page")


def chosen(app: FletHarness, identifier: str) -> bool:
    return bool(app.named(identifier).selected)


async def test_each_part_is_chosen_by_itself_and_both_where_words_allow_it(mount: Mount) -> None:
    device = DoubleDevice(make_conflicts_world())
    async with mount(device, unlock=True) as app:
        await open_row(app, 1)
        assert app.shows("If it can be reversed.")
        assert app.shows("No.")
        assert app.has("conflict-1-both")
        assert not app.has("conflict-2-both")
        await app.tap("conflict-1-both")
        await app.tap("conflict-2-2")
        await app.until(lambda: chosen(app, "conflict-1-both") and chosen(app, "conflict-2-2"), "the marks")
        assert app.shows(said.chosen(2, 3))
        await app.tap("conflict-keep")
        await app.until(lambda: app.shows("Please choose for each part that differs."), "what is missing")
        await app.tap("conflict-3-1")
        await app.tap("conflict-keep")
        await app.until(lambda: not app.has("conflict-keep"), "the way back")
    assert device.session is not None
    picked = {"conv-matters": BOTH, "conv-hospital": 1, "conv-place-death": 0}
    assert device.session.conflicts.chosen == [(TALK, picked, "m1")]


async def test_one_tap_takes_all_of_one_side(mount: Mount) -> None:
    device = DoubleDevice(make_conflicts_world())
    async with mount(device, unlock=True, width=390) as app:
        await open_row(app, 3)
        await app.tap("conflict-all-2")
        await app.until(lambda: chosen(app, "conflict-1-2") and chosen(app, "conflict-2-2"), "both parts")
        assert app.shows(said.SAYS_NOTHING)
        assert app.shows("Nurse; Family"), "what is the same in both is there to read"
        await app.tap("conflict-keep")
        await app.until(lambda: not app.has("conflict-keep"), "the way back")
    assert device.session is not None
    assert device.session.conflicts.chosen == [(PLAN, {"goal-do": 1, "goal-worse": 1}, "m2")]


async def test_code_status_and_tasks_have_one_choice_and_a_deleted_one_two_ways(mount: Mount) -> None:
    device = DoubleDevice(make_conflicts_world())
    async with mount(device, unlock=True) as app:
        await open_row(app, 2)
        assert not app.has("conflict-all-1")
        assert not app.has("conflict-1-both")
        await app.tap("conflict-1-1")
        await app.tap("conflict-keep")
        await open_row(app, 3)
        await app.tap("conflict-1-2")
        await app.tap("conflict-back")
        await open_row(app, 3)
        assert not chosen(app, "conflict-1-2"), "what was not kept is not remembered for another time"
        await app.tap("conflict-back")
        await open_row(app, 4)
        assert app.shows("it was deleted at the plan")
        await app.tap("conflict-keep-new")
        await app.tap("conflict-keep")
        await app.until(lambda: not app.has("conflict-keep"), "the way back")
    assert device.session is not None
    assert [one[:2] for one in device.session.conflicts.chosen] == [
        (STATUS, {"whole": 0}),
        (GONE, {"whole": KEEP_AS_NEW}),
    ]


async def test_what_was_settled_meanwhile_says_so_and_what_was_refused_says_why(mount: Mount) -> None:
    device = DoubleDevice(make_conflicts_world())
    async with mount(device, unlock=True) as app:
        await open_row(app, 4)
        assert device.session is not None
        device.session.conflicts.error = RecordError(
            "Something newer has come. Please look again and choose."
        )
        await app.tap("conflict-1-1")
        await app.tap("conflict-keep")
        await app.until(lambda: app.shows("Something newer has come."), "the sentence")
        del device.world.conflicts[TASK]
        device.session.hub.publish(Topic.VISITS)
        await app.until(lambda: app.shows(said.SETTLED), "nothing to choose")
        assert app.has("conflict-back")


async def test_nobody_is_asked_where_nobody_has_to_choose(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-start"), "Today")
        assert not app.shows(said.NEEDS_YOU)


async def test_every_choice_is_named_and_48_high_with_an_edge_that_is_no_colour(mount: Mount) -> None:
    async with mount(DoubleDevice(make_conflicts_world()), unlock=True) as app:
        await open_row(app, 1)
        await app.tap("conflict-1-1")
        await app.until(lambda: chosen(app, "conflict-1-1"), "the mark")
        marks = {}
        for identifier in ("conflict-1-1", "conflict-1-2"):
            box = app.named(identifier).content
            assert isinstance(box, ft.Container)
            icons = [one.icon for one in app.walk(box) if isinstance(one, ft.Icon)]
            assert box.border is not None
            marks[identifier] = (icons[0], box.border.top.width)
            assert app.texts(box)
        assert marks["conflict-1-1"] != marks["conflict-1-2"]


def in_spanish(sections: dict[str, ConflictSection]) -> DoubleDevice:
    """By the id of a conflict its one section."""
    world = make_conflicts_world()
    for conflict_id, section in sections.items():
        world.conflicts[conflict_id] = replace(world.conflicts[conflict_id], sections=(section,))
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(language="es")) for one in device.found]
    return device


async def test_our_forms_words_are_said_in_the_readers_language_and_own_words_as_typed(mount: Mount) -> None:
    home = {"conv-matters": Answer(now(), value=("home",))}
    porch = {"conv-matters-words": Answer(now(), value="To sit on the porch.")}
    talk = ConflictSection(
        "conv-matters",
        "What I heard matters",
        ("Being at home.", "“To sit on the porch.”"),
        "Being at home. “To sit on the porch.”",
        ("conv-matters", "conv-matters-words"),
        (home, porch),
        home | porch,
    )
    who = {"goal-who": Answer(now(), value=("family",))}
    plan = ConflictSection("goal-who", "Who does it", ("Family", ""), None, ("goal-who",), (who, {}))
    task = ConflictSection("progress", "Where it stands", ("Pain 9 of 10 now", "Done"))
    device = in_spanish({TALK: talk, PLAN: plan, TASK: task})
    async with mount(device, unlock=True) as app:
        await open_row(app, 1)
        assert app.shows("Lo que oí que importa")
        assert app.shows("“To sit on the porch.”")
        assert not {"What I heard matters", "Being at home."} & set(app.texts())
        assert all("Being at home" not in text for text in app.texts(app.named("conflict-1-both")))
        await app.tap("conflict-back")
        await open_row(app, 3)
        assert app.texts(app.named("conflict-1-1"))[-1] == "Familia"
