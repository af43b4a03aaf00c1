"""The frame of an open session: rail or bottom bar, the status line, and the open place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import flet as ft

from app.services.models import Role
from app.views import text, theme
from app.views.conflicts.screen import ConflictScreen
from app.views.emergency import OpenInEmergency
from app.views.env import Env
from app.views.first_run.loading import FirstLoad
from app.views.guard import keyed, safe_component
from app.views.lock_cover_events import leaving
from app.views.new_visit import NewVisit
from app.views.paper.screen import PaperScreen
from app.views.patients import Patients
from app.views.ports import OpenSession, OpenUrl
from app.views.prescriber.screen import PrescriberScreen
from app.views.reading import Reading
from app.views.routes import (
    CloseDayRoute,
    ConflictRoute,
    EmergencyRoute,
    LogRoute,
    NewVisitRoute,
    PaperRoute,
    PatientsRoute,
    PrescriberRoute,
    ReadingRoute,
    Route,
    SettingsRoute,
    Stack,
    TodayRoute,
    VisitRoute,
    WaitingRoute,
    pop,
    push,
    replace,
)
from app.views.settings import Settings
from app.views.statusbar import StatusBar
from app.views.supervisor.log import VisitLog
from app.views.today.close import CloseDay
from app.views.today.screen import TodayScreen
from app.views.visit.screen import VisitScreen
from app.views.waiting.screen import Waiting
from app.views.waking import use_waking
from app.views.widgets.base import words
from app.views.widgets.cover import cover


@dataclass(frozen=True, slots=True)
class Tab:
    identifier: str
    label: str
    icon: ft.IconData
    route: Route


TODAY = Tab("nav-today", text.TODAY, ft.Icons.TODAY, TodayRoute())
PATIENTS = Tab("nav-patients", text.PATIENTS, ft.Icons.PEOPLE_OUTLINE, PatientsRoute())
LOG = Tab("nav-log", text.VISIT_LOG, ft.Icons.LIST_ALT, LogRoute())
WAITING = Tab("nav-waiting", text.WAITING, ft.Icons.OUTBOX, WaitingRoute())
SETTINGS = Tab("nav-settings", text.SETTINGS, ft.Icons.TUNE, SettingsRoute())
TABS: dict[Role, tuple[Tab, ...]] = {
    Role.NURSE: (TODAY, PATIENTS, WAITING, SETTINGS),
    Role.SUPERVISOR: (LOG, PATIENTS, WAITING, SETTINGS),
}


@safe_component
def Shell(
    session: OpenSession,
    open_url: OpenUrl,
    lock: Callable[[OpenSession], Awaitable[None]],
    width: float,
    first_time: bool,
    stack: Stack,
    set_stack: Callable[[Callable[[Stack], Stack]], None],
    loaded: Callable[[], None],
) -> ft.Control:
    """`stack` lives in the window, so that turning the tablet or a redraw keeps the place."""
    page = ft.context.page
    mode, set_mode = ft.use_state(page.theme_mode or ft.ThemeMode.SYSTEM)
    tabs = TABS[session.role]
    here = stack
    use_waking(session)

    def set_theme(new: ft.ThemeMode) -> None:
        page.theme_mode = new
        page.update()
        set_mode(lambda _: new)

    env = Env(
        session=session,
        go=lambda route: set_stack(lambda old: push(old, route)),
        swap=lambda route: set_stack(lambda old: replace(old, route)),
        back=lambda: set_stack(pop),
        open_url=leaving(session.lock_watch, open_url),
        set_theme_mode=set_theme,
        theme_mode=mode,
        narrow=width < theme.NARROW,
        width=width,
    )
    if first_time:
        return cover(FirstLoad(env, loaded), narrow=env.narrow)

    def pick(tab: Tab, _: Any) -> None:
        set_stack(lambda _old: (tab.route,))

    place = here[-1]
    body = ft.Container(expand=True, content=_open(env, place, lock))
    status = StatusBar(env.session, env.narrow, lambda: set_stack(lambda _old: (WaitingRoute(),)))
    buttons = [_tab(tab, _is_in(here, tab), partial(pick, tab), env.narrow) for tab in tabs]
    # One shape for both widths: what stands at the same place stays mounted, so turning the device keeps the
    # place on a page, what is being typed and what was opened.
    column = ft.Column(
        [
            ft.Container(visible=env.narrow, content=status if env.narrow else None),
            body,
            ft.Container(visible=not env.narrow, content=None if env.narrow else status),
            _bottom_bar(buttons if env.narrow else []),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Row(
        [_rail([] if env.narrow else buttons), column],
        spacing=0,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _bottom_bar(buttons: list[ft.Control]) -> ft.Control:
    return ft.Container(
        visible=bool(buttons),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=4, vertical=4),
        content=ft.Row(buttons, spacing=2),
    )


def _rail(buttons: list[ft.Control]) -> ft.Control:
    return ft.Container(
        visible=bool(buttons),
        width=104,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=8, vertical=16),
        content=ft.Column(
            [
                ft.Image(src="/icon.png", width=44, height=44, exclude_from_semantics=True),
                ft.Container(height=8),
                *buttons,
            ],
            spacing=6,
            # a phone held sideways is wide but too low for all places
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )


def _is_in(stack: Stack, tab: Tab) -> bool:
    return type(stack[0]) is type(tab.route)


def _tab(tab: Tab, chosen: bool, on_tap: Callable[[Any], None], narrow: bool) -> ft.Control:
    ink = ft.Colors.ON_PRIMARY_CONTAINER if chosen else ft.Colors.ON_SURFACE_VARIANT
    return ft.Semantics(
        identifier=tab.identifier,
        button=True,
        selected=chosen,
        container=True,
        expand=narrow,
        content=ft.Container(
            height=60 if narrow else 76,
            width=None if narrow else 88,
            padding=2,
            border_radius=theme.RADIUS,
            bgcolor=ft.Colors.PRIMARY_CONTAINER if chosen else None,
            ink=True,
            on_click=on_tap,
            content=ft.Column(
                [
                    ft.Icon(tab.icon, color=ink, size=24),
                    words(
                        tab.label,
                        12 if narrow else 13,
                        color=ink,
                        strong=chosen,
                        align=ft.TextAlign.CENTER,
                        lines=2,
                    ),
                ],
                spacing=3,
                alignment=ft.MainAxisAlignment.CENTER,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            ),
        ),
    )


def _open(env: Env, place: Route, lock: Callable[[OpenSession], Awaitable[None]]) -> ft.Control:
    """The screen of a place. The key makes a new place a new component: nothing of another record stays."""
    if isinstance(place, PatientsRoute):
        return keyed("patients", Patients, env, place.chosen)
    if isinstance(place, EmergencyRoute):
        return keyed("emergency", OpenInEmergency, env)
    if isinstance(place, NewVisitRoute):
        return keyed(f"new-{place.patient_id}", NewVisit, env, place.patient_id, place.kind)
    if isinstance(place, VisitRoute):
        return keyed(f"visit-{place.visit_id}", VisitScreen, env, place.visit_id)
    if isinstance(place, ReadingRoute):
        return keyed(f"reading-{place.visit_id}", Reading, env, place.visit_id, place.team)
    if isinstance(place, PrescriberRoute):
        key = f"prescriber-{place.patient_id}-{place.visit_id}"
        return keyed(key, PrescriberScreen, env, place.patient_id, place.visit_id)
    if isinstance(place, PaperRoute):
        return keyed(f"paper-{place.patient_id}", PaperScreen, env, place.patient_id)
    if isinstance(place, ConflictRoute):
        return keyed(f"conflict-{place.conflict_id}", ConflictScreen, env, place.conflict_id)
    if isinstance(place, WaitingRoute):
        return keyed("waiting", Waiting, env)
    if isinstance(place, SettingsRoute):
        return keyed("settings", Settings, env, lock)
    if isinstance(place, CloseDayRoute):
        return keyed("close-day", CloseDay, env)
    if isinstance(place, LogRoute):
        return keyed("log", VisitLog, env)
    return keyed("today", TodayScreen, env)
