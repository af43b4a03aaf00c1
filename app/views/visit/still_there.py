"""A visit that has been open for hours and nobody tapped "I'm leaving": ask once, in one line, and never decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import flet as ft

from app.language import tr
from app.services.models import VisitPage
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_value
from app.views.ports import OpenSession
from app.views.widgets import buttons
from app.views.widgets.base import card, sign, words
from app.views.widgets.options import beside
from app.views.widgets.visit_rows import LONG

_said_here: WeakKeyDictionary[OpenSession, dict[str, datetime]] = WeakKeyDictionary()
"""When the nurse last said that she is still there, by visit, as long as the store is open."""


def asks(page: VisitPage, said_at: datetime | None, at: datetime) -> bool:
    """Three hours after the beginning, and again three hours after she said so. Never once the end is set."""
    if page.draft.left_at is not None:
        return False
    return at - (said_at or page.draft.began_at) >= LONG


@safe_component
def StillThere(env: Env, page: VisitPage) -> ft.Control:
    kept = _said_here.setdefault(env.session, {})
    said_at, set_said_at = use_value(lambda: kept.get(page.draft.id))
    at = now()
    if not asks(page, said_at, at):
        return ft.Container(height=0)

    def here(_: Any) -> None:
        kept[page.draft.id] = at
        set_said_at(lambda _: at)

    line = f"{tr(text.STILL_THERE)} {say.began(page.draft.began_at, at)}"
    return card(
        beside(
            [
                sign(ft.Icons.SCHEDULE, size=22),
                ft.Container(expand=True, content=words(line, 16, strong=True)),
            ],
            buttons.quiet("visit-still-there", tr(text.STILL_HERE), here),
        ),
        color=ft.Colors.SURFACE_CONTAINER,
        padding=theme.S3,
    )
