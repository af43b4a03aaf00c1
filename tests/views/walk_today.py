"""Walks the day: planned visits, the door, "check on me", clocks, closing the day; and a supervisor's checks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import flet as ft

from app.domain.check_on_me import CheckOnMe
from app.domain.day import PlannedState
from app.domain.stays import Clock, ClockState, Place, Stay
from app.errors import StoreDamaged
from app.services.day_models import DayCheck, DayClock, DayTry
from app.services.models import Role
from app.services.sending_models import DayEnd, SendingPage
from app.store.outbox_kinds import GroupKind
from tests.views.double_alerts import make_line
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, add_visit, make_world, now


def make_clock() -> Clock:
    left = now() - timedelta(hours=20)
    stay = Stay("Encounter/s1", "p3", Place.HOSPITAL, "Mercy", left - timedelta(days=6), left)
    return Clock(stay, left + timedelta(hours=48), ClockState.RUNNING, timedelta(hours=28))


async def walk_today(mount: Any, walker: Any, width: int) -> None:
    world = make_world()
    visit_id = add_visit(world, 0, timedelta(hours=1))
    first = plan_visit(world, 1, 1)
    plan_visit(world, 2, 2)
    plan_visit(world, 0, -2, state=PlannedState.MADE, visit_id=visit_id)
    world.clocks = [DayClock("p3", "Nikolaĭ", make_clock(), "555-0142")]
    plan_visit(world, 4, -1, state=PlannedState.NOT_SEEN, visit_id="v4", next_on=now().date())
    world.tries = [
        DayTry("v4", "p4", "Grace", now().date(), "from-facility", "555-0144", make_clock()),
        DayTry("v5", "p5", "Åsa", now().date(), "routine", "555-0145"),
    ]
    late = DayClock("p6", "Soon-ja", replace(make_clock(), state=ClockState.SOON))
    world.clocks.append(late)
    world.open_alerts = [make_line(1, due_at=now()), make_line(2, owner="supervisor", due_at=now())]
    world.settings = replace(world.settings, phones={"supervisor": "555-0100"})
    end = DayEnd(
        1, Counter({GroupKind.VISIT: 1}), Counter({GroupKind.ALERT: 1}), sign_in=True, ever=False, choices=1
    )
    world.sending = SendingPage(day=end)
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has("today-made-a2"), "the day")
        app.page.platform = ft.PagePlatform.ANDROID
        await walker.go(app, "today-order-own", f"today-down-{first}")
        await walker.go(app, f"today-more-{first}", "door-note-dog")
        assert app.has(f"today-way-{first}")
        await walker.go(app, "door-note-dog", "door-words")
        await walker.go(app, "check-at-2", "check-call-c1")
        await walker.go(app, "today-close", "close-check-c1")
        await walker.go(app, "close-back", "today-close")
        world.read_error = StoreDamaged()
        assert app.session is not None
        await walker.go(app, "today-order-time", "today-try-again")
    world.read_error = None
    check = CheckOnMe("c1", "p1", "Practitioner/ana", "Ana Ruiz, RN", now(), now() + timedelta(hours=1))
    world.checks = [DayCheck(check, "Văn Thọ", None, mine=False)]
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True, width=width) as app:
        await app.until(lambda: app.has("check-reached-c1"), "the check")
        walker.look(app)
