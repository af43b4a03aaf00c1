"""Signing out in settings: what stays is said first, and one can stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.services.models import VisitState, VisitStatus
from app.services.signing_out import WhatStays
from app.views.signing_out import QUESTION
from app.views.wording.signing_out import ALL_RECEIVED, KEPT, STAY, what_stays
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit


def scrolled(app: FletHarness) -> object:
    """Where the page was last asked to go."""
    asked = [args for name, args in app.connection.calls if name == "scroll_to"]
    return asked[-1]["scroll_key"] if asked else None


async def test_what_waits_is_said_and_one_can_send_first_or_stay(mount: Mount, world: World) -> None:
    add_visit(world, 0, timedelta(hours=3), status=VisitStatus(VisitState.ON_DEVICE))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-settings")
        await app.tap("settings-sign-out")
        await app.until(lambda: app.has("settings-send-first"), "what waits")
        assert app.shows("1 visit is not at the plan yet and waits here until you sign in again.")
        assert app.shows(KEPT)
        order = [one for one in app.ids() if one.startswith("settings-")]
        assert order[-3:] == ["settings-send-first", "settings-sign-out-now", "settings-stay"]
        words = app.texts()
        assert words.index(STAY) < words.index(KEPT), "no line pushes the buttons below the edge of a phone"
        await app.until(lambda: scrolled(app) == QUESTION, "it opens below the edge of the window")
        await app.tap("settings-send-first")
        assert world.sends == 1
        await app.tap("settings-stay")
        await app.until(lambda: app.has("settings-sign-out"), "settings as before")
        assert device.session is not None
        assert device.session.signing_out.done == 0


async def test_signing_out_locks_the_window(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-settings")
        await app.tap("settings-sign-out")
        await app.until(lambda: app.has("settings-sign-out-now"), "the question")
        session = device.session
        await app.tap("settings-sign-out-now")
        await app.until(lambda: app.has("lock-secret"), "the lock screen")
        assert session is not None
        assert session.signing_out.done == 1
        assert session.closed


@pytest.mark.parametrize(
    ("stays", "lines"),
    [
        (WhatStays(0, 0, 0, 0), (ALL_RECEIVED,)),
        (
            WhatStays(3, 1, 1, 2),
            (
                "3 visits and 1 other record are not at the plan yet and wait here until you sign in again.",
                "One of them the plan could not take. Look at Sent & waiting before you go.",
                "2 visits are not signed yet and stay here too.",
            ),
        ),
        (
            WhatStays(1, 1, 0, 0, alerts=2),
            (
                "2 alerts, 1 visit and 1 other record are not at the plan yet and wait here until you sign in again.",
            ),
        ),
        (
            WhatStays(0, 1, 0, 1),
            (
                "1 other record is not at the plan yet and waits here until you sign in again.",
                "1 visit is not signed yet and stays here too.",
            ),
        ),
    ],
)
def test_what_stays_in_words(stays: WhatStays, lines: tuple[str, ...]) -> None:
    assert what_stays(stays) == lines
