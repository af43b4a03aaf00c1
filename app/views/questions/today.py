"""On a nurse's Today: what her supervisor asks or thanks for, one tap from the answer."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.review import ReviewKind
from app.language import tr
from app.services.review_models import ToNurse
from app.store.changes import Topic
from app.views import say, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import ReadingRoute
from app.views.widgets import buttons
from app.views.widgets.base import group, stack, words
from app.views.widgets.notices import optional_notice
from app.views.wording import review as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX})


@safe_component
def TodayQuestions(env: Env) -> ft.Control:
    """Nothing at all where nobody asks. What was asked is read on the visit's own page: others see this one."""

    async def read() -> tuple[ToNurse, ...]:
        return await env.session.review.to_me()

    found, _ = use_load(read, env.session.hub, TOPICS)
    if not found.value:
        return stack(optional_notice(found.error)) if found.error else ft.Container(visible=False)
    return group(tr(said.TO_YOU), [_tile(env, one) for one in found.value], icon=ft.Icons.FORUM_OUTLINED)


def _tile(env: Env, one: ToNurse) -> ft.Control:
    thanks = one.review.kind is ReviewKind.THANKS
    ink = ft.Colors.ON_SURFACE if thanks else ft.Colors.ON_TERTIARY_CONTAINER
    lines: list[ft.Control] = [
        words(said.question_card(one.review), 17, strong=True, color=ink),
        words(said.about_visit(one.visit.patient_name, say.moment(one.visit.began_at, now())), 16, color=ink),
    ]

    def go(visit_id: str, _: Any) -> None:
        env.go(ReadingRoute(visit_id))

    return buttons.tile(
        f"today-question-{one.review.id}",
        partial(go, one.visit.id),
        stack(lines, spacing=theme.S1, tight=True),
        lead=ft.Icons.FAVORITE_BORDER if thanks else ft.Icons.HELP_OUTLINE,
        tint=ft.Colors.SURFACE_CONTAINER_LOW if thanks else ft.Colors.TERTIARY_CONTAINER,
        ink=ink,
    )
