"""The place on a long page, kept when the device is turned: the other layout is longer or shorter than this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.views.guard import on_page

EVERY = 150
"""Milliseconds between two reports of where a page stands while it is scrolled."""
NUDGE = 1.0
"""Logical pixels: a page says how long it is only when it is moved."""


@dataclass(slots=True)
class _Place:
    """`share`: how far down one has read, 0 to 1. `turned`: that share, while the new length is not known yet."""

    share: float = 0.0
    turned: float | None = None


def use_kept_place(
    scroller: ft.MutableRef[ft.ScrollableControl], *, width: float
) -> Callable[[ft.OnScrollEvent], None]:
    """What to give to the page's `on_scroll`. After a turn the page stands as far down as it stood before.

    `width`: of the window. With large text a turn may keep the phone's layout, and still make it longer or shorter.
    """
    held: ft.MutableRef[_Place] = ft.use_ref(_Place)
    page = ft.context.page

    async def go(down: float) -> None:
        if scroller.current is not None:
            await scroller.current.scroll_to(offset=down, duration=0)

    async def nudge() -> None:
        place = held.current
        if place is not None and place.share > 0 and scroller.current is not None:
            place.turned = place.share
            await scroller.current.scroll_to(delta=NUDGE, duration=0)

    def scrolled(event: ft.OnScrollEvent) -> None:
        place, longest = held.current, event.max_scroll_extent
        if place is None or longest <= 0:
            return
        if place.turned is None:
            place.share = min(1.0, max(0.0, event.pixels / longest))
            return
        share, place.turned = place.turned, None
        page.run_task(go, share * longest)

    ft.use_effect(on_page(page, nudge), [width])
    return scrolled
