"""The way to a paper, on a person's page."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.routes import PaperRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack
from app.views.wording import paper as said


@safe_component
def PapersPart(env: Env, page: PatientPage) -> ft.Control:
    patient_id = page.sheet.patient.id
    go = buttons.quiet(
        "papers-open",
        tr(said.OPEN),
        lambda _: env.go(PaperRoute(patient_id)),
        icon=ft.Icons.DESCRIPTION_OUTLINED,
    )
    return group(
        tr(said.TITLE), [card(stack([muted(tr(said.OPEN_HELP)), ft.Row([go], wrap=True)], spacing=theme.S2))]
    )
