"""The field that somebody types in keeps the keyboard and its words when the device is turned.

A browser takes the keyboard away with the old size of the window and tells nobody: what is typed from then on would be
lost. It may also empty the field and tell of that as if somebody had.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast
from weakref import WeakKeyDictionary

import flet as ft

from app.views.guard import on_page

_Handler = Callable[[Any], Awaitable[None] | None]
DRAWN_AFTER = 0.3
"""Seconds in which the new layout has come to the window: a field that is drawn anew after it was entered loses it."""
TURN = 1.5
"""Seconds after a turn in which nobody empties a field, but a browser does."""
_typing: WeakKeyDictionary[ft.Page, ft.MutableRef[ft.TextField]] = WeakKeyDictionary()
"""By window, the field that was entered last and not left since, as it was drawn last."""
_turned: WeakKeyDictionary[ft.Page, float] = WeakKeyDictionary()
"""By window, when it was turned last."""


def use_kept_focus(box: ft.TextField) -> None:
    """To be called by what draws a field, each time it does."""
    newest: ft.MutableRef[ft.TextField] = ft.use_ref(None)
    newest.current = box
    page, leave = ft.context.page, cast("_Handler | None", box.on_blur)

    def came(_: Any) -> None:
        _typing[page] = newest

    def gone() -> None:
        if _typing.get(page) is newest:
            del _typing[page]

    async def left(event: Any) -> None:
        gone()
        result = None if leave is None else leave(event)
        if inspect.isawaitable(result):
            await result

    box.on_focus, box.on_blur = came, left
    ft.use_effect(_nothing, [], cleanup=gone)


def use_focus_again(page: ft.Page, width: float) -> None:
    """Once in a window. A keyboard on the screen that comes and goes changes its height, and nothing happens."""

    before: ft.MutableRef[float] = ft.use_ref(lambda: width)

    async def again() -> None:
        if before.current != width:
            before.current = width
            _turned[page] = time.monotonic()
        await asyncio.sleep(DRAWN_AFTER)
        held = _typing.get(page)
        if held is not None and held.current is not None:
            await held.current.focus()

    ft.use_effect(on_page(page, again), [width])


def was_just_turned(page: ft.Page) -> bool:
    return page in _turned and time.monotonic() - _turned[page] < TURN


def _nothing() -> None:
    return
