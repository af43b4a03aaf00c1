"""Act and measure again: the same question once more in the same visit, with its time and what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.content.model import Item, ItemKind
from app.domain.visit import Answer
from app.language import tr
from app.views import theme
from app.views.forms import said
from app.views.forms.cells import cells, is_row
from app.views.forms.names import base, ident
from app.views.forms.options import Tap, option_controls
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, inset, muted, sign, words
from app.views.widgets.fields import field, sized
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import aside
from app.views.wording import forms as wording


def in_grid(*, narrow: bool) -> bool:
    """Whether the way to it fits the free place of the phone's grid of numbers: in large text it is the taller."""
    return narrow and theme.scale() < STACKED


def again_button(
    item: Item, measuring: bool, turn: Callable[[Any], None], *, small: bool, label: str = ""
) -> ft.Control:
    """`small`: the sign above its word, in the free place of the phone's grid of numbers."""
    identifier = ident(item.link_id, "again")
    name = wording.again_title(item.name)
    if not small:
        icon = ft.Icons.EXPAND_LESS if measuring else ft.Icons.MORE_TIME
        return aside(identifier, label or tr(wording.AGAIN_SHORT), turn, icon=icon, said=name)
    word = words(
        tr(wording.AGAIN_SHORT),
        13,
        strong=True,
        color=ft.Colors.PRIMARY,
        align=ft.TextAlign.CENTER,
        said=name,
    )
    both = ft.Column(
        [sign(ft.Icons.MORE_TIME, 20, ft.Colors.PRIMARY), word],
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    room = ft.Padding.symmetric(vertical=(theme.TOUCH - 20 - 13 * theme.LINE) / 2)
    tapped = ft.Container(padding=room, border_radius=theme.RADIUS - 2, ink=True, on_click=turn, content=both)
    return ft.Semantics(identifier=identifier, button=True, container=True, content=tapped)


def again_lines(
    item: Item, answer: Answer, narrow: bool, saving: Saving, *, numbered: bool = False
) -> list[ft.Control]:
    """ "8 at 10:20, 4 at 10:55", and the way to take the last one back; on a phone that is a sign only."""
    sentence = said.measured(item, answer, by_number=numbered)
    if not sentence:
        return []

    async def undo(_: Any) -> None:
        await saving.undo_again(item.link_id)

    identifier, name = ident(item.link_id, "again-undo"), f"{item.name}: {tr(wording.AGAIN_UNDO)}"
    if narrow:
        back = buttons.icon_only(identifier, ft.Icons.UNDO, name, undo, ink=ft.Colors.PRIMARY)
    else:
        back = aside(identifier, tr(wording.AGAIN_UNDO), undo, icon=ft.Icons.UNDO, said=name)
    icon = sign(ft.Icons.MORE_TIME, size=20, color=ft.Colors.PRIMARY)
    line = ft.Container(expand=True, content=words(sentence, 16, strong=True))
    return [ft.Row([icon, line, back], spacing=6)]


@safe_component
def AgainPanel(
    item: Item, narrow: bool, saving: Saving, done: Callable[[], None], numbered: bool = False
) -> ft.Control:
    """What was done, then the new answer, which stores both."""
    what, set_what = use_value(lambda: "")
    typed, set_typed = use_value(lambda: "")

    def type_what(new: str) -> None:
        set_what(lambda _: new)

    def type_number(new: str) -> None:
        set_typed(lambda _: new)

    async def pick(new: int | str) -> None:
        if await saving.measure_again(item.link_id, new, what.strip()):
            done()

    def tap(code: str) -> Tap:
        async def picked(_: Any) -> None:
            await pick(code)

        return picked

    async def keep() -> None:
        if await saving.measure_again(item.link_id, said.read_number(item, typed), what.strip()):
            done()

    keeping = use_action(lambda _: keep())
    prefix = f"{base(item.link_id)}-again"
    parts: list[ft.Control] = [
        words(wording.again_title(item.name), 16, strong=True),
        field(f"{prefix}-done", tr(wording.AGAIN_DONE), what, type_what),
    ]
    if item.kind in (ItemKind.CHOICE, ItemKind.YES_NO):
        title = wording.again_title(item.name)
        parts += option_controls(item, title, (), lambda code: f"{prefix}-{code}", tap, numbered=numbered)
    elif item.kind is ItemKind.NUMBER and is_row(item):
        parts.append(muted(tr(wording.AGAIN_HELP)))
        parts += cells(item, prefix, wording.again_title(item.name), None, narrow, pick)
    else:
        number = field(f"{prefix}-number", item.name, typed, type_number, on_submit=keeping.run)
        parts.append(
            ft.Row(
                [
                    sized(number, 160),
                    buttons.quiet(f"{prefix}-set", tr(wording.SET), keeping.run, busy=keeping.busy),
                ],
                wrap=True,
            )
        )
        parts += optional_notice(keeping.error, Tone.ASK)
    return inset(parts)
