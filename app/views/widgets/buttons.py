"""Things to tap. All are at least 48 px high, grow with their words and carry their test name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.views import theme
from app.views.widgets.base import MUTED, is_cramped, sign, stack, tid, words

Tap = Callable[[Any], Awaitable[None] | None]
TALL = 72
"""Height of a button in logical pixels where somebody ill taps it."""
AROUND = 28
"""Logical pixels around a sign that is a button, at the least; they grow with it."""
NO_EDGE = ft.BorderSide(0, ft.Colors.TRANSPARENT)


def primary(
    identifier: str,
    label: str,
    on_tap: Tap,
    *,
    icon: ft.IconData | None = None,
    busy: bool = False,
    disabled: bool = False,
    expand: bool | None = None,
    tall: bool = False,
) -> ft.Control:
    """The one thing to do here. `tall`: for a hand that trembles."""
    button = ft.FilledButton(label, icon=icon, on_click=on_tap, disabled=disabled or busy)
    button.height = max(TALL, theme.px(theme.TOUCH)) if tall else None
    return tid(identifier, button, expand=expand)


def quiet(
    identifier: str,
    label: str,
    on_tap: Tap,
    *,
    icon: ft.IconData | None = None,
    busy: bool = False,
    disabled: bool = False,
    expand: bool | None = None,
    tall: bool = False,
) -> ft.Control:
    """Another thing one can do."""
    button = ft.OutlinedButton(label, icon=icon, on_click=on_tap, disabled=disabled or busy)
    button.height = max(TALL, theme.px(theme.TOUCH)) if tall else None
    return tid(identifier, button, expand=expand)


def plain(identifier: str, label: str, on_tap: Tap, *, icon: ft.IconData | None = None) -> ft.Control:
    """A way out or a small aside."""
    return tid(identifier, ft.TextButton(label, icon=icon, on_click=on_tap))


def back(identifier: str, label: str, on_tap: Tap) -> ft.Control:
    """The way back; its arrow stands where the heading below it begins."""
    return tid(identifier, ft.TextButton(label, icon=ft.Icons.ARROW_BACK, style=_flush(), on_click=on_tap))


def opening(identifier: str, name: str, on_tap: Tap) -> ft.Control:
    """A name that opens what it names; it begins where the lines below it begin."""
    return tid(identifier, ft.TextButton(name, style=_flush(), on_click=on_tap))


def _flush() -> ft.ButtonStyle:
    return ft.ButtonStyle(padding=theme.edges(0, 12, top=14, bottom=14))


def close(identifier: str, label: str, on_tap: Tap) -> ft.Control:
    """Puts away what was opened beside or over something; nothing lies before it that one goes back to."""
    return tid(identifier, ft.TextButton(label, icon=ft.Icons.CLOSE, on_click=on_tap))


def icon_only(
    identifier: str,
    icon: ft.IconData,
    said: str,
    on_tap: Tap,
    *,
    size: float = 24,
    ink: ft.ColorValue | None = None,
) -> ft.Control:
    """A sign without words, named for screen readers. Its room grows less than the sign: that it is touched easily
    is why there is any.
    """
    side = max(theme.TOUCH, theme.px(AROUND))
    button = ft.IconButton(
        sign(icon, size, ink, said=said), width=side, height=side, padding=0, on_click=on_tap
    )
    return tid(identifier, button)


def choice(
    identifier: str,
    label: str,
    chosen: bool,
    on_tap: Tap,
    *,
    icon: ft.IconData | None = None,
    size: float = 16,
    said: str | None = None,
) -> ft.Control:
    """One of several answers. Chosen shows a tick and a filled ground, so that it never rests on colour."""
    ground = ft.Colors.PRIMARY if chosen else ft.Colors.SURFACE_CONTAINER_HIGH
    ink = ft.Colors.ON_PRIMARY if chosen else ft.Colors.ON_SURFACE
    mark = ft.Icons.CHECK if chosen else icon
    shown = words(label, size, strong=True, color=ink, said=said, expand_loose=True)
    inside: list[ft.Control] = [shown] if mark is None else [sign(mark, 20, ink), shown]
    return ft.Semantics(
        identifier=identifier,
        button=True,
        selected=chosen,
        container=True,
        content=ft.Container(
            padding=ft.Padding.symmetric(horizontal=14, vertical=(theme.TOUCH - size * theme.LINE) / 2),
            border_radius=theme.RADIUS - 2,
            bgcolor=ground,
            ink=True,
            on_click=on_tap,
            content=ft.Row(inside, spacing=6, tight=True, alignment=ft.MainAxisAlignment.CENTER),
        ),
    )


def tile(
    identifier: str,
    on_tap: Tap,
    content: ft.Control,
    *,
    lead: ft.IconData | None = None,
    tint: ft.ColorValue = ft.Colors.SURFACE_CONTAINER_LOW,
    ink: ft.ColorValue = MUTED,
    chosen: bool = False,
    end: ft.IconData | None = ft.Icons.CHEVRON_RIGHT,
) -> ft.Control:
    """A whole row that can be tapped; its name for screen readers is the words inside."""
    before = None if lead is None else sign(lead, 24, ink)
    after = None if end is None else sign(end, 22, ink)
    edge = ft.BorderSide(2, ft.Colors.PRIMARY) if chosen else ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)
    made = row(between(before, content, after), on_tap, tint=tint, edge=edge, across=theme.S4)
    return ft.Semantics(identifier=identifier, selected=chosen or None, content=made)


def between(
    before: ft.Icon | None,
    content: ft.Control,
    after: ft.Icon | None,
    spacing: float = theme.S3,
    at: ft.CrossAxisAlignment = ft.CrossAxisAlignment.CENTER,
) -> ft.Control:
    """Words between two signs; large text on a phone has both signs above the words, which take the whole width."""
    if before is not None and after is not None and is_cramped():
        signs = ft.Row([before, after], alignment=ft.MainAxisAlignment.SPACE_BETWEEN)
        return stack([signs, content], theme.S1, tight=True)
    held = ft.Container(expand=True, content=content)
    parts: list[ft.Control] = [one for one in (before, held, after) if one is not None]
    return ft.Row(parts, spacing=spacing, vertical_alignment=at)


def row(
    content: ft.Control,
    on_tap: Tap,
    *,
    tint: ft.ColorValue = ft.Colors.TRANSPARENT,
    edge: ft.BorderSide = NO_EDGE,
    across: float = theme.S3,
    along: float = theme.S3,
) -> ft.OutlinedButton:
    """What makes a row one button. A button and no ink: only a button can wear a ring while the keyboard is on it."""
    return ft.OutlinedButton(
        content=content,
        on_click=on_tap,
        style=ft.ButtonStyle(
            bgcolor=tint,
            padding=ft.Padding.symmetric(horizontal=across, vertical=along),
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            side={ft.ControlState.FOCUSED: theme.RING, ft.ControlState.DEFAULT: edge},
        ),
    )
