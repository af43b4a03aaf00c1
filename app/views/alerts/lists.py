"""Open alerts on Today and on a person's page: what to do, take it, say that it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.language import tr
from app.services.alert_models import AlertLine
from app.services.models import PatientPage
from app.store.changes import Topic
from app.views import say, theme
from app.views.alerts.card import (
    alert_card,
    brief_line,
    level_line,
    level_word,
    look,
    said_away,
    state_of,
    waits,
)
from app.views.alerts.hushed import at_bedside, is_discreet, is_hushed
from app.views.alerts.private import PrivateAlert
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.held import use_held
from app.views.hooks import use_action, use_load, use_value
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, group, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import optional_notice
from app.views.widgets.options import wrap
from app.views.wording import alerts as said
from app.views.wording import leave

TOPICS = frozenset({Topic.ALERTS, Topic.OUTBOX, Topic.PATIENTS})
FIRST = 5
"""Shown before "show all" above a supervisor's queue."""
Reload = Callable[[], Awaitable[None]]


@safe_component
def TodayAlerts(env: Env) -> ft.Control:
    """Above a supervisor's queue: everything that stands, of everybody; nothing at all when nothing does."""

    async def read() -> tuple[AlertLine, ...]:
        return await env.session.alerts.list_open()

    found, _ = use_load(read, env.session.hub, TOPICS)
    every, set_every = use_value(lambda: False)
    lines = found.value or ()
    if not lines:
        return ft.Container(visible=False)
    shown = lines if every else lines[:FIRST]
    rows: list[ft.Control] = [keyed(one.id, AlertRow, env, one, True) for one in shown]
    if len(lines) > len(shown):
        rows.append(
            wrap(
                [
                    buttons.plain(
                        "today-alerts-all", say.show_all(len(lines)), lambda _: set_every(lambda _: True)
                    )
                ]
            )
        )
    return group(tr(said.ALERTS), rows, icon=ft.Icons.NOTIFICATIONS_OUTLINED)


def PatientAlerts(env: Env, page: PatientPage) -> ft.Control:
    """What stands about this person."""
    rows: list[ft.Control] = [keyed(one.id, AlertRow, env, one, False) for one in page.parts.alerts]
    return stack(rows, spacing=theme.S2) if rows else ft.Container(visible=False)


@safe_component
def AlertRow(
    env: Env, line: AlertLine, with_name: bool, reload: Reload | None = None, brief: bool = False
) -> ft.Control:
    """One line; a tap shows what to do and what a person can say back.

    On a nurse's Today, which others see, one that speaks of code status, of the last days or of a wish to die says
    nothing but how soon, and leads to the person's page. `reload`: of a visit's page, which the person may see: such a
    one says what it is about once it is opened. `brief`: as low as can be on a phone, where a day must follow.
    """
    opened, set_opened = use_held(env, f"alert-opened-{line.id}", lambda: False)
    if with_name and at_bedside(env) and is_discreet(line):
        return _discreet(env, line)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    head = tr(said.TAP_TO_SEE) if reload is not None and is_hushed(line) else said.beside_level(line)
    told = " · ".join([line.patient_name, *leave.mark(line.covers), head]) if with_name else head
    state = state_of(line) or ("" if reload is None else said.untaken(line))
    if not (reload is not None and is_hushed(line)):
        state = " · ".join(part for part in (state, *said.corrected(line, now())) if part)
    brief = brief and env.narrow and theme.scale() < STACKED
    state = "" if brief and not waits(line) else state
    state = " · ".join(part for part in (*said_away(line), state) if part)
    parts: list[ft.Control] = [
        _head(line, told, "" if opened else state, opened, env.narrow, turn, brief=brief)
    ]
    if opened:
        parts.append(keyed(f"opened {line.id}", OpenedAlert, env, line, with_name, reload))
    return stack(parts, spacing=theme.S1)


def _discreet(env: Env, line: AlertLine) -> ft.Control:
    ground, ink, _ = look(line)
    parts: list[ft.Control] = [
        level_word(line, ink),
        words(" · ".join([line.patient_name, *leave.mark(line.covers), tr(said.ON_THE_PAGE)]), 16, color=ink),
    ]
    seen = state_of(line)
    parts += [words(seen, 15, strong=True, color=ink)] if seen else []
    return buttons.tile(
        f"alert-row-{line.id}",
        lambda _: env.go(PatientsRoute(line.patient_id)),
        stack(parts, spacing=2, tight=True),
        tint=ground,
        ink=ink,
    )


def _head(
    line: AlertLine, told: str, state: str, opened: bool, narrow: bool, turn: Any, *, brief: bool = False
) -> ft.Control:
    """Whether anybody has seen it is said while the line is closed; opened, the card says it."""
    ground, ink, _ = look(line)
    late = line.due_at is not None and line.due_at < now()
    if brief:
        row = brief_line(line, told, opened=opened)
    else:
        due = said.due_beside_level(line, now())
        after = [words(due, 15, color=ink, strong=late)] if due else []
        row = level_line(line, told, opened=opened, narrow=narrow, after=after)
    nobody = [words(state, 15, strong=True, color=ink)] if state else []
    return ft.Semantics(
        identifier=f"alert-row-{line.id}",
        expanded=opened,
        content=buttons.row(
            stack([row, *nobody], spacing=2, tight=True) if nobody else row,
            turn,
            tint=ground,
            along=theme.S2 if brief else theme.S3,
        ),
    )


@safe_component
def OpenedAlert(env: Env, line: AlertLine, with_name: bool, reload: Reload | None = None) -> ft.Control:
    """What was found, what to do, and what a person does with it."""
    finishing, set_finishing = use_held(env, f"alert-finishing-{line.id}", lambda: False)
    reason, set_reason = use_held(env, f"alert-reason-{line.id}", lambda: "")

    async def again() -> None:
        if reload is not None:
            await reload()

    async def take(_: Any) -> None:
        await env.session.alerts.acknowledge(line.id)
        await again()

    async def finish(_: Any) -> None:
        await env.session.alerts.finish(line.id, reason)
        await again()

    taking, done = use_action(take), use_action(finish)
    extra: list[ft.Control] = []
    if line.private:
        extra.append(PrivateAlert(env, line))
    doors: list[ft.Control] = []
    if line.state == "open":
        doors.append(buttons.quiet(f"alert-take-{line.id}", tr(said.TAKE), taking.run, busy=taking.busy))
    if not finishing:
        doors.append(
            buttons.quiet(f"alert-finish-{line.id}", tr(said.FINISH), lambda _: set_finishing(lambda _: True))
        )
    if with_name:
        doors.append(
            buttons.plain(
                f"alert-person-{line.id}",
                line.patient_name,
                lambda _: env.go(PatientsRoute(line.patient_id)),
                icon=ft.Icons.PERSON_OUTLINE,
            )
        )
    extra.append(wrap(doors))
    if finishing:
        extra.append(
            field(
                f"alert-done-{line.id}",
                tr(said.HOW_DONE),
                reason,
                lambda value: set_reason(lambda _: value),
                on_submit=done.run,
            )
        )
        extra.append(
            wrap(
                [
                    buttons.quiet(f"alert-keep-{line.id}", tr(said.KEEP), done.run, busy=done.busy),
                    buttons.plain(
                        f"alert-cancel-{line.id}", tr(said.CANCEL), lambda _: set_finishing(lambda _: False)
                    ),
                ]
            )
        )
    extra += optional_notice(taking.error) + optional_notice(done.error)
    return alert_card(env, line, extra)
