"""Items to controls: each kind of question as what one taps or types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import flet as ft

from app.content.model import Instrument, Item, ItemKind
from app.domain.visit import Answer, Entry, unfinished_key
from app.language import tr
from app.views import theme
from app.views.attachments.photos import photos_below
from app.views.forms import said
from app.views.forms.beside import Beside, Known
from app.views.forms.cells import is_row
from app.views.forms.choices import ChoiceItem
from app.views.forms.days import DayItem
from app.views.forms.figures import FigureItem, figure_table, is_table
from app.views.forms.heads import not_offered
from app.views.forms.names import ident
from app.views.forms.numbers import NumberItem
from app.views.forms.shown import get_absents, is_answered, is_shown, looked_at
from app.views.forms.typed import WordsItem
from app.views.guard import keyed, safe_component
from app.views.visit.saving import Saving
from app.views.widgets.base import stack
from app.views.widgets.options import aside
from app.views.wording import forms as words


@cache
def without_lock(item: Item) -> Item:
    """A question of a form that is kept apart as a whole, and says so once at its top."""
    return replace(item, private=False)


def item_control(
    item: Item,
    answer: Answer | None,
    waiting: str,
    beside: Beside,
    instrument: Instrument,
    narrow: bool,
    saving: Saving,
    entry: str,
) -> ft.Control:
    """One question of any kind but a group. `waiting` is typed text that is no answer yet."""
    reasons = get_absents(item, instrument.kind)
    key = f"{entry} {item.link_id}"
    if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES, ItemKind.YES_NO):
        numbered = said.is_numbered(instrument, item)
        alone = not entry and looked_at(instrument) == (item,)
        return keyed(key, ChoiceItem, item, answer, beside, reasons, numbered, alone, narrow, saving, entry)
    if item.kind is ItemKind.NUMBER:
        if is_row(item):
            return keyed(key, NumberItem, item, answer, beside, reasons, narrow, saving, entry)
        return keyed(key, FigureItem, item, answer, waiting, beside, reasons, False, narrow, saving, entry)
    if item.kind is ItemKind.QUANTITY:
        bare = is_table(instrument)
        return keyed(key, FigureItem, item, answer, waiting, beside, reasons, bare, narrow, saving, entry)
    if item.kind in (ItemKind.LINE, ItemKind.TEXT):
        return keyed(key, WordsItem, item, answer, waiting, beside.last, reasons, narrow, saving, entry)
    return keyed(key, DayItem, item, answer, beside.last, reasons, narrow, saving, entry)


@safe_component
def ItemList(
    items: tuple[Item, ...],
    answers: Mapping[str, Answer],
    entries: Mapping[str, tuple[Entry, ...]],
    known: Known,
    switches: frozenset[str],
    instrument: Instrument,
    narrow: bool,
    saving: Saving,
    entry: str,
    others: Mapping[str, Callable[[Item], ft.Control]],
    blocked: Mapping[str, str],
    waiting: Mapping[str, str],
) -> ft.Control:
    """The questions that are to be seen, in their order. Those for later come with one tap, each at its own place, so
    that none moves away while one types. `others` draws what is no plain question, by link id; `blocked` says why a
    question cannot be asked now; `known` is what stands beside them from earlier; `waiting` is typed text that is no
    answer yet, by `unfinished_key`.
    """
    opened, set_opened = ft.use_state(False)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    def make(item: Item) -> ft.Control:
        if item.link_id in blocked and not is_answered(item, answers, entries):
            return not_offered(f"{item.name}. {blocked[item.link_id]}")
        if item.link_id in others:
            return others[item.link_id](item)
        typed = waiting.get(unfinished_key(item.link_id, entry), "")
        shown_as = without_lock(item) if instrument.private else item
        answer = answers.get(item.link_id)
        beside = known.find(instrument, item, answer)
        made = item_control(shown_as, answer, typed, beside, instrument, narrow, saving, entry)
        below = photos_below(item.link_id, answer, narrow, saving, entry)
        return stack([made, *below], spacing=theme.S2) if below else made

    shown = [item for item in items if is_shown(item, answers, entries, switches)]
    later = [item for item in shown if item.more and not is_answered(item, answers, entries)]
    parts = [make(item) for item in shown if opened or item not in later]
    if any(item.more for item in shown) and (later or opened):
        first = next(item for item in items if item.more)
        button = aside(
            ident(first.link_id, "more", entry),
            tr(words.LESS) if opened else words.more(len(later)),
            turn,
            icon=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
        )
        parts.append(ft.Row([button], wrap=True))
    return figure_table(parts, narrow) if is_table(instrument) else stack(parts)
