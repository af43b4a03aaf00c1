"""The PIN pad: a field for a keyboard and large keys for a thumb, both filling the same value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.language import tr
from app.views import text, theme
from app.views.widgets.base import STACKED, sign, words

LONGEST_PIN = 32
HIGH = 56.0
"""Logical pixels that a key is high with text of the usual size."""
DIGIT, LARGE_DIGIT = 22.0, 17.0
"""Of a key with usual and with large text, in which it would be larger than a thumb needs, and the last row below the
edge of a phone."""
LEAST_ROOM = 3.0
"""Logical pixels above and below a digit, at least."""
Handler = Callable[[Any], Awaitable[None] | None]


def _key(identifier: str, label: str, said: str, on_tap: Handler, icon: ft.IconData | None) -> ft.Control:
    size = DIGIT if theme.scale() < STACKED else LARGE_DIGIT
    line = size * theme.LINE
    face: ft.Control = (
        words(label, size, strong=True, said=said)
        if icon is None
        else sign(icon, line, ft.Colors.ON_SURFACE, said=said)
    )
    return ft.Semantics(
        identifier=identifier,
        button=True,
        container=True,
        expand=True,
        content=ft.Container(
            padding=ft.Padding.symmetric(vertical=max(LEAST_ROOM, (HIGH - theme.px(line)) / 2)),
            border_radius=theme.RADIUS,
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
            alignment=ft.Alignment.CENTER,
            ink=True,
            on_click=on_tap,
            content=face,
        ),
    )


def pad(prefix: str, change: Callable[[Callable[[str], str]], None]) -> ft.Control:
    """Twelve keys. `change` takes a function from the old value to the new, so that quick taps all count."""

    def digit(number: str) -> ft.Control:
        def tap(_: Any) -> None:
            change(lambda old: (old + number)[:LONGEST_PIN])

        return _key(f"{prefix}-key-{number}", number, number, tap, None)

    def wipe(_: Any) -> None:
        change(lambda _old: "")

    def rub(_: Any) -> None:
        change(lambda old: old[:-1])

    rows = [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]
    lines: list[ft.Control] = [ft.Row([digit(n) for n in row], spacing=theme.S2) for row in rows]
    last = [
        _key(f"{prefix}-key-clear", tr(text.CLEAR), tr(text.CLEAR), wipe, ft.Icons.CLOSE),
        digit("0"),
        _key(f"{prefix}-key-back", "", tr(text.BACKSPACE), rub, ft.Icons.BACKSPACE_OUTLINED),
    ]
    as_high = ft.CrossAxisAlignment.STRETCH  # a sign as high as the digit beside it
    lines.append(ft.Row(last, spacing=theme.S2, intrinsic_height=True, vertical_alignment=as_high))
    return ft.Column(lines, spacing=theme.S1 if theme.scale() >= STACKED else theme.S2)
