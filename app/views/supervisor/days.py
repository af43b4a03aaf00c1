"""From one day to another, typed; a day that cannot be read changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import flet as ft

from app.language import tr
from app.services.log_models import LogFilter
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_value
from app.views.widgets.fields import field
from app.views.wording import log as said

FORMS = ("%m/%d/%Y", "%Y-%m-%d")


def read_day(typed: str) -> date | None:
    """Raises ValueError for what is no day; None for nothing."""
    words = typed.strip()
    if not words:
        return None
    for form in FORMS:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 - a day of the calendar has no offset
        except ValueError:
            continue
    raise ValueError("no day")


@safe_component
def Days(
    env: Env,
    from_on: date | None,
    to_on: date | None,
    change: Callable[[Callable[[LogFilter], LogFilter]], None],
) -> ft.Control:
    """Taken over when the field is left or sent, so that a day half typed hides nothing."""
    first, set_first = use_value(lambda: said.written_day(from_on))
    last, set_last = use_value(lambda: said.written_day(to_on))

    def take(_: object) -> None:
        try:
            begin, end = read_day(first), read_day(last)
        except ValueError:
            return
        if (begin, end) != (from_on, to_on):
            change(lambda old: replace(old, from_on=begin, to_on=end, days=None))

    parts = [
        field(
            identifier,
            label,
            typed,
            lambda value, put=put: put(lambda _old: value),  # type: ignore[misc]  # one lambda for both fields
            hint=tr(said.DATE_HINT),
            helper=said.date_help(),
            on_submit=take,
            on_blur=take,
            error=None if _is_day(typed) or len(typed) < len(tr(said.DATE_HINT)) else tr(said.DATE_WRONG),
        )
        for identifier, label, typed, put in (
            ("log-filter-from", tr(said.FROM), first, set_first),
            ("log-filter-to", tr(said.TO), last, set_last),
        )
    ]
    if env.narrow:
        return ft.Column(parts, spacing=theme.S2, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Row([ft.Container(width=theme.px(200), content=one) for one in parts], spacing=theme.S2)


def _is_day(typed: str) -> bool:
    try:
        read_day(typed)
    except ValueError:
        return False
    return True
