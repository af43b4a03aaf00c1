"""What others changed around a nurse: who came onto her list or left it, which visits were moved. One card, one tap."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.language import tr
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, stack, words
from app.views.widgets.notices import optional_notice
from app.views.wording import board as said

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.SYNC})


@safe_component
def TeamNews(env: Env) -> ft.Control:
    """Nothing at all while there is none."""
    found, _ = use_load(env.session.moves.read, env.session.hub, TOPICS)
    news = found.value

    async def note_read(_: Any) -> None:
        if news is not None:
            await env.session.moves.note_read(news)

    reading = use_action(note_read)
    if news is None or not (news.people or news.visits):
        return ft.Container(visible=False)
    ink = ft.Colors.ON_PRIMARY_CONTAINER
    lines = [said.visit_news(one, now()) for one in news.visits]
    lines += [said.list_news(one, now()) for one in news.people]
    shown: list[ft.Control] = [words(one, 16, color=ink) for one in lines]
    done = buttons.quiet("news-read", tr(said.READ), reading.run, icon=ft.Icons.CHECK, busy=reading.busy)
    parts = [
        heading(tr(said.NEWS), 17, level=2),
        *shown,
        ft.Row([done], wrap=True),
        *optional_notice(reading.error),
    ]
    return card(stack(parts, spacing=theme.S2), color=ft.Colors.PRIMARY_CONTAINER)
