"""Answers to tap: chips that stand side by side, and rows for long answers. Both wrap and grow with their text.

None has a fixed height: the padding makes 48 px at the usual text size, and larger text is never cut off.
"""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views import theme
from app.views.widgets.base import MUTED, STACKED, sign, stack, words
from app.views.widgets.buttons import Tap

LINE = theme.LINE


def _padding(size: float, across: float, edge: float) -> ft.Padding:
    """Padding that makes 48 px around one line; `edge` is the width of the border, which counts as well."""
    return ft.Padding.symmetric(horizontal=across - edge, vertical=(theme.TOUCH - size * LINE) / 2 - edge)


def _tappable(
    identifier: str, inside: ft.Control, on_tap: Tap, size: float, across: float, chosen: bool | None
) -> ft.Control:
    """A button around its words. The chosen one has an edge too; nothing else costs a border, as there are many."""
    edge = 2 if chosen else 0
    box = ft.Container(
        padding=_padding(size, across, edge),
        border_radius=theme.RADIUS - 2,
        bgcolor=None if chosen is None else _ground(chosen),
        ink=True,
        on_click=on_tap,
        content=inside,
    )
    if chosen:
        box.border = ft.Border.all(2, ft.Colors.ON_PRIMARY_CONTAINER)
    return ft.Semantics(identifier=identifier, button=True, selected=chosen, container=True, content=box)


def _ground(chosen: bool) -> ft.Colors:
    return ft.Colors.PRIMARY if chosen else ft.Colors.SURFACE_CONTAINER_HIGH


def _line(icon: ft.IconData | None, shown: ft.Text, ink: ft.ColorValue) -> ft.Control:
    """The words alone, or after a sign; they wrap where there is no room."""
    if icon is None:
        return shown
    shown.expand, shown.expand_loose = True, True
    return ft.Row([sign(icon, 20, ink), shown], spacing=6, tight=True)


def chip(
    identifier: str,
    label: str,
    chosen: bool,
    on_tap: Tap,
    *,
    icon: ft.IconData | None = None,
    size: float = 16,
    said: str | None = None,
    many: bool = False,
) -> ft.Control:
    """One of several short answers. Chosen shows a tick, a filled ground and an edge: never colour alone.

    `many`: any number may be chosen, so each shows a box.
    """
    ink = ft.Colors.ON_PRIMARY if chosen else ft.Colors.ON_SURFACE
    shown = words(label, size, strong=True, color=ink, said=said)
    return _tappable(identifier, _line(_mark(chosen, many) or icon, shown, ink), on_tap, size, 14, chosen)


def _mark(chosen: bool, many: bool) -> ft.IconData | None:
    if many:
        return ft.Icons.CHECK_BOX if chosen else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    return ft.Icons.CHECK if chosen else None


def row_option(
    identifier: str,
    label: str,
    chosen: bool,
    on_tap: Tap,
    *,
    many: bool = False,
    lead: str = "",
    hint: str = "",
    said: str | None = None,
) -> ft.Control:
    """One of several long answers, as wide as the page. `lead` is its number, where that is what one looks for."""
    ink = ft.Colors.ON_PRIMARY if chosen else ft.Colors.ON_SURFACE
    if many:
        mark = ft.Icons.CHECK_BOX if chosen else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    else:
        mark = ft.Icons.RADIO_BUTTON_CHECKED if chosen else ft.Icons.RADIO_BUTTON_UNCHECKED
    parts: list[ft.Control] = [sign(mark, 22, ink if chosen else MUTED)]
    above: list[ft.Control] = []
    if lead and theme.scale() >= STACKED:  # beside it words would be cut in two
        above = [words(lead, 18, strong=True, color=ink)]
    elif lead:
        parts.append(ft.Container(width=theme.px(38), content=words(lead, 18, strong=True, color=ink)))
    shown = words(label, 16, strong=chosen, color=ink, said=said)
    below = [words(hint, 14, color=ink if chosen else MUTED)] if hint else []
    if above or below:
        held = stack([*above, shown, *below], spacing=2, tight=True)
        parts.append(ft.Container(expand=True, content=held))
    else:
        shown.expand = True
        parts.append(shown)
    # the mark stands at the first line of what wraps
    line = ft.Row(parts, spacing=10, vertical_alignment=ft.CrossAxisAlignment.START)
    return _tappable(identifier, line, on_tap, 22 / LINE, 14, chosen)


def aside(
    identifier: str, label: str, on_tap: Tap, *, icon: ft.IconData | None = None, said: str | None = None
) -> ft.Control:
    """A small way to something else beside the answers: no ground of its own."""
    shown = words(label, 15, strong=True, color=ft.Colors.PRIMARY, said=said)
    return _tappable(identifier, _line(icon, shown, ft.Colors.PRIMARY), on_tap, 15, 10, None)


def beside(told: Sequence[ft.Control], button: ft.Control) -> ft.Control:
    """A line and the one button that belongs to it, which stands below the line where text is large."""
    if theme.scale() >= STACKED:
        return stack([ft.Row(list(told), spacing=theme.S3), wrap([button])], spacing=0, tight=True)
    return ft.Row([*told, button], spacing=theme.S3)


def at_end(button: ft.Control) -> ft.Row:
    """Apart from what is answered: at the far end of a line of its own."""
    return ft.Row([button], wrap=True, alignment=ft.MainAxisAlignment.END)


def wrap(controls: Sequence[ft.Control]) -> ft.Row:
    """Side by side, and on as many lines as it takes."""
    return ft.Row(
        list(controls),
        wrap=True,
        spacing=theme.S2,
        run_spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
