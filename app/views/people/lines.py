"""A person around the person, in a few lines; whether she may be told stands in words with a sign."""

from __future__ import annotations

import flet as ft

from app.domain.people import Known, Person, Told
from app.language import tr
from app.views import say
from app.views.env import now
from app.views.widgets.base import MUTED, muted, sign, words
from app.views.wording import conversation as said

_SIGNS = {
    Told.ALL: ft.Icons.CHECK,
    Told.SOME: ft.Icons.RULE,
    Told.NONE: ft.Icons.DO_NOT_DISTURB_ALT,
    None: ft.Icons.HELP_OUTLINE,
}


def person_lines(person: Person) -> list[ft.Control]:
    """Name, relation and phone, agent, and what may be told."""
    lines: list[ft.Control] = [words(person.name or tr(said.NO_NAME), 17, strong=True)]
    about = said.person_line(person)
    if about:
        lines.append(words(about, 16))
    agent = said.agent_line(person)
    if agent:
        lines.append(words(agent, 15, strong=True))
    told = ft.Row(
        [
            sign(_SIGNS[person.told], size=18, color=MUTED),
            ft.Container(
                expand=True, content=words(said.told_line(person), 15, strong=person.told is Told.NONE)
            ),
        ],
        spacing=6,
    )
    lines.append(told)
    source = ", ".join(
        part
        for part in (
            tr(said.PLAN_SAYS) if person.from_plan else "",
            tr(said.NOT_SENT) if person.pending else "",
        )
        if part
    )
    if source:
        lines.append(muted(source, 13))
    return lines


def wants_line(wants: Known | None) -> str:
    """ "Everything · May 3"."""
    if wants is None:
        return tr(said.WANTS_OPEN)
    when = say.day_of(wants.at, now()) if wants.at is not None else ""
    return " · ".join(part for part in (tr(said.WANTS_WORDS[wants.wants]), when) if part)
