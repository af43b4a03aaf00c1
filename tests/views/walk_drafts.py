"""Through what stands of drafts on other tablets, and of a visit that was written twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.services.models import VisitState, VisitStatus
from app.services.twice import TwiceLine
from app.store.changes import Topic
from tests.views.conftest import Mount
from tests.views.double_drafts import ANA, BEN, HIS, MINE, elsewhere, written
from tests.views.doubles import DoubleDevice, add_visit, make_world, now


async def walk_drafts(mount: Mount, walker: Any, width: int) -> None:
    """`walker` looks at each screen on the way."""
    world = make_world()
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    first = add_visit(world, 0, timedelta(hours=2), status=received)
    other = add_visit(world, 0, timedelta(hours=2), status=received)
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        session = device.session
        assert session is not None
        name = world.people["p0"].patient.display_name
        session.drafts.lines = (elsewhere(HIS, BEN, name), elsewhere(MINE, ANA, name, photos=2))
        session.twice.put(
            TwiceLine(written(first), written(other), name), ("Pain", "9", "7"), ("Note", "She sat up.", "")
        )
        session.hub.publish(Topic.VISITS)
        await app.until(lambda: app.has("today-elsewhere-2"), "both drafts")
        walker.look(app)
        await walker.go(app, "today-elsewhere-1", "draft-back")
        await walker.go(app, "draft-back", "today-twice-1")
        await walker.go(app, "today-twice-1", "twice-both")
        await walker.go(app, "twice-stands-2", "twice-sure")
        await app.tap("twice-not-now")
        session.twice.away = "v9"
        await walker.go(app, "twice-open-1", "reading-bring-back")
        await walker.go(app, "reading-back", "twice-back")
