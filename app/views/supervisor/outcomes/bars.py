"""A share as a bar. What is not shown has a dashed ground and words: it never looks like none."""

from __future__ import annotations

import flet as ft

from app.domain.outcomes import Line
from app.views import theme

HEIGHT = 14.0


def bar(line: Line) -> ft.Control:
    """As wide as the share of its place; an empty rail where there is no share. The words stand beside it."""
    share = line.share
    if share is None:
        edge = ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)
        return ft.Container(
            height=theme.px(HEIGHT), border_radius=4, border=ft.Border(edge, edge, edge, edge), expand=True
        )
    parts = round(share * 100)
    inside: list[ft.Control] = []
    if parts:
        inside.append(ft.Container(expand=parts, bgcolor=ft.Colors.PRIMARY, border_radius=4))
    if parts < 100:
        inside.append(ft.Container(expand=100 - parts))
    return ft.Container(
        height=theme.px(HEIGHT),
        border_radius=4,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        clip_behavior=ft.ClipBehavior.HARD_EDGE,
        content=ft.Row(inside, spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH),
    )
