"""The promises of a signed visit: made in it, and answered in it. Only to read; the person's page answers them."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.models import VisitReading
from app.views.guard import keyed, safe_component
from app.views.promises.lines import PromiseLine, promise_card
from app.views.widgets.base import group
from app.views.wording import promises as said


@safe_component
def PromisesOfVisit(visit: VisitReading, narrow: bool) -> ft.Control:
    """Nothing at all where nothing was promised."""
    if not visit.promises:
        return ft.Container(visible=False)
    lines = [keyed(one.id, PromiseLine, one, None, narrow) for one in visit.promises]
    return ft.Semantics(
        identifier="reading-promises", container=True, content=group(tr(said.IN_VISIT), [promise_card(lines)])
    )
