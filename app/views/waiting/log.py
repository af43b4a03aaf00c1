"""The log of contacts with the plan, and handing it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.language import tr
from app.services.sending_models import PassLine, PassWord
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load
from app.views.settings import get_version
from app.views.waiting.hand_over import hand_over
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, muted, sign, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import loading, optional_notice
from app.views.widgets.options import wrap
from app.views.wording import connection as said
from app.views.wording import waiting

_GOOD = frozenset({PassWord.OK, PassWord.RUNNING, PassWord.STOPPED})


@safe_component
def PassLog(env: Env, close: Callable[[], None]) -> ft.Control:
    async def read() -> tuple[PassLine, ...]:
        return await env.session.sending.log()

    found, _ = use_load(read, env.session.hub, frozenset({Topic.SYNC}))
    page = ft.context.page

    async def share(_: Any) -> None:
        await hand_over(page, await env.session.sending.share_log(get_version()))

    sharing = use_action(share)
    lines = found.value
    body: list[ft.Control]
    if lines is None:
        body = [*optional_notice(found.error)] or [loading()]
    elif not lines:
        body = [muted(tr(said.LOG_EMPTY), 16)]
    else:
        body = [card(stack([_row(line) for line in lines], spacing=theme.S3))]
    return screen(
        tr(said.LOG),
        [
            muted(tr(said.LOG_HELP)),
            wrap(
                [
                    buttons.quiet(
                        "waiting-log-share",
                        tr(said.SHARE),
                        sharing.run,
                        icon=ft.Icons.IOS_SHARE,
                        busy=sharing.busy,
                    )
                ]
            ),
            *optional_notice(sharing.error),
            *body,
            ft.Container(height=theme.S4),
        ],
        narrow=True,
        lead=buttons.close("waiting-close", tr(waiting.CLOSE), lambda _: close()),
    )


def _row(line: PassLine) -> ft.Control:
    good = line.word in _GOOD
    color = MUTED if good else ft.Colors.ERROR
    return ft.Row(
        [
            sign(ft.Icons.CHECK if good else ft.Icons.REPORT_OUTLINED, size=20, color=color),
            ft.Container(
                expand=True,
                content=stack(
                    [
                        words(tr(said.PASS[line.word]), 15, strong=not good),
                        muted(f"{said.pass_time(line, now())} · {said.pass_counts(line)}", 14),
                    ],
                    spacing=0,
                    tight=True,
                ),
            ),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
