"""Where people would stand: what to do when there is nobody, before a first contact with the plan and after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.models import Role
from app.views import text
from app.views.wording import waiting
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, make_world, now


@pytest.mark.parametrize("role", [Role.NURSE, Role.SUPERVISOR])
async def test_nobody_here_after_a_contact_is_the_plans_list_and_a_nurse_is_told_whom_to_ask(
    mount: Mount, role: Role
) -> None:
    world = make_world(0)
    world.sync = replace(world.sync, last_success_at=now())
    async with mount(DoubleDevice(world, role=role), unlock=True) as app:
        for place in ("nav-today", "nav-patients") if role is Role.NURSE else ("nav-patients",):
            await app.tap(place)
            await app.until(lambda: app.shows(text.NOBODY_AT_PLAN), "nobody")
            assert app.shows(text.NOBODY_AT_PLAN_HELP) is (role is Role.NURSE)
            assert not app.shows(text.NO_PEOPLE_HELP)
        await app.tap("nav-waiting")
        await app.until(lambda: app.shows(waiting.DAY_DONE), "Sent & waiting")
        assert app.texts().count(text.NOTHING_WAITS) == 1, "in the line at the edge; the head has said so"
