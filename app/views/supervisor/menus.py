"""Drop-down menus of the visit log. The first entry of a filter is "Any"; the label names it for screen readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import flet as ft

from app.language import tr
from app.services.log_models import LogFilter, LogStatus
from app.store.log_query import NOT_SAID
from app.views import text, theme
from app.views.env import Env
from app.views.widgets.base import tid
from app.views.widgets.fields import name_room
from app.views.wording import log as said

Option = tuple[str, str]
"""What is stored, and its words."""


def menu(
    env: Env,
    identifier: str,
    label: str,
    value: str | None,
    options: Sequence[Option],
    pick: Callable[[str], None],
    *,
    every: bool = True,
) -> ft.Control:
    """As wide as its place. `every`: the first entry is "no filter"; else something is always chosen."""
    known = {key for key, _ in options}
    listed = [*options]
    if value and value not in known:
        listed.append((value, value))  # a saved view may name what is no longer on this device
    first = [("", tr(text.ANY))] if every else []
    box = ft.Dropdown(
        label=label,
        margin=ft.Margin.only(top=name_room()),
        value=value or "",
        expand=True,
        menu_width=theme.px(290),
        options=[ft.DropdownOption(key, words) for key, words in (*first, *listed)],
        on_select=lambda event: pick(event.control.value or ""),
        border=theme.field_border(),
        filled=True,
        fill_color=ft.Colors.SURFACE_CONTAINER_LOWEST,
        text_style=theme.style(16, color=ft.Colors.ON_SURFACE),
        label_style=theme.style(15),
    )
    held = ft.Row([box], spacing=0)
    return tid(identifier, ft.Semantics(label=label, container=True, content=held))


def places() -> list[Option]:
    return [(code, tr(place)) for code, place in said.PLACES.items()]


def said_of(values: Sequence[str], not_said: str) -> list[Option]:
    """What visits say, and that they say nothing."""
    return [*((one, one) for one in values), (NOT_SAID, not_said)]


def statuses(
    env: Env, wanted: LogFilter, change: Callable[[Callable[[LogFilter], LogFilter]], None]
) -> ft.Control:
    def pick(value: str) -> None:
        change(lambda old: replace(old, status=LogStatus(value) if value else None))

    options: list[Option] = [(one.value, tr(words)) for one, words in said.STATUSES.items()]
    return menu(env, "log-filter-status", tr(said.STATUS), wanted.status, options, pick)
