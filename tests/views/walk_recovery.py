"""Walks the way back in without the PIN, and an order of the plan on the lock screen."""

from __future__ import annotations

from typing import Protocol

from app.services.orders import OrderNotice
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, make_world


class Walker(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_recovery(mount: Mount, walker: Walker) -> None:
    device = DoubleDevice(make_world())
    device.notices = (OrderNotice("s9", "Ben Cole, RN", "all", 0),)
    async with mount(device) as app:
        walker.look(app)
        await walker.go(app, "lock-forgot", "recover-back")
        await walker.go(app, "recover-sign-in", "recover-open-again")
        assert device.recovery is not None
        device.recovery.attempt.back.set_result(object())
        await app.until(lambda: app.has("recover-stop"), "the code")
        walker.look(app)
        device.recovery.answer.set_result(None)
        await app.until(lambda: app.has("first-run-pin"), "the new PIN")
        walker.look(app)
