"""The nurses of the team by name. A large team is narrowed by a name, or to those on whose tablets something waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flet as ft

from app.domain.patient import fold
from app.domain.visit import PersonRef
from app.language import tr
from app.services.board_models import BoardNurse
from app.views import say, theme
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_value
from app.views.supervisor.board.nurse import NurseCard
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, stack
from app.views.widgets.fields import field
from app.views.widgets.options import chip
from app.views.wording import board as said

MANY = 12
"""Nurses of a team that are read through at a glance; more are looked for, and drawn when they are asked for."""


@safe_component
def Nurses(env: Env, nurses: Sequence[BoardNurse]) -> ft.Control:
    """Always in the order of names, whatever is asked for: this narrows work, and ranks nobody."""
    typed, set_typed = use_value(lambda: "")
    only_waiting, set_only = use_value(lambda: False)
    opened, set_opened = use_value(lambda: False)
    everybody = tuple(PersonRef(one.nurse.reference, one.nurse.name) for one in nurses)
    many = len(nurses) > MANY
    found = [one for one in nurses if not many or _fits(one, typed, only_waiting=only_waiting)]
    shown = found if opened or not many else found[:MANY]
    rows: list[ft.Control] = [keyed(one.nurse.reference, NurseCard, env, one, everybody) for one in shown]
    if len(shown) < len(found):
        label = say.show_all(len(found))
        more = buttons.quiet("board-all-nurses", label, lambda _: set_opened(lambda _old: True))
        rows.append(ft.Row([more], wrap=True))
    if not found:
        rows.append(muted(tr(said.NO_SUCH_NURSE)))

    def turn(_: Any) -> None:
        set_only(lambda old: not old)

    head: list[ft.Control] = []
    if many:
        asks = field(
            "board-find", tr(said.FIND), typed, lambda new: set_typed(lambda _: new), icon=ft.Icons.SEARCH
        )
        only = chip("board-waiting-only", tr(said.ONLY_WAITING), only_waiting, turn)
        head = [stack([asks, ft.Row([only], wrap=True)], spacing=theme.S2)]
    return group(tr(said.NURSES), [*head, *rows], icon=ft.Icons.PEOPLE_OUTLINE)


def _fits(one: BoardNurse, typed: str, *, only_waiting: bool) -> bool:
    """Each word that was typed stands somewhere in her name; what waits on the tablet is what her card says."""
    words, name = fold(typed).split(), fold(one.nurse.name)
    waits = bool(one.nurse.waiting or one.nurse.set_aside)
    return (waits or not only_waiting) and all(word in name for word in words)
