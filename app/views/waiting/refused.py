"""On a visit that the plan refused and that is being corrected: why it came back, in the plan's own words."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.services.models import VisitPage
from app.services.sending_models import RefusedBefore
from app.store.changes import Topic
from app.views import theme
from app.views.alerts.strip import AlertStrip, side_of
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load, use_value
from app.views.visit.saving import Saving
from app.views.widgets.base import sign, words
from app.views.widgets.buttons import between
from app.views.wording import waiting as said


def top_of_visit(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """What stays in sight under the head of a visit: why it came back, then its alerts."""
    return ft.Column(
        [
            keyed("visit-refused", RefusedStrip, env, saving.visit_id),
            AlertStrip(env, page, saving),
        ],
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@safe_component
def RefusedStrip(env: Env, visit_id: str) -> ft.Control:
    """Nothing at all on a visit that was never refused. A tap folds it to one line, and back."""

    async def read() -> tuple[RefusedBefore | None]:
        return (await env.session.sending.refused_before(visit_id),)

    found, _ = use_load(read, env.session.hub, frozenset({Topic.OUTBOX}), visit_id)
    whole, set_whole = use_value(lambda: True)
    if found.value is None or found.value[0] is None:
        return ft.Container(height=0)

    def turn(_: Any) -> None:
        set_whole(lambda old: not old)

    ink = ft.Colors.ON_ERROR_CONTAINER
    side = side_of(env)
    sentence = words(said.refused_before(found.value[0], now()), 16, color=ink, lines=None if whole else 1)
    icon = sign(ft.Icons.REPORT_OUTLINED, size=22, color=ink)
    more = sign(ft.Icons.EXPAND_LESS if whole else ft.Icons.EXPAND_MORE, size=24, color=ink)
    row = between(icon, sentence, more, at=ft.CrossAxisAlignment.START)
    return ft.Container(
        padding=ft.Padding.only(left=side, right=side, top=theme.S2),
        content=ft.Semantics(
            identifier="visit-refused",
            button=True,
            expanded=whole,
            container=True,
            content=ft.Container(
                padding=ft.Padding.symmetric(horizontal=theme.S3, vertical=theme.S3),
                border_radius=theme.RADIUS,
                bgcolor=ft.Colors.ERROR_CONTAINER,
                ink=True,
                on_click=turn,
                content=row,
            ),
        ),
    )
