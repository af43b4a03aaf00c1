"""A question that a number answers: its cells, what the ends mean, why there is none, and measuring again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flet as ft

from app.content.model import Item
from app.domain.visit import Absent, Answer
from app.views.forms.absents import inline
from app.views.forms.again import AgainPanel, again_button, again_lines, in_grid
from app.views.forms.beside import Beside, tried_lines
from app.views.forms.cells import cells
from app.views.forms.comfort import ComfortPanel, comfort_button
from app.views.forms.heads import head, question, value_now
from app.views.forms.names import base, ident
from app.views.guard import keyed, memo, safe_component
from app.views.visit.saving import Saving
from app.views.widgets.base import MUTED, muted, words
from app.views.widgets.options import wrap


def ends(
    item: Item, middle: list[ft.Control], narrow: bool, right: Sequence[ft.Control] = ()
) -> list[ft.Control]:
    """What the lowest and the highest number mean; on a tablet with the reasons between them.

    `right` comes and goes without moving what one taps next.
    """
    low, high = item.anchors or ("", "")
    if not narrow:
        return [
            ft.Row(
                [
                    words(low, 14, color=MUTED, expand=1),
                    *([ft.Row(middle, spacing=8, tight=True)] if middle else []),
                    _right(high, right, expand=2),
                ],
                spacing=8,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
            )
        ]
    line = ft.Row(
        [
            ft.Container(expand=2, content=muted(f"{item.minimum}: {low}", 14)),
            ft.Container(
                expand=3, content=words(f"{item.maximum}: {high}", 14, color=MUTED, align=ft.TextAlign.END)
            ),
        ],
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return [*([line] if item.anchors else []), *([wrap([*middle, *right])] if middle or right else [])]


def _right(high: str, before: Sequence[ft.Control], expand: int) -> ft.Control:
    said = words(high, 14, color=MUTED, align=ft.TextAlign.END, expand=expand)
    if not before:
        return said
    return ft.Row([*before, said], spacing=6, expand=expand)


def _centred(controls: list[ft.Control]) -> ft.Row:
    row = wrap(controls)
    row.alignment = ft.MainAxisAlignment.CENTER
    return row


@safe_component
def _number(
    item: Item,
    answer: Answer | None,
    aside: Beside,
    reasons: tuple[Absent, ...],
    narrow: bool,
    saving: Saving,
    entry: str,
) -> ft.Control:
    """A row of numbers with its reasons in sight; one that has a number can be measured again.

    `aside` is what is known of it from before, and of the number that is all right for her.
    """
    measuring, set_measuring = ft.use_state(False)
    asking, set_asking = ft.use_state(False)
    value = answer.number if answer else None
    absent = answer.absent if answer else None

    async def pick(number: int) -> None:
        await saving.pick(item.link_id, number, entry)

    def turn(_: Any) -> None:
        set_measuring(lambda old: not old)

    def done() -> None:
        set_measuring(lambda _: False)

    def ask(_: Any) -> None:
        set_asking(lambda old: not old)

    def asked() -> None:
        set_asking(lambda _: False)

    beside, below = inline(item.link_id, item.name, reasons, absent, saving, entry)
    extra: ft.Control | None = None
    ways: list[ft.Control] = [comfort_button(item, asking, ask)] if aside.asks or asking else []
    if value is not None and not entry:
        gridded = in_grid(narrow=narrow)
        again = again_button(item, measuring, turn, small=gridded)
        if gridded:
            extra = again
        else:
            ways.append(again)
    parts = [
        head(item, aside, narrow, value_now(value if answer is None or not answer.again else None)),
        *cells(item, base(item.link_id, entry), item.name, value, narrow, pick, extra=extra),
        *ends(item, beside, narrow, ways),
    ]
    if below:
        parts.append(wrap(below) if narrow else _centred(below))
    if asking:
        panel = keyed(f"comfort-{item.link_id}", ComfortPanel, item, aside.comfort, narrow, saving, asked)
        parts.append(panel)
    parts += tried_lines(ident(item.link_id, "tried"), aside.tried)
    if answer is not None:
        parts += again_lines(item, answer, narrow, saving)
        if measuring and value is not None:
            parts.append(keyed(f"again-{item.link_id}", AgainPanel, item, narrow, saving, done))
    return question(parts, spacing=6)


NumberItem = memo(_number)
