"""Conversations on a person's page: what holds now, and the history behind one tap."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.conversation import what_is_known
from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.conversation.record import domain_shape, history_lines, standing_lines
from app.views.env import Env
from app.views.guard import safe_component
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack
from app.views.widgets.options import wrap
from app.views.wording import conversation as said


@safe_component
def ConversationRecord(env: Env, page: PatientPage) -> ft.Control:
    history, set_history = ft.use_state(False)
    part = page.parts.conversation

    def turn(_: Any) -> None:
        set_history(lambda old: not old)

    lines = standing_lines(part)
    if not lines:
        return group(tr(said.TITLE), [card(muted(tr(said.NOTHING_ON_RECORD), 16))])
    shape = domain_shape(dict(what_is_known(part.versions)), code_status=bool(page.parts.code_status))
    inside: list[ft.Control] = [*lines, stack([muted(tr(said.DOMAINS_TITLE), 14), shape], spacing=4)]
    if part.versions:
        label = tr(said.HISTORY_CLOSE) if history else tr(said.HISTORY)
        icon = ft.Icons.EXPAND_LESS if history else ft.Icons.HISTORY
        inside.append(wrap([buttons.plain("patient-conversation-history", label, turn, icon=icon)]))
    if history:
        inside += history_lines(part)
    return group(tr(said.TITLE), [card(stack(inside, spacing=theme.S3))])
