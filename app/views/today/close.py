""" "Close my day": that it can be put away, or exactly what is left, each one tap away."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.visit_kind import VisitKind
from app.language import tr
from app.services.alert_models import AlertLine
from app.services.closing_day import DayClose, close_day
from app.store.changes import Topic
from app.views import say, theme
from app.views.alerts.hushed import is_discreet
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.help.hard_day import HardDayCard
from app.views.hooks import use_load
from app.views.routes import (
    NewVisitRoute,
    PatientsRoute,
    ReadingRoute,
    Route,
    TodayRoute,
    VisitRoute,
    WaitingRoute,
)
from app.views.today.shut import NOT_SEEN
from app.views.today.ticking import use_minutes
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.wording import closing as said
from app.views.wording import review

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX, Topic.ALERTS, Topic.SIGN_IN, Topic.SYNC})


@safe_component
def CloseDay(env: Env) -> ft.Control:
    """Computed from the outbox each time anything changes; it never says more than the plan has answered for."""
    use_minutes()

    async def read() -> DayClose:
        sending, day = await env.session.sending.page(), await env.session.day.read()
        asked, alerts = await env.session.review.to_me(), await env.session.alerts.list_open()
        return close_day(sending, day, now(), asked, alerts)

    found, _ = use_load(read, env.session.hub, TOPICS)
    back = buttons.back("close-back", tr(said.BACK), lambda _: env.back())
    body: list[ft.Control] = [*optional_notice(found.error)]
    if found.value is None:
        body = body or [loading()]
    elif found.value.done:
        sentence = f"{_received(found.value)} {tr(said.NOTHING_WAITS)}"
        body.append(empty(ft.Icons.CHECK_CIRCLE_OUTLINE, sentence, tr(said.CLOSED)))
    else:
        body += [
            words(_received(found.value), 18, strong=True),
            group(tr(said.LEFT), _rows(env, found.value)),
        ]
    if found.value is not None and found.value.held:
        body.append(group(tr(said.HELD), [_held(env, one) for one in found.value.held]))
    if not env.is_supervisor:
        body.append(HardDayCard(env))
    return screen(tr(said.CLOSE_DAY), [*body, ft.Container(height=theme.S4)], narrow=env.narrow, lead=back)


def _received(close: DayClose) -> str:
    return said.received(close.received, close.not_seen)


def _rows(env: Env, close: DayClose) -> list[ft.Control]:
    """The most pressing first; each row goes where it is dealt with."""
    at = now()
    rows: list[ft.Control] = []
    for check in close.checks:
        sentence = said.check_left(check.check)
        rows.append(_row(env, f"close-check-{check.check.id}", sentence, ft.Icons.ALARM, TodayRoute()))
    for clock in close.clocks:
        way = NewVisitRoute(clock.patient_id, VisitKind.FROM_FACILITY.value)
        name, how = f"close-clock-{clock.patient_id}", said.clock_left(clock, at)
        rows.append(_row(env, name, how, ft.Icons.HOURGLASS_BOTTOM, way))
    for again in close.tries:
        name, how = f"close-again-{again.visit_id}", said.try_left(again, at)
        rows.append(_row(env, name, how, NOT_SEEN, NewVisitRoute(again.patient_id, again.kind)))
    rows += [
        _row(env, f"close-alert-{one.id}", _alert(one), ft.Icons.NOTIFICATIONS_OUTLINED, _page(one))
        for one in close.alerts
    ]
    for one in close.questions:
        name = f"close-question-{one.review.id}"
        about = review.about_visit(one.visit.patient_name, say.moment(one.visit.began_at, at))
        asks = f"{review.question_card(one.review)} · {about}"
        rows.append(_row(env, name, asks, ft.Icons.HELP_OUTLINE, ReadingRoute(one.visit.id)))
    for draft in close.drafts:
        name, how = f"close-draft-{draft.id}", said.draft(draft, at)
        rows.append(_row(env, name, how, ft.Icons.EDIT_NOTE, VisitRoute(draft.id)))
    for stop in close.planned:
        name, how = f"close-planned-{stop.stop.planned.id}", said.not_made(stop, at)
        rows.append(
            _row(env, name, how, ft.Icons.SCHEDULE, NewVisitRoute(stop.patient_id, stop.stop.planned.kind))
        )
    if close.sign_in:
        rows.append(_row(env, "close-sign-in", tr(said.SIGN_IN), ft.Icons.LOGIN, WaitingRoute()))
    if close.set_aside:
        rows.append(
            _row(env, "close-aside", said.aside(close.set_aside), ft.Icons.REPORT_OUTLINED, WaitingRoute())
        )
    if close.choices:
        rows.append(
            _row(env, "close-choices", said.choices(close.choices), ft.Icons.CALL_SPLIT, WaitingRoute())
        )
    rows += [
        _row(env, f"close-waiting-{kind.value}", said.waits(kind, number), ft.Icons.OUTBOX, WaitingRoute())
        for kind, number in close.waiting.items()
        if number
    ]
    if not close.ever:
        rows.append(_row(env, "close-never", tr(said.NEVER), ft.Icons.CLOUD_OFF, WaitingRoute()))
    return rows


def _alert(line: AlertLine) -> str:
    return said.alert_left(line, now(), discreet=is_discreet(line))


def _page(line: AlertLine) -> Route:
    return PatientsRoute(line.patient_id)


def _held(env: Env, line: AlertLine) -> ft.Control:
    """What stands open with somebody else: whose it is, and the way to it."""
    whose = said.holder(line, env.session.user_name, now())
    lines: list[ft.Control] = [words(_alert(line), 16), muted(whose, 15)]
    return buttons.tile(
        f"close-held-{line.id}",
        partial(_go, env, _page(line)),
        stack(lines, spacing=2, tight=True),
        lead=ft.Icons.PEOPLE_OUTLINE,
    )


def _row(env: Env, name: str, sentence: str, icon: ft.IconData, route: Route) -> ft.Control:
    return buttons.tile(name, partial(_go, env, route), words(sentence, 17), lead=icon)


def _go(env: Env, route: Route, _: Any) -> None:
    if isinstance(route, TodayRoute):
        env.back()
    else:
        env.go(route)


def close_tile(env: Env, close: DayClose, route: Route) -> ft.Control:
    """On Today: the way there, with what it would say."""
    icon = ft.Icons.CHECK_CIRCLE_OUTLINE if close.done else ft.Icons.NIGHTLIGHT_OUTLINED
    lines: list[ft.Control] = [words(tr(said.CLOSE_DAY), 17, strong=True), muted(said.close_line(close), 15)]
    return buttons.tile(
        "today-close", partial(_go, env, route), stack(lines, spacing=2, tight=True), lead=icon
    )
