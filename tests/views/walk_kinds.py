"""Visits of several kinds, a call that nobody answers, a door that stays shut: walked for the test names."""

from __future__ import annotations

from typing import Protocol

from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, make_world
from tests.views.tap_counting import make_known


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_kinds(mount: Mount, walker: Looks, width: int) -> None:
    world = make_world()
    make_known(world, 1)
    call = plan_visit(world, 1, 0.5, kind="telephone")
    visit = plan_visit(world, 2, 1.5)
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, f"today-go-{call}", "visit-no-answer")
        await walker.go(app, "visit-where-change", "visit-kind-not-seen")
        await walker.go(app, "form-open-call-start", "call-identity-full-name")
        await walker.go(app, "visit-no-answer", "ns-why-no-answer")
        await walker.go(app, "visit-back", f"today-go-{visit}")
        await walker.go(app, f"today-go-{visit}", "new-visit-kind-routine")
        await walker.go(app, "new-visit-change", "new-visit-home")
        await walker.go(app, "new-visit-not-seen-nobody-home", "ns-done-left-note")
