"""Ways to look at the log that have a name: one tap opens one, two take it away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.services.log_models import Looking, SavedView
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import log as said


@safe_component
def SavedViews(env: Env, looking: Looking, show: Callable[[Looking], None]) -> ft.Control:
    name, set_name = use_value(str)
    team = env.session.team
    loaded, again = use_load(team.views, None, frozenset())

    async def save(_: Any) -> None:
        await team.save_view(SavedView(name, looking))
        set_name(lambda _old: "")
        again()

    saving = use_action(save)
    views = loaded.value or ()

    def open_view(view: SavedView, _: Any) -> None:
        show(view.looking)

    parts: list[ft.Control] = []
    if views:
        parts.append(
            wrap(
                [
                    chip(f"log-view-{number}", view.name, view.looking == looking, partial(open_view, view))
                    for number, view in enumerate(views)
                ]
            )
        )
    elif loaded.value is not None:
        parts.append(muted(tr(said.NO_VIEWS)))
    box = field("log-view-name", tr(said.VIEW_NAME), name, lambda value: set_name(lambda _old: value))
    parts.append(box)
    ways: list[ft.Control] = [
        buttons.primary(
            "log-view-save", tr(said.SAVE_VIEW), saving.run, busy=saving.busy, disabled=not name.strip()
        )
    ]
    shown = next(((number, view) for number, view in enumerate(views) if view.looking == looking), None)
    if shown is not None:
        ways.append(_TakeAway(env, shown[1].name, again))
    parts.append(wrap(ways))
    parts += optional_notice(saving.error, Tone.ASK)
    return card(group(tr(said.VIEWS), [stack(parts)], icon=ft.Icons.BOOKMARK_OUTLINE))


@safe_component
def _TakeAway(env: Env, name: str, again: Callable[[], None]) -> ft.Control:
    async def take(_: Any) -> None:
        await env.session.team.remove_view(name)
        again()

    taking = use_action(take)
    return buttons.plain(
        "log-view-remove", said.take_view_away(name), taking.run, icon=ft.Icons.DELETE_OUTLINE
    )
