"""Telling the team that somebody has died: on Today and above the review queue. One card, one tap."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.language import tr
from app.services.death_models import DeathNews
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import death as said

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX})


@safe_component
def DeathCard(env: Env) -> ft.Control:
    """Nothing at all while there is nothing new. What is not sent yet says so, and stays until it is."""
    found, _ = use_load(env.session.deaths.news, env.session.hub, TOPICS)
    news = found.value or ()

    async def note_read(_: Any) -> None:
        await env.session.deaths.note_read(news)

    reading = use_action(note_read)
    if not news:
        return ft.Container(visible=False)
    rows = [_row(env, one) for one in news]
    unread = any(not one.read for one in news)
    done = buttons.quiet("deaths-read", tr(said.READ), reading.run, icon=ft.Icons.CHECK, busy=reading.busy)
    parts = [
        heading(tr(said.NEWS), 17, level=2),
        *rows,
        *([ft.Row([done], wrap=True)] if unread else []),
        *optional_notice(reading.error, Tone.ASK),
    ]
    return card(stack(parts, spacing=theme.S2), color=ft.Colors.SURFACE_CONTAINER)


def _row(env: Env, one: DeathNews) -> ft.Control:
    death = one.death
    lines: list[ft.Control] = [words(said.news(one), 17, strong=True)]
    lines.append(muted(said.recorded(death, now()), 15))
    if short := said.in_short(death):
        lines.append(muted(short, 15))
    if death.refused:
        lines.append(words(tr(said.REFUSED), 15, strong=True))
    elif death.pending:
        lines.append(words(tr(said.ONLY_HERE), 15, strong=True))
    return buttons.tile(
        f"death-of-{death.patient_id}",
        lambda _: env.go(PatientsRoute(death.patient_id)),
        stack(lines, spacing=2, tight=True),
        lead=ft.Icons.SPA_OUTLINED,
    )
