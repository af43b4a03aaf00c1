"""Questions with any number of entries: people, medicines, referrals. An entry that was removed can come back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import flet as ft

from app.content.model import Instrument, Item
from app.domain.attachment import is_consent
from app.domain.visit import Entry
from app.language import tr
from app.views import theme
from app.views.forms import said
from app.views.forms.beside import Known
from app.views.forms.heads import lock
from app.views.forms.names import base, ident
from app.views.forms.rows import ItemList
from app.views.guard import keyed, memo, safe_component
from app.views.hooks import use_action, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import aside, at_end, beside
from app.views.wording import forms as wording

DETAILS = 3
"""Answers said on the line of a closed entry."""


def title_item(group: Item, entry: Entry, *, private: bool = True) -> Item | None:
    """The first question that was answered, None when none was. `private` False passes over what is kept apart.

    That a photo was agreed to says nothing of what the entry is about.
    """
    for item in group.items:
        if item.link_id not in entry.answers or item.hidden or is_consent(item.link_id):
            continue
        if private or not item.private:
            return item
    return None


def entry_title(group: Item, entry: Entry, number: int, *, private: bool = True) -> str:
    """Its first answer in the order of its questions, else its number."""
    item = title_item(group, entry, private=private)
    if item is None:
        return wording.entry_title(group.name, number)
    return said.answer(item, entry.answers[item.link_id])


def entry_details(group: Item, entry: Entry, title: str) -> str:
    """A few more answers in one line. Private ones are not said where one only passes by."""
    shown = [
        said.answer(item, entry.answers[item.link_id])
        for item in group.items
        if item.link_id in entry.answers and not (item.private or item.hidden)
    ]
    return " · ".join([one for one in shown if one != title][:DETAILS])


@safe_component
def _group(
    group: Item,
    entries: tuple[Entry, ...],
    waiting: Mapping[str, str],
    switches: frozenset[str],
    instrument: Instrument,
    narrow: bool,
    saving: Saving,
) -> ft.Control:
    newest, set_newest = use_value(lambda: "")
    removed, set_removed = use_value(lambda: _nothing())

    async def add(_: Any) -> None:
        made = await saving.add_entry(group.link_id)
        if made is not None:
            set_newest(lambda _old: made)

    async def remove(entry: Entry) -> None:
        if await saving.remove_entry(entry.id):
            set_removed(lambda _old: (entry,))

    removing = ft.use_callback(remove, [])

    async def bring_back(_: Any) -> None:
        for entry in removed:
            if await saving.restore_entry(group.link_id, entry):
                set_removed(lambda _old: ())

    adding = use_action(add)
    returning = use_action(bring_back)
    cards = [
        keyed(
            entry.id,
            EntryCard,
            group,
            entry,
            waiting,
            number,
            switches,
            instrument,
            entry.id == newest,
            narrow,
            saving,
            removing,
        )
        for number, entry in enumerate(entries, start=1)
    ]
    parts: list[ft.Control] = [heading(group.text, 16, level=3)]
    if group.hint:
        parts.append(muted(group.hint))
    if group.private and not instrument.private:
        parts.append(lock())
    parts += cards
    for entry in removed:
        line = wording.removed(entry_title(group, entry, len(entries) + 1))
        parts.append(
            beside(
                [ft.Container(expand=True, content=muted(line, 16))],
                aside(ident(group.link_id, "undo"), tr(wording.UNDO), returning.run, icon=ft.Icons.UNDO),
            )
        )
    parts += [*optional_notice(adding.error, Tone.ASK), *optional_notice(returning.error, Tone.ASK)]
    add_button = buttons.quiet(
        ident(group.link_id, "add"), wording.add(group.name), adding.run, icon=ft.Icons.ADD, busy=adding.busy
    )
    parts.append(ft.Row([add_button], wrap=True))
    return stack(parts, spacing=theme.S2)


GroupItem = memo(_group)


def _nothing() -> tuple[Entry, ...]:
    return ()


@safe_component
def _entry(
    group: Item,
    entry: Entry,
    waiting: Mapping[str, str],
    number: int,
    switches: frozenset[str],
    instrument: Instrument,
    fresh: bool,
    narrow: bool,
    saving: Saving,
    remove: Callable[[Entry], Awaitable[None]],
) -> ft.Control:
    """One line; a tap opens its questions. A new one is open."""
    opened, set_opened = ft.use_state(fresh or not entry.answers)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    removing = use_action(lambda _: remove(entry))
    title = entry_title(group, entry, number)
    lines: list[ft.Control] = [words(title, 17, strong=True)]
    details = entry_details(group, entry, title)
    if details and not opened:
        lines.append(muted(details))
    line = buttons.tile(
        ident(group.link_id, "open", entry.id),
        turn,
        stack(lines, spacing=2, tight=True),
        end=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
    )
    if not opened:
        return line
    inside = keyed(
        f"items {entry.id}",
        ItemList,
        group.items,
        entry.answers,
        {},
        Known(),
        switches,
        instrument,
        narrow,
        saving,
        entry.id,
        {},
        {},
        waiting,
    )
    away = buttons.plain(
        ident(group.link_id, "remove", entry.id),
        tr(wording.REMOVE),
        removing.run,
        icon=ft.Icons.DELETE_OUTLINE,
    )
    return card(
        stack([line, inside, *optional_notice(removing.error, Tone.ASK), at_end(away)], spacing=theme.S2),
        padding=theme.S2,
        color=ft.Colors.SURFACE_CONTAINER,
        key=base(group.link_id, entry.id),
    )


EntryCard = memo(_entry)
