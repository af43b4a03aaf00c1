"""The doorstep card: on one look what they like to be called, who is in, what hurt, what matters, what was promised."""

from __future__ import annotations

import flet as ft

from app.domain.visit import Modality
from app.language import tr
from app.services.at_door import AtDoor
from app.services.doorstep import Doorstep, make_doorstep
from app.services.models import PatientPage
from app.views import say, theme
from app.views.alerts.card import look
from app.views.alerts.earlier import in_one_line
from app.views.conversation.in_words import say_field
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.widgets.base import MUTED, card, heading, sign, stack, tid, words
from app.views.wording import promises as said
from app.views.wording import stored


@safe_component
def DoorstepCard(env: Env, page: PatientPage, modality: Modality) -> ft.Control:
    """Before a visit begins. Nothing at all where nothing is known."""
    doorstep = make_doorstep(page.parts, page.last_values, say_field, stored.name)
    if doorstep.is_empty:
        return ft.Container(visible=False)
    return doorstep_card(doorstep, modality, narrow=env.narrow)


def first_lines(before: AtDoor, *, allergies: bool = True) -> list[ft.Control]:
    """What must be known before anything is said or given, with a sign and in words. Without `allergies` where these
    stand right above.
    """
    lines: list[ft.Control] = []
    if before.interpreter is not None:
        sentence = said.interpreter(before.interpreter)
        lines.append(_row(ft.Icons.TRANSLATE, [sentence], "door-interpreter", strong=True))
    if allergies and before.allergies:
        sentence = say.allergies(before.allergies)
        lines.append(_row(ft.Icons.WARNING_AMBER, [sentence], "door-allergies", strong=True))
    return lines


def doorstep_card(
    doorstep: Doorstep, modality: Modality, *, narrow: bool, in_visit: bool = False
) -> ft.Control:
    """Only what is known, a line each; what everybody looks for says it where nobody wrote it down.

    `in_visit`: what comes first, alerts and promises stand above the card already.
    """
    at = now()
    first: list[ft.Control] = []
    if not in_visit:
        first = first_lines(doorstep.before)
        first += [_row(look(one)[2], [in_one_line(one)]) for one in doorstep.alerts]
    who: list[ft.Control] = []
    if doorstep.called:
        who.append(_row(ft.Icons.RECORD_VOICE_OVER_OUTLINED, [said.called(doorstep.called)]))
    if doorstep.home:
        who.append(_row(ft.Icons.HOME_OUTLINED, [said.home(doorstep.home)]))
    if doorstep.there:
        who.append(_row(ft.Icons.PEOPLE_OUTLINE, [said.there(doorstep.there)]))
    who.append(_row(ft.Icons.HEALING, said.feels(doorstep, at)))
    what: list[ft.Control] = []
    matters = said.own_words(doorstep.matters) if doorstep.matters else tr(said.NOTHING_MATTERS)
    what.append(_row(ft.Icons.FAVORITE_BORDER, [matters]))
    if not in_visit and doorstep.promises:
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
            stack([heading(said.doorstep(modality), 17, level=2), *first, inside], spacing=theme.S2),
            color=ft.Colors.SURFACE_CONTAINER,
            padding=theme.S3,
        ),
    )


def _row(icon: ft.IconData, lines: list[str], name: str = "", *, strong: bool = False) -> ft.Control:
    row = ft.Row(
        [
            sign(icon, size=22, color=ft.Colors.ON_SURFACE if strong else MUTED),
            ft.Container(
                expand=True,
                content=stack([words(line, 17, strong=strong) for line in lines], 1, tight=True),
            ),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return tid(name, row) if name else row
