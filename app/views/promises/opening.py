"""What a visit opens with: what must be known first, alerts of before that still stand, what was promised here (kept or
not in one tap), and the doorstep card behind one line.
"""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.promise import Promise, PromiseState, list_for_opening
from app.domain.visit import Modality
from app.language import tr
from app.services.doorstep import make_doorstep
from app.services.models import VisitPage
from app.views import theme
from app.views.alerts.earlier import earlier_alerts
from app.views.conversation.in_words import say_field
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_value
from app.views.promises.doorstep import doorstep_card, first_lines
from app.views.promises.lines import PromiseLine, promise_card
from app.views.visit.saving import Saving
from app.views.widgets.base import group, stack
from app.views.widgets.options import aside
from app.views.wording import promises as said
from app.views.wording import stored

DOOR = ft.Icons.DOOR_FRONT_DOOR_OUTLINED


@safe_component
def Opening(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    shown, set_shown = use_value(lambda: False)
    draft = page.draft

    def turn(_: Any) -> None:
        set_shown(lambda old: not old)

    async def answer(promise: Promise, state: PromiseState) -> None:
        await env.session.promises.answer(draft.patient_id, promise.id, state)
        await saving.reload(saved=True)

    at_door = page.parts.at_door
    said_above = env.narrow and bool(at_door.listed)  # right above, in the line that stays in sight
    parts = first_lines(at_door, allergies=not said_above)
    parts += earlier_alerts(env, page, saving)
    held = list_for_opening(page.parts.promises, draft.id, draft.began_at)
    if held:
        lines = [keyed(one.id, PromiseLine, one, answer, env.narrow) for one in held]
        title = tr(said.IN_VISIT) if any(one.answered for one in held) else tr(said.OPEN_TITLE)
        parts.append(group(title, [promise_card(lines)]))
    doorstep = make_doorstep(page.parts, page.last_values, say_field, stored.name)
    if not doorstep.is_empty:
        label = said.doorstep_way(draft.modality, shown=shown)
        way_in = DOOR if draft.modality is Modality.IN_PERSON else ft.Icons.INFO_OUTLINE
        icon = ft.Icons.EXPAND_LESS if shown else way_in
        parts.append(ft.Row([aside("visit-doorstep", label, turn, icon=icon)], wrap=True))
        if shown:
            parts.append(doorstep_card(doorstep, draft.modality, narrow=env.narrow, in_visit=True))
    return stack(parts, spacing=theme.S2) if parts else ft.Container(height=0)
