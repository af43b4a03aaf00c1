"""Through recording a death, its page, news of it and a call to the family, for the list of test names."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.death import DISPOSED, ME, PRONOUNCED, WITNESS, FamilyCall
from app.services.death_models import DueCall
from app.store.changes import Topic
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, make_world


async def walk_death(mount: Mount, walker: Any, width: int) -> None:
    """`walker` looks at each screen on the way."""
    world = make_world()
    stop = plan_visit(world, 0, 1)
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        deaths = device.session.deaths
        deaths.may = frozenset({PRONOUNCED, DISPOSED, WITNESS})
        call = FamilyCall("c1", "p1", date(2026, 5, 3), 3, "Maria")
        deaths.calls.waiting = [DueCall(call, "Walter", "213-555-0101")]
        device.session.hub.publish(Topic.PATIENTS)
        await walker.go(app, "family-open-c1", "family-done")
        await walker.go(app, "family-how-hard", "family-then-again")
        await app.tap("family-open-c1")
        await walker.go(app, f"today-more-{stop}", "today-death")
        await walker.go(app, "today-death", "death-record")
        await walker.go(app, "death-back", "today-people")
        await app.tap("nav-patients")
        await walker.go(app, "patients-row-p0", "patient-death")
        await walker.go(app, "patient-death", "death-record")
        await walker.go(app, f"death-{DISPOSED}-{ME}", f"death-{WITNESS}-{ME}")
        await walker.go(app, "death-when-other", "death-when-use")
        await walker.go(app, "death-when-now", "death-when")
        await walker.go(app, "death-write", "death-words")
        await walker.go(app, "death-record", "death-of-p0")
        deaths.unread = [type(one)(one.death, one.name) for one in deaths.unread]
        device.session.hub.publish(Topic.PATIENTS)
        await app.until(lambda: app.has("deaths-read"), "news of others")
        walker.look(app)
        await walker.go(app, "death-of-p0", "death-change")
        await walker.go(app, "death-error", "death-error-yes")
        await walker.go(app, "death-error-no", "death-error")
