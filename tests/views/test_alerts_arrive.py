"""An open visit stops asking for a telephone call once the plan has its alert, without a tap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.store.changes import Topic
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.visit_page import open_visit


async def test_what_the_visit_says_of_its_alert_follows_the_plans_receipt(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    line = make_line(level="act-now", received=False)
    world.alerts[visit_id] = (line,)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        assert device.session is not None
        assert any("Please phone" in one for one in app.texts(app.named("visit-alerts")))
        received = replace(line, received=True, received_at=line.fired_at)
        world.alerts[visit_id] = (received,)
        device.session.hub.publish(Topic.OUTBOX)
        assert any("Please phone" in one for one in app.texts(app.named("visit-alerts"))), "nothing came"
        world.open_alerts = [received]
        device.session.hub.publish(Topic.OUTBOX)
        await app.until(
            lambda: any("Received by the plan" in one for one in app.texts(app.named("visit-alerts"))),
            "the plan has it",
        )
        assert not any("Please phone" in one for one in app.texts(app.named("visit-alerts")))
