"""Promises on a person's page: those that stand open, answered in one tap; earlier ones behind one line."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.promise import Promise, PromiseState, in_order, list_open
from app.language import tr
from app.services.models import PatientPage
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.held import use_held
from app.views.promises.lines import PromiseLine, promise_card
from app.views.widgets import buttons
from app.views.widgets.base import group
from app.views.wording import promises as said

SHOWN = 10
"""Earlier promises, the newest first."""


@safe_component
def PromisesPart(env: Env, page: PatientPage) -> ft.Control:
    """Nothing at all while nothing was promised."""
    earlier, set_earlier = use_held(env, "promises-earlier", lambda: False)
    promises, patient_id = page.parts.promises, page.sheet.patient.id
    if not promises:
        return ft.Container(visible=False)

    async def answer(promise: Promise, state: PromiseState) -> None:
        await env.session.promises.answer(patient_id, promise.id, state)

    def turn(_: Any) -> None:
        set_earlier(lambda old: not old)

    tap = None if env.is_supervisor else answer
    waiting = list_open(promises)
    old = [one for one in reversed(in_order(promises)) if one not in waiting][:SHOWN]
    rows: list[ft.Control] = []
    if waiting:
        rows.append(promise_card([keyed(one.id, PromiseLine, one, tap, env.narrow) for one in waiting]))
    if old:
        label = tr(said.LESS) if earlier else tr(said.MORE)
        icon = ft.Icons.EXPAND_LESS if earlier else ft.Icons.HISTORY
        rows.append(ft.Row([buttons.plain("patient-promises-earlier", label, turn, icon=icon)], wrap=True))
    if earlier:
        rows.append(promise_card([keyed(one.id, PromiseLine, one, tap, env.narrow) for one in old]))
    return group(
        tr(said.OPEN_TITLE) if waiting else tr(said.PROMISED), rows, icon=ft.Icons.HANDSHAKE_OUTLINED
    )
