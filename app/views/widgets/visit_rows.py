"""A visit as one row in any list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import flet as ft

from app.language import tr
from app.services.models import VisitState, VisitSummary
from app.views import say, text
from app.views.env import Env, now
from app.views.routes import ReadingRoute, VisitRoute
from app.views.widgets.base import muted, stack, words
from app.views.widgets.buttons import tile
from app.views.widgets.status import status_line
from app.views.wording import bedside
from app.views.wording import visit as said

LONG = timedelta(hours=3)
"""A visit that has been open this long asks "Still there?", on its page and wherever it is listed to go on with."""


def open_visit(env: Env, visit: VisitSummary, *, team: bool = False) -> Callable[[Any], None]:
    """The tap that opens a visit: a draft to go on with, everything else to read."""

    def tap(_: Any) -> None:
        draft = visit.status.state is VisitState.DRAFT
        env.go(VisitRoute(visit.id) if draft else ReadingRoute(visit.id, team))

    return tap


def visit_row(env: Env, visit: VisitSummary, *, with_name: bool, prefix: str) -> ft.Control:
    """`prefix` begins the test name, which ends with the visit's id."""
    at = now()
    when = say.times(visit.began_at, visit.left_at, at)
    head = visit.patient_name if with_name else when
    lines: list[ft.Control] = [words(head, 17, strong=True)]
    if with_name:
        lines.append(muted(when))
    found = say.highest(visit.highest_score) if visit.met else tr(said.NOT_SEEN)
    detail = f"{say.where_how(visit.modality, visit.setting)} · {found}"
    if not with_name and visit.nurse_name:
        detail = f"{detail} · {visit.nurse_name}"
    lines.append(muted(detail))
    lines.append(status_line(visit.status, at))
    return tile(f"{prefix}-{visit.id}", open_visit(env, visit), stack(lines, spacing=3, tight=True))


def draft_row(env: Env, visit: VisitSummary) -> ft.Control:
    """A visit to go on with, first on Today."""
    lines: list[ft.Control] = [
        words(visit.patient_name, 19, strong=True, color=ft.Colors.ON_TERTIARY_CONTAINER),
        words(say.continue_visit(visit.began_at, now()), 16, color=ft.Colors.ON_TERTIARY_CONTAINER),
        words(
            f"{say.where_how(visit.modality, visit.setting)} · {tr(text.DRAFT)}",
            15,
            color=ft.Colors.ON_TERTIARY_CONTAINER,
        ),
    ]
    if visit.left_at is None and now() - visit.began_at >= LONG:
        lines.append(
            words(tr(text.STILL_THERE_TODAY), 16, strong=True, color=ft.Colors.ON_TERTIARY_CONTAINER)
        )
    if visit.stars:
        left = bedside.things_left(visit.stars)
        lines.append(words(left, 16, strong=True, color=ft.Colors.ON_TERTIARY_CONTAINER))
    return tile(
        f"today-draft-{visit.id}",
        open_visit(env, visit),
        stack(lines, spacing=3, tight=True),
        lead=ft.Icons.EDIT_NOTE,
        tint=ft.Colors.TERTIARY_CONTAINER,
        ink=ft.Colors.ON_TERTIARY_CONTAINER,
    )
