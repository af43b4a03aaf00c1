"""Numbers in a unit, typed and saved like words; a form of nothing else is one card with a field beside the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flet as ft

from app.content.model import Instrument, Item, ItemKind
from app.domain.visit import Absent, Answer
from app.language import tr
from app.views import theme
from app.views.forms import said
from app.views.forms.absents import no_answer
from app.views.forms.again import AgainPanel, again_button, again_lines
from app.views.forms.beside import Beside, marks
from app.views.forms.heads import head, lock
from app.views.forms.names import base
from app.views.forms.typed import label_of
from app.views.guard import keyed, memo, safe_component
from app.views.visit.saving import Saving
from app.views.visit.typed_answer import use_typed_answer
from app.views.widgets.base import STACKED, card, muted, stack
from app.views.widgets.fields import field, sized
from app.views.widgets.options import wrap
from app.views.wording import forms as wording

COLUMNS = 3
"""Fields side by side on a tablet."""


def is_table(instrument: Instrument) -> bool:
    """Whether a form holds nothing but typed numbers, enough of them to stand in columns."""
    return len(instrument.items) >= COLUMNS and all(one.kind is ItemKind.QUANTITY for one in instrument.items)


def figure_table(fields: Sequence[ft.Control], narrow: bool) -> ft.Control:
    """One card for all of them."""
    if narrow:
        return card(stack(fields, spacing=theme.S3), padding=12)
    rows: list[ft.Control] = []
    for start in range(0, len(fields), COLUMNS):
        held = [ft.Container(expand=1, content=one) for one in fields[start : start + COLUMNS]]
        held += [ft.Container(expand=1) for _ in range(COLUMNS - len(held))]
        rows.append(ft.Row(list(held), spacing=theme.S4, vertical_alignment=ft.CrossAxisAlignment.START))
    return card(stack(rows, spacing=theme.S3), padding=12)


@safe_component
def _figure(
    item: Item,
    answer: Answer | None,
    waiting: str,
    aside: Beside,
    reasons: tuple[Absent, ...],
    bare: bool,
    narrow: bool,
    saving: Saving,
    entry: str,
) -> ft.Control:
    """A number that is typed. What is no number is kept as it stands in the field, is no answer, and says so.

    `bare`: it stands in a card with others and draws none of its own.
    """
    opened, set_opened = ft.use_state(False)
    measuring, set_measuring = ft.use_state(False)
    absent = answer.absent if answer else None

    stored = waiting.strip() if waiting else said.figure(answer)
    typed = use_typed_answer(saving, item.link_id, entry, stored)

    def open_it(_: Any) -> None:
        set_opened(lambda _old: True)

    def turn(_: Any) -> None:
        set_measuring(lambda old: not old)

    def done() -> None:
        set_measuring(lambda _old: False)

    label, above = label_of(item)
    offered = () if typed.value.strip() and absent is None else reasons
    beside, below = no_answer(item.link_id, item.name, offered, absent, opened, open_it, saving, entry)
    if answer is not None and answer.value is not None and not entry:
        beside = [again_button(item, measuring, turn, small=bare)]
    emptied = answer is not None and answer.value is not None and answer.again and not typed.value.strip()
    first_wanted = tr(wording.FIRST_WANTED) if emptied else None
    number = field(
        base(item.link_id, entry),
        label,
        typed.value,
        typed.change,
        on_blur=typed.leave,
        on_submit=typed.leave,
        error=said.number_problem(item, typed.value) or first_wanted,
        number=True,
    )
    parts: list[ft.Control] = [head(item, aside, narrow)] if above else []
    parts += [_line(number, beside, bare=bare), *([] if above else _known(item, aside)), *below]
    if answer is not None:
        parts += again_lines(item, answer, narrow or bare, saving)
        if measuring and answer.value is not None:
            parts.append(keyed(f"again-{item.link_id}", AgainPanel, item, narrow, saving, done))
    inside = stack(parts, spacing=8, tight=bare)
    return inside if bare else card(inside, padding=12)


FigureItem = memo(_figure)


def _line(number: ft.Control, beside: list[ft.Control], *, bare: bool) -> ft.Control:
    if bare and theme.scale() >= STACKED:
        return stack([number, *([wrap(beside)] if beside else [])], spacing=4, tight=True)
    if bare:
        return ft.Row([ft.Container(expand=True, content=number), *beside], spacing=4)
    return wrap([sized(number, 240), *beside])


def _known(item: Item, aside: Beside) -> list[ft.Control]:
    """Below the field: its own label needs the room right above."""
    shown = [*([muted(aside.last)] if aside.last else []), *reversed(marks(item, aside))]
    return [*([wrap(shown)] if shown else []), *([lock()] if item.private else [])]
