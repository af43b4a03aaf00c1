"""What stands where people would: nobody yet, or nobody on the list that the plan has sent."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.views import text
from app.views.env import Env
from app.views.guard import safe_component
from app.views.statusbar import use_sync_state
from app.views.widgets.notices import empty


@safe_component
def Nobody(env: Env) -> ft.Control:
    """A network brings people only before the first contact; after it somebody at the plan has to."""
    told = tr(text.NO_PEOPLE_HELP)
    if use_sync_state(env.session).last_success_at is not None:
        told = tr(text.NOBODY_AT_PLAN) if env.is_supervisor else tr(text.NOBODY_AT_PLAN_HELP)
    return empty(ft.Icons.PEOPLE_OUTLINE, tr(text.NO_PEOPLE), told)
