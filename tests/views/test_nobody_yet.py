"""Where people would stand: what to do when there is nobody, before a first contact with the plan and after it."""

from __future__ import annotations

from dataclasses import replace

import flet as ft
import pytest

from app.domain.worklist import WorklistPage, WorklistWord
from app.services.models import Role
from app.views import text
from app.views.wording import review, waiting, worklist
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, make_world, now


def icons(app: FletHarness) -> set[object]:
    return {one.icon for one in app.walk() if isinstance(one, ft.Icon)}


@pytest.mark.parametrize("role", [Role.NURSE, Role.SUPERVISOR])
async def test_nobody_here_after_a_contact_is_the_plans_list_and_each_is_told_what_comes_next(
    mount: Mount, role: Role
) -> None:
    world = make_world(0)
    world.sync = replace(world.sync, last_success_at=now())
    async with mount(DoubleDevice(world, role=role), unlock=True) as app:
        for place in ("nav-today", "nav-patients") if role is Role.NURSE else ("nav-patients",):
            await app.tap(place)
            told = text.NOBODY_AT_PLAN_HELP if role is Role.NURSE else text.NOBODY_IN_TEAM_HELP
            await app.until(lambda told=told: app.shows(told), "nobody")
            assert not app.shows(text.NO_PEOPLE_HELP)
        await app.tap("nav-waiting")
        await app.until(lambda: app.shows(waiting.DAY_DONE), "Sent & waiting")
        assert app.texts().count(text.NOTHING_WAITS) == 1, "in the line at the edge; the head has said so"


@pytest.mark.parametrize("people", [0, 2])
async def test_the_work_of_a_team_without_people_is_not_called_done(mount: Mount, people: int) -> None:
    world = make_world(people)
    world.sync = replace(world.sync, last_success_at=now())
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        done = review.NOTHING if people else text.NOBODY_IN_TEAM
        await app.until(lambda: app.shows(done), "the queue")
        assert app.shows(review.NOTHING) is bool(people)
        assert (ft.Icons.TASK_ALT in icons(app)) is bool(people)
        assert device.session is not None
        device.session.worklist.page = WorklistPage(WorklistWord(now(), now(), 0, ()))
        await app.tap("nav-team")
        await app.tap("board-worklist")
        reached = worklist.NOBODY if people else text.NOBODY_IN_TEAM
        await app.until(lambda: app.shows(reached), "the list")
        assert app.shows(worklist.NOBODY) is bool(people)
        assert (ft.Icons.CHECK_CIRCLE_OUTLINE in icons(app)) is bool(people)


@pytest.mark.parametrize("people", [0, 2])
async def test_nobody_is_told_to_choose_from_an_empty_list(mount: Mount, people: int) -> None:
    async with mount(DoubleDevice(make_world(people)), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.shows(text.PICK_PERSON if people else text.NO_PEOPLE), "the list")
        assert app.shows(text.PICK_PERSON) is bool(people)
        if people:
            await app.type("patients-search", "zzzz")
            await app.until(lambda: app.shows(text.NOBODY_FOUND), "nobody by that name")
            await app.until(lambda: not app.shows(text.PICK_PERSON), "nothing to choose from")
