"""Walks help, the tour, practising, no signal for days and a hard day."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from app.domain.hard_day import CallAsked
from app.services.models import Role, VisitState, VisitStatus
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, add_visit, make_answers, make_world, now


class Walker(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_help(mount: Mount, walker: Walker, width: int) -> None:
    world = make_world()
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    add_visit(world, 0, timedelta(hours=2), status=received, answers=make_answers(5))
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "nav-waiting", "help")
        await walker.go(app, "help", "help-no-signal")
        await walker.go(app, "help-no-signal", "no-signal-supervisor")
        await walker.go(app, "no-signal-back", "help")
        await walker.go(app, "nav-today", "today-close")
        await walker.go(app, "help", "help-more")
        await walker.go(app, "help-more", "settings-tour")
        await walker.go(app, "hard-day-ask", "hard-day-call")
        await walker.go(app, "hard-day-take-back", "hard-day-ask")
        await walker.go(app, "settings-tour", "tour-next")
        await walker.go(app, "tour-next", "tour-visit")
        for _ in range(3):
            await walker.go(app, "tour-next", "tour-before")
        await walker.go(app, "tour-next", "tour-practise")
        await walker.go(app, "tour-done", "settings-practise")
        await walker.go(app, "settings-practise", "practice-stop")
        await walker.go(app, "practice-stop", "nav-today")
    await _walk_calls(mount, walker, width)


async def _walk_calls(mount: Mount, walker: Walker, width: int) -> None:
    device = DoubleDevice(make_world(), role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        device.session.hard_day.others = [CallAsked("c1", "Practitioner/ben", "Ben Cole, RN", now())]
        await walker.go(app, "nav-settings", "settings-tour")
        await walker.go(app, "nav-review", "call-take-c1")
        await walker.go(app, "call-take-c1", "call-over-c1")
