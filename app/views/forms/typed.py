"""Questions answered by typing: words, and numbers in a unit. Saved after a pause and on leaving the field."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.content.model import Item, ItemKind
from app.domain.visit import Absent, Answer
from app.views.forms import said
from app.views.forms.absents import no_answer
from app.views.forms.again import AgainPanel, again_button, again_lines
from app.views.forms.heads import LONG_LABEL, head, lock, question
from app.views.forms.names import base
from app.views.guard import keyed, memo, safe_component
from app.views.visit.autosave import use_autosave
from app.views.visit.saving import Saving
from app.views.widgets.base import card, muted, stack
from app.views.widgets.fields import field
from app.views.widgets.options import wrap
from app.views.wording import forms as wording


def field_name(link_id: str, entry: str) -> str:
    """How the page knows a field that may hold unsaved text."""
    return f"{entry} {link_id}"


def _label(item: Item) -> tuple[str, bool]:
    """(the field's label, whether the question stands above it in full). A unit is said before one types."""
    unit = f" ({item.unit.display})" if item.unit and item.unit.display not in item.text else ""
    if len(item.text) <= LONG_LABEL and not item.hint:
        return item.text + unit, False
    return (item.name if len(item.name) <= LONG_LABEL else "") + unit, True


@safe_component
def _words(
    item: Item,
    answer: Answer | None,
    waiting: str,
    last: str,
    reasons: tuple[Absent, ...],
    narrow: bool,
    saving: Saving,
    entry: str,
) -> ft.Control:
    """One line or several. Reasons for no answer are offered while nothing is typed.

    `waiting` is text that is no answer yet (too many letters).
    """
    opened, set_opened = ft.use_state(False)
    stored = answer.value if answer is not None and isinstance(answer.value, str) and not waiting else waiting
    absent = answer.absent if answer else None

    async def save(text: str) -> bool:
        return await saving.set_text(item.link_id, text, entry)

    async def save_quietly(text: str) -> None:
        await saving.visits.set_text(saving.visit_id, item.link_id, text, entry=entry)

    name = field_name(item.link_id, entry)
    typed = use_autosave(saving.visit_id, name, stored, save, save_quietly, saving.session, saving.flushers)

    def open_it(_: Any) -> None:
        set_opened(lambda _old: True)

    label, above = _label(item)
    several = item.kind is ItemKind.TEXT
    box = field(
        base(item.link_id, entry),
        label,
        typed.value,
        typed.change,
        on_blur=typed.leave,
        on_submit=None if several else typed.leave,
        lines=3 if several else 1,
        hint=None if label else item.name,
    )
    offered = () if typed.value.strip() and absent is None else reasons
    beside, below = no_answer(item.link_id, item.name, offered, absent, opened, open_it, saving, entry)
    head_parts, foot = _around(item, last, narrow, above=above)
    return question([*head_parts, box, *foot, *([wrap(beside)] if beside else []), *below])


def _around(item: Item, last: str, narrow: bool, *, above: bool) -> tuple[list[ft.Control], list[ft.Control]]:
    """What stands above the field and what below it: a field's own label needs the room right above."""
    if above:
        return [head(item, last, narrow)], []
    return [], [*([muted(last)] if last else []), *([lock()] if item.private else [])]


WordsItem = memo(_words)


@safe_component
def _figure(
    item: Item,
    answer: Answer | None,
    waiting: str,
    last: str,
    reasons: tuple[Absent, ...],
    narrow: bool,
    saving: Saving,
    entry: str,
) -> ft.Control:
    """A number that is typed. What is no number is kept as it stands in the field, is no answer, and says so."""
    opened, set_opened = ft.use_state(False)
    measuring, set_measuring = ft.use_state(False)
    absent = answer.absent if answer else None

    async def save(text: str) -> bool:
        return await saving.set_text(item.link_id, text, entry)

    async def save_quietly(text: str) -> None:
        await saving.visits.set_text(saving.visit_id, item.link_id, text, entry=entry)

    name = field_name(item.link_id, entry)
    typed = use_autosave(
        saving.visit_id,
        name,
        waiting.strip() if waiting else said.figure(answer),
        save,
        save_quietly,
        saving.session,
        saving.flushers,
    )

    def open_it(_: Any) -> None:
        set_opened(lambda _old: True)

    def turn(_: Any) -> None:
        set_measuring(lambda old: not old)

    def done() -> None:
        set_measuring(lambda _old: False)

    label, above = _label(item)
    offered = () if typed.value.strip() and absent is None else reasons
    beside, below = no_answer(item.link_id, item.name, offered, absent, opened, open_it, saving, entry)
    if answer is not None and answer.value is not None and not entry:
        beside = [again_button(item, measuring, turn, small=False)]
    emptied = answer is not None and answer.value is not None and answer.again and not typed.value.strip()
    first_wanted = wording.FIRST_WANTED if emptied else None
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
    head_parts, foot = _around(item, last, narrow, above=above)
    parts = [*head_parts, wrap([ft.Container(width=240, content=number), *beside]), *foot, *below]
    if answer is not None:
        parts += again_lines(item, answer, narrow, saving)
        if measuring and answer.value is not None:
            parts.append(keyed(f"again-{item.link_id}", AgainPanel, item, narrow, saving, done))
    return card(stack(parts, spacing=8), padding=12)


FigureItem = memo(_figure)
