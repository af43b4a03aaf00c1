"""Numbers as plain cells: one tap, never a slider, whose empty state would read as 0."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.content.model import Item
from app.views import say, theme
from app.views.widgets.base import STACKED, words
from app.views.widgets.options import LINE

WIDEST = 11
"""Most numbers that stand side by side as cells; a longer range is typed."""
PHONE_ROW, LARGE_ROW = 6, 4
"""Numbers side by side on a phone, and there with large text."""
PickNumber = Callable[[int], Awaitable[None]]


def _cell(
    identifier: str,
    label: str,
    number: int,
    most: int,
    on: bool,
    pick: PickNumber,
    *,
    ready: bool,
    touch: float,
    letters: float,
) -> ft.Control:
    async def tap(_: Any) -> None:
        await pick(number)

    ink = ft.Colors.ON_PRIMARY if on else ft.Colors.ON_SURFACE
    width, size = (3, letters + 3) if on else (1, letters)
    edge = ft.BorderSide(width, ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.OUTLINE_VARIANT)
    return ft.Semantics(
        identifier=identifier,
        button=True,
        selected=on,
        disabled=not ready,
        container=True,
        expand=True,
        content=ft.Container(
            padding=ft.Padding.symmetric(vertical=(touch - size * LINE) / 2 - width),
            border_radius=10,
            bgcolor=ft.Colors.PRIMARY if on else ft.Colors.SURFACE_CONTAINER_HIGH,
            border=ft.Border(edge, edge, edge, edge),
            alignment=ft.Alignment.CENTER,
            ink=True,
            on_click=tap if ready else None,
            opacity=1.0 if ready else 0.45,
            content=words(str(number), size, strong=True, color=ink, said=say.cell(label, number, most)),
        ),
    )


def cells(
    item: Item,
    prefix: str,
    label: str,
    value: int | None,
    narrow: bool,
    pick: PickNumber,
    *,
    ready: bool = True,
    extra: ft.Control | None = None,
    touch: float = theme.TOUCH,
    letters: float = 17,
    wide: bool = False,
) -> list[ft.Control]:
    """All numbers: one row on a tablet; on a phone rows of six that keep one grid. `wide`: there is room for six also
    with large text.

    `extra` takes the last free place of that grid; `touch` is the height of a cell in logical pixels, `letters` the
    size of its number.
    """
    numbers = range(item.minimum, item.maximum + 1)
    made: list[ft.Control] = [
        _cell(
            f"{prefix}-{n}",
            label,
            n,
            item.maximum,
            value == n,
            pick,
            ready=ready,
            touch=touch,
            letters=letters,
        )
        for n in numbers
    ]
    many = PHONE_ROW if wide or theme.scale() < STACKED else LARGE_ROW
    if not narrow or len(made) <= many:
        return [ft.Row(made, spacing=6)]
    rows = [made[at : at + many] for at in range(0, len(made), many)]
    free = many - len(rows[-1])
    if free:
        fillers = [ft.Container(expand=True) for _ in range(free)]
        if extra is not None:
            fillers[-1].content, fillers[-1].alignment = extra, ft.Alignment.CENTER
        rows[-1] = [*rows[-1], *fillers]
    return [ft.Row(row, spacing=6) for row in rows]


def is_row(item: Item) -> bool:
    """Whether all its numbers fit side by side."""
    return item.maximum - item.minimum < WIDEST
