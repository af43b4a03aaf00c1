"""The frame of a screen: a heading, a way back, one scrolling body of a comfortable width."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.views import theme
from app.views.widgets.base import STACKED, heading

WIDEST = 1040
LEFT, RIGHT = 3, 2
"""Shares of the width that two columns take."""
BUILT_AROUND = 100_000.0
"""Logical pixels around what is in sight within which a long page is kept built: all of it."""


def scrolls_whole(*, narrow: bool) -> bool:
    """Whether a page's head scrolls with it: large words in a narrow window would leave no room below a fixed one."""
    return narrow and theme.scale() >= STACKED


def side_room(width: float, *, narrow: bool) -> int:
    """Room on either side of a page that is as wide as the window."""
    return 48 if width >= 1000 else 16 if narrow else 24


def screen(
    title: str,
    body: Sequence[ft.Control],
    *,
    narrow: bool,
    lead: ft.Control | None = None,
    ends: Sequence[ft.Control] = (),
    scroll: bool = True,
    spacing: float = theme.S6,
    scroller: ft.MutableRef[ft.Column] | None = None,
    low: bool = False,
) -> ft.Control:
    """A titled page. `lead` stands above the title (the way back), `ends` beside it; `scroller` gets what scrolls.

    `low`: a phone held sideways, where the head is as low as it can be.
    """
    side = theme.S4 if narrow else theme.S6
    top: list[ft.Control] = [] if lead is None else [ft.Row([lead], wrap=True)]
    name = heading(title, 24 if narrow or low else 28)
    if theme.scale() >= STACKED:
        top += [name, *([ft.Row(list(ends), wrap=True)] if ends else [])]
    else:
        line = [ft.Container(expand=True, content=name), *ends]
        top.append(ft.Row(line, vertical_alignment=ft.CrossAxisAlignment.CENTER))
    column = ft.Column(
        controls=[*top, *body],
        spacing=theme.S3 if low else theme.S4 if narrow else spacing,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        scroll=ft.ScrollMode.AUTO if scroll else None,
        expand=True,
    )
    if scroller is not None:
        scroller.current = column
    return ft.Container(
        expand=True,
        padding=ft.Padding(
            left=side, right=side, top=theme.S2 if low else theme.S3 if lead else theme.S4, bottom=0
        ),
        content=column,
    )


def columns(left: Sequence[ft.Control], right: Sequence[ft.Control], *, narrow: bool) -> ft.Control:
    """Two columns side by side, one under the other on a phone: the same two, so that a turn keeps what is open."""

    def column(parts: Sequence[ft.Control], share: int) -> ft.Column:
        return ft.Column(
            list(parts),
            spacing=theme.S6,
            col=LEFT + RIGHT if narrow else share,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )

    return ft.ResponsiveRow(
        [column(left, LEFT), column(right, RIGHT)],
        columns=LEFT + RIGHT,
        spacing=theme.S6,
        run_spacing=theme.S6,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def long_page(
    parts: Sequence[ft.Control], spacing: float, on_scroll: Callable[[ft.OnScrollEvent], None], every: int
) -> ft.ListView:
    """A page that scrolls, painted part by part: a scrolling column is painted whole for every frame of a tap.

    All of it stays built, so that a screen reader meets every part and each can be scrolled to. A part should be no
    longer than it must be, since it is painted as one. `every`: milliseconds between two calls of `on_scroll`.
    """
    return ft.ListView(
        controls=list(parts),
        spacing=spacing,
        cache_extent=BUILT_AROUND,
        build_controls_on_demand=False,  # so that a part that moves in the list keeps what is typed in it
        scroll=ft.ScrollMode.AUTO,
        scroll_interval=every,
        on_scroll=on_scroll,
        expand=True,
    )


def apart(part: ft.Control, more: float) -> ft.Control:
    """With `more` room above it than the page's own spacing, in logical pixels."""
    room = ft.Padding.only(top=more)
    if (
        isinstance(part, ft.Container)
        and part.padding is None
        and part.bgcolor is None
        and part.border is None
    ):
        part.padding = room
        return part
    return ft.Container(padding=room, content=part)
