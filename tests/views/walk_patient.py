"""Through a person's page, and the promises of a visit, for the list of test names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, add_visit
from tests.views.scene_patient import make_patient_world
from tests.views.visit_page import open_visit


async def walk_patient(mount: Mount, walker: Any, width: int) -> None:
    """`walker` looks at each screen on the way."""
    world = make_patient_world()
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "face-decides")
        await walker.go(app, "trend-1", "trend-chart")
        await walker.go(app, "trends-all", "trend-6")
        await walker.go(app, "patient-promises-earlier", "promise-reopen-pr3")
        await walker.go(app, "patient-new-visit", "doorstep")
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await open_visit(app, visit_id)
        await walker.go(app, "visit-doorstep", "doorstep")
        await walker.go(app, "promise-kept-pr1", "promise-reopen-pr1")
        await app.tap("promise-other")
        await app.until(lambda: app.has("promise-words"), "the field")
        walker.look(app)
        await app.type("promise-words", "Read him the letter")
        await app.tap("promise-keep")
        await app.until(lambda: any(one.startswith("promise-away-") for one in app.ids()), "its line")
        walker.look(app)
