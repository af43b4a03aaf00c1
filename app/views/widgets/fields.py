"""Text inputs. All are controlled: the caller holds the value, so that no redraw can wipe it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import flet as ft

from app.views import text, theme
from app.views.guard import keyed, safe_component
from app.views.widgets.base import STACKED, is_cramped, sign, tid
from app.views.widgets.kept_focus import use_kept_focus, was_just_turned

Handler = Callable[[Any], Awaitable[None] | None]
TOLD = 8
"""Lines below a field: on a phone at the largest text a sentence takes six."""
WRITTEN = 17
NAME = 16
"""Size of a field's name, which stands in the field while that is empty, and smaller in its edge else."""
NAME_LINE = 1.25
"""How high a line of a name is, as a multiple of its size."""
IN_EDGE = 0.75
"""Size of a name in the edge, as a multiple of its size in the empty field."""
AROUND = 88
"""Logical pixels of a phone's window that lie beside the words of a field: the page's, a card's and its own edges."""


def name_room(rows: int = 1) -> float:
    """Room above a field: half of the name in its edge stands out of it, the further the larger text is and the more
    lines it has there.
    """
    return (theme.px(NAME) - NAME) * IN_EDGE + _half(rows - 1, NAME)


def _half(rows: int, size: float) -> float:
    """How far lines of a name stand out of the edge, on either side of it."""
    return theme.px(rows * size * NAME_LINE * IN_EDGE) / 2


def sized(box: ft.Control, width: float) -> ft.Control:
    """A field as wide as what is typed into it, for a line with buttons: its middle is theirs."""
    return ft.Container(width=theme.px(width), padding=ft.Padding.only(bottom=name_room()), content=box)


def field(
    identifier: str,
    label: str,
    value: str,
    on_change: Callable[[str], None],
    *,
    on_submit: Handler | None = None,
    on_blur: Handler | None = None,
    error: str | None = None,
    helper: str | None = None,
    secret: bool = False,
    digits: bool = False,
    number: bool = False,
    autofocus: bool = False,
    lines: int = 1,
    icon: ft.IconData | None = None,
    hint: str | None = None,
    disabled: bool = False,
    expand: bool | int | None = None,
    key: str | None = None,
    whole: bool = False,
) -> ft.Control:
    """One text field in our look. `digits` takes digits only, `number` asks for a keyboard of numbers.

    `whole`: what is too long for the line goes on in the next one, and Enter still ends it. A new `key` makes the field
    anew, with focus.
    """
    size = 14 if icon is not None and theme.scale() >= STACKED else NAME
    beside = icon is not None or secret
    rows = _rows(label, size, sign_beside=beside) if lines == 1 else 1
    in_edge = _rows(label, size * IN_EDGE, sign_beside=beside) if rows > 1 else 1
    box = ft.TextField(
        key=key,
        margin=ft.Margin.only(top=name_room(in_edge)),
        label=label if rows == 1 else ft.Text(label, style=ft.TextStyle(height=NAME_LINE)),
        content_padding=None if rows == 1 else _around(rows, in_edge, size),
        value=value,
        on_change=lambda event: on_change(typed_in(event)),
        on_submit=on_submit,
        on_blur=on_blur,
        error=error,
        error_max_lines=TOLD,
        helper=helper,
        helper_max_lines=TOLD,
        hint_text=hint,
        password=secret,
        autofocus=autofocus,
        disabled=disabled,
        multiline=lines > 1 or whole,
        shift_enter=whole,
        align_label_with_hint=lines > 1,
        min_lines=lines if lines > 1 else None,
        max_lines=24 if lines > 1 else 4 if whole else 1,
        prefix_icon=None if icon is None else _before(icon),
        filled=True,
        fill_color=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=theme.field_border(),
        text_style=theme.style(WRITTEN, color=ft.Colors.ON_SURFACE),
        color=ft.Colors.ON_SURFACE,
        cursor_color=ft.Colors.PRIMARY,
        # beside a large sign the name of a field would be cut in two where it stands in the edge
        label_style=theme.style(size),
        helper_style=theme.style(14),
        error_style=theme.style(15),
        hint_style=theme.style(16, color=ft.Colors.ON_SURFACE_VARIANT),
        keyboard_type=ft.KeyboardType.NUMBER if digits or number else ft.KeyboardType.TEXT,
        input_filter=ft.InputFilter(r"^[0-9]*$") if digits else None,
        autocorrect=not (secret or digits or number),
        enable_suggestions=not (secret or digits or number),
        capitalization=ft.TextCapitalization.SENTENCES if lines > 1 else ft.TextCapitalization.NONE,
    )
    if secret:
        return tid(identifier, Hidden(box, label), expand=expand)
    return tid(identifier, keyed(identifier, Typed, box, on_change), expand=expand)


