"""What stands where people or work would: nobody yet, nobody whom the plan has sent, or all of it done."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.store.changes import Topic
from app.views import text
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.statusbar import use_sync_state
from app.views.widgets.notices import empty

TOPICS = frozenset({Topic.PATIENTS})


@safe_component
def Nobody(env: Env) -> ft.Control:
    """A network brings people only before the first contact; after it somebody at the plan has to."""
    title, told = tr(text.NO_PEOPLE), tr(text.NO_PEOPLE_HELP)
    if use_sync_state(env.session).last_success_at is not None:
        told = tr(text.NOBODY_AT_PLAN_HELP)
        if env.is_supervisor:
            title, told = tr(text.NOBODY_IN_TEAM), tr(text.NOBODY_IN_TEAM_HELP)
    return empty(ft.Icons.PEOPLE_OUTLINE, title, told)


@safe_component
def AllDone(env: Env, icon: ft.IconData, title: str, told: str = "") -> ft.Control:
    """That nothing is left to do, which is said of a team with people only: nobody's work is not work done."""

    async def anybody() -> bool:
        return bool(await env.session.caseload.search(""))

    found, _ = use_load(anybody, env.session.hub, TOPICS)
    if found.value is None and found.error is None:
        return ft.Container(visible=False)
    return Nobody(env) if found.value is False else empty(icon, title, told)
