"""A screen that follows the clock: drawn anew each minute, so that no countdown stands still."""

from __future__ import annotations

import asyncio

import flet as ft

from app.views.hooks import use_running

MINUTE = 60.0


def use_minutes() -> int:
    """Minutes since this screen was opened; a change of it draws the screen again."""
    minutes, set_minutes = ft.use_state(0)

    async def run() -> None:
        while True:
            await asyncio.sleep(MINUTE)
            try:
                set_minutes(lambda old: old + 1)
            except RuntimeError:
                return  # the window went without taking its screens down

    use_running(run)
    return minutes
