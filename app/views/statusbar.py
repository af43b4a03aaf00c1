"""The slim line that is always true: what the last contact said, and what is not yet received."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.language import tr
from app.services.models import SyncState, SyncWord
from app.store.changes import Topic
from app.views import say, theme
from app.views.guard import on_page, safe_component
from app.views.hooks import use_value
from app.views.ports import OpenSession
from app.views.widgets.base import STACKED, sign, stack, words
from app.views.wording import bedside

TOPICS = frozenset({Topic.SYNC, Topic.OUTBOX, Topic.SIGN_IN, Topic.VISITS})
_ICONS = {
    SyncWord.OK: ft.Icons.CLOUD_DONE_OUTLINED,
    SyncWord.WORKING: ft.Icons.SYNC,
    SyncWord.NO_NETWORK: ft.Icons.CLOUD_OFF_OUTLINED,
    SyncWord.PORTAL: ft.Icons.WIFI_LOCK,
    SyncWord.PLAN_DOWN: ft.Icons.CLOUD_OFF_OUTLINED,
    SyncWord.NEVER: ft.Icons.CLOUD_OUTLINED,
    SyncWord.SIGN_IN: ft.Icons.LOGIN,
    SyncWord.PROBLEM: ft.Icons.ERROR_OUTLINE,
}


def use_sync_state(session: OpenSession) -> SyncState:
    """The state of sync as it stands now, drawn again whenever it changes."""
    state, set_state = use_value(session.syncing.state)
    page = ft.context.page
    stop: ft.MutableRef[Callable[[], None]] = ft.use_ref(lambda: _nothing)

    def read() -> None:
        if not session.closed:
            set_state(lambda _: session.syncing.state())

    def start() -> None:
        stop.current = session.hub.subscribe(TOPICS, on_page(page, read))
        read()

    def end() -> None:
        if stop.current is not None:
            stop.current()

    ft.use_effect(start, [], cleanup=end)
    return state


def _nothing() -> None:
    return


@safe_component
def StatusBar(session: OpenSession, narrow: bool, open_waiting: Callable[[], None]) -> ft.Control:
    state = use_sync_state(session)
    asks = state.word in (SyncWord.SIGN_IN, SyncWord.PORTAL, SyncWord.PROBLEM)
    ground = ft.Colors.TERTIARY_CONTAINER if asks else ft.Colors.SURFACE_CONTAINER
    ink = ft.Colors.ON_TERTIARY_CONTAINER if asks else ft.Colors.ON_SURFACE_VARIANT

    def tap(_: Any) -> None:
        open_waiting()

    parts: list[ft.Control] = [
        sign(_ICONS[state.word], size=18, color=ink),
        # On a phone what is said last, that everything is kept, stands in a third line.
        ft.Container(
            expand=True,
            content=words(say.sync_line(state), 13 if narrow else 14, color=ink, lines=3 if narrow else 2),
        ),
        words(
            say.unsent_short(state) if narrow else say.unsent_line(state),
            14,
            color=ink,
            strong=state.waits,
        ),
    ]
    if state.set_aside:
        parts.append(words(f"· {say.set_aside(state.set_aside)}", 14, color=ink, strong=True))
    if narrow and theme.scale() >= STACKED:
        # Three lines of large words would take a quarter of a phone: the sign says how the contact is (in words to a
        # screen reader, and one tap on), the counts stand below each other.
        counts = [words(say.unsent_short(state), 14, color=ink, strong=state.waits)]
        if state.set_aside:
            counts.append(words(say.set_aside(state.set_aside), 14, color=ink, strong=True))
        contact = sign(_ICONS[state.word], 18, ink, said=say.sync_line(state))
        parts = [contact, ft.Container(expand=True, content=stack(counts, spacing=0, tight=True))]
    line = ft.Semantics(
        identifier="status-line",
        button=True,
        container=True,
        expand=True,
        content=ft.Container(
            bgcolor=ground,
            padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=(theme.TOUCH - 14 * theme.LINE) / 2),
            ink=True,
            on_click=tap,
            content=ft.Row(parts, spacing=theme.S2, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        ),
    )
    return ft.Container(bgcolor=ground, content=ft.Row([line, cover_button(session, ink)], spacing=0))


def cover_button(session: OpenSession, ink: ft.ColorValue) -> ft.Control:
    """In the same place on every screen: one tap, and nobody sees whose record it is."""

    def tap(_: Any) -> None:
        session.lock_watch.cover()

    return ft.Semantics(
        identifier="cover-now",
        content=ft.IconButton(
            sign(ft.Icons.VISIBILITY_OFF_OUTLINED, 22, ink, said=tr(bedside.COVER_NOW)),
            width=theme.TOUCH + 2,
            height=theme.TOUCH + 2,
            padding=0,
            on_click=tap,
        ),
    )
