"""The head of the screen: where sync stands, what is left of the day, and the one thing to tap."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import flet as ft

from app.language import tr
from app.services.models import SyncState, SyncWord
from app.services.sending_models import SendingPage
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.ports import SignIn
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, muted, sign, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import carrying, connection
from app.views.wording import waiting as said


def _no_attempt() -> SignIn | None:
    return None


TEST, LOG, COLLEAGUE = "\x00test", "\x00log", "\x00colleague"
"""What may be chosen beside a row; no id of a record begins so."""
CARRIED = frozenset({Topic.OUTBOX, Topic.SYNC})


@safe_component
def Head(env: Env, state: SyncState, page: SendingPage, pick: Callable[[str], None]) -> ft.Control:
    """`pick` opens the connection test, the log, or the way by a colleague beside it."""

    async def send(_: Any) -> None:
        await env.session.syncing.send_now()

    async def stop(_: Any) -> None:
        await env.session.syncing.stop()

    attempt, set_attempt = use_value(_no_attempt)
    hands, _ = use_load(env.session.carrying.state, env.session.hub, CARRIED)
    by_colleague = hands.value is not None and hands.value.possible

    async def sign_in(_: Any) -> None:
        begun = await env.session.syncing.sign_in_again()
        set_attempt(lambda _: begun)
        try:
            await env.open_url(begun.url)
            await begun.wait()
        finally:
            set_attempt(lambda _: None)
        await env.session.syncing.send_now()

    sending, stopping, signing = use_action(send), use_action(stop), use_action(sign_in)
    at = now()
    line = say.sync_line(state)
    contact = said.last_contact(state, at)
    parts: list[ft.Control] = [words(line, 18, strong=True)]
    if not (state.word is SyncWord.OK and state.last_success_at is not None):
        parts.append(muted(contact, 15))
    send_button = buttons.primary if state.waits else buttons.quiet
    act: ft.Control
    if state.word is SyncWord.WORKING:
        parts += [_bar(state), muted(tr(said.STOP_HELP), 14)]
        act = buttons.quiet(
            "waiting-stop", tr(said.STOP), stopping.run, icon=ft.Icons.STOP, busy=stopping.busy
        )
    elif state.word is SyncWord.SIGN_IN:
        label = say.sign_in_to_send(state)
        act = buttons.primary("waiting-sign-in", label, signing.run, icon=ft.Icons.LOGIN, busy=signing.busy)
    else:
        act = send_button(
            "waiting-send", tr(text.SEND_NOW), sending.run, icon=ft.Icons.SEND, busy=sending.busy
        )
    if attempt:
        parts += [muted(tr(text.SIGN_IN_ELSEWHERE)), BrowserOpen(env, attempt)]
    else:
        parts.append(_acts(act, pick, by_colleague=by_colleague))
    parts += optional_notice(sending.error or stopping.error or signing.error, Tone.ASK)
    return card(stack([*parts, ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT), _day(page)]))


def _acts(act: ft.Control, pick: Callable[[str], None], *, by_colleague: bool) -> ft.Control:
    """`by_colleague`: this plan takes visits that a colleague's tablet brings."""
    colleague = buttons.quiet(
        "waiting-colleague", tr(carrying.SHORT), lambda _: pick(COLLEAGUE), icon=ft.Icons.SWAP_HORIZ
    )
    return ft.Row(
        [
            act,
            buttons.quiet(
                "waiting-test", tr(connection.TEST), lambda _: pick(TEST), icon=ft.Icons.NETWORK_CHECK
            ),
            buttons.quiet(
                "waiting-log", tr(connection.LOG_SHORT), lambda _: pick(LOG), icon=ft.Icons.HISTORY
            ),
            *([colleague] if by_colleague else []),
        ],
        wrap=True,
        spacing=theme.S3,
        run_spacing=theme.S3,
    )


def _bar(state: SyncState) -> ft.Control:
    """How far it is; without a bar while nobody can know."""
    if state.progress is None or not state.progress[1]:
        return ft.Container(visible=False)
    done, of = state.progress
    return ft.ProgressBar(
        value=min(1.0, done / of),
        height=8,
        border_radius=4,
        color=ft.Colors.PRIMARY,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        semantics_label=say.sync_line(state),
    )


def _day(page: SendingPage) -> ft.Control:
    """The end of the day: exactly what is left, or that nothing is."""
    done = page.day.done and page.day.ever
    icon = ft.Icons.CHECK_CIRCLE_OUTLINE if done else ft.Icons.NIGHTLIGHT_OUTLINED
    # Nothing waits, and nothing was ever sent: "everything has been received" would say more than there is.
    lines = [] if done and not page.received else said.day_lines(page.day) or [said.day_sentence(page.day)]
    oldest = said.oldest(page.oldest_since, now())
    head = tr(said.DAY_DONE) if done else tr(said.DAY_OPEN)
    texts: list[ft.Control] = [words(head, 16, strong=True)] if done or not page.day.done else []
    texts += [words(one, 16) for one in lines]
    texts += [muted(oldest, 15)] if oldest else []
    return ft.Row(
        [
            sign(icon, size=22, color=ft.Colors.PRIMARY if done else MUTED),
            ft.Container(expand=True, content=stack(texts, spacing=4, tight=True)),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


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
                        "waiting-open-again", tr(text.OPEN_AGAIN), opening.run, icon=ft.Icons.OPEN_IN_BROWSER
                    ),
                    buttons.plain("waiting-cancel-sign-in", tr(text.CANCEL), cancelling.run),
                ],
                wrap=True,
                spacing=theme.S3,
            ),
        ]
    )
