"""On Today: that one is on call, until when, and how old the pack is. Nothing at all where there is none."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.store.changes import Topic
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import OnCallRoute
from app.views.today.ticking import use_minutes
from app.views.widgets import buttons
from app.views.widgets.base import stack, words
from app.views.widgets.notices import notice
from app.views.wording import oncall as said

TOPICS = frozenset({Topic.SYNC})


@safe_component
def OnCallCard(env: Env) -> ft.Control:
    minute = use_minutes()
    found, _ = use_load(env.session.on_call.read, env.session.hub, TOPICS, minute)
    state = found.value
    if state is None and found.error:  # one that may be on call must not look like one that is not
        return notice(found.error)
    if state is None or state.duty is None:
        return ft.Container(visible=False)
    ink = ft.Colors.ON_PRIMARY_CONTAINER if state.on_duty else ft.Colors.ON_SURFACE
    lines: list[ft.Control] = [words(said.card(state, now()), 17, strong=True, color=ink)]
    if not state.on_duty:
        lines.append(words(tr(said.BEFORE), 15, color=ink))
    return buttons.tile(
        "today-oncall",
        lambda _: env.go(OnCallRoute()),
        stack(lines, spacing=2, tight=True),
        lead=ft.Icons.NIGHTLIGHT_OUTLINED,
        tint=ft.Colors.PRIMARY_CONTAINER if state.on_duty else ft.Colors.SURFACE_CONTAINER_LOW,
        ink=ink,
    )
