"""Open alerts on Today and on a person's page: what to do, take it, say that it is done."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.content.rules import load_rules
from app.language import tr
from app.services.alert_models import AlertLine
from app.services.models import PatientPage
from app.store.changes import Topic
from app.views import theme
from app.views.alerts.card import alert_card, level_line, level_word, look, unseen, waits
from app.views.alerts.private import PrivateAlert
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import group, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import optional_notice
from app.views.wording import alerts as said
from app.views.wording import leave

TOPICS = frozenset({Topic.ALERTS, Topic.OUTBOX, Topic.PATIENTS})
TRANSITION = "transition"
"""What the alert of a 48-hour clock is about."""
NOT_ON_TODAY = frozenset({"CODE_STATUS_CONFLICT", "LAST_DAYS", "HOSPICE_REVIEW", "SUICIDE_ITEM"})
"""Rules whose words are for the person's page: anybody may look over a nurse's shoulder at her day."""
PLANS_OWN = frozenset({"DISCHARGE_NURSE_OFF"})
"""Alerts that the plan itself raises, in words that anybody may see."""
FIRST = 5
"""Shown before "show all" on Today."""


@safe_component
def TodayAlerts(env: Env, counted: frozenset[str] = frozenset()) -> ft.Control:
    """Everything that stands, of everybody; nothing at all when nothing does.

    `counted`: people whose 48-hour clock stands on the same page; its alert is left out once somebody can have seen it.
    """

    async def read() -> tuple[AlertLine, ...]:
        return await env.session.alerts.list_open()

    found, _ = use_load(read, env.session.hub, TOPICS)
    every, set_every = use_value(lambda: False)
    lines = tuple(
        one
        for one in found.value or ()
        if one.subject != TRANSITION or waits(one) or one.patient_id not in counted
    )
    if not lines:
        return ft.Container(height=0)
    shown = lines if every else lines[:FIRST]
    rows: list[ft.Control] = [keyed(one.id, AlertRow, env, one, True) for one in shown]
    if len(lines) > len(shown):
        rows.append(
            ft.Row(
                [
                    buttons.plain(
                        "today-alerts-all", said.people(len(lines)), lambda _: set_every(lambda _: True)
                    )
                ]
            )
        )
    return group(tr(said.ALERTS), rows, icon=ft.Icons.NOTIFICATIONS_OUTLINED)


@safe_component
def PatientAlerts(env: Env, page: PatientPage) -> ft.Control:
    """What stands about this person."""
    if not page.parts.alerts:
        return ft.Container(height=0)
    rows = [keyed(one.id, AlertRow, env, one, False) for one in page.parts.alerts]
    return stack(rows, spacing=theme.S2)


@safe_component
def AlertRow(env: Env, line: AlertLine, with_name: bool) -> ft.Control:
    """One line; a tap shows what to do and what a person can say back.

    On a nurse's Today, which others see, one that speaks of code status, of the last days or of a wish to die says
    nothing but how soon, and leads to the person's page.
    """
    opened, set_opened = use_value(lambda: False)
    if with_name and not env.is_supervisor and is_discreet(line):
        return _discreet(env, line)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    parts: list[ft.Control] = [_head(line, with_name, opened, env.narrow, turn)]
    if opened:
        parts.append(keyed(f"opened {line.id}", OpenedAlert, env, line, with_name))
    return stack(parts, spacing=theme.S1)


def is_discreet(line: AlertLine) -> bool:
    """What it is about does not stand on Today; nor does what a rule says that this app does not know."""
    known = {rule.id for rule in load_rules().rules} | PLANS_OWN
    return not line.private and (line.rule in NOT_ON_TODAY or line.rule not in known)


def _discreet(env: Env, line: AlertLine) -> ft.Control:
    ground, ink, _ = look(line)
    parts: list[ft.Control] = [
        level_word(line, ink),
        words(" · ".join([line.patient_name, *leave.mark(line.covers), tr(said.ON_THE_PAGE)]), 16, color=ink),
    ]
    seen = unseen([line])
    parts += [words(seen, 15, strong=True, color=ink)] if seen else []
    return buttons.tile(
        f"alert-row-{line.id}",
        lambda _: env.go(PatientsRoute(line.patient_id)),
        stack(parts, spacing=2, tight=True),
        tint=ground,
        ink=ink,
    )


def _head(line: AlertLine, with_name: bool, opened: bool, narrow: bool, turn: Any) -> ft.Control:
    ground, ink, _ = look(line)
    head = said.head(line)
    told = " · ".join([line.patient_name, *leave.mark(line.covers), head]) if with_name else head
    due = [words(said.due(line, now()), 15, color=ink)]
    row = level_line(line, told, opened=opened, narrow=narrow, after=due)
    # Whether anybody has seen it is said also while the line is closed; opened, the card says it.
    below = "" if opened else unseen([line]) or said.seen_by(line, now()) or said.gone_to(line, now())
    nobody = [words(below, 15, strong=True, color=ink)] if below else []
    return ft.Semantics(
        identifier=f"alert-row-{line.id}",
        expanded=opened,
        content=buttons.row(
            stack([row, *nobody], spacing=2, tight=True) if nobody else row, turn, tint=ground
        ),
    )


@safe_component
def OpenedAlert(env: Env, line: AlertLine, with_name: bool) -> ft.Control:
    """What was found, what to do, and what a person does with it."""
    finishing, set_finishing = use_value(lambda: False)
    reason, set_reason = use_value(lambda: "")

    async def take(_: Any) -> None:
        await env.session.alerts.acknowledge(line.id)

    async def finish(_: Any) -> None:
        await env.session.alerts.finish(line.id, reason)

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
    extra.append(ft.Row(doors, wrap=True, spacing=theme.S2, run_spacing=theme.S2))
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
            ft.Row(
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
