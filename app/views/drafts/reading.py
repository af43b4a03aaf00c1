"""A colleague's draft, to read: whose it is, that it is not signed, and what stands in it so far."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.models import VisitReading
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.alerts.hushed import at_bedside
from app.views.env import Env, now
from app.views.forms.record import Record
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import loading, optional_notice
from app.views.widgets.status import status_line
from app.views.wording import drafts as said

TOPICS: frozenset[Topic] = frozenset()
"""It is asked of the plan when it is opened, and not again by itself."""


@safe_component
def DraftReading(env: Env, key: str) -> ft.Control:
    async def read() -> VisitReading:
        return await env.session.drafts.read(key)

    loaded, _ = use_load(read, env.session.hub, TOPICS, key)
    back = buttons.back("draft-back", tr(said.BACK), lambda _: env.back())
    if loaded.value is None:
        inside = [*optional_notice(loaded.error)] or [loading()]
        return screen(tr(said.READ_TITLE), inside, narrow=env.narrow, lead=back)
    visit, at = loaded.value, now()
    head = [
        status_line(visit.summary.status, at, 18),
        words(said.begun_by(visit.summary.nurse_name, visit.summary.began_at, at), 17),
        words(say.where_how(visit.summary.modality, visit.summary.setting), 16),
        muted(tr(said.READ_HELP), 15),
    ]
    wrote = visit.nurse is not None and visit.nurse.name == env.session.user_name
    return screen(
        visit.summary.patient_name,
        [
            card(stack(head, spacing=theme.S2), color=ft.Colors.TERTIARY_CONTAINER),
            keyed(f"draft {key}", Record, visit, env.narrow, env.is_supervisor or wrote, at_bedside(env)),
            group(tr(text.NOTE), [card(words(visit.note or tr(text.NOTE_EMPTY), 17))]),
            ft.Container(height=theme.S4),
        ],
        narrow=env.narrow,
        lead=back,
        spacing=20,
    )
