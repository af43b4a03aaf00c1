"""The visit log, walked for the list of test names."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from app.services.models import Role, VisitState, VisitStatus
from app.views.theme import NARROW
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, make_world, now


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


def world_of_log(number: int = 3) -> World:
    world = make_world()
    for n in range(number):
        ago = timedelta(hours=n + 1)
        status = VisitStatus(VisitState.RECEIVED, received_at=now() - ago)
        add_visit(world, n % 3, ago, status=status, answers=make_answers(n % 10))
    return world


async def walk_log(mount: Mount, walker: Looks, width: int) -> None:
    async with mount(DoubleDevice(world_of_log(), role=Role.SUPERVISOR), unlock=True, width=width) as app:
        await walker.go(app, "nav-log", "log-row-v0")
        if width < NARROW:
            await walker.go(app, "log-filters", "log-more-filters")
        await walker.go(app, "log-more-filters", "log-filter-to")
        await walker.go(app, "log-flag-act-now", "log-clear")
        await walker.go(app, "log-clear", "log-row-v0")
        await walker.go(app, "log-views", "log-view-name")
        await app.type("log-view-name", "Mine")
        await walker.go(app, "log-view-save", "log-view-remove")
        await walker.go(app, "log-as-evv", "log-as-list")
        await walker.go(app, "log-export", "log-export-make")
        await app.tap("log-export-why-audit")
        app.page.web = True
        await walker.go(app, "log-export-make", "log-export-done")
