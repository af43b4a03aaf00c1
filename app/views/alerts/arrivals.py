"""An open visit hears that the plan has its alerts: what it says of them was read with the last tap, maybe long ago."""

from __future__ import annotations

import flet as ft

from app.services.models import VisitPage
from app.store.changes import Topic
from app.views.alerts.card import waits
from app.views.env import Env
from app.views.guard import on_page
from app.views.hooks import use_load
from app.views.visit.saving import Saving

TOPICS = frozenset({Topic.OUTBOX, Topic.ALERTS})


def use_arrivals(env: Env, page: VisitPage, saving: Saving) -> None:
    """Read the visit again once the plan has an alert of it that waited: nobody need phone about what was received."""
    waiting = tuple(one.id for one in page.alerts if waits(one))

    async def look() -> frozenset[str]:
        return await env.session.alerts.find_received(waiting) if waiting else frozenset()

    found, _ = use_load(look, env.session.hub if waiting else None, TOPICS, waiting)
    arrived = bool((found.value or frozenset()).intersection(waiting))
    again = on_page(ft.context.page, saving.reload)

    def read_again() -> None:
        if arrived:
            again()

    ft.use_effect(read_again, [arrived])
