"""What the family must not read over a nurse's shoulder: that it is there, and its words behind a tap."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.language import tr
from app.services.alert_discretion import is_discreet_rule, is_hushed_rule
from app.services.alert_models import AlertLine
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_value
from app.views.widgets import buttons
from app.views.widgets.base import card, stack, words
from app.views.widgets.options import aside, wrap
from app.views.wording import alerts as said
from app.views.wording import forms as form_words


def at_bedside(env: Env) -> bool:
    """Whether the person or the family may look on: a supervisor reads and reviews elsewhere."""
    return not env.is_supervisor


def is_discreet(line: AlertLine) -> bool:
    """What it is about does not stand on Today; nor does what a rule says that this app does not know."""
    return not line.private and is_discreet_rule(line.rule)


def is_hushed(line: AlertLine) -> bool:
    """Of these, what does not stand in words where the person herself may look on."""
    return not line.private and is_hushed_rule(line.rule)


@safe_component
def Hushed(
    name: str,
    covered: Callable[[ft.Control], ft.Control],
    full: Callable[[], ft.Control],
    hides: bool = False,
) -> ft.Control:
    """`covered` is what stands there until the way it is given is tapped, `full` its words. `hides`: a second tap
    closes it; else it closes with what holds it.
    """
    shown, set_shown = use_value(lambda: False)

    def turn(_: object) -> None:
        set_shown(lambda old: not old)

    if not shown:
        show = buttons.quiet(name, tr(said.SHOW), turn, icon=ft.Icons.VISIBILITY_OUTLINED)
        return covered(wrap([show]))
    if not hides:
        return full()
    hide = aside(name, tr(form_words.HIDE_PRIVATE), turn, icon=ft.Icons.EXPAND_LESS)
    return stack([wrap([hide]), full()], spacing=theme.S2)


def covered_words(way: ft.Control) -> ft.Control:
    """Where there is no level to be said: "Private", and the way to its words."""
    return card(stack([words(tr(said.PRIVATE), 17, strong=True), way], spacing=theme.S2))