def _rows(label: str, size: float, *, sign_beside: bool) -> int:
    """Lines that a name takes in its empty field; more than one only with large text on a phone."""
    if not is_cramped():
        return 1
    room = theme.window_width() - AROUND - (theme.px(24) + theme.S3 if sign_beside else 0)
    return max(1, ceil(len(label) * theme.px(size) * theme.LETTER / room))


def _around(rows: int, in_edge: int, size: float) -> ft.Padding:
    """Room around what is typed, in which a name of several lines has its own: in the empty field and in its edge."""
    along = (theme.px(rows * size * NAME_LINE - WRITTEN * theme.LINE) + theme.S4) / 2
    return ft.Padding.symmetric(horizontal=12, vertical=max(along, _half(in_edge, size)))


def typed_in(event: Any) -> str:
    """What was typed, as the event says it: the field itself may have been drawn anew since."""
    return event.data if isinstance(event.data, str) else event.control.value or ""


@dataclass(slots=True)
class _Drawn:
    """A field as it was drawn last, and the text that its screen gave it or was told of since."""

    box: ft.TextField
    given: str
    told: str
    emptied: bool = False
    """By the browser, with a turn: `told` is to be put back."""


@safe_component
def Typed(box: ft.TextField, on_change: Callable[[str], None]) -> ft.Control:
    """Letters whose event is still on its way stay: a screen that is drawn anew meanwhile knows only the older text."""
    _, redraw = ft.use_state(0)
    page = ft.context.page
    drawn: ft.MutableRef[_Drawn] = ft.use_ref(None)
    last = drawn.current
    if last is not None and last.emptied:
        # for the browser it is another text again; one that was drawn is not to be changed
        box = replace(box, value=last.told)
    given = box.value or ""
    now = drawn.current = _Drawn(box, given, given)
    if last is not None and not last.emptied and last.box.key == box.key and given in (last.given, last.told):
        on_screen = last.box.value or ""
        if on_screen != last.told:
            box.value, now.told = on_screen, last.told

    def change(event: Any) -> None:
        new = typed_in(event)
        if now.told and not new and was_just_turned(page):
            now.emptied = True
            redraw(lambda old: old + 1)
            return
        now.told = new
        on_change(now.told)

    box.on_change = change
    use_kept_focus(box)
    return box


def _before(icon: ft.IconData) -> ft.Control:
    """A sign at the beginning of a field, as far from its edge as words are elsewhere, however large it is."""
    room = theme.edges(theme.S3, 0)
    return ft.Container(padding=room, content=sign(icon, 24, ft.Colors.ON_SURFACE_VARIANT))


@safe_component
def Hidden(box: ft.TextField, label: str) -> ft.Control:
    """A secret with its own eye: Flet's has no name for a screen reader and is not reached by Tab."""
    shown, set_shown = ft.use_state(False)

    def turn(_: Any) -> None:
        set_shown(lambda old: not old)

    box.password = not shown
    box.suffix_icon = ft.IconButton(
        sign(
            ft.Icons.VISIBILITY_OFF_OUTLINED if shown else ft.Icons.VISIBILITY_OUTLINED,
            24,
            ft.Colors.ON_SURFACE_VARIANT,
            said=text.hide(label) if shown else text.reveal(label),
        ),
        on_click=turn,
    )
    return box
