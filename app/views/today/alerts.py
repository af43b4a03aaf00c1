"""Alerts above a nurse's day: what cannot wait as short lines, the rest behind one: the next visit stays in sight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import flet as ft

from app.language import tr
from app.services.alert_models import AlertLine
from app.views import theme
from app.views.alerts.card import LOOK, PRESSING, look
from app.views.alerts.lists import TOPICS, AlertRow
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load, use_value
from app.views.widgets import buttons
from app.views.widgets.base import group, sign, words
from app.views.wording import alerts as said

MOST, MOST_ON_A_PHONE = 3, 1
"""So many stand above the day unfolded; below them the next visit must still be in the first sight."""


def due_today(line: AlertLine, at: datetime) -> bool:
    """Whether it cannot wait for tomorrow. Of a private one nothing is known here, so it cannot."""
    if line.private or line.level in PRESSING:
        return True
    return line.due_at is not None and line.due_at.astimezone().date() <= at.astimezone().date()


def split_lines(
    lines: Sequence[AlertLine], most: int, at: datetime
) -> tuple[tuple[AlertLine, ...], tuple[AlertLine, ...]]:
    """(what stands unfolded, what is folded), each in the order that was given. One alone is never folded."""
    if len(lines) == 1:
        return tuple(lines), ()
    first = [one for one in lines if due_today(one, at)][:most]
    return tuple(first), tuple(one for one in lines if one not in first)


@safe_component
def DayAlerts(env: Env) -> ft.Control:
    """Everything that stands, of everybody, a running clock's too; nothing at all when nothing does."""

    async def read() -> tuple[AlertLine, ...]:
        return await env.session.alerts.list_open()

    found, _ = use_load(read, env.session.hub, TOPICS)
    every, set_every = use_value(lambda: False)
    if not found.value:
        return ft.Container(visible=False)
    first, folded = split_lines(found.value, MOST_ON_A_PHONE if env.narrow or env.low else MOST, now())
    rows = [keyed(one.id, AlertRow, env, one, True, None, True) for one in first]
    if folded:
        rows.append(_fold(first, folded, every, lambda _: set_every(lambda old: not old)))
    if every:
        rows += [keyed(one.id, AlertRow, env, one, True, None, True) for one in folded]
    return group(tr(said.ALERTS), rows, icon=ft.Icons.NOTIFICATIONS_OUTLINED)


def _fold(first: Sequence[AlertLine], folded: Sequence[AlertLine], opened: bool, turn: Any) -> ft.Control:
    """How many there are besides, and about whom those are that cannot wait either."""
    at = now()
    due = [one for one in folded if due_today(one, at)]
    ground, ink, _ = look(due[0]) if due else LOOK["info"]
    sentence = said.more(len(folded), due, at, all_of_them=not first)
    row = ft.Row(
        [
            ft.Container(expand=True, content=words(sentence, 16, strong=bool(due), color=ink)),
            sign(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, color=ink),
        ],
        spacing=theme.S3,
    )
    button = buttons.row(row, turn, tint=ground, along=theme.S2)
    return ft.Semantics(identifier="today-alerts-all", expanded=opened, content=button)
