"""What stays in sight of a visit's head where large text makes the head scroll away: who, code status, allergies, that
something presses, and that something could not be saved.
"""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.models import VisitPage
from app.views import say, text, theme
from app.views.alerts.card import PRESSING, look
from app.views.alerts.earlier import list_earlier
from app.views.alerts.strip import LATER, split
from app.views.conversation.strip import STRIP_SIGN, mark_of, say_shortest, visit_status
from app.views.env import now
from app.views.patient.face import by_risk
from app.views.widgets.base import MUTED, heading, sign, stack, words
from app.views.wording import alerts
from app.views.wording import patient as said

SIZE = 13


def in_sight(page: VisitPage, problem: str | None) -> ft.Control:
    """In one line where there is room, else each in a line of its own; the head that scrolls says it at length."""
    status = visit_status(page)
    parts = [
        heading(page.patient.display_name, SIZE + 1),
        _mark(
            mark_of(status), MUTED, words(say_shortest(status), SIZE, strong=True, lines=2, expand_loose=True)
        ),
        allergy_mark(page),
        *_pressing_mark(page),
    ]
    line = ft.Row(
        parts,
        wrap=True,
        spacing=theme.S3,
        run_spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return ft.Container(
        key="in-sight",
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        padding=ft.Padding.symmetric(horizontal=theme.S2, vertical=theme.S1),
        content=stack(
            [
                ft.Semantics(identifier="visit-in-sight", container=True, content=line),
                *([] if problem is None else [_not_saved(problem)]),
            ],
            spacing=theme.S1,
            tight=True,
        ),
    )


def _not_saved(problem: str) -> ft.Control:
    """Why, and what to do, in full: she may stand far below the head when she taps."""
    ink = ft.Colors.ON_ERROR_CONTAINER
    sentence = words(f"{tr(text.NOT_SAVED)} {problem}", SIZE, strong=True, color=ink, expand=True)
    # A new element for a new sentence: one that changes in place becomes an empty node for screen readers.
    return ft.Semantics(
        key=f"not-saved-{problem}",
        live_region=True,
        container=True,
        content=ft.Container(
            bgcolor=ft.Colors.ERROR_CONTAINER,
            border_radius=theme.RADIUS - 6,
            padding=ft.Padding.symmetric(horizontal=theme.S2, vertical=theme.S1),
            content=ft.Row([sign(ft.Icons.REPORT_OUTLINED, SIZE + 1, ink), sentence], spacing=theme.S1),
        ),
    )


def _pressing_mark(page: VisitPage) -> list[ft.Control]:
    """That something is to be done now or today, and no more: what says it, of this visit and of earlier ones, scrolls
    away with the head.

    Of a private alert nothing, not even how soon: the family may see the line.
    """
    own, _, _ = split(page.alerts)
    found = {
        (one.rule, one.subject) for one in own
    }  # again in this visit: one matter, which its strip counts
    earlier = [one for one in list_earlier(page) if (one.rule, one.subject) not in found]
    pressing = [one for one in (*own, *earlier) if not one.private and one.level not in LATER]
    if not pressing:
        return []
    most = next((one for one in pressing if one.level == PRESSING[0]), pressing[0])
    ground, ink, icon = look(most)
    said_short = alerts.folded(most, len(pressing), now())
    told = words(said_short, SIZE, strong=True, color=ink, lines=2, expand_loose=True)
    return [_lit(ground, _mark(icon, ink, told))]


def allergy_mark(page: VisitPage, size: float = SIZE, lines: int | None = 2) -> ft.Control:
    """Only recorded ones get a colour, and those of high risk stand first. `lines`: in full where it is None."""
    listed = page.parts.at_door.listed
    if listed:
        ink = ft.Colors.ON_TERTIARY_CONTAINER
        full = say.allergies(by_risk(listed))
        short = words(
            full if lines is None else said.allergies_short(by_risk(listed)),
            size,
            strong=True,
            color=ink,
            lines=lines,
            expand_loose=True,
            said=full,
        )
        return _lit(ft.Colors.TERTIARY_CONTAINER, _mark(ft.Icons.WARNING_AMBER, ink, short, size))
    none = tr(text.ALLERGIES_NOT_RECORDED if listed is None else text.NO_KNOWN_ALLERGIES)
    icon = ft.Icons.HELP_OUTLINE if listed is None else ft.Icons.CHECK
    return _mark(icon, MUTED, words(none, size, lines=1, expand_loose=True), size)


def _lit(ground: ft.ColorValue, mark: ft.Control) -> ft.Control:
    return ft.Container(
        bgcolor=ground,
        border_radius=theme.RADIUS - 6,
        padding=ft.Padding.symmetric(horizontal=theme.S1),
        content=mark,
    )


def _mark(icon: ft.IconData, ink: ft.ColorValue, line: ft.Text, size: float = SIZE) -> ft.Row:
    """In a head of usual size as wide as the sign of code status beside or above it."""
    small = size <= SIZE
    mark = sign(icon, size + 1 if small else STRIP_SIGN, ink)
    return ft.Row([mark, line], spacing=theme.S1 if small else theme.S2, tight=True)
