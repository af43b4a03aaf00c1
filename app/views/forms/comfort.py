"""The person's comfort level for a symptom: a small way to it beside the row, and one row of numbers to tap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.content.model import Item
from app.domain.comfort import ComfortLevel
from app.language import tr
from app.views import say
from app.views.env import now
from app.views.forms.cells import cells
from app.views.forms.names import base, ident
from app.views.guard import safe_component
from app.views.visit.saving import Saving
from app.views.widgets.base import inset, muted, words
from app.views.widgets.options import aside
from app.views.wording import beside as wording


def comfort_button(item: Item, opened: bool, turn: Callable[[Any], None]) -> ft.Control:
    icon = ft.Icons.EXPAND_LESS if opened else ft.Icons.FLAG_OUTLINED
    name = wording.comfort_button(item.name)
    return aside(ident(item.link_id, "comfort"), tr(wording.COMFORT), turn, icon=icon, said=name)


@safe_component
def ComfortPanel(
    item: Item, level: ComfortLevel | None, narrow: bool, saving: Saving, done: Callable[[], None]
) -> ft.Control:
    """One tap keeps the number, on the record at once; the same tap closes this."""
    prefix = f"{base(item.link_id)}-comfort"

    async def put(number: int | None) -> None:
        page = saving.view.page
        if page is None:
            return
        patient_id = page.draft.patient_id
        if await saving.commit(lambda: saving.session.comfort.put(patient_id, item.link_id, number)):
            done()

    async def take_back(_: Any) -> None:
        await put(None)

    title = wording.comfort_title(item.name)
    held = level.level if level is not None else None
    told = tr(wording.COMFORT_HELP)
    if level is not None:
        told = wording.comfort_noted(level.level, level.noted_by, say.day_of(level.said_at, now()))
    parts: list[ft.Control] = [
        words(title, 16, strong=True),
        muted(told),
        *cells(item, prefix, wording.comfort_button(item.name), held, narrow, put),
    ]
    if level is not None:
        name = f"{wording.comfort_button(item.name)}, {tr(wording.COMFORT_GONE)}"
        gone = aside(f"{prefix}-none", tr(wording.COMFORT_GONE), take_back, icon=ft.Icons.UNDO, said=name)
        parts.append(ft.Row([gone], wrap=True))
    return inset(parts)
