"""Walks the on-call pack: Today, the list, the reason and one person's page."""

from __future__ import annotations

from typing import Any

import flet as ft

from tests.views.doubles import DoubleDevice, make_world, now
from tests.views.scene_oncall import Shift


async def walk_oncall(mount: Any, walker: Any, width: int) -> None:
    device = DoubleDevice(make_world())
    async with mount(device, unlock=True, width=width) as app:
        app.page.platform = ft.PagePlatform.ANDROID
        assert device.session is not None
        shift = Shift(device.session)
        shift.on()
        await walker.go(app, "today-oncall", "oncall-search")
        await walker.go(app, "oncall-person-r1", "oncall-why-family")
        await walker.go(app, "oncall-why-other", "oncall-open")
        await walker.go(app, "oncall-cancel", "oncall-search")
        await walker.go(app, "oncall-person-r1", "oncall-why-family")
        await walker.go(app, "oncall-why-family", "oncall-begin")
        shift.renew(as_of=now())
        await app.until(lambda: app.has("oncall-again"), "a newer pack")
        walker.look(app)
        await walker.go(app, "oncall-again", "oncall-why-family")
        await walker.go(app, "oncall-why-family", "oncall-begin")
        await walker.go(app, "oncall-list", "oncall-search")
        await walker.go(app, "oncall-back", "today-oncall")
