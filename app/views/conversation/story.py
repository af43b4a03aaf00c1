"""How code status came to be what it is: newest first, what says the same in one place with each of its days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import flet as ft

from app.domain.code_status import NOT_SAID, Statement, say_rests
from app.domain.code_status_story import Chapter, tell_story
from app.language import tr
from app.views import theme
from app.views.env import now
from app.views.widgets.base import card, heading, muted, stack
from app.views.wording import conversation as said


def code_status_story(statements: Iterable[Statement]) -> list[ft.Control]:
    """One card a chapter; nothing where nothing is on record."""
    return [_chapter(one) for one in tell_story(statements)]


def _chapter(one: Chapter) -> ft.Control:
    lines: list[ft.Control] = [heading(_says(one.first), 16, level=3), muted(_told(one.first), 15)]
    told = Counter(map(_told, one.again))
    lines += [muted(said.said_again(line, number), 15) for line, number in told.items()]
    before = dict.fromkeys(map(_says, one.before))
    if before:
        lines.append(muted(tr("Before: {before}", before=" / ".join(before)), 15))
    if one.replaced:
        lines.append(muted(tr(said.REPLACED), 15))
    return card(stack(lines, spacing=2), color=ft.Colors.SURFACE_CONTAINER, padding=theme.S3)


def _says(one: Statement) -> str:
    if one.taken_back:
        return tr(said.TAKEN_BACK)
    return one.say(said.SPOKEN) or one.title or tr(NOT_SAID)


def _told(one: Statement) -> str:
    """ "Plan record, Jan 16 · “POLST: No CPR”": what it rests on, its day, its own words and who wrote it down."""
    rests = say_rests(one, now().date(), said.SPOKEN)
    return " · ".join(part for part in (rests[:1].upper() + rests[1:], said.statement_by(one)) if part)
