"""One field of the conversation: what it is about, a way to ask, choices first, then words; or why there is nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Item, ItemKind
from app.content.spoken import load
from app.domain.conversation_fields import FORM, Field
from app.domain.visit import Answer
from app.language import tr
from app.services.models import VisitPage
from app.views.env import Env
from app.views.forms import fields
from app.views.forms.absents import no_answer
from app.views.forms.heads import head, lock, question
from app.views.forms.names import base, ident
from app.views.forms.options import get_options
from app.views.forms.shown import get_absents, holds
from app.views.guard import keyed, memo, safe_component
from app.views.visit.saving import Saving
from app.views.visit.typed_answer import use_typed_answer
from app.views.widgets.base import muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.options import chip, wrap
from app.views.wording import conversation as said

CHOSEN = (ItemKind.CHOICE, ItemKind.CHOICES, ItemKind.YES_NO)


def draw_field(one: Field, env: Env, page: VisitPage, saving: Saving, last: str) -> ft.Control:
    """Memoised: drawn anew only when its own answers change. `last` is what stands on record."""
    answers = page.draft.answers
    if one.item.kind in CHOSEN:
        given = tuple(answers.get(item.link_id) for item in one.items)
        shown = tuple(item for item in one.more if item.link_id in answers or holds(item.when, answers))
        return keyed(f"talk {one.id}", TalkField, one, given, shown, last, env.narrow, saving)
    shown = tuple(replace(item, more=False) for item in one.items)  # "More" was tapped for the whole section
    return stack(fields(shown, env, page, saving, instrument=load()[FORM]))


@safe_component
def _talk_field(
    one: Field,
    given: tuple[Answer | None, ...],
    shown: tuple[Item, ...],
    last: str,
    narrow: bool,
    saving: Saving,
) -> ft.Control:
    opened, set_opened = ft.use_state(False)
    item = one.item
    answer = given[0]
    by_link = dict(zip((i.link_id for i in one.items), given, strict=True))

    def open_it(_: Any) -> None:
        set_opened(lambda _old: True)

    absent = answer.absent if answer else None
    reasons = get_absents(item, load()[FORM].kind)
    beside, below = no_answer(item.link_id, item.name, reasons, absent, opened, open_it, saving, "")
    parts: list[ft.Control] = [_head(item, last), wrap([*_chips(item, answer, saving), *beside]), *below]
    for extra in shown:
        if extra.kind in (ItemKind.LINE, ItemKind.TEXT):
            parts.append(keyed(f"words {extra.link_id}", TalkWords, extra, by_link[extra.link_id], saving))
        else:
            sub = wrap(_chips(extra, by_link[extra.link_id], saving))
            parts += [head(extra, "", narrow), sub]
    if item.private:
        parts.append(lock())
    return question(parts)


TalkField = memo(_talk_field)


def _head(item: Item, last: str) -> ft.Control:
    """The prompt stands under the title, to be read without touching anything."""
    lines: list[ft.Control] = [words(item.name, 17, strong=True)]
    if item.hint:
        lines.append(muted(item.hint, 15))
    if last:
        lines.append(muted(last, 15))
    return stack(lines, spacing=2, tight=True)


def _chips(item: Item, answer: Answer | None, saving: Saving) -> list[ft.Control]:
    value = answer.value if answer else None
    chosen = value if isinstance(value, tuple) else (str(value),) if value is not None else ()

    async def tap(code: str, _: Any) -> None:
        if item.kind is ItemKind.CHOICES:
            await saving.toggle(item, code)
        else:
            await saving.pick(item.link_id, code)

    return [
        chip(
            ident(item.link_id, option.code),
            option.display,
            option.code in chosen,
            partial(tap, option.code),
            many=item.kind is ItemKind.CHOICES,
            said=f"{item.name}: {option.display}",
        )
        for option in get_options(item, chosen)
    ]


@safe_component
def _talk_words(item: Item, answer: Answer | None, saving: Saving) -> ft.Control:
    """Words to a choice, saved while they are typed."""
    stored = answer.value if answer is not None and isinstance(answer.value, str) else ""
    typed = use_typed_answer(saving, item.link_id, "", stored)
    several = item.kind is ItemKind.TEXT
    return field(
        base(item.link_id),
        item.name or tr(said.OWN_WORDS),
        typed.value,
        typed.change,
        on_blur=typed.leave,
        on_submit=None if several else typed.leave,
        lines=2 if several else 1,
    )


TalkWords = memo(_talk_words)
