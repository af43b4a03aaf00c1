"""The people around a person, on her page."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.env import Env
from app.views.people.lines import person_lines, wants_line
from app.views.widgets.base import card, fact, group, muted, stack, words
from app.views.wording import conversation as said


def PeoplePart(env: Env, page: PatientPage) -> ft.Control:
    record = page.parts.people
    rows: list[ft.Control] = [fact(tr(said.WANTS), wants_line(record.wants), width=160)]
    if not record.people:
        rows.append(muted(tr(said.PEOPLE_NONE), 16))
    for person in record.people:
        lines = person_lines(person)
        if person.id in record.doubles:
            lines.append(words(tr(said.DOUBLE), 15, strong=True))
        rows += [ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT), stack(lines, spacing=1, tight=True)]
    return group(tr(said.PEOPLE), [card(stack(rows, spacing=theme.S2))])
