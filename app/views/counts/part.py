"""What was last counted in the home, on a person's page."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.env import Env, now
from app.views.widgets.base import card, group, stack, words
from app.views.wording import counts as said


def CountsPart(env: Env, page: PatientPage) -> ft.Control:
    """Nothing at all where nothing was ever counted."""
    counts = page.parts.counts
    if not counts:
        return ft.Container(visible=False)
    lines: list[ft.Control] = [words(said.on_page(one, now()), 16) for one in counts]
    return group(tr(said.TITLE), [card(stack(lines, spacing=theme.S2))])
