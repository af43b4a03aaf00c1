"""Beside a visit that is read: the draft of the same visit that was put away on this tablet."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.language import tr
from app.store.changes import Topic
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load
from app.views.routes import VisitRoute
from app.views.widgets import buttons
from app.views.widgets.notices import Tone, notice
from app.views.wording import drafts as said

TOPICS = frozenset({Topic.VISITS})


@safe_component
def PutAway(env: Env, visit_id: str) -> ft.Control:
    """Nothing at all where there is none."""

    async def read() -> str:
        return await env.session.twice.find_put_away(visit_id) or ""

    async def bring(_: Any) -> None:
        own = found.value or ""
        await env.session.twice.bring_back(own)
        env.go(VisitRoute(own))

    found, _ = use_load(read, env.session.hub, TOPICS, visit_id)
    bringing = use_action(bring)
    if not found.value:
        return ft.Container(visible=False)
    way = buttons.quiet(
        "reading-bring-back", tr(said.BRING_BACK), bringing.run, icon=ft.Icons.UNARCHIVE_OUTLINED
    )
    return notice(bringing.error or tr(said.AWAY), Tone.ASK, [way])
