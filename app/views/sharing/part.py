"""The way to sharing, on a person's page."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.routes import SharingRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack
from app.views.wording import sharing as said


@safe_component
def SharingPart(env: Env, page: PatientPage) -> ft.Control:
    if env.session.practising:
        return ft.Container(visible=False)
    patient_id = page.sheet.patient.id
    label, help_line = tr(said.OPEN), tr(said.OPEN_HELP)
    if page.sheet.patient.deceased:
        label, help_line = tr(said.SHARED), tr(said.NOBODY_AGREES)
    go = buttons.quiet("sharing-open", label, lambda _: env.go(SharingRoute(patient_id)), icon=ft.Icons.SHARE)
    inside = stack([muted(help_line), ft.Row([go], wrap=True)], spacing=theme.S2)
    return group(tr(said.TITLE), [card(inside)])
