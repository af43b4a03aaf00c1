"""Questions answered in words. Saved after a pause and on leaving the field."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.content.model import Item, ItemKind
from app.domain.visit import Absent, Answer
from app.views.forms.absents import no_answer
from app.views.forms.heads import LONG_LABEL, head, lock, question
from app.views.forms.names import base
from app.views.guard import memo, safe_component
from app.views.visit.phrases import phrase_row
from app.views.visit.saving import Saving
from app.views.visit.typed_answer import use_typed_answer
from app.views.widgets.base import muted
from app.views.widgets.fields import field
from app.views.widgets.options import wrap


def label_of(item: Item) -> tuple[str, bool]:
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

    typed = use_typed_answer(saving, item.link_id, entry, stored)

    def open_it(_: Any) -> None:
        set_opened(lambda _old: True)

    label, above = label_of(item)
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
    phrases = phrase_row(item.link_id, base(item.link_id, entry), typed, saving) if several else []
    return question([*head_parts, box, *phrases, *foot, *([wrap(beside)] if beside else []), *below])


def _around(item: Item, last: str, narrow: bool, *, above: bool) -> tuple[list[ft.Control], list[ft.Control]]:
    """What stands above the field and what below it: a field's own label needs the room right above."""
    if above:
        return [head(item, last, narrow)], []
    return [], [*([muted(last)] if last else []), *([lock()] if item.private else [])]


WordsItem = memo(_words)
