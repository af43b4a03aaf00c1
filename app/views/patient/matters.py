"""What matters to the person, in her own words, at the top of her page."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.doorstep import find_own_words
from app.services.models import PatientPage
from app.views import theme
from app.views.conversation.in_words import say_field
from app.views.env import Env, now
from app.views.widgets.base import MUTED, card, heading, muted, sign, stack, words
from app.views.wording import patient as said
from app.views.wording import promises as wording


def MattersPart(env: Env, page: PatientPage) -> ft.Control:
    """Her sentence, large; where nobody wrote one down, how it comes to be there."""
    own = find_own_words(page.parts.conversation.versions, say_field)
    lines: list[ft.Control] = [heading(tr(said.MATTERS), 15, level=2)]
    if own is not None:
        lines += [
            words(wording.own_words(own), 20, strong=True),
            muted(wording.own_words_by(own, now()), 14),
        ]
        if own.said_since:
            lines.append(words(wording.said_since(own, now()), 16))
    else:
        others = [one for one in page.parts.conversation.others if one.text]
        if others:
            lines += [words(others[0].text, 17), muted(wording.in_plans_record(others[0].when), 14)]
        else:
            lines += [words(tr(said.MATTERS_NONE), 17), muted(tr(said.MATTERS_HELP), 14)]
    row = ft.Row(
        [
            sign(ft.Icons.FAVORITE_BORDER, size=24, color=MUTED),
            ft.Container(expand=True, content=stack(lines, spacing=2, tight=True)),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return ft.Semantics(identifier="patient-matters", container=True, content=card(row))
