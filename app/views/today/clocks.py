"""48-hour clocks, counting down, of people whom no visit still to be made today is about."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.day import is_pressing
from app.domain.visit_kind import VisitKind
from app.language import tr
from app.services.day_models import DayClock
from app.views import theme
from app.views.env import Env, now
from app.views.routes import PatientsRoute
from app.views.today import going
from app.views.widgets import buttons
from app.views.widgets.base import card, group, stack, words
from app.views.wording import leave, stays
from app.views.wording import today as said


def day_clocks(env: Env, clocks: tuple[DayClock, ...]) -> list[ft.Control]:
    if not clocks:
        return []
    return [group(tr(said.CLOCKS), [_row(env, one) for one in clocks], icon=ft.Icons.HOURGLASS_BOTTOM)]


def _row(env: Env, one: DayClock) -> ft.Control:
    urgent = is_pressing(one.clock, now())
    ink = ft.Colors.ON_TERTIARY_CONTAINER if urgent else ft.Colors.ON_SURFACE
    ground = ft.Colors.TERTIARY_CONTAINER if urgent else ft.Colors.SURFACE_CONTAINER_LOW
    who = one.patient_id
    person = buttons.plain(
        f"today-clock-person-{who}", tr(said.PERSON), partial(_open, env, who), icon=ft.Icons.PERSON_OUTLINE
    )
    doors = ft.Row(
        [
            going.Start(env, f"today-clock-go-{who}", who, VisitKind.FROM_FACILITY.value, one.phone),
            *going.call(env, f"today-clock-call-{who}", one.phone),
            person,
        ],
        wrap=True,
        spacing=theme.S2,
        run_spacing=theme.S2,
    )
    lines: list[ft.Control] = [
        words(" · ".join([one.patient_name, *leave.mark(one.covers)]), 19, strong=True, color=ink),
        words(stays.clock(one.clock, now()), 16, strong=urgent, color=ink),
        doors,
    ]
    return card(stack(lines, spacing=theme.S2), color=ground)


def _open(env: Env, patient_id: str, _: Any) -> None:
    env.go(PatientsRoute(patient_id))
