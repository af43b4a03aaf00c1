"""F17: the app that comes to the front, and a network that appears, wake the sync loop at once."""

from __future__ import annotations

import flet as ft
import pytest

from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World


def find_network(app: FletHarness) -> ft.Connectivity:
    (found,) = [one for one in app.page._services._services if isinstance(one, ft.Connectivity)]
    return found


@pytest.mark.parametrize(("state", "wakes"), [("resume", 1), ("inactive", 0), ("hide", 0), ("pause", 0)])
async def test_f17_an_app_that_comes_to_the_front_looks_at_once(
    mount: Mount, world: World, state: str, wakes: int
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.send(app.page, "app_lifecycle_state_change", {"state": state})
        assert world.sends == wakes


@pytest.mark.parametrize(("kinds", "wakes"), [(["wifi"], 1), (["mobile", "vpn"], 1), (["none"], 0), ([], 0)])
async def test_f17_a_network_that_appears_is_used_at_once(
    mount: Mount, world: World, kinds: list[str], wakes: int
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.send(find_network(app), "change", {"connectivity": kinds})
        assert world.sends == wakes


async def test_a_locked_window_wakes_nobody(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        await device.session.lock()
        await app.until(lambda: app.has("lock-secret"), "the lock screen")
        await app.send(app.page, "app_lifecycle_state_change", {"state": "resume"})
        assert world.sends == 0
