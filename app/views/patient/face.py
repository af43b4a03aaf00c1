"""What is always in sight on a person's page: code status, who decides, allergies. It does not scroll away.

After a death it is that she died, and the three are read with her story.
"""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.domain.patient import Allergy, FaceSheet
from app.language import tr
from app.services.models import PatientPage
from app.views import say, text, theme
from app.views.conversation.strip import CodeStatusStrip
from app.views.env import Env
from app.views.widgets.base import card, sign, stack, words
from app.views.widgets.frame import scrolls_whole
from app.views.wording import patient as said
from app.views.wording.death import header

IN_SIGHT = 4
"""Allergies that are named where they do not scroll away; the others are counted there, and listed below."""


HALF = 40
"""Letters that half of a narrow window says in three lines; what is longer has its whole width."""


def by_risk(allergies: Sequence[Allergy]) -> list[Allergy]:
    """Those of high risk first, else as the plan lists them."""
    return sorted(allergies, key=lambda one: one.criticality != "high")


def face(env: Env, page: PatientPage) -> ft.Control:
    """What does not scroll away."""
    if page.sheet.patient.deceased:
        return _box(ft.Icons.SPA_OUTLINED, header(page.parts.death), "face-died")
    return on_record(env, page)


def on_record(env: Env, page: PatientPage) -> ft.Control:
    """Code status as wide as the page, the other two side by side below, equally high. Only recorded allergies get a
    colour, and records of code status that differ.
    """
    boxes = [_decides(env, page), _allergies(page.sheet)]
    crowded = env.narrow and len(_say_decides(env, page)) > HALF
    if crowded or scrolls_whole(narrow=env.narrow):
        return stack([CodeStatusStrip(env, page), *boxes], spacing=theme.S1, tight=True)
    for box in boxes:
        box.expand = 1
    as_high = ft.CrossAxisAlignment.STRETCH
    side = ft.Row(boxes, spacing=theme.S1, vertical_alignment=as_high, intrinsic_height=True)
    return stack([CodeStatusStrip(env, page), side], spacing=theme.S1, tight=True)


def _decides(env: Env, page: PatientPage) -> ft.Control:
    return _box(ft.Icons.PERSON_OUTLINE, _say_decides(env, page), "face-decides")


def _say_decides(env: Env, page: PatientPage) -> str:
    """With the telephone number where there is room; it also stands with the person."""
    sentence = said.decides(page.parts.people, with_phone=not env.narrow)
    if page.sheet.patient.deceased:
        sentence = tr("Until the death: {sentence}", sentence=sentence)
    return sentence


def _allergies(sheet: FaceSheet) -> ft.Control:
    """In sight also when nothing is recorded."""
    if sheet.allergies:
        listed = by_risk(sheet.allergies)
        sentence = said.allergies(say.allergies(listed[:IN_SIGHT]), len(listed) - IN_SIGHT)
        return _box(ft.Icons.WARNING_AMBER, sentence, "face-allergies", warn=True)
    if sheet.allergies is None:
        return _box(ft.Icons.HELP_OUTLINE, tr(text.ALLERGIES_NOT_RECORDED), "face-allergies")
    return _box(ft.Icons.CHECK, tr(text.NO_KNOWN_ALLERGIES), "face-allergies")


def _box(icon: ft.IconData, sentence: str, identifier: str, *, warn: bool = False) -> ft.Control:
    ink = ft.Colors.ON_TERTIARY_CONTAINER if warn else ft.Colors.ON_SURFACE
    line = ft.Row(
        [
            sign(icon, size=20, color=ink),
            ft.Container(expand=True, content=words(sentence, 15, strong=True, color=ink)),
        ],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    ground = ft.Colors.TERTIARY_CONTAINER if warn else ft.Colors.SURFACE_CONTAINER
    # A new element for a new sentence: one that changes in place becomes an empty node for screen readers.
    return ft.Semantics(
        identifier=identifier,
        key=f"{identifier} {sentence}",
        container=True,
        content=card(line, color=ground, padding=theme.S2),
    )
