"""What wakes the sync loop from outside: the app comes to the front, or a network appears (F17)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.views.hooks import use_action
from app.views.ports import OpenSession


def use_waking(session: OpenSession) -> None:
    """While a session is open: look at once instead of at the next tick. A pass that runs already is left alone.

    The system's word about a network is only a reason to look; whether there is one, the next pass finds out.
    """
    page = ft.context.page

    async def wake(_: Any) -> None:
        if not session.closed:
            await session.syncing.send_now()

    waking = use_action(wake)

    async def moved(event: ft.AppLifecycleStateChangeEvent) -> None:
        if event.state is ft.AppLifecycleState.RESUME:
            await waking.run(event)

    async def changed(event: ft.ConnectivityChangeEvent) -> None:
        if any(kind is not ft.ConnectivityType.NONE for kind in event.connectivity):
            await waking.run(event)

    network: ft.MutableRef[ft.Connectivity | None] = ft.use_ref(lambda: None)

    def start() -> None:
        page.on_app_lifecycle_state_change = moved
        # Kept here: Flet drops a service that nobody holds.
        network.current = ft.Connectivity(on_change=changed)

    def end() -> None:
        page.on_app_lifecycle_state_change = None
        if network.current is not None:
            network.current.on_change = None
            network.current = None

    ft.use_effect(start, [], cleanup=end)
