"""A choice with many answers: those chosen lately as chips; the others, and a field to find one, behind one tap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.content.model import Item
from app.domain.long_lists import find_options, first_options
from app.language import tr
from app.views.forms.names import ident
from app.views.forms.options import Tap, get_options
from app.views.guard import safe_component
from app.views.hooks import use_value
from app.views.widgets.base import muted, stack
from app.views.widgets.fields import field
from app.views.widgets.options import aside, beside, chip, wrap
from app.views.wording import forms as wording


@safe_component
def LongList(
    item: Item,
    chosen: tuple[str, ...],
    recent: tuple[str, ...],
    tap: Callable[[str], Tap],
    entry: str,
) -> ft.Control:
    opened, set_opened = use_value(lambda: False)
    typed, set_typed = use_value(lambda: "")
    options = get_options(item, chosen)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)
        set_typed(lambda _old: "")

    def type_it(new: str) -> None:
        set_typed(lambda _old: new)

    first = first_options(options, recent, chosen)
    shown = find_options(options, typed) if opened else first
    chips = [
        chip(
            ident(item.link_id, one.code, entry),
            one.display,
            one.code in chosen,
            tap(one.code),
            said=f"{item.name}: {one.display}",
        )
        for one in shown
    ]
    label = tr(wording.FEWER) if opened else wording.others(len(options) - len(first))
    icon = ft.Icons.EXPAND_LESS if opened else ft.Icons.SEARCH
    turner = aside(ident(item.link_id, "all", entry), label, turn, icon=icon, said=f"{item.name}: {label}")
    if not opened:
        return wrap([*chips, turner])
    search = field(ident(item.link_id, "find", entry), tr(wording.FIND), typed, type_it)
    found: list[ft.Control] = [wrap(chips)] if chips else [muted(tr(wording.NOT_FOUND))]
    return stack([beside([ft.Container(expand=True, content=search)], turner), *found])
