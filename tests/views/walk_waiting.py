"""Walks Sent & waiting: what waits and what needs a person, the connection test, the log."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from app.services.models import SyncState, SyncWord, VisitState, VisitStatus
from tests.views.doubles import DoubleDevice, add_visit, make_world, now


async def walk_waiting(mount: Any, walker: Any, width: int) -> None:
    world = make_world()
    hour = timedelta(hours=1)
    add_visit(world, 0, hour, status=VisitStatus(VisitState.RECEIVED, received_at=now()), note="x")
    add_visit(world, 1, hour, status=VisitStatus(VisitState.ON_DEVICE), note="x")
    add_visit(world, 2, hour, status=VisitStatus(VisitState.REFUSED, reason="y"), note="x")
    add_visit(world, 3, hour, status=VisitStatus(VisitState.TWO_VERSIONS), note="x")
    world.sync = SyncState(SyncWord.WORKING, "Talking to the plan…", 3, 2, now(), progress=(3, 90))
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        await walker.go(app, "nav-waiting", "waiting-stop")
        assert app.has("waiting-received-v0")
        await walker.go(app, "waiting-row-v1", "waiting-open")
        await walker.go(app, "waiting-close", "waiting-aside-v2")
        await walker.go(app, "waiting-aside-v2", "waiting-correct")
        assert app.has("waiting-try-again")
        assert app.has("waiting-call")
        await walker.go(app, "waiting-close", "waiting-aside-v3")
        await walker.go(app, "waiting-aside-v3", "waiting-choose")
        await walker.go(app, "waiting-close", "waiting-test")
        assert device.session is not None
        device.session.sending.gate = asyncio.Event()
        await walker.go(app, "waiting-test", "waiting-test-stop")
        await walker.go(app, "waiting-test-stop", "waiting-test-again")
        await walker.go(app, "waiting-close", "waiting-log")
        await walker.go(app, "waiting-log", "waiting-log-share")
        await app.tap("waiting-log-share")
        await walker.go(app, "waiting-close", "waiting-colleague")
        await walker.go(app, "waiting-colleague", "carry-code")
        assert app.has("carry-hand-over")
        assert app.has("carry-give")
        assert app.has("carry-take")
        await walker.go(app, "carry-show", "carry-hide")
        await walker.go(app, "carry-hide", "carry-show")
        await walker.go(app, "waiting-close", "waiting-aside-v2")
        await walker.go(app, "waiting-aside-v2", "waiting-correct")
        await walker.go(app, "waiting-correct", "visit-refused")
