"""Who was not seen: never like a visit that was made, and the contact that was promised one tap away."""

from __future__ import annotations

from datetime import date, datetime

import flet as ft

from app.domain.visit_kind import VisitKind
from app.language import tr
from app.services.day_models import DayPage, DayStop, DayTry
from app.views import theme
from app.views.env import Env, now
from app.views.routes import ReadingRoute
from app.views.today import going
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, sign, stack, words
from app.views.wording import stays
from app.views.wording import today as said

NOT_SEEN = ft.Icons.DO_NOT_DISTURB_ALT
"""As in the log of visits."""


def shut_stop(env: Env, page: DayPage, one: DayStop) -> ft.Control:
    """A planned visit in which nobody was seen; `page` knows whether she is to try again today."""
    again = next((each for each in page.tries if each.visit_id == one.stop.visit_id), None)
    at = now()
    head = f"{said.when(one, at)} · {one.patient_name} · {said.state(one, at)}"
    name = f"today-made-{one.stop.planned.id}"
    return _row(env, name, one.stop.visit_id or "", head, (one.stop.signed_at, one.stop.next_on), again)


def other_tries(env: Env, page: DayPage) -> list[ft.Control]:
    """Whom she promised to try again today without anybody having planned it for today."""
    shown = {one.stop.visit_id for one in page.stops}
    return [
        _row(env, f"today-tried-{one.visit_id}", one.visit_id, said.tried(one), (None, one.next_on), one)
        for one in page.tries
        if one.visit_id not in shown
    ]


def _row(
    env: Env,
    name: str,
    visit_id: str,
    head: str,
    told: tuple[datetime | None, date | None],
    again: DayTry | None,
) -> ft.Control:
    at = now()
    ink = MUTED if again is None else ft.Colors.ON_TERTIARY_CONTAINER
    lines: list[ft.Control] = [words(head, 16, strong=again is not None, color=ink)]
    below = said.shut(*told, at)
    lines += [words(below, 15, strong=again is not None, color=ink)] if below else []
    ground = ft.Colors.SURFACE_CONTAINER_LOW if again is None else ft.Colors.TERTIARY_CONTAINER
    tile = buttons.tile(
        name,
        lambda _: env.go(ReadingRoute(visit_id)),
        stack(lines, spacing=2, tight=True),
        lead=NOT_SEEN,
        tint=ground,
        ink=ink,
    )
    if again is None:
        return tile
    parts: list[ft.Control] = [tile]
    if again.clock is not None:
        hours = words(stays.clock(again.clock, at), 16, strong=True, color=ink)
        parts.append(
            ft.Row(
                [
                    sign(ft.Icons.HOURGLASS_BOTTOM, size=20, color=ink),
                    ft.Container(expand=True, content=hours),
                ],
                spacing=theme.S2,
            )
        )
    by_phone = again.kind == VisitKind.TELEPHONE
    doors = [
        going.Start(
            env, f"today-again-{visit_id}", again.patient_id, again.kind, again.phone, tr(said.TRY_TODAY)
        ),
        *([] if by_phone else going.call(env, f"today-again-call-{visit_id}", again.phone)),
    ]
    parts.append(ft.Row(doors, wrap=True, spacing=theme.S2, run_spacing=theme.S2))
    return card(stack(parts, spacing=theme.S2), color=ground, key=f"tried-{visit_id}")
