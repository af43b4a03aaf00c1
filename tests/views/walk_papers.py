"""Every paper, walked for the list of test names."""

from __future__ import annotations

from typing import Protocol

from app.views.theme import NARROW
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, make_world
from tests.views.test_paper_screen import give


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_papers(mount: Mount, walker: Looks, width: int) -> None:
    world = make_world()
    give(world)
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "papers-open")
        await walker.go(app, "papers-open", "paper-kind-fridge")
        await walker.go(app, "paper-kind-fridge", "paper-another")
        if width < NARROW:
            await walker.go(app, "paper-change", "paper-read")
        await app.until(lambda: app.has("paper-type-call-day"), "the fields")
        walker.look(app)
        await walker.go(app, "paper-what-for-medicine-0", "paper-purpose-medicine-0-pain")
        await walker.go(app, "paper-another", "paper-kind-family")
        await walker.go(app, "paper-kind-family", "paper-for-1")
        await app.tap("paper-another")
        await walker.go(app, "paper-kind-own-words", "paper-kept")
        await walker.go(app, "paper-kept", "paper-piece-conv-coping")
        await app.tap("paper-another")
        await walker.go(app, "paper-kind-clinical", "paper-print")
        app.page.web = True
        await walker.go(app, "paper-file", "paper-done")
