"""Today: what to go on with, what waits, what was received, and the way to start a visit."""

from __future__ import annotations

import flet as ft

from app.services.models import Today
from app.store.changes import Topic
from app.views import say, text
from app.views.alerts.lists import TodayAlerts
from app.views.conflicts.lists import ConflictRows
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import group, muted
from app.views.widgets.frame import columns, screen
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.widgets.visit_rows import draft_row, visit_row

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX})


@safe_component
def TodayScreen(env: Env) -> ft.Control:
    async def read() -> Today:
        return await env.session.caseload.today()

    today, _ = use_load(read, env.session.hub, TOPICS)
    start = buttons.primary(
        "today-start", text.START_VISIT, lambda _: env.go(PatientsRoute()), icon=ft.Icons.ADD
    )
    if today.value is None:
        body: list[ft.Control] = [*optional_notice(today.error)] or [loading()]
    else:
        body = [*optional_notice(today.error), *_body(env, today.value)]
    date_line = muted(f"{say.weekday(now().date())} · {env.session.user_name}", 16)
    return screen(
        text.TODAY,
        [
            date_line,
            *([start] if env.narrow else []),
            TodayAlerts(env),
            ConflictRows(env, "today-conflict"),
            *body,
            ft.Container(height=16),
        ],
        narrow=env.narrow,
        ends=[] if env.narrow else [start],
        spacing=20,
    )


def _body(env: Env, today: Today) -> list[ft.Control]:
    left: list[ft.Control] = []
    right: list[ft.Control] = []
    if today.drafts:
        left.append(group(text.CONTINUE_GROUP, [draft_row(env, v) for v in today.drafts]))
    if today.unsent:
        rows = [visit_row(env, v, with_name=True, prefix="today-unsent") for v in today.unsent]
        left.append(group(text.UNSENT_GROUP, rows, icon=ft.Icons.OUTBOX))
    if today.recent:
        rows = [visit_row(env, v, with_name=True, prefix="today-received") for v in today.recent]
        (right if left else left).append(group(text.RECEIVED_GROUP, rows, icon=ft.Icons.CHECK_CIRCLE_OUTLINE))
    if not left:
        if today.people:
            left.append(empty(ft.Icons.WB_SUNNY_OUTLINED, text.NO_VISITS_TODAY, text.NO_VISITS_HELP))
        else:
            left.append(empty(ft.Icons.PEOPLE_OUTLINE, text.NO_PEOPLE, text.NO_PEOPLE_HELP))
    right.append(
        group(
            text.MY_PEOPLE,
            [
                buttons.tile(
                    "today-people",
                    lambda _: env.go(PatientsRoute()),
                    ft.Column([muted(say.people_here(today.people), 16)]),
                    lead=ft.Icons.PEOPLE_OUTLINE,
                )
            ],
        )
    )
    return [columns(left, right, narrow=env.narrow)]
