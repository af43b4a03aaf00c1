"""Code status inside a visit: what is on record, looked at again or taken back, and what was seen or heard today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Item
from app.content.spoken import load
from app.domain.code_status import Statement, compose, say_rests
from app.domain.code_status_entries import GROUP, answers_of, statement_of
from app.domain.visit import Entry, Value
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env, now
from app.views.forms import fields
from app.views.forms.names import ident
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import aside, at_end, wrap
from app.views.wording import conversation as said
from app.views.wording import forms as wording

FORM = "code-status"


def _group() -> Item:
    return load()[FORM].get_item(GROUP)


@safe_component
def Statements(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    newest, set_newest = use_value(lambda: "")
    entries = page.draft.entries.get(GROUP, ())
    status = compose(page.parts.code_status, now().date())
    renewing = {one: entry for entry in entries for one in (entry.about or "").split()}

    def draw(entry: Entry) -> ft.Control:
        return keyed(entry.id, StatementEntry, entry, entry.id == newest, env, page, saving)

    async def add(_: Any) -> None:
        made = await saving.add_entry(GROUP)
        if made is not None:
            set_newest(lambda _old: made)

    async def look_again(same: tuple[Statement, ...], gone: bool, _: Any) -> None:
        answers: dict[str, Value] = dict(answers_of(same[0]))
        answers["cs-stands"] = "taken-back" if gone else "stands"
        await saving.add_entry(GROUP, about=" ".join(one.id for one in same), answers=answers)

    adding = use_action(add)
    parts: list[ft.Control] = [
        heading(tr(said.CODE_STATUS), 17, level=3),
    ]
    if _group().hint:
        parts.append(muted(_group().hint or ""))
    drawn: set[str] = set()
    for number, same in enumerate(_put_together(status.current, renewing), start=1):
        renewed = renewing.get(same[0].id)
        if renewed is None:
            parts.append(_on_record(same, number, look_again))
        elif renewed.id not in drawn:  # in the place of what is looked at again
            drawn.add(renewed.id)
            parts.append(draw(renewed))
    parts += [draw(entry) for entry in entries if entry.id not in drawn]
    parts += optional_notice(adding.error, Tone.ASK)
    plus = buttons.quiet("cs-add", tr(said.ADD_STATEMENT), adding.run, icon=ft.Icons.ADD, busy=adding.busy)
    parts.append(ft.Row([plus], wrap=True))
    return stack(parts, spacing=theme.S2)


def _put_together(
    current: Iterable[Statement], renewing: Mapping[str, Entry]
) -> Iterable[tuple[Statement, ...]]:
    """Records that read alike to the last word are one, looked at again with one tap; what is renewed goes its way."""
    found: dict[object, list[Statement]] = {}
    for one in current:
        renewed = renewing.get(one.id)
        found.setdefault(_told(one) if renewed is None else renewed.id, []).append(one)
    return map(tuple, found.values())


def _told(statement: Statement) -> tuple[str, str, str]:
    """(headline, what it rests on, whose words)."""
    rests = say_rests(statement, now().date(), said.SPOKEN)
    capital = rests[:1].upper() + rests[1:]
    named = f"{statement.title}: {rests}" if statement.title else capital
    head = tr(said.TAKEN_BACK) if statement.taken_back else statement.say(said.SPOKEN) or named
    return head, capital if statement.says or statement.taken_back else "", said.statement_by(statement)


def _lines(statement: Statement) -> list[ft.Control]:
    head, rests, by = _told(statement)
    return [
        words(head, 16, strong=True),
        *([muted(rests, 15)] if rests else []),
        *([muted(by, 14)] if by else []),
    ]


def _on_record(same: tuple[Statement, ...], number: int, look_again: Any) -> ft.Control:
    again = aside(f"cs-again-{number}", tr(said.AGAIN), partial(look_again, same, False), icon=ft.Icons.CHECK)
    gone = aside(f"cs-gone-{number}", tr(said.GONE), partial(look_again, same, True), icon=ft.Icons.CLOSE)
    several = [muted(said.same_records(len(same)), 14)] if len(same) > 1 else []
    return card(stack([*_lines(same[0]), *several, wrap([again, gone])], spacing=2), padding=theme.S3)


@safe_component
def StatementEntry(entry: Entry, fresh: bool, env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """One statement of this visit: a line; a tap opens its questions. A new one is open."""
    opened, set_opened = ft.use_state(fresh or not entry.answers)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    async def remove(_: Any) -> None:
        await saving.remove_entry(entry.id)

    removing = use_action(remove)
    made = statement_of(entry, entry.id, page.draft.began_at, page.draft.nurse.name)
    lines = _lines(made) if made is not None else [words(tr(said.STATEMENT_EMPTY), 16, strong=True)]
    lines.append(muted(tr(said.SETTLES) if entry.about else tr(said.WRITTEN_NOW), 14))
    line = buttons.tile(
        ident("cs", "open", entry.id),
        turn,
        stack(lines, spacing=0, tight=True),
        end=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
    )
    if not opened:
        return line
    shown = [item for item in _group().items if entry.about or item.link_id != "cs-stands"]
    inside = fields(shown, env, page, saving, instrument=load()[FORM], entry=entry)
    away = buttons.plain(
        ident("cs", "remove", entry.id), tr(wording.REMOVE), removing.run, icon=ft.Icons.DELETE_OUTLINE
    )
    return card(
        stack([line, *inside, *optional_notice(removing.error, Tone.ASK), at_end(away)], spacing=theme.S2),
        padding=theme.S2,
        color=ft.Colors.SURFACE_CONTAINER,
    )
