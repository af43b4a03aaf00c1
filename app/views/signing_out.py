"""Signing out, in settings: what stays here is said first, and nothing of it is ever deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.language import tr
from app.services.signing_out import WhatStays
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env
from app.views.guard import on_page, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.ports import OpenSession
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, spot, stack, words
from app.views.widgets.kept_focus import DRAWN_AFTER
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import signing_out as say

TOPICS = frozenset({Topic.OUTBOX, Topic.VISITS, Topic.SYNC})
QUESTION = "sign-out-question"
"""The place on the page of Settings, to scroll to."""


@safe_component
def SigningOut(
    env: Env, lock: Callable[[OpenSession], Awaitable[None]], scroller: ft.MutableRef[ft.Column]
) -> ft.Control:
    """The last part of its page, which `scroller` scrolls."""
    asked, set_asked = use_value(_no)

    def ask(_: Any) -> None:
        set_asked(lambda _: True)

    def stay(_: Any) -> None:
        set_asked(lambda _: False)

    if asked:
        question = group(tr(say.SIGN_OUT), [Asked(env, lock, stay, scroller)])
        return ft.Container(key=spot(QUESTION), content=question)
    return group(
        tr(say.SIGN_OUT),
        [
            muted(tr(say.HELP)),
            ft.Row(
                [buttons.quiet("settings-sign-out", tr(say.SIGN_OUT), ask, icon=ft.Icons.LOGOUT)], wrap=True
            ),
        ],
    )


def _no() -> bool:
    return False


@safe_component
def Asked(
    env: Env,
    lock: Callable[[OpenSession], Awaitable[None]],
    stay: Callable[[Any], None],
    scroller: ft.MutableRef[ft.Column],
) -> ft.Control:
    async def read() -> WhatStays:
        return await env.session.signing_out.look()

    stays, _ = use_load(read, env.session.hub, TOPICS)

    async def come_into_sight() -> None:
        """It opens below the edge of the window, and is longer once it is known what stays.

        Its beginning, not its end: below that stand the buttons, and what goes on is seen to go on. A window scrolls
        no further than the page was long when it was drawn last.
        """
        await asyncio.sleep(DRAWN_AFTER)
        if scroller.current is not None:
            await scroller.current.scroll_to(scroll_key=QUESTION, duration=0 if theme.is_calm() else 300)

    ft.use_effect(on_page(ft.context.page, come_into_sight), [stays.value is None])

    async def send(_: Any) -> None:
        await env.session.syncing.send_now()

    async def leave(_: Any) -> None:
        await env.session.signing_out.sign_out()
        await lock(env.session)

    sending, leaving = use_action(send), use_action(leave)
    waits = stays.value is not None and stays.value.unsent > 0
    row = [
        *(
            [buttons.primary("settings-send-first", tr(say.SEND_FIRST), sending.run, busy=sending.busy)]
            if waits
            else []
        ),
        (buttons.quiet if waits else buttons.primary)(
            "settings-sign-out-now",
            tr(say.SIGN_OUT_AND_LOCK),
            leaving.run,
            icon=ft.Icons.LOGOUT,
            busy=leaving.busy,
        ),
        buttons.plain("settings-stay", tr(say.STAY), stay),
    ]
    first, *more = say.what_stays(stays.value) if stays.value is not None else (tr(say.LOOKING),)
    return stack(
        [
            notice(first, Tone.ASK) if waits else words(first, strong=True),
            *optional_notice(sending.error or leaving.error or stays.error, Tone.ASK),
            # Before the rest, which on a phone with large text would push them below the edge of the window.
            ft.Row(row, wrap=True, spacing=theme.S3, run_spacing=theme.S2),
            *[words(line) for line in more],
            muted(tr(say.KEPT)),
        ],
        spacing=theme.S3,
    )
