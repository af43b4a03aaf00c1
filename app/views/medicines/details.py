"""The few details under a medicine, as small fields side by side: how it is taken, amounts, the last dose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Item, ItemKind
from app.domain.medicines import text_of
from app.domain.visit import Answer, Entry
from app.language import tr
from app.views import theme
from app.views.forms import said as forms_said
from app.views.forms.names import base, ident
from app.views.guard import keyed, memo, safe_component
from app.views.visit.autosave import use_autosave
from app.views.visit.phrases import phrase_row
from app.views.visit.saving import Saving
from app.views.visit.typed_answer import field_name, use_typed_answer
from app.views.widgets.base import muted, stack
from app.views.widgets.fields import field
from app.views.widgets.options import chip, wrap
from app.views.wording import medicines as said

BREAKTHROUGH = "med-breakthrough"
MOST_TAPPED = 6
"""As-needed doses in 24 hours that can be tapped; more are typed."""
NUMBER_WIDTH, WORDS_WIDTH = 180, 340
"""Logical pixels; on a phone words take the whole width and two numbers share it."""


def small_fields(items: Sequence[Item], entry: Entry, saving: Saving, *, narrow: bool) -> list[ft.Control]:
    """Typed items of one entry in rows that wrap; other kinds, and what is asked later, are not drawn here."""
    here = [item for item in items if not item.more]
    tapped = [item for item in here if item.link_id == BREAKTHROUGH]
    here = [item for item in here if item.link_id != BREAKTHROUGH]
    numbers = [item for item in here if item.kind in (ItemKind.NUMBER, ItemKind.QUANTITY)]
    typed = [item for item in here if item.kind in (ItemKind.LINE, ItemKind.TEXT)]
    cells: list[ft.Control] = []
    for item in (one for one in here if one in typed or one in numbers):
        made = SmallNumber if item in numbers else SmallWords
        # Another choice may take amounts away: the field then begins anew with what is stored.
        key = f"{entry.id} {item.link_id} {text_of(entry, 'med-choice')}"
        cell = keyed(key, made, item, entry.answers.get(item.link_id), saving, entry.id)
        if narrow and item in typed:
            cells.append(ft.Row([ft.Container(expand=True, content=cell)]))
        else:
            width = (152 if narrow else NUMBER_WIDTH) if item in numbers else WORDS_WIDTH
            cells.append(ft.Container(width=theme.px(width), content=cell))
    counts = [
        keyed(f"{entry.id} {item.link_id}", Count, item, entry.answers.get(item.link_id), saving, entry.id)
        for item in tapped
    ]
    if not cells:
        return counts
    row = ft.Row(
        cells,
        wrap=True,
        spacing=theme.S2,
        run_spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return [*counts, row]


@safe_component
def _count(item: Item, answer: Answer | None, saving: Saving, entry: str) -> ft.Control:
    """Small numbers are one tap; a larger one is typed."""
    number = answer.number if answer is not None else None
    large = number is not None and number > MOST_TAPPED
    typing, set_typing = ft.use_state(large)

    async def tap(value: int, _: Any) -> None:
        await saving.pick(item.link_id, value, entry)

    def more(_: Any) -> None:
        set_typing(lambda _old: True)

    chips: list[ft.Control] = [
        chip(
            ident(item.link_id, str(value), entry),
            str(value),
            number == value,
            partial(tap, value),
            said=f"{item.name} {value}",
        )
        for value in range(MOST_TAPPED + 1)
    ]
    if not (typing or large):
        chips.append(chip(ident(item.link_id, "more", entry), tr(said.MORE_DOSES), False, more))
    parts: list[ft.Control] = [muted(item.name, 15), wrap(chips)]
    if typing or large:
        field_of = keyed(f"{entry} {item.link_id} typed", SmallNumber, item, answer, saving, entry)
        parts.append(ft.Row([ft.Container(width=theme.px(NUMBER_WIDTH), content=field_of)]))
    return stack(parts, spacing=theme.S2)


@safe_component
def _number(item: Item, answer: Answer | None, saving: Saving, entry: str) -> ft.Control:
    async def store(text: str) -> None:
        if text.strip():
            value = forms_said.read_number(item, text)
            await saving.visits.answer(saving.visit_id, item.link_id, value=value, entry=entry)
        elif saving.find(item.link_id, entry) is not None:
            await saving.visits.clear(saving.visit_id, item.link_id, entry=entry)

    async def save(text: str) -> bool:
        return await saving.commit(lambda: store(text))

    name = field_name(item.link_id, entry)
    shown = forms_said.figure(answer)
    typed = use_autosave(saving.visit_id, name, shown, save, store, saving.session, saving.flushers)
    label = f"{item.name} ({item.unit.display})" if item.unit else item.name
    return field(
        base(item.link_id, entry),
        label,
        typed.value,
        typed.change,
        on_blur=typed.leave,
        on_submit=typed.leave,
        error=forms_said.number_problem(item, typed.value),
        number=True,
    )


@safe_component
def _words(item: Item, answer: Answer | None, saving: Saving, entry: str) -> ft.Control:
    stored = answer.value if answer is not None and isinstance(answer.value, str) else ""
    typed = use_typed_answer(saving, item.link_id, entry, stored)
    shown_as = base(item.link_id, entry)
    box = field(
        shown_as,
        item.name,
        typed.value,
        typed.change,
        on_blur=typed.leave,
        on_submit=typed.leave,
        hint=item.hint,
    )
    phrases = phrase_row(item.link_id, shown_as, typed, saving)
    return stack([box, *phrases], spacing=0) if phrases else box


SmallNumber, SmallWords, Count = memo(_number), memo(_words), memo(_count)
