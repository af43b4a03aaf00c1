"""The filters of the visit log, each with its own test name; all of them can be seen and taken off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import flet as ft

from app.domain.visit import Modality, Setting
from app.services.models import LogFilter
from app.views import text, theme
from app.views.widgets import buttons
from app.views.widgets.base import tid
from app.views.widgets.fields import field

Change = Callable[[Callable[[LogFilter], LogFilter]], None]
SEVERE = 7
"""ESAS-r scores from here on are severe for every symptom (PubMed 19963335)."""
SPANS = {"any": None, "today": 0, "week": 6, "month": 29}
"""Days before today that a preset reaches back."""
MENU_WIDTH = 196


def get_span(wanted: LogFilter, today: date) -> str:
    """The preset that the filter's dates are, by name."""
    for name, days in SPANS.items():
        if wanted.from_on == (None if days is None else today - timedelta(days=days)):
            return name
    return "any"


def filters(
    wanted: LogFilter, nurses: Sequence[str], today: date, room: float | None, change: Change
) -> ft.Control:
    """All filters; `room` is the width of a phone's column, None on a tablet."""

    def person(value: str) -> None:
        change(lambda old: replace(old, patient_text=value or None))

    def nurse(value: str) -> None:
        change(lambda old: replace(old, nurse_name=value or None))

    def where(value: str) -> None:
        change(lambda old: replace(old, setting=Setting(value) if value else None))

    def how(value: str) -> None:
        change(lambda old: replace(old, modality=Modality(value) if value else None))

    def when(name: str, _: Any) -> None:
        days = SPANS[name]
        begin = None if days is None else today - timedelta(days=days)
        change(lambda old: replace(old, from_on=begin, to_on=None))

    def severe(_: Any) -> None:
        change(lambda old: replace(old, minimum_score=None if old.minimum_score else SEVERE))

    width = room or MENU_WIDTH
    box = field(
        "log-filter-person", text.FILTER_PERSON, wanted.patient_text or "", person, icon=ft.Icons.SEARCH
    )
    menus: list[ft.Control] = [
        _menu(
            "log-filter-nurse", text.FILTER_NURSE, wanted.nurse_name, [(n, n) for n in nurses], nurse, width
        ),
        _menu(
            "log-filter-where",
            text.FILTER_WHERE,
            wanted.setting,
            [(s.value, text.SETTING[s]) for s in Setting],
            where,
            width,
        ),
        _menu(
            "log-filter-how",
            text.FILTER_HOW,
            wanted.modality,
            [(m.value, text.MODALITY[m]) for m in Modality],
            how,
            width,
        ),
    ]
    chosen = get_span(wanted, today)
    chips = [
        buttons.choice(f"log-when-{name}", label, name == chosen, partial(when, name), size=15)
        for name, label in text.WHEN.items()
    ]
    chips.append(
        buttons.choice("log-filter-severe", text.FILTER_SEVERE, bool(wanted.minimum_score), severe, size=15)
    )
    if wanted != LogFilter():
        chips.append(
            buttons.plain(
                "log-clear",
                text.CLEAR_FILTERS,
                lambda _: change(lambda _old: LogFilter()),
                icon=ft.Icons.CLOSE,
            )
        )
    line: ft.Control
    if room is not None:
        line = ft.Column([box, *menus], spacing=theme.S2, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    else:
        line = ft.Row([ft.Container(expand=True, content=box), *menus], spacing=theme.S2)
    row = ft.Row(chips, wrap=True, spacing=theme.S2, run_spacing=theme.S2)
    return ft.Column([line, row], spacing=theme.S3, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _menu(
    identifier: str,
    label: str,
    value: str | None,
    options: Sequence[tuple[str, str]],
    pick: Callable[[str], None],
    width: float,
) -> ft.Control:
    """A drop-down whose first entry is "Any"; the label names it for screen readers."""
    menu = ft.Dropdown(
        label=label,
        value=value or "",
        width=width,
        menu_width=max(width, 290),
        options=[ft.DropdownOption("", text.ANY), *[ft.DropdownOption(key, said) for key, said in options]],
        on_select=lambda event: pick(event.control.value or ""),
        border=theme.field_border(),
        filled=True,
        fill_color=ft.Colors.SURFACE_CONTAINER_LOWEST,
        text_style=theme.style(16, color=ft.Colors.ON_SURFACE),
        label_style=theme.style(15),
    )
    return tid(identifier, ft.Semantics(label=label, container=True, content=menu))
