"""Code status and allergies in the head of a visit on a phone: one line each, so that the questions have the window.

A tap opens both in place, a second one closes them. What is essential is said closed as well, and a screen reader hears
all of it in either case.
"""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.code_status import CodeStatus
from app.services.models import VisitPage
from app.views import theme
from app.views.conversation.strip import is_plain, mark_of, visit_lines, visit_status
from app.views.guard import safe_component
from app.views.hooks import use_value
from app.views.visit.in_sight import allergy_mark
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, sign, words
from app.views.wording import conversation as said

SIZE = 15


def has_more(page: VisitPage) -> bool:
    """Whether there is anything to open."""
    return bool(visit_status(page).lines or page.parts.at_door.listed)


@safe_component
def Facts(page: VisitPage) -> ft.Control:
    opened, set_opened = use_value(lambda: False)
    status = visit_status(page)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    both = ft.Column(
        [
            visit_lines(status) if opened else _one_line(status),
            allergy_mark(page, SIZE, lines=None if opened else 1),
        ],
        spacing=theme.S1,
        tight=True,
    )
    more = sign(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, 24, MUTED)
    # A new element for a new sentence: one that changes in place becomes an empty node for screen readers.
    return ft.Semantics(
        key=f"visit-facts {status.line}",
        identifier="visit-facts",
        expanded=opened,
        content=buttons.row(
            buttons.between(None, both, more, theme.S2), turn, across=theme.S1, along=theme.S1
        ),
    )


def _one_line(status: CodeStatus) -> ft.Control:
    """Cut off is only what follows a plain yes or no; a record's own words, which may turn at their end, never."""
    told = said.records_differ() if status.differs else said.code_status(status)
    line = words(
        told,
        SIZE,
        strong=True,
        lines=1 if is_plain(status) else None,
        expand_loose=True,
        said=". ".join((said.code_status(status), *status.lines)),
    )
    return ft.Row([sign(mark_of(status), 18, MUTED), line], spacing=theme.S2, tight=True)
