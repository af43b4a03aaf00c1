"""Conversations on a person's page: what holds now, and the history behind one tap."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.conversation import what_is_known
from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.conversation.record import domain_shape, history_lines, standing_lines
from app.views.conversation.story import code_status_story
from app.views.env import Env
from app.views.guard import safe_component
from app.views.widgets import buttons
from app.views.widgets.base import card, group, heading, muted, stack
from app.views.widgets.options import wrap
from app.views.wording import conversation as said


@safe_component
def ConversationRecord(env: Env, page: PatientPage) -> ft.Control:
    history, set_history = ft.use_state(False)
    part = page.parts.conversation

    def turn(_: Any) -> None:
        set_history(lambda old: not old)

    statements = page.parts.code_status
    lines = standing_lines(part)
    inside: list[ft.Control] = lines or [muted(tr(said.NOTHING_ON_RECORD), 16)]
    if lines:
        shape = domain_shape(dict(what_is_known(part.versions)), code_status=bool(statements))
        inside.append(stack([muted(tr(said.DOMAINS_TITLE), 14), shape], spacing=4))
    if part.versions or statements:
        label = tr(said.HISTORY_CLOSE) if history else tr(said.HISTORY)
        icon = ft.Icons.EXPAND_LESS if history else ft.Icons.HISTORY
        inside.append(wrap([buttons.plain("patient-conversation-history", label, turn, icon=icon)]))
    if history:
        inside += history_lines(part) if part.versions else []
        if statements:
            inside += [heading(tr(said.CODE_STATUS), 17, level=3), *code_status_story(statements)]
    return group(tr(said.TITLE), [card(stack(inside, spacing=theme.S3))])
