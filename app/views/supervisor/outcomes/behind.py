"""Who stands behind a number: asked of the plan, only people whose records this supervisor may read."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.outcomes import Figures, Measure
from app.language import tr
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import inset, muted, words
from app.views.widgets.notices import loading, optional_notice
from app.views.wording import outcomes as said


@safe_component
def BehindPart(env: Env, measure: Measure, figures: Figures, standing: str) -> ft.Control:
    """Names; a tap opens the person."""
    found, _ = use_load(
        partial(env.session.outcomes.list_people, measure, figures, None, standing), None, frozenset()
    )
    parts: list[ft.Control] = [words(said.who_title(standing), 16, strong=True)]
    parts += optional_notice(found.error)
    if found.value is None:
        return inset([*parts, *([] if found.error else [loading()])])
    for who, name in found.value.people:
        parts.append(buttons.tile(f"outcomes-person-{who}", partial(_open, env, who), words(name, 16)))
    if found.value.others:
        parts.append(muted(said.others(found.value.others), 15))
    if not found.value.people and not found.value.others:
        parts.append(muted(tr(said.NOBODY), 15))
    return ft.Container(padding=ft.Padding.only(bottom=theme.S2), content=inset(parts))


def _open(env: Env, patient_id: str, _: Any) -> None:
    env.go(PatientsRoute(patient_id))
