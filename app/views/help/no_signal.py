""" "No signal for days": what lies here, for how long, what to do, whom to call. The tablet is enough for it."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.language import tr
from app.services.no_signal import NoSignal
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import WaitingRoute
from app.views.today import going
from app.views.today.ticking import use_minutes
from app.views.widgets import buttons
from app.views.widgets.base import bullet, group, muted, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import loading, optional_notice
from app.views.wording import help as said

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX, Topic.ALERTS, Topic.SIGN_IN, Topic.SYNC})


@safe_component
def NoSignalScreen(env: Env) -> ft.Control:
    use_minutes()

    async def read() -> NoSignal:
        return await env.session.no_signal.read()

    found, _ = use_load(read, env.session.hub, TOPICS)
    body: list[ft.Control] = [*optional_notice(found.error)]
    if found.value is None:
        body = body or [loading()]
    else:
        body += _body(env, found.value)
    lead = buttons.back("no-signal-back", tr(said.BEFORE), lambda _: env.back())
    return screen(tr(said.NO_SIGNAL), body, narrow=env.narrow, lead=lead)


def _body(env: Env, page: NoSignal) -> list[ft.Control]:
    at = now()
    to_do = [tr(said.SIGN_IN_AGAIN)] if page.sign_in else []
    to_do += [tr(said.GO_ON), *([tr(said.ALERTS_WAIT)] if page.alerts else []), tr(said.FIND_SIGNAL)]
    to_do += [*([tr(said.COLLEAGUE)] if page.sealed else []), tr(said.KEEP_IT)]
    calls = going.call(env, "no-signal-supervisor", page.supervisor_phone, tr(said.CALL_SUPERVISOR))
    calls += going.call(env, "no-signal-on-call", page.on_call_phone, tr(said.CALL_ON_CALL))
    who: ft.Control = ft.Row(calls, wrap=True, spacing=theme.S3, run_spacing=theme.S2)
    waits = buttons.plain("no-signal-waiting", tr(said.OPEN_WAITING), lambda _: env.go(WaitingRoute()))
    return [
        muted(said.last_contact(page.last_contact, at), 16),
        group(tr(said.WHO_TITLE), [who if calls else words(tr(said.NO_NUMBER), 17)], icon=ft.Icons.PHONE),
        group(tr(said.TO_DO_TITLE), _lines(to_do), icon=ft.Icons.CHECKLIST),
        group(
            tr(said.KEPT_TITLE),
            [*_lines(said.kept_lines(page, at)), ft.Row([waits], wrap=True)],
            icon=ft.Icons.OUTBOX,
        ),
        group(
            tr(said.HOW_LONG_TITLE),
            _lines([tr(said.HOW_LONG), said.kept_days(page.kept_days)]),
            icon=ft.Icons.LOCK_CLOCK,
        ),
        ft.Container(height=theme.S4),
    ]


def _lines(sentences: Sequence[str]) -> list[ft.Control]:
    return [bullet(one, 17) for one in sentences]
