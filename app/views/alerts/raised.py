"""The alerts that a signed visit raised, as they stand now: where it is read, and where it is reviewed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft

from app.language import tr
from app.services.alert_models import AlertLine
from app.services.models import VisitReading
from app.views import theme
from app.views.alerts.card import STANDING, alert_card, level_line, look, state_of
from app.views.alerts.hushed import at_bedside, is_hushed
from app.views.alerts.lists import OpenedAlert
from app.views.alerts.private import PrivateAlert
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.held import use_held
from app.views.widgets import buttons
from app.views.widgets.base import group, stack, words
from app.views.wording import alerts as said


def raised_alerts(env: Env, visit: VisitReading) -> list[ft.Control]:
    """Nothing at all where the visit raised none."""
    if not visit.alerts:
        return []
    rows: list[ft.Control] = [keyed(one.id, RaisedAlert, env, one) for one in visit.alerts]
    lines = [stack(rows, spacing=theme.S2)]
    return [group(tr(said.OF_THIS_VISIT), lines, icon=ft.Icons.NOTIFICATIONS_OUTLINED)]


@safe_component
def RaisedAlert(env: Env, line: AlertLine) -> ft.Control:
    """What was found and what became of it; a tap shows its card. What is over asks for nothing any more.

    What the family must not read says how soon and where it stands, and its words once it is opened.
    """
    opened, set_opened = use_held(env, f"alert-opened-{line.id}", lambda: False)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    at, stands = now(), line.state in STANDING
    hushed = at_bedside(env) and is_hushed(line)
    ground, ink, _ = look(line)
    if not stands:
        ground, ink = ft.Colors.SURFACE_CONTAINER, ft.Colors.ON_SURFACE
    state = (state_of(line) or said.untaken(line)) if stands else said.ended(line, at, hushed=hushed)
    corrected = [] if hushed else said.corrected(line, at)
    below = [words(one, 15, strong=True, color=ink) for one in (state, *corrected)]
    head = level_line(line, said.beside_level(line, hushed=hushed), opened=opened, narrow=env.narrow)
    row = ft.Semantics(
        identifier=f"visit-alert-{line.id}",
        expanded=opened,
        content=buttons.row(
            stack([head, *([] if opened else below)], spacing=2, tight=True), turn, tint=ground
        ),
    )
    return stack([row, *([_card(env, line, stands=stands)] if opened else [])], spacing=theme.S1)


def _card(env: Env, line: AlertLine, *, stands: bool) -> ft.Control:
    if stands:
        return keyed(f"opened {line.id}", OpenedAlert, env, line, False)
    extra: list[ft.Control] = [words(said.ended(line, now()), 16, strong=True)]
    if line.private:
        extra.append(PrivateAlert(env, line))
    return alert_card(env, replace(line, due="", due_at=None), extra)
