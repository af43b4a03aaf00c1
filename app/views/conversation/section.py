"""The conversation in a visit: four boxes, the rest behind "More", ways to ask to read, code status, team's view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flet as ft

from app.content.spoken import load
from app.domain.conversation import has_conversation, what_is_known, what_stands
from app.domain.conversation_fields import BOXES, PROMPT_ORDER, SAW, Field
from app.domain.visit import Answer
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.conversation.box import draw_field
from app.views.conversation.in_words import get_field, list_fields, say_field
from app.views.conversation.record import domain_shape, standing_lines
from app.views.conversation.statements import Statements
from app.views.conversation.strip import visit_status
from app.views.env import Env, now
from app.views.forms import fields
from app.views.forms.heads import lock
from app.views.forms.shown import holds
from app.views.guard import keyed, on_page, safe_component
from app.views.visit.saving import Saving
from app.views.widgets.base import card, heading, muted, stack, words
from app.views.widgets.options import aside, wrap
from app.views.wording import conversation as said
from app.views.wording.forms import LESS

TEAM_VIEW = "team-view"


def _is_answered(one: Field, answers: Mapping[str, Answer]) -> bool:
    return any(item.link_id in answers for item in one.items)


def _is_shown(one: Field, answers: Mapping[str, Answer]) -> bool:
    return _is_answered(one, answers) or holds(one.item.when, answers)


@safe_component
def ConversationSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    opened, set_opened = ft.use_state(False)
    prompts, set_prompts = ft.use_state(False)
    on_record, set_on_record = ft.use_state(False)
    part, answers = page.parts.conversation, page.draft.answers
    unnamed = has_conversation(answers) and SAW not in answers and bool(part.versions)

    async def name_versions() -> None:
        """What stands on this screen is what the author has before her: written down with her first word."""
        if unnamed:
            await saving.set_text(SAW, part.saw)

    ft.use_effect(on_page(ft.context.page, name_versions), [unnamed])

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    def turn_prompts(_: Any) -> None:
        set_prompts(lambda old: not old)

    def turn_record(_: Any) -> None:
        set_on_record(lambda old: not old)

    ways = [
        aside(
            "conv-prompts",
            tr(said.PROMPTS_CLOSE) if prompts else tr(said.PROMPTS),
            turn_prompts,
            icon=ft.Icons.MENU_BOOK_OUTLINED,
        )
    ]
    if part.versions or part.others:
        label = tr(said.ON_RECORD_CLOSE) if on_record else tr(said.ON_RECORD)
        ways.append(aside("conv-on-record", label, turn_record, icon=ft.Icons.HISTORY))
    parts: list[ft.Control] = [muted(tr(said.WRITE_LATER), 15), wrap(ways)]
    if prompts:
        parts.append(_prompts())
    if on_record:
        parts.append(card(stack(standing_lines(part), spacing=theme.S3), color=ft.Colors.SURFACE_CONTAINER))
    all_fields = list_fields()
    last = _last(page)
    for one in all_fields:
        if one.id in BOXES:
            parts.append(draw_field(one, env, page, saving, last.get(one.id, "")))
    parts += _rest(all_fields, opened, turn, env, page, saving, last)
    known = {**what_is_known(part.versions), **answers}
    shape = domain_shape(known, code_status=bool(visit_status(page).current))
    parts.append(stack([muted(tr(said.DOMAINS_TITLE), 14), shape], spacing=4))
    parts.append(ft.Divider(height=theme.S4, color=ft.Colors.OUTLINE_VARIANT))
    parts.append(keyed("statements", Statements, env, page, saving))
    parts.append(ft.Divider(height=theme.S4, color=ft.Colors.OUTLINE_VARIANT))
    parts += _team_view(env, page, saving)
    return stack(parts, spacing=theme.S3)


def _last(page: VisitPage) -> dict[str, str]:
    """What stands on record, by field, to be seen beside it."""
    at = now()
    return {
        one.field.id: f"{tr(said.ON_RECORD)}: "
        + " / ".join(said.on_record(saying.text, saying.version, at) for saying in one.sayings)
        for one in what_stands(page.parts.conversation.versions, say_field)
        if not one.field.private
    }


def _rest(
    all_fields: tuple[Field, ...],
    opened: bool,
    turn: Any,
    env: Env,
    page: VisitPage,
    saving: Saving,
    last: dict[str, str],
) -> list[ft.Control]:
    """Everything else, under headings; what holds an answer is always seen."""
    heads = dict(said.MORE_STEPS)
    answers = page.draft.answers
    rest = [one for one in all_fields if one.id not in BOXES and _is_shown(one, answers)]
    hidden = [one for one in rest if not _is_answered(one, answers)]
    parts: list[ft.Control] = []
    waiting = ""
    for one in rest:
        waiting = heads.get(one.id, waiting)
        if not opened and one in hidden:
            continue
        if waiting:
            parts.append(heading(tr(waiting), 16, level=4))
            waiting = ""
        parts.append(draw_field(one, env, page, saving, last.get(one.id, "")))
    icon = ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE
    label = tr(LESS) if opened else said.more(len(hidden))
    if hidden or opened:
        parts.append(ft.Row([aside("conv-more", label, turn, icon=icon)], wrap=True))
    return parts


def _prompts() -> ft.Control:
    """In the order of a conversation, to read through; nothing here can be touched."""
    lines: list[ft.Control] = [muted(tr(said.PROMPTS_HELP), 14)]
    for one in map(get_field, PROMPT_ORDER):
        prompt = words(one.item.hint or "", 16)
        lines.append(stack([words(one.title, 15, strong=True), prompt], spacing=1, tight=True))
    return card(stack(lines, spacing=theme.S3), color=ft.Colors.SURFACE_CONTAINER)


def _team_view(env: Env, page: VisitPage, saving: Saving) -> list[ft.Control]:
    instrument = load()[TEAM_VIEW]
    inside = fields(instrument.items, env, page, saving, instrument=instrument)
    return [heading(instrument.name, 17, level=3), lock(tr(said.TEAM_ONLY)), *inside]
