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
from app.views.wording.contact import SIZE as SMALL
from app.views.wording.contact import short

TOPICS = frozenset({Topic.SYNC, Topic.OUTBOX, Topic.SIGN_IN, Topic.VISITS})
AROUND = 5
"""Logical pixels above and below the words of the line."""
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
def StatusBar(
    session: OpenSession, narrow: bool, sideways: bool, open_waiting: Callable[[], None]
) -> ft.Control:
    """`sideways`: a phone held so, where it is one line."""
    state = use_sync_state(session)
    asks = state.word in (SyncWord.SIGN_IN, SyncWord.PORTAL, SyncWord.PROBLEM)
    ground = ft.Colors.TERTIARY_CONTAINER if asks else ft.Colors.SURFACE_CONTAINER
    ink = ft.Colors.ON_TERTIARY_CONTAINER if asks else ft.Colors.ON_SURFACE_VARIANT

    def tap(_: Any) -> None:
        open_waiting()

    line = ft.Semantics(
        identifier="status-line",
        button=True,
        container=True,
        expand=True,
        content=ft.Container(
            bgcolor=ground,
            padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=AROUND),
            ink=True,
            on_click=tap,
            content=ft.Row(
                _parts(state, ink, narrow=narrow, sideways=sideways),
                spacing=theme.S2,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
            ),
        ),
    )
    return ft.Container(bgcolor=ground, content=ft.Row([line, cover_button(session, ink)], spacing=0))


def _icon(state: SyncState) -> ft.IconData:
    """A tick stands beside nothing that still waits."""
    waits = state.waits and state.word is SyncWord.OK
    return ft.Icons.CLOUD_UPLOAD_OUTLINED if waits else _ICONS[state.word]


def _parts(state: SyncState, ink: ft.ColorValue, *, narrow: bool, sideways: bool) -> list[ft.Control]:
    """The sign, how the contact is, and what waits; on a phone below it, so that the sentence stands whole."""
    brief = narrow and theme.scale() >= STACKED
    contact: list[ft.Control] = [
        words(say.sync_line(state), SMALL if narrow else 14, color=ink, expand=not narrow and not sideways)
    ]
    if brief or (sideways and short(state.word)):
        # Three lines of large words would take a quarter of a phone: a word says how the contact is, and the sign alone
        # where it is well; a screen reader says all of it.
        said = words(short(state.word), SMALL, color=ink, said=say.sync_line(state))
        contact = [said] if said.value else []
    told = _counts(state, narrow=narrow or sideways)
    if sideways and contact:
        told = [f"· {one}" for one in told]  # two sentences in one line
    counts: list[ft.Control] = [words(one, 14, color=ink, strong=state.waits) for one in told]
    mark = sign(_icon(state), 18, ink, said=None if contact else say.sync_line(state))
    held = ft.Container(
        height=max(theme.TOUCH - 2 * AROUND, theme.px(18)), alignment=ft.Alignment.CENTER, content=mark
    )
    if sideways:
        return [
            held,
            *contact,
            ft.Container(expand=True, content=ft.Row(counts, spacing=theme.S2, wrap=True)),
        ]
    if narrow:
        return [held, ft.Container(expand=True, content=stack([*contact, *counts], spacing=0, tight=True))]
    return [held, *contact, *counts]


def _counts(state: SyncState, *, narrow: bool) -> list[str]:
    """What waits, what needs her. That nothing waits is worth a line of a phone only where the contact is well."""
    unsent = say.unsent_short(state) if narrow else say.unsent_line(state)
    aside = say.set_aside(state.set_aside) if state.set_aside else ""
    if narrow:
        said = [one for one in (unsent if state.waits or not short(state.word) else "", aside) if one]
        return [" · ".join(said)] if said else []
    return [unsent, f"· {aside}"] if aside else [unsent]


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
