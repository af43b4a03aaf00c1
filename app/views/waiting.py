"""Sent & waiting: what is not yet received and why, what the plan could not take, today's receipts."""

from __future__ import annotations

import inspect
from typing import Any

import flet as ft

from app.services.models import SyncState, SyncWord, Today, VisitState, VisitSummary
from app.store.changes import Topic
from app.store.outbox_others import OtherUnsent
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.ports import SignIn
from app.views.statusbar import use_sync_state
from app.views.widgets import buttons
from app.views.widgets.base import card, fact, group, muted, stack, words
from app.views.widgets.frame import columns, screen
from app.views.widgets.notices import Tone, empty, loading, optional_notice
from app.views.widgets.visit_rows import visit_row

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX, Topic.SYNC})
ASIDE = frozenset({VisitState.REFUSED, VisitState.TWO_VERSIONS})


@safe_component
def Waiting(env: Env) -> ft.Control:
    state = use_sync_state(env.session)

    async def read() -> Today:
        return await env.session.caseload.today()

    today, _ = use_load(read, env.session.hub, TOPICS)

    async def send(_: Any) -> None:
        await env.session.syncing.send_now()

    attempt, set_attempt = use_value(_no_attempt)

    async def sign_in(_: Any) -> None:
        begun = await env.session.syncing.sign_in_again()
        set_attempt(lambda _: begun)
        try:
            await env.open_url(begun.url)
            await begun.wait()
        finally:
            set_attempt(lambda _: None)
        await env.session.syncing.send_now()

    sending, signing = use_action(send), use_action(sign_in)
    needs_sign_in = state.word is SyncWord.SIGN_IN
    send_button = buttons.primary if state.waits else buttons.quiet
    act = (
        buttons.primary(
            "waiting-sign-in",
            say.sign_in_to_send(state.unsent_visits),
            signing.run,
            icon=ft.Icons.LOGIN,
            busy=signing.busy,
        )
        if needs_sign_in
        else send_button("waiting-send", text.SEND_NOW, sending.run, icon=ft.Icons.SEND, busy=sending.busy)
    )
    head = card(
        stack(
            [
                words(say.sync_line(state), 18, strong=True),
                *([muted(text.SIGN_IN_ELSEWHERE)] if attempt else []),
                fact(text.LAST_CONTACT, _last_contact(state), width=150 if env.narrow else 320),
                *optional_notice(sending.error or signing.error, Tone.ASK),
                BrowserOpen(env, attempt) if attempt else ft.Row([act]),
            ],
            spacing=theme.S3,
        )
    )
    if today.value is None:
        body: list[ft.Control] = [*optional_notice(today.error)] or [loading()]
    else:
        body = [_lists(env, today.value)]
    return screen(text.WAITING, [head, *body, ft.Container(height=16)], narrow=env.narrow)


def _no_attempt() -> SignIn | None:
    return None


@safe_component
def BrowserOpen(env: Env, attempt: SignIn) -> ft.Control:
    """While the plan's page is open elsewhere: open it once more, or give up."""

    async def again(_: Any) -> None:
        await env.open_url(attempt.url)

    async def cancel(_: Any) -> None:
        result = attempt.cancel()
        if inspect.isawaitable(result):
            await result

    opening, cancelling = use_action(again), use_action(cancel)
    return stack(
        [
            *optional_notice(opening.error or cancelling.error, Tone.ASK),
            ft.Row(
                [
                    buttons.quiet(
                        "waiting-open-again", text.OPEN_AGAIN, opening.run, icon=ft.Icons.OPEN_IN_BROWSER
                    ),
                    buttons.plain("waiting-cancel-sign-in", text.CANCEL, cancelling.run),
                ],
                wrap=True,
                spacing=theme.S3,
            ),
        ]
    )


def _last_contact(state: SyncState) -> str:
    return say.moment(state.last_success_at, now()) if state.last_success_at else text.NEVER


def _lists(env: Env, today: Today) -> ft.Control:
    aside = [v for v in today.unsent if v.status.state in ASIDE]
    waiting = [v for v in today.unsent if v.status.state not in ASIDE]

    def rows(visits: list[VisitSummary], prefix: str) -> list[ft.Control]:
        return [visit_row(env, visit, with_name=True, prefix=prefix) for visit in visits]

    left: list[ft.Control] = []
    if aside:
        left.append(group(text.SET_ASIDE, rows(aside, "waiting-aside"), icon=ft.Icons.REPORT_OUTLINED))
    if waiting:
        left.append(group(text.WAITING_TO_SEND, rows(waiting, "waiting-row"), icon=ft.Icons.OUTBOX))
    if today.others:
        left.append(group(text.OTHERS_WAIT, [_other(one) for one in today.others], icon=ft.Icons.OUTBOX))
    if not left:
        left.append(empty(ft.Icons.CHECK, text.NOTHING_WAITS))
    received = rows(list(today.recent), "waiting-received") or [muted(text.NO_RECEIPTS, 16)]
    right = [group(text.RECEIPTS_TODAY, received, icon=ft.Icons.CHECK_CIRCLE_OUTLINE)]
    return columns(left, right, narrow=env.narrow)


def _other(one: OtherUnsent) -> ft.Control:
    """Kind, whose and since when; what it says stays on the person's page, and a private one says nothing here."""
    lines: list[ft.Control] = [
        words(f"{text.OTHER_KIND[one.kind]} · {one.patient_name}", 17, strong=True),
        muted(say.since(one.since, now()), 15),
    ]
    if one.reason is not None:
        lines.append(words(say.not_taken(one.reason), 15))
    return card(stack(lines, spacing=2), padding=theme.S3)
