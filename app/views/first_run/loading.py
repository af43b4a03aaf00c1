"""Last step: the first load. The way on is open as soon as one person is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.language import tr
from app.services.models import SyncWord, Today
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import TourRoute
from app.views.statusbar import use_sync_state
from app.views.widgets import buttons
from app.views.widgets.base import heading, muted, stack, words
from app.views.wording import help as helping


@safe_component
def FirstLoad(env: Env, loaded: Callable[[], None]) -> ft.Control:
    state = use_sync_state(env.session)

    async def read() -> Today:
        return await env.session.caseload.today()

    today, _ = use_load(read, env.session.hub, frozenset({Topic.PATIENTS, Topic.SYNC}))
    here = today.value.people if today.value else 0
    share = None
    if state.progress is not None and state.progress[1]:
        share = min(1.0, state.progress[0] / state.progress[1])
    done = state.word is SyncWord.OK and state.progress is None

    def show_round(_: Any) -> None:
        loaded()
        env.go(TourRoute())

    return stack(
        [
            heading(tr(text.FETCHING) if not done else tr(text.FETCHED)),
            words(tr(text.FETCHED_HELP) if done else tr(text.FETCHING_HELP), 17),
            ft.ProgressBar(
                bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
                value=1.0 if done else share,
                bar_height=8,
                border_radius=4,
                semantics_label=tr(text.FETCHING),
            ),
            muted(say.sync_line(state)),
            words(say.people_here(here), 18, strong=True),
            buttons.primary(
                "first-run-open-today",
                tr(text.OPEN_REVIEW) if env.is_supervisor else tr(text.OPEN_TODAY),
                lambda _: loaded(),
                icon=ft.Icons.ARROW_FORWARD,
            ),
            buttons.quiet("first-run-tour", tr(helping.TOUR), show_round, icon=ft.Icons.SLIDESHOW_OUTLINED),
            muted(tr(helping.TOUR_HELP)),
        ],
        spacing=theme.S4,
        tight=True,
    )
