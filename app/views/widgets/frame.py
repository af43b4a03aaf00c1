"""The frame of a screen: a heading, a way back, one scrolling body of a comfortable width."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views import theme
from app.views.widgets.base import STACKED, heading

WIDEST = 1040


def scrolls_whole(*, narrow: bool) -> bool:
    """Whether a page's head scrolls with it: large words in a narrow window would leave no room below a fixed one."""
    return narrow and theme.scale() >= STACKED


def screen(
    title: str,
    body: Sequence[ft.Control],
    *,
    narrow: bool,
    lead: ft.Control | None = None,
    ends: Sequence[ft.Control] = (),
    scroll: bool = True,
    spacing: float = theme.S6,
) -> ft.Control:
    """A titled page. `lead` stands above the title (the way back), `ends` beside it."""
    side = theme.S4 if narrow else theme.S6
    top: list[ft.Control] = [] if lead is None else [ft.Row([lead], wrap=True)]
    name = heading(title, 24 if narrow else 28)
    if theme.scale() >= STACKED:
        top += [name, *([ft.Row(list(ends), wrap=True)] if ends else [])]
    else:
        line = [ft.Container(expand=True, content=name), *ends]
        top.append(ft.Row(line, vertical_alignment=ft.CrossAxisAlignment.CENTER))
    column = ft.Column(
        controls=[*top, *body],
        spacing=theme.S4 if narrow else spacing,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        scroll=ft.ScrollMode.AUTO if scroll else None,
        expand=True,
    )
    return ft.Container(
        expand=True,
        padding=ft.Padding(left=side, right=side, top=theme.S3 if lead else theme.S4, bottom=0),
        content=column,
    )


def columns(left: Sequence[ft.Control], right: Sequence[ft.Control], *, narrow: bool) -> ft.Control:
    """Two columns side by side, one under the other on a phone."""

    def column(parts: Sequence[ft.Control], expand: int | None) -> ft.Column:
        return ft.Column(
            list(parts),
            spacing=theme.S6,
            expand=expand,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )

    if narrow:
        return column([*left, *right], None)
    return ft.Row(
        spacing=theme.S6,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[column(left, 3), column(right, 2)],
    )
