"""The smallest pieces: words, marks for tests and screen readers, cards."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views import theme

MUTED = ft.Colors.ON_SURFACE_VARIANT
DOT = 6.0
"""Width of the dot before a line of a list."""
STACKED = 1.4
"""From this size of text on, what stands side by side in narrow columns stands one below the other."""


def is_cramped() -> bool:
    """Whether large text stands in a phone's window: a sign on either side leaves words one a line."""
    return theme.scale() >= STACKED and theme.window_width() < theme.NARROW


def tid(identifier: str, content: ft.Control, *, expand: bool | int | None = None) -> ft.Semantics:
    """Give a control its stable name for tests; every name is listed in docs/test-ids.md."""
    return ft.Semantics(identifier=identifier, content=content, expand=expand)


def words(
    value: str,
    size: float = 16,
    *,
    strong: bool = False,
    color: ft.ColorValue | None = None,
    align: ft.TextAlign | None = None,
    lines: int | None = None,
    expand: bool | int | None = None,
    expand_loose: bool = False,
    said: str | None = None,
) -> ft.Text:
    """A text in our type scale, at the window's size of text. `said` replaces it for screen readers.

    `expand_loose`: in a row as wide as its words, and never wider than the row.
    """
    return ft.Text(
        value,
        size=theme.px(size),
        weight=ft.FontWeight.W_400,
        font_family=theme.SEMIBOLD if strong else theme.REGULAR,
        font_family_fallback=[theme.FALLBACK],
        color=color or ft.Colors.ON_SURFACE,
        text_align=align or ft.TextAlign.START,
        max_lines=lines,
        overflow=ft.TextOverflow.ELLIPSIS if lines else ft.TextOverflow.CLIP,
        expand=True if expand_loose else expand,
        expand_loose=expand_loose,
        semantics_label=said,
    )


def sign(
    icon: ft.IconData,
    size: float = 24,
    color: ft.ColorValue | None = None,
    *,
    said: str | None = None,
) -> ft.Icon:
    """An icon, which grows with the text. `said` names it for screen readers; beside words it needs no name."""
    return ft.Icon(icon, size=theme.px(size), color=color, semantics_label=said)


def muted(value: str, size: float = 15, **more: bool) -> ft.Text:
    return words(value, size, color=MUTED, strong=more.get("strong", False))


def heading(value: str, size: float = 24, level: int = 1, *, name: str | None = None) -> ft.Control:
    """A heading, also for screen readers; `name` is its stable name for tests."""
    return ft.Semantics(
        identifier=name,
        header=True,
        heading_level=level,
        container=True,
        content=words(value, size, strong=True),
    )


def card(
    content: ft.Control,
    *,
    padding: float = theme.S4,
    color: ft.ColorValue = ft.Colors.SURFACE_CONTAINER_LOW,
    expand: bool | int | None = None,
    width: float | None = None,
    key: str | None = None,
) -> ft.Container:
    return ft.Container(
        key=key,
        content=content,
        padding=padding,
        bgcolor=color,
        border_radius=theme.RADIUS + 2,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        expand=expand,
        width=width,
    )


def inset(parts: Sequence[ft.Control]) -> ft.Container:
    """A small panel that opens within a card."""
    return ft.Container(
        padding=theme.S3,
        border_radius=theme.RADIUS - 2,
        bgcolor=ft.Colors.SURFACE,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        content=stack(parts, spacing=theme.S2),
    )


def group(
    title: str, rows: Sequence[ft.Control], *, icon: ft.IconData | None = None, end: ft.Control | None = None
) -> ft.Column:
    """A titled group of rows. `end` stands beside the title, where it pushes no row down; in large text below it."""
    head: list[ft.Control] = []
    if icon is not None:
        head.append(sign(icon, 20, MUTED))
    head.append(ft.Container(expand=True, content=heading(title, 17, level=2)))
    below: list[ft.Control] = []
    if end is not None and theme.scale() >= STACKED:
        below.append(ft.Row([end], wrap=True))
    elif end is not None:
        head.append(end)
    return ft.Column(
        spacing=theme.S2,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[ft.Row(head, spacing=theme.S2), *below, *rows],
    )


def stack(controls: Sequence[ft.Control], spacing: float = theme.S3, **more: bool) -> ft.Column:
    """A column whose children take the whole width."""
    return ft.Column(
        controls=list(controls),
        spacing=spacing,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        expand=more.get("expand"),
        scroll=ft.ScrollMode.AUTO if more.get("scroll") else None,
        tight=more.get("tight", False),
    )


def at_first_line(mark: float, size: float) -> ft.Margin:
    """Where a mark as high as `mark` stands beside the first line of words of this size; both as in usual text."""
    return ft.Margin.only(top=theme.px(size * theme.LINE - mark) / 2)


def bullet(line: str, size: float = 16) -> ft.Control:
    """One line of a list, after a dot at the height of its first words; a screen reader meets the words alone."""
    dot = ft.Container(width=theme.px(DOT), height=theme.px(DOT), border_radius=theme.px(DOT), bgcolor=MUTED)
    dot.margin = at_first_line(DOT, size)
    return ft.Row(
        [dot, ft.Container(expand=True, content=words(line, size))],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def fact(name: str, value: str, width: float = 150) -> ft.Control:
    """One line of a face sheet: what, then the value, which wraps. Large text has the one below the other."""
    if theme.scale() >= STACKED:
        return stack([muted(name), words(value)], spacing=0, tight=True)
    return ft.Row(
        vertical_alignment=ft.CrossAxisAlignment.START,
        spacing=theme.S3,
        controls=[
            ft.Container(width=theme.px(width), content=muted(name)),
            ft.Container(expand=True, content=words(value)),
        ],
    )


def spot(name: str) -> ft.ScrollKey:
    """A place on the page that can be scrolled to."""
    return ft.ScrollKey(value=name)  # type: ignore[call-arg]  # a dataclass field that flet's stub hides
