"""The doorstep card: on one look what they like to be called, who is in, what hurt, what matters, what was promised."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.doorstep import Doorstep, make_doorstep
from app.services.models import PatientPage
from app.views import theme
from app.views.conversation.in_words import say_field
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.widgets.base import MUTED, card, heading, sign, stack, words
from app.views.wording import promises as said
from app.views.wording import stored


@safe_component
def DoorstepCard(env: Env, page: PatientPage) -> ft.Control:
    """Before a visit begins. Nothing at all where nothing is known."""
    doorstep = make_doorstep(page.parts, page.last_values, say_field, stored.name)
    return ft.Container(height=0) if doorstep.is_empty else doorstep_card(doorstep, narrow=env.narrow)


def doorstep_card(doorstep: Doorstep, *, narrow: bool, with_promises: bool = True) -> ft.Control:
    """Only what is known, a line each; what everybody looks for says it where nobody wrote it down."""
    at = now()
    who: list[ft.Control] = []
    if doorstep.called:
        who.append(_row(ft.Icons.RECORD_VOICE_OVER_OUTLINED, [said.called(doorstep.called)]))
    if doorstep.home:
        who.append(_row(ft.Icons.HOME_OUTLINED, [said.home(doorstep.home)]))
    if doorstep.there:
        who.append(_row(ft.Icons.PEOPLE_OUTLINE, [said.there(doorstep.there)]))
    who.append(_row(ft.Icons.HEALING, [said.hurts(doorstep.hurts, at)]))
    what: list[ft.Control] = []
    matters = said.own_words(doorstep.matters) if doorstep.matters else tr(said.NOTHING_MATTERS)
    what.append(_row(ft.Icons.FAVORITE_BORDER, [matters]))
    if with_promises and doorstep.promises:
        lines = [said.promised(one, at) for one in doorstep.promises]
        what.append(_row(ft.Icons.HANDSHAKE_OUTLINED, lines))
    inside: ft.Control = stack([*who, *what], spacing=theme.S2)
    if not narrow:
        left, right = stack(who, spacing=theme.S2), stack(what, spacing=theme.S2)
        left.expand = right.expand = 1
        inside = ft.Row([left, right], spacing=theme.S4, vertical_alignment=ft.CrossAxisAlignment.START)
    return ft.Semantics(
        identifier="doorstep",
        container=True,
        content=card(
            stack([heading(tr(said.DOORSTEP), 17, level=2), inside], spacing=theme.S2),
            color=ft.Colors.SURFACE_CONTAINER,
            padding=theme.S3,
        ),
    )


def _row(icon: ft.IconData, lines: list[str]) -> ft.Control:
    return ft.Row(
        [
            sign(icon, size=22, color=MUTED),
            ft.Container(expand=True, content=stack([words(line, 17) for line in lines], 1, tight=True)),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
