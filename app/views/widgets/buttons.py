"""Things to tap. All are at least 48 px high, grow with their words and carry their test name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.views import theme
from app.views.widgets.base import MUTED, sign, tid, words

Tap = Callable[[Any], Awaitable[None] | None]


def primary(
    identifier: str,
    label: str,
    on_tap: Tap,
    *,
    icon: ft.IconData | None = None,
    busy: bool = False,
    disabled: bool = False,
    expand: bool | None = None,
) -> ft.Control:
    """The one thing to do here."""
    return tid(
        identifier,
        ft.FilledButton(label, icon=icon, on_click=on_tap, disabled=disabled or busy),
        expand=expand,
    )


def quiet(
    identifier: str,
    label: str,
    on_tap: Tap,
    *,
    icon: ft.IconData | None = None,
    busy: bool = False,
    disabled: bool = False,
    expand: bool | None = None,
) -> ft.Control:
    """Another thing one can do."""
    return tid(
        identifier,
        ft.OutlinedButton(label, icon=icon, on_click=on_tap, disabled=disabled or busy),
        expand=expand,
    )


def plain(identifier: str, label: str, on_tap: Tap, *, icon: ft.IconData | None = None) -> ft.Control:
    """A way out or a small aside."""
    return tid(identifier, ft.TextButton(label, icon=icon, on_click=on_tap))


def back(identifier: str, label: str, on_tap: Tap) -> ft.Control:
    return tid(identifier, ft.TextButton(label, icon=ft.Icons.ARROW_BACK, on_click=on_tap))


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
    shown = words(label, size, strong=True, color=ink, said=said)
    inside: list[ft.Control] = [shown]
    if mark is not None:
        shown.expand, shown.expand_loose = True, True
        inside = [sign(mark, 20, ink), shown]
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
    parts: list[ft.Control] = [] if lead is None else [sign(lead, 24, ink)]
    parts.append(ft.Container(expand=True, content=content))
    if end is not None:
        parts.append(sign(end, 22, ink))
    edge = ft.BorderSide(2, ft.Colors.PRIMARY) if chosen else ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)
    return ft.Semantics(
        identifier=identifier,
        button=True,
        selected=chosen or None,
        container=True,
        content=ft.Container(
            padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=theme.S3),
            border_radius=theme.RADIUS,
            bgcolor=tint,
            border=ft.Border(edge, edge, edge, edge),
            ink=True,
            on_click=on_tap,
            content=ft.Row(parts, spacing=theme.S3, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        ),
    )
