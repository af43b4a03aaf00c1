"""Walks sharing a record, and the list of people who were not reached yet, for the list of test names."""

from __future__ import annotations

from typing import Any

from app.services.models import Role
from app.sync.sharing import SharingFailed
from tests.views.doubles import DoubleDevice, make_world
from tests.views.scene_worklist import make_worklist
from tests.views.walk_log import world_of_log


async def walk_sharing(mount: Any, walker: Any, width: int) -> None:
    device = DoubleDevice(make_world())
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "sharing-open")
        device.session.sharing.error = SharingFailed()
        await walker.go(app, "sharing-open", "sharing-look-again")
        device.session.sharing.error = None
        await walker.go(app, "sharing-for-primary-care", "sharing-name-0")
        await walker.go(app, "sharing-name-0", "sharing-yes-0")
        await app.tap("sharing-yes-0")
        await app.tap("sharing-how-spoken")
        await walker.go(app, "sharing-share", "sharing-passcode")
        await walker.go(app, "sharing-done", "sharing-withdraw-s1")
        await walker.go(app, "sharing-withdraw-s1", "sharing-withdraw-now")
    device = DoubleDevice(world_of_log(), role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        device.session.mentoring.error = SharingFailed()
        await walker.go(app, "nav-log", "log-row-v0")
        await walker.go(app, "log-row-v0", "reading-mentor")
        await walker.go(app, "reading-mentor", "mentor-again")
        device.session.mentoring.error = None
        await walker.go(app, "mentor-again", "mentor-release-0")
        assert app.has("mentor-name")
        await walker.go(app, "mentor-case", "paper-file")
    device = DoubleDevice(make_world(), role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        worklist = device.session.worklist
        worklist.page, worklist.error = make_worklist(25), SharingFailed()
        await walker.go(app, "nav-team", "board-worklist")
        await walker.go(app, "board-worklist", "worklist-again")
        assert app.has("worklist-more")
        await walker.go(app, "worklist-other-p0", "worklist-refer-p0-ltss")
        assert app.has("worklist-take-back-p2")
