"""Today: whom to see and in which order, what cannot wait, what to go on with, what waits, and closing the day."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.language import tr
from app.services.alert_models import AlertLine
from app.services.closing_day import close_day
from app.services.day_models import DayPage
from app.services.review_models import ToNurse
from app.services.sending_models import SendingPage
from app.store.changes import Topic
from app.views import say, text
from app.views.conflicts.lists import ConflictRows
from app.views.death.calls import FamilyCalls
from app.views.death.news import DeathCard
from app.views.drafts.rows import DraftsElsewhere, WrittenTwice
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load
from app.views.leave.today import LeaveCards
from app.views.nobody import Nobody
from app.views.oncall.today import OnCallCard
from app.views.questions.today import TodayQuestions
from app.views.routes import CloseDayRoute, PatientsRoute
from app.views.statusbar import use_sync_state
from app.views.today.alerts import DayAlerts
from app.views.today.checks import OwnCheck
from app.views.today.clocks import day_clocks
from app.views.today.close import close_tile
from app.views.today.news import TeamNews
from app.views.today.stops import DayStops
from app.views.today.ticking import use_minutes
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, stack
from app.views.widgets.frame import columns, screen
from app.views.widgets.notices import Tone, loading, notice
from app.views.widgets.visit_rows import draft_row, visit_row
from app.views.wording import today as said

Waiting = tuple[SendingPage, tuple[ToNurse, ...], tuple[AlertLine, ...]]
TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX, Topic.ALERTS, Topic.SIGN_IN, Topic.SYNC})


@safe_component
def TodayScreen(env: Env) -> ft.Control:
    """No code status, no phase and nothing private stands here: others see this page.

    Above the day stands only what changes where she goes next, and low: a phone shows the next visit at first sight.
    """
    use_minutes()

    async def read() -> DayPage:
        return await env.session.day.read()

    async def read_waiting() -> Waiting:
        sending, asked = await env.session.sending.page(), await env.session.review.to_me()
        return sending, asked, await env.session.alerts.list_open()

    found, again = use_load(read, env.session.hub, TOPICS)
    # Looked for in every person's record: the day does not wait for it.
    sending, look_again = use_load(read_waiting, env.session.hub, TOPICS)
    sync = use_sync_state(env.session)
    start = buttons.primary(
        "today-start", tr(text.START_VISIT), lambda _: env.go(PatientsRoute()), icon=ft.Icons.ADD
    )
    page, error = found.value, found.error or sending.error

    def try_again(_: Any) -> None:
        again()
        look_again()

    retry = buttons.quiet("today-try-again", tr(said.TRY_AGAIN), try_again)
    wrong = notice(error, Tone.ASK, [retry]) if error else _nothing()
    old = said.as_of(sync, now())
    date = muted(f"{say.weekday(now().date())} · {env.session.user_name}", 16)
    below = [*([] if env.low else [date]), *([muted(old, 15)] if old else [])]
    waiting = _nothing() if found.error else loading()
    # Each part keeps its place whatever the others do: one that moves up or down would lose what is open in it.
    return screen(
        tr(text.TODAY),
        [
            stack(below, spacing=2, tight=True) if below else _nothing(),
            _checks(env, page),
            DeathCard(env),
            LeaveCards(env),
            TeamNews(env),
            DayAlerts(env),
            WrittenTwice(env),
            ConflictRows(env, "today-conflict"),
            DraftsElsewhere(env),
            wrong,
            columns(
                [waiting] if page is None else _day(env, page),
                [
                    *(OnCallCard(env), TodayQuestions(env), FamilyCalls(env)),
                    *([] if page is None else _beside(env, page, sending.value)),
                ],
                narrow=env.narrow,
            ),
            ft.Container(height=16),
        ],
        narrow=env.narrow,
        ends=[date, start] if env.low else [start],
        spacing=20,
        low=env.low,
    )


def _nothing() -> ft.Control:
    return ft.Container(visible=False)


def _checks(env: Env, page: DayPage | None) -> ft.Control:
    mine = [] if page is None else [one for one in page.checks if one.mine]
    if page is None or not mine:
        return _nothing()
    return stack([keyed(one.check.id, OwnCheck, env, one, page.supervisor_phone) for one in mine])


def _day(env: Env, page: DayPage) -> list[ft.Control]:
    """What she goes on with, then the visits that are planned."""
    today = page.today
    drafts = [draft_row(env, v) for v in today.drafts]
    begun = group(tr(text.CONTINUE_GROUP), drafts) if drafts else _nothing()
    if today.people or page.stops:
        return [begun, DayStops(env, page)]
    return [begun, Nobody(env)]


def _beside(env: Env, page: DayPage, waiting: Waiting | None) -> list[ft.Control]:
    """What runs out, what waits, what came back: beside the day, below it on a phone."""
    today = page.today
    right = day_clocks(env, page.clocks)
    if waiting is None:
        right.append(_nothing())
    else:
        sending, asked, alerts = waiting
        right.append(close_tile(env, close_day(sending, page, now(), asked, alerts), CloseDayRoute()))
    if today.unsent:
        rows = [visit_row(env, v, with_name=True, prefix="today-unsent") for v in today.unsent]
        right.append(group(tr(text.UNSENT_GROUP), rows, icon=ft.Icons.OUTBOX))
    if today.recent:
        rows = [visit_row(env, v, with_name=True, prefix="today-received") for v in today.recent]
        right.append(group(tr(text.RECEIVED_GROUP), rows, icon=ft.Icons.CHECK_CIRCLE_OUTLINE))
    tile = buttons.tile(
        "today-people",
        lambda _: env.go(PatientsRoute()),
        ft.Column([muted(say.people_here(today.people), 16)]),
        lead=ft.Icons.PEOPLE_OUTLINE,
    )
    right.append(group(tr(text.MY_PEOPLE), [tile]))
    return right
