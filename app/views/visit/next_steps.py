"""What happens next: the next contact, or why there is none, and whether they know whom to call."""

from __future__ import annotations

import flet as ft

from app.content.spoken import load
from app.domain.visit_kind import is_met
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env
from app.views.forms import fields
from app.views.guard import safe_component
from app.views.visit.saving import Saving
from app.views.widgets.base import stack

CONTACT = ("poc-next-contact", "poc-next-how")
WHOM, NONE, WORSE = "next-whom", "next-none", "poc-if-worse"
ASKED_NEXT = frozenset({*CONTACT, WHOM, NONE, WORSE})
"""What is asked here, from whichever form."""


@safe_component
def NextSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    plan, steps = load()["plan-of-care"], load()["next-steps"]
    met = is_met(page.draft.answers)
    parts = fields([plan.get_item(link) for link in CONTACT], env, page, saving, instrument=plan)
    if met or WHOM in page.draft.answers:
        parts += fields([steps.get_item(WHOM)], env, page, saving, instrument=steps)
    parts += fields([steps.get_item(NONE)], env, page, saving, instrument=steps)
    if met or WORSE in page.draft.answers:
        parts += fields([plan.get_item(WORSE)], env, page, saving, instrument=plan)
    return stack(parts, spacing=theme.S4)
