"""Walks the change of one's own PIN and the new key, in settings."""

from __future__ import annotations

from typing import Protocol

from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, make_world


class Walker(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_own_lock(mount: Mount, walker: Walker, width: int) -> None:
    device = DoubleDevice(make_world())
    async with mount(device, unlock=True, width=width) as app:
        await walker.go(app, "nav-settings", "settings-change-pin")
        await walker.go(app, "settings-change-pin", "settings-old-pin")
        await walker.go(app, "settings-keep-pin", "settings-new-key")
        await walker.go(app, "settings-change-pin", "settings-old-pin")
        await app.type("settings-old-pin", device.PIN, submit=True)
        await app.until(lambda: app.has("first-run-pin"), "the new PIN")
        walker.look(app)
        await walker.go(app, "settings-keep-pin", "settings-new-key")
        await app.tap("settings-new-key")
        await app.settle(30)
        walker.look(app)
