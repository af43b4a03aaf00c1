"""What stands beside items, and long lists, walked for the list of test names."""

from __future__ import annotations

from typing import Protocol

from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice
from tests.views.scene_beside import make_beside_world
from tests.views.visit_page import open_visit


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_beside(mount: Mount, walker: Looks, width: int) -> None:
    if width > 1000:  # test_beside_items looks at the tablet
        return
    world = make_beside_world()
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "today-received-v0", "reading-promises")
        await app.tap("nav-today")
        await open_visit(app, "v1")
        walker.look(app)
        await walker.go(app, "esas-pain-comfort", "esas-pain-comfort-none")
        await app.tap("section-pain-more")
        await walker.go(app, "painad-5-no-need", "score-painad-tried")
        await app.tap("section-referrals")
        await app.tap("referrals-add")
        await app.until(lambda: any(one.endswith("-ref-to-all") for one in app.ids()), "an entry")
        (way,) = [one for one in app.ids() if one.endswith("-ref-to-all")]
        await walker.go(app, way, way.replace("-all", "-find"))
