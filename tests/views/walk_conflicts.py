"""Through every place that says what needs a person, and every kind of choice."""

from __future__ import annotations

from typing import Any

from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice
from tests.views.scene_conflicts import make_conflicts_world


async def walk_conflicts(mount: Mount, walker: Any, width: int) -> None:
    """`walker` looks at each screen on the way."""
    async with mount(DoubleDevice(make_conflicts_world()), unlock=True, width=width) as app:
        await walker.go(app, "today-conflict-1", "conflict-3-2")
        await walker.go(app, "conflict-visit-1", "reading-conflict-1")
        await walker.go(app, "reading-back", "conflict-1-both")
        await walker.go(app, "conflict-back", "today-conflict-all")
        await walker.go(app, "today-conflict-all", "today-conflict-5")
        await walker.go(app, "today-conflict-5", "conflict-let-go")
        await walker.go(app, "nav-waiting", "waiting-conflict-1")
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "patient-conflict-1")
