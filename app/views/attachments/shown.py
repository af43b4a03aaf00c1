"""Photos and signatures of a signed visit, to look at: what is here, what still waits, what only the plan has."""

from __future__ import annotations

import flet as ft

from app.content.spoken import load
from app.domain.items import find_place
from app.language import tr
from app.services.attachment_models import AttachmentLine
from app.services.models import VisitReading
from app.views import theme
from app.views.attachments.look import Large, opening_lines, thumbnail, use_opened
from app.views.env import Env, now
from app.views.forms.groups import entry_title
from app.views.guard import safe_component
from app.views.widgets.base import card, group, muted, stack, words
from app.views.wording import attachments as said


@safe_component
def Shown(env: Env, visit: VisitReading) -> ft.Control:
    opened, body, tap, opening = use_opened(env)
    if not visit.attachments:
        return ft.Container(visible=False)
    rows: list[ft.Control] = []
    for line in visit.attachments:
        rows.append(_row(line, _about(visit, line), thumbnail(line, tap(line))))
        if line.id == opened and body is not None:
            rows.append(Large(line, body, env.narrow, tap(line)))
    return group(tr(said.PHOTOS), [card(stack([*rows, *opening_lines(opening)], spacing=theme.S3))])


def _about(visit: VisitReading, line: AttachmentLine) -> str:
    """What the entry is called that it belongs to: which wound, which paper."""
    group, number, entry = next(
        (
            (group, number, entry)
            for group, held in visit.entries.items()
            for number, entry in enumerate(held, start=1)
            if line.entry and entry.id == line.entry
        ),
        ("", 0, None),
    )
    place = find_place(group)
    if entry is None or place is None or place.item.private or place.instrument.private:
        return ""
    spoken = next(one for one in load()[place.instrument.id].items if one.link_id == group)
    return entry_title(spoken, entry, number, private=False)


def _row(line: AttachmentLine, about: str, picture: ft.Control) -> ft.Control:
    beside: list[ft.Control] = [words(said.name(line), 17, strong=True)]
    beside += [words(about, 16)] if about else []
    beside.append(muted(said.taken(line, now())))
    state = said.state(line, now())
    if state:
        beside.append(words(state, 15))
    if line.elsewhere:
        beside.append(muted(tr(said.ELSEWHERE)))
    elif not line.here:
        beside.append(muted(tr(said.NOT_HERE)))
    return ft.Row(
        [picture, ft.Container(expand=True, content=stack(beside, spacing=2, tight=True))],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
