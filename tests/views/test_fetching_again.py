"""Fetch everything again, in settings: one tap, and it says that it is on its way."""

from __future__ import annotations

from app.views.fetch_again import HELP, UNDER_WAY
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World


async def test_one_tap_fetches_everything_again_and_says_so(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.has("settings-fetch-again"), "settings")
        assert app.shows(HELP)
        await app.tap("settings-fetch-again")
        await app.until(lambda: app.shows(UNDER_WAY), "that it is on its way")
        assert not app.has("settings-fetch-again")
        assert device.session is not None
        assert device.session.syncing.fetching
