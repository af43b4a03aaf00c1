"""The screen: on a tablet the list left and what is chosen right, on a phone one pane."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.language import tr
from app.services.sending_models import SendingPage
from app.store.changes import Topic
from app.views import text, theme
from app.views.conflicts.lists import ConflictRows
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load
from app.views.routes import WaitingRoute
from app.views.statusbar import use_sync_state
from app.views.waiting.by_colleague import ByColleague
from app.views.waiting.checking import Checking
from app.views.waiting.detail import Detail
from app.views.waiting.head import COLLEAGUE, LOG, TEST, Head
from app.views.waiting.log import PassLog
from app.views.waiting.rows import received_groups, waiting_groups
from app.views.widgets.frame import screen
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.wording import waiting as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX, Topic.SYNC, Topic.SIGN_IN})
TWO_PANES = 900
"""From this width on there is room for both."""


@safe_component
def Waiting(env: Env, chosen: str) -> ft.Control:
    """`chosen`: a row, or the connection test, the log or the way by a colleague; "" for none."""
    state = use_sync_state(env.session)

    async def read() -> SendingPage:
        return await env.session.sending.page()

    loaded, _ = use_load(read, env.session.hub, TOPICS)
    page = loaded.value

    def pick(name: str) -> None:
        env.swap(WaitingRoute(name))

    def close() -> None:
        env.swap(WaitingRoute())

    pane = _pane(env, page, chosen, close)
    two = env.width >= TWO_PANES
    body: list[ft.Control]
    if page is None:
        body = [*optional_notice(loaded.error)] or [loading()]
    else:
        groups = waiting_groups(page.set_aside, page.waiting, chosen, pick)
        body = [
            *optional_notice(loaded.error),
            keyed("waiting-head", Head, env, state, page, pick),
            # Those of the outbox stand among the rows; here are two versions of which neither waits.
            keyed("waiting-choices", ConflictRows, env, "waiting-conflict", _in_rows(page)),
            *(groups or _nothing(page)),
        ]
    received = [] if page is None else received_groups(env, page.received)
    if not two:
        body += received
    body.append(ft.Container(height=theme.S4))
    left = screen(tr(text.WAITING), body, narrow=not two or env.narrow)
    right = pane or (_receipts(received) if two else None)
    # One shape for both widths: turning the device keeps a sign-in under way, a test and what was opened.
    return ft.Row(
        [
            ft.Container(
                visible=two or pane is None,
                expand=not two,
                width=theme.px(560 if env.width >= 1100 else 440) if two else None,
                content=left,
            ),
            ft.VerticalDivider(width=1, color=ft.Colors.OUTLINE_VARIANT, visible=two),
            ft.Container(visible=right is not None, expand=True, content=right),
        ],
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _pane(env: Env, page: SendingPage | None, chosen: str, close: Callable[[], None]) -> ft.Control | None:
    """What is chosen; None when nothing is, or when it has gone (received meanwhile)."""
    if chosen == TEST:
        return keyed("waiting-test-pane", Checking, env, close)
    if chosen == LOG:
        return keyed("waiting-log-pane", PassLog, env, close)
    if chosen == COLLEAGUE:
        return keyed("waiting-colleague-pane", ByColleague, env, close)
    lines = () if page is None else (*page.set_aside, *page.waiting)
    line = next((one for one in lines if one.group_id == chosen), None)
    if line is None or page is None:
        return None
    return keyed(f"waiting-detail-{chosen}", Detail, env, line, page.supervisor_phone, close)


def _in_rows(page: SendingPage) -> frozenset[str]:
    return frozenset(f"task-{line.conflict}" for line in page.set_aside if line.conflict is not None)


def _nothing(page: SendingPage) -> list[ft.Control]:
    if page.last_success_at is None:
        return [empty(ft.Icons.CLOUD_OUTLINED, tr(text.NOTHING_WAITS), tr(said.NEVER_HELP))]
    # Where the day is done the head says so; under versions that want a choice a large mark would say that it is.
    return [] if page.day.choices or page.day.done else [empty(ft.Icons.CHECK, tr(text.NOTHING_WAITS))]


def _receipts(received: list[ft.Control]) -> ft.Control:
    return ft.Container(
        expand=True,
        padding=theme.edges(theme.S4, theme.S6, top=theme.S4),
        content=ft.Column(
            [*received, ft.Container(height=theme.S4)],
            spacing=theme.S4,
            expand=True,
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    )
