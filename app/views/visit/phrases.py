"""Quick phrases below a field of words: one tap puts one in as it reads, and it is ordinary text afterwards."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.phrases import PhraseBook, insert
from app.language import tr
from app.views import theme
from app.views.guard import safe_component
from app.views.visit.autosave import Field
from app.views.visit.saving import Saving
from app.views.widgets.options import aside, chip, wrap
from app.views.wording import bedside as said

AT_ONCE = 3
"""Phrases that stand there before "More phrases": a screen is no wall of text."""


def spoken_phrases(book: PhraseBook, place: str) -> tuple[str, ...]:
    """Her own as she typed them, the others in the language that is spoken."""
    return tuple(one if one in book.own else tr(one) for one in book.list_for(place))


def phrase_row(place: str, field: str, typed: Field, saving: Saving) -> list[ft.Control]:
    """What stands below a field (its test name) of this place; nothing where the place has no phrases."""
    page = saving.view.page
    phrases = () if page is None else spoken_phrases(page.phrases, place)
    return [PhraseRow(field, phrases, typed)] if phrases else []


@safe_component
def PhraseRow(field: str, phrases: tuple[str, ...], typed: Field) -> ft.Control:
    more, set_more = ft.use_state(False)

    async def put(phrase: str, _: Any) -> None:
        typed.change(insert(typed.newest(), phrase))
        await typed.leave(None)

    def turn(_: Any) -> None:
        set_more(lambda old: not old)

    shown = phrases if more else phrases[:AT_ONCE]
    chips: list[ft.Control] = [
        chip(
            f"phrase-{field}-{at}",
            phrase,
            False,
            partial(put, phrase),
            icon=ft.Icons.ADD,
            size=15,
            said=said.insert_phrase(phrase),
        )
        for at, phrase in enumerate(shown)
    ]
    if len(phrases) > AT_ONCE:
        label = tr(said.FEWER_PHRASES) if more else tr(said.MORE_PHRASES)
        chips.append(aside(f"phrase-more-{field}", label, turn))
    return ft.Container(padding=ft.Padding(left=0, right=0, top=theme.S2, bottom=0), content=wrap(chips))
