"""A screen that follows the clock: drawn anew each minute, so that no countdown stands still."""

from __future__ import annotations

import asyncio
from typing import cast

import flet as ft

MINUTE = 60.0


class _Tick:
    task: asyncio.Task[None] | None = None


def use_minutes() -> int:
    """Minutes since this screen was opened; a change of it draws the screen again."""
    minutes, set_minutes = ft.use_state(0)
    box: ft.MutableRef[_Tick] = ft.use_ref(lambda: _Tick())
    tick = cast("_Tick", box.current)

    async def run() -> None:
        while True:
            await asyncio.sleep(MINUTE)
            try:
                set_minutes(lambda old: old + 1)
            except RuntimeError:
                return  # the window went without taking its screens down

    def start() -> None:
        end()
        tick.task = asyncio.get_running_loop().create_task(run())

    def end() -> None:
        if tick.task is not None:
            tick.task.cancel()
            tick.task = None

    ft.use_effect(start, [], cleanup=end)
    return minutes
