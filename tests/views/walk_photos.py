"""Photos and signatures, walked for the list of test names."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, add_visit, make_world
from tests.views.photo_steps import PhotoDevice, open_wound, sign_in_box
from tests.views.visit_page import open_visit


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_photos(mount: Mount, walker: Looks, width: int) -> None:
    world = make_world()
    visit_id = add_visit(world, 1, timedelta(minutes=10))
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        await open_visit(app, visit_id)
        wound = await open_wound(app)
        album = PhotoDevice.of(device)
        await album.add(app, f"{wound}-wound-photo-photo")
        walker.look(app)
        await walker.go(app, "photo-a1", "photo-close")
        await app.tap("photo-close")
        await walker.go(app, "photo-away-a1", "photo-back-a1")
        await app.tap("section-body")
        await walker.go(app, "signature-open", "signature-pad")
        await sign_in_box(app)
        walker.look(app)
