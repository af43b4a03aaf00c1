"""Walks the outcomes: the list, printing, a measure with its parts, and who is behind a number."""

from __future__ import annotations

from typing import Any

from app.services.models import Role
from tests.views.doubles import DoubleDevice, make_world
from tests.views.scene_outcomes import make_behind, make_outcomes


async def walk_outcomes(mount: Any, walker: Any, width: int) -> None:
    device = DoubleDevice(make_world(), role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        device.session.outcomes.page = make_outcomes()
        device.session.outcomes.behind = make_behind()
        await walker.go(app, "nav-outcomes", "outcomes-open-NQF1634")
        await walker.go(app, "outcomes-print", "paper-file")
        await walker.go(app, "outcomes-plan", "outcomes-open-NQF1634")
        await walker.go(app, "outcomes-team", "outcomes-open-NQF1634")
        await walker.go(app, "outcomes-open-NQF1634", "outcomes-by-language")
        await walker.go(app, "outcomes-who-no-visit", "outcomes-person-p0")
        await walker.go(app, "outcomes-all", "outcomes-open-SEED48H")
