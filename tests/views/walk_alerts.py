"""Alerts on Today and in a visit, walked for the list of test names."""

from __future__ import annotations

from typing import Protocol

from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import SECRET, make_line, make_private
from tests.views.doubles import DoubleDevice
from tests.views.scene_alerts import make_alerts_world


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_alerts(mount: Mount, walker: Looks, width: int) -> None:
    world = make_alerts_world()
    world.open_alerts += [make_line(n) for n in (5, 6)]
    private, plain = make_private().id, make_line(1).id
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has("today-alerts-all"), "Today")
        walker.look(app)
        await walker.go(app, "today-alerts-all", f"alert-row-{make_line(6).id}")
        await walker.go(app, f"alert-row-{plain}", f"alert-phone-{plain}")
        await walker.go(app, f"alert-finish-{plain}", f"alert-keep-{plain}")
        await walker.go(app, f"alert-row-{private}", f"alert-private-{private}")
        await walker.go(app, f"alert-private-{private}", f"alert-secret-{private}")
        await app.type(f"alert-secret-{private}", SECRET, submit=True)
        await app.until(lambda: app.has(f"alert-private-close-{private}"), "opened")
        walker.look(app)
        await app.tap(next(i for i in app.ids() if i.startswith("today-draft-")))
        await app.until(lambda: app.has("visit-alerts"), "the visit")
        await app.tap("visit-alerts")
        await app.until(lambda: any(i.startswith("alert-usual-") for i in app.ids()), "the cards")
        walker.look(app)
        usual = next(i for i in app.ids() if i.startswith("alert-usual-"))
        await walker.go(app, usual, usual.replace("usual", "loud"))
        hushed = next(i for i in app.ids() if i.startswith("alert-show-"))
        await walker.go(app, hushed, "alert-concern-could-not-ask")
        await app.tap("visit-worried-help")
        walker.look(app)
        await walker.go(app, "concern-show", "concern-answer-could-not-ask")
        await walker.go(app, "section-safety", "private-concern-open")
        await walker.go(app, "private-concern-open", "private-phone")
