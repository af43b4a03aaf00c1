"""Walks a visit to somebody on nobody's list, and the supervisor's saying who she is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.domain.unmatched import Standing
from app.services.models import Role
from app.store.changes import Topic
from tests.views.double_unmatched import ROSA, WAITS
from tests.views.doubles import DoubleDevice, make_world, now


async def walk_unmatched(mount: Any, walker: Any, width: int) -> None:
    device = DoubleDevice(make_world())
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        await walker.go(app, "nav-patients", "patients-not-listed")
        await app.type("patients-search", "Nobody at all")
        await app.until(lambda: app.has("patients-begin"), "nobody found")
        walker.look(app)
        await app.type("patients-search", "")
        await app.until(lambda: app.has("patients-not-listed"), "the list")
        await walker.go(app, "patients-not-listed", "emergency-begin")
        await walker.go(app, "emergency-begin", "unlisted-go-on")
        await app.type("unlisted-name", "María")
        await app.until(lambda: app.has("unlisted-known-p0"), "somebody of that name")
        walker.look(app)
        await app.type("unlisted-name", "Rosa Diaz")
        await walker.go(app, "unlisted-go-on", "new-visit-start")
        device.session.unlisted.standing["p0"] = Standing(sent=True, member_id="p1", member_name="Rosa")
        await app.tap("new-visit-back")
        await app.until(lambda: app.has("emergency-begin"), "back")
        await app.tap("emergency-back")
        await app.until(lambda: app.has("patients-row-p0"), "the list")
        await walker.go(app, "patients-row-p0", "unlisted-member")
    device = DoubleDevice(make_world(), role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        face = replace(WAITS.face, patient_id="old")
        device.session.matching.people = [WAITS, replace(WAITS, face=face, member=ROSA, joined_at=now())]
        device.session.hub.publish(Topic.PATIENTS)
        await walker.go(app, "nav-team", "board-matching")
        await walker.go(app, "board-matching", "matching-choose-tmp-b")
        await walker.go(app, "matching-choose-tmp-b", "matching-sure")
        await walker.go(app, "matching-take-back-old", "matching-sure-back-old")
        device.session.matching.error = OSError("no network")
        await app.tap("matching-back")
        await app.until(lambda: app.has("board-matching"), "the board")
        await walker.go(app, "board-matching", "matching-again")
