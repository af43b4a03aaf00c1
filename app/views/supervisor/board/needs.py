"""What cannot wait, of the whole team: alerts past due, 48-hour visits, referrals whose loop is open."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.stays import ClockState
from app.language import tr
from app.services.alert_models import AlertLine
from app.services.board_models import BoardClock, BoardPage, BoardReferral
from app.views import say
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, group, stack, words
from app.views.widgets.notices import Tone, notice
from app.views.wording import alerts, stays
from app.views.wording import board as said

FIRST, FIRST_NARROW = 5, 3
"""Rows of a group before "Show all"; fewer on a phone, where the nurses stand below."""


def need_groups(env: Env, page: BoardPage) -> list[ft.Control]:
    found: list[ft.Control] = []
    first = FIRST_NARROW if env.narrow else FIRST
    if page.alerts:
        rows = [_alert(env, one) for one in page.alerts]
        found.append(keyed("alerts", Some, first, "alerts", tr(said.ALERTS), ft.Icons.REPORT_OUTLINED, rows))
    if page.clocks:
        rows = [_clock(env, one) for one in page.clocks]
        found.append(keyed("clocks", Some, first, "clocks", tr(said.CLOCKS), ft.Icons.HOURGLASS_BOTTOM, rows))
    if page.referrals:
        rows = [_referral(env, one) for one in page.referrals]
        found.append(
            keyed("referrals", Some, first, "referrals", tr(said.REFERRALS), ft.Icons.SYNC_ALT, rows)
        )
    if found or page.pulled_at is None:
        return found  # before the first load nobody knows whether all is well
    return [notice(tr(said.CALM), Tone.CALM)]


@safe_component
def Some(first: int, name: str, title: str, icon: ft.IconData, rows: list[ft.Control]) -> ft.Control:
    """The first of them, the rest one tap away."""
    open_now, set_open = ft.use_state(False)
    shown = rows if open_now else rows[:first]
    more = []
    if len(rows) > len(shown):
        label = say.show_all(len(rows))
        more.append(ft.Row([buttons.quiet(f"board-all-{name}", label, lambda _: set_open(True))], wrap=True))
    return group(title, [*shown, *more], icon=icon)


def _open(env: Env, patient_id: str, _: Any) -> None:
    env.go(PatientsRoute(patient_id))


def _row(
    env: Env, identifier: str, patient_id: str, name: str, line: str, due: str, urgent: bool
) -> ft.Control:
    ground = ft.Colors.TERTIARY_CONTAINER if urgent else ft.Colors.SURFACE_CONTAINER_LOW
    ink = ft.Colors.ON_TERTIARY_CONTAINER if urgent else ft.Colors.ON_SURFACE
    lines: list[ft.Control] = [
        words(name or tr(said.PATIENT), 17, strong=True, color=ink),
        words(line, 15, color=ink),
    ]
    if due:
        lines.append(words(due, 15, strong=True, color=ink))
    return buttons.tile(
        identifier,
        partial(_open, env, patient_id),
        stack(lines, spacing=2, tight=True),
        tint=ground,
        ink=ink if urgent else MUTED,
    )


def _alert(env: Env, one: AlertLine) -> ft.Control:
    due = said.alert_due(one, now())
    found = " · ".join([alerts.head(one), *alerts.corrected(one, now())])
    return _row(env, f"board-alert-{one.id}", one.patient_id, one.patient_name, found, due, urgent=True)


def _clock(env: Env, one: BoardClock) -> ft.Control:
    over = one.clock.state is ClockState.OVERDUE
    line = stays.clock(one.clock, now())
    return _row(env, f"board-clock-{one.patient_id}", one.patient_id, one.patient_name, line, "", urgent=over)


def _referral(env: Env, one: BoardReferral) -> ft.Control:
    identifier = f"board-referral-{one.referral.reference.partition('/')[2]}"
    line = said.referral(one, now())
    return _row(env, identifier, one.patient_id, one.patient_name, line, "", urgent=False)
