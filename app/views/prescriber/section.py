"""On the visit page: the calls written down, and the way to the screen for the next."""

from __future__ import annotations

import flet as ft

from app.domain.prescriber import GROUP
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.prescriber.call import call_title
from app.views.routes import PrescriberRoute
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack, words
from app.views.wording import medicines as said


@safe_component
def PrescriberSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    calls = page.draft.entries.get(GROUP, ())
    lines: list[ft.Control] = [words(call_title(entry), 16) for entry in calls]
    button = buttons.quiet(
        "visit-call-prescriber",
        tr(said.CALL),
        lambda _: env.go(PrescriberRoute(page.patient.id, saving.visit_id)),
        icon=ft.Icons.PHONE_IN_TALK,
    )
    return stack([*(lines or [muted(tr(said.NO_CALLS), 16)]), ft.Row([button], wrap=True)], spacing=theme.S3)
