"""Alerts of earlier visits that still stand: where the next visit begins, whoever goes."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.alert_models import AlertLine
from app.services.models import VisitPage
from app.views import theme
from app.views.alerts.card import state_of
from app.views.alerts.hushed import is_hushed
from app.views.alerts.lists import AlertRow
from app.views.env import Env, now
from app.views.guard import keyed
from app.views.visit.saving import Saving
from app.views.widgets.base import group, stack
from app.views.wording import alerts as said


def list_earlier(page: VisitPage) -> list[AlertLine]:
    """What stands about this person, without the alerts of this visit: those stand under its head. That she opened the
    record herself is no news to her.
    """
    return [one for one in page.parts.alerts if one.visit_id != page.draft.id and not one.own_opening]


def earlier_alerts(env: Env, page: VisitPage, saving: Saving) -> list[ft.Control]:
    """Those of `list_earlier`, each to be opened where it stands."""
    rows: list[ft.Control] = [
        keyed(one.id, AlertRow, env, one, False, saving.reload) for one in list_earlier(page)
    ]
    return [group(tr(said.STILL_OPEN), [stack(rows, spacing=theme.S2)])] if rows else []


def in_one_line(line: AlertLine) -> str:
    """How soon, what it is about unless that is for her page alone, until when, and whether anybody has seen it."""
    at = now()
    about = [said.head(line), *said.corrected(line, at)]
    if line.private or is_hushed(line):
        about = [tr(said.ON_THE_PAGE)]
    parts = (
        said.level(line, at),
        *about,
        said.due_beside_level(line, at),
        state_of(line) or said.untaken(line),
    )
    return " · ".join(part for part in parts if part)
