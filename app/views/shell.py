"""The frame of an open session: rail or bottom bar, the status line, and the open place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import flet as ft

from app.domain.look import Look
from app.language import tr
from app.services.models import Role
from app.services.practice_record import practice_person
from app.views import text, theme
from app.views.env import Env
from app.views.first_run.loading import FirstLoad
from app.views.guard import safe_component
from app.views.help.panel import help_over, with_help
from app.views.help.practising import PracticeBar, no_call
from app.views.hooks import use_value
from app.views.lock_cover_events import leaving
from app.views.places import open_place
from app.views.ports import OpenSession, OpenUrl
from app.views.routes import (
    BoardRoute,
    LogRoute,
    OutcomesRoute,
    PatientsRoute,
    ReviewsRoute,
    Route,
    SettingsRoute,
    Stack,
    TodayRoute,
    WaitingRoute,
    pop,
    push,
    replace,
)
from app.views.statusbar import StatusBar
from app.views.waking import use_waking
from app.views.widgets.base import STACKED, sign, stack, words
from app.views.widgets.cover import cover
from app.views.wording import board, outcomes


@dataclass(frozen=True, slots=True)
class Tab:
    identifier: str
    label: str
    icon: ft.IconData
    route: Route


LETTER = 0.58
"""Width of a letter of our typeface in the widest of these names, half bold, as a share of its size."""
LEAST, LEAST_LARGER = 60, 84
"""Logical pixels that a place takes at least in the bottom bar, and with larger text: else they stand in two rows."""
TODAY = Tab("nav-today", text.TODAY, ft.Icons.TODAY, TodayRoute())
PATIENTS = Tab("nav-patients", text.PATIENTS, ft.Icons.PEOPLE_OUTLINE, PatientsRoute())
REVIEW = Tab("nav-review", text.REVIEW, ft.Icons.RATE_REVIEW_OUTLINED, ReviewsRoute())
LOG = Tab("nav-log", text.VISIT_LOG, ft.Icons.LIST_ALT, LogRoute())
TEAM = Tab("nav-team", board.TITLE, ft.Icons.GROUPS_OUTLINED, BoardRoute())
OUTCOMES = Tab("nav-outcomes", outcomes.TITLE, ft.Icons.INSIGHTS, OutcomesRoute())
WAITING = Tab("nav-waiting", text.WAITING, ft.Icons.OUTBOX, WaitingRoute())
SETTINGS = Tab("nav-settings", text.SETTINGS, ft.Icons.TUNE, SettingsRoute())
TABS: dict[Role, tuple[Tab, ...]] = {
    Role.NURSE: (TODAY, PATIENTS, WAITING, SETTINGS),
    Role.SUPERVISOR: (REVIEW, LOG, TEAM, OUTCOMES, PATIENTS, WAITING, SETTINGS),
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
    look: Look,
    set_look: Callable[[Look], None],
) -> ft.Control:
    """`stack` lives in the window, so that turning the tablet or a redraw keeps the place."""
    tabs = () if session.practising else TABS[session.role]
    here = stack
    explained, set_explained = use_value(_nowhere)
    use_waking(session)

    env = Env(
        session=session,
        go=lambda route: set_stack(lambda old: push(old, route)),
        swap=lambda route: set_stack(lambda old: replace(old, route)),
        back=lambda: set_stack(pop),
        open_url=no_call if session.practising else leaving(session.lock_watch, open_url),
        look=look,
        set_look=set_look,
        narrow=width / theme.scale() < theme.NARROW,
        width=width / theme.scale(),
    )
    if first_time:
        return cover(FirstLoad(env, loaded), narrow=env.narrow)

    def pick(tab: Tab, _: Any) -> None:
        set_stack(lambda _old: (tab.route,))

    place = here[-1]
    screen = ft.Container(expand=True, content=open_place(env, place, lock))
    status = StatusBar(env.session, env.narrow, lambda: set_stack(lambda _old: (WaitingRoute(),)))
    if session.practising:
        status = PracticeBar(session, env.narrow)
    explains = explained == place

    def explain() -> None:
        set_explained(lambda old: None if old == place else place)

    status = with_help(status, explain, explains, practising=session.practising)
    # Help lies over the screen, which stays as it is below: nothing typed or opened is lost by asking.
    over = help_over(env, place, explain) if explains else ft.Container(visible=False)
    body = ft.Stack([screen, over], expand=True, fit=ft.StackFit.EXPAND)
    in_a_row = _in_a_row(len(tabs), width)
    small = _small([tr(tab.label) for tab in tabs], (width - 8) / in_a_row - 10)
    low = in_a_row < len(tabs)
    buttons = [_tab(tab, _is_in(here, tab), partial(pick, tab), env.narrow, small, low) for tab in tabs]
    # One shape for both widths: what stands at the same place stays mounted, so turning the device keeps the
    # place on a page, what is being typed and what was opened.
    column = ft.Column(
        [
            ft.Container(visible=env.narrow, content=status if env.narrow else None),
            body,
            ft.Container(visible=not env.narrow, content=None if env.narrow else status),
            _bottom_bar(buttons if env.narrow else [], in_a_row),
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


def _nowhere() -> Route | None:
    return None


def home_of(session: OpenSession) -> Stack:
    """Where a session begins."""
    if session.practising:
        return (PatientsRoute(practice_person()),)
    return (TABS[session.role][0].route,)


def _in_a_row(count: int, width: float) -> int:
    """How many places stand side by side in the bottom bar; what is too many for whole words takes two rows."""
    least = LEAST_LARGER if theme.scale() > 1 else LEAST
    return (count + 1) // 2 if count * least > width else max(count, 1)


def _bottom_bar(buttons: list[ft.Control], side_by_side: int) -> ft.Control:
    rows = [buttons[at : at + side_by_side] for at in range(0, len(buttons), side_by_side)]
    if rows:  # the places of the last row stand below those of the first
        rows[-1] = [*rows[-1], *(ft.Container(expand=True) for _ in range(side_by_side - len(rows[-1])))]
    return ft.Container(
        visible=bool(buttons),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=4, vertical=4),
        content=stack(
            [ft.Row(row, spacing=2, vertical_alignment=ft.CrossAxisAlignment.CENTER) for row in rows],
            spacing=2,
            tight=True,
        ),
    )


def _rail(buttons: list[ft.Control]) -> ft.Control:
    return ft.Container(
        visible=bool(buttons),
        width=theme.px(104),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=8, vertical=16),
        content=ft.Column(
            [
                ft.Image(src="/icons/icon-192.png", width=44, height=44, exclude_from_semantics=True),
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


def _small(labels: Sequence[str], room: float) -> float:
    """The size of names in the bottom bar, one for all: no word is ever broken, however large text is.

    `room`: logical pixels that a name may be wide.
    """
    usual = 11 if theme.scale() >= STACKED else 12
    longest = max((len(word) for label in labels for word in label.split()), default=1)
    return min(usual, room / (longest * LETTER * theme.scale()))


def _tab(
    tab: Tab, chosen: bool, on_tap: Callable[[Any], None], narrow: bool, small: float, low: bool
) -> ft.Control:
    """`small`: the size of its name in the bottom bar; `low`: which has two rows there, and must leave room to read."""
    ink = ft.Colors.ON_PRIMARY_CONTAINER if chosen else ft.Colors.ON_SURFACE_VARIANT
    inside = ft.Column(
        [
            sign(tab.icon, 18 if narrow and theme.scale() >= STACKED else 24, ink),
            words(
                tr(tab.label), small if narrow else 13, color=ink, strong=chosen, align=ft.TextAlign.CENTER
            ),
        ],
        spacing=3,
        tight=True,
        alignment=ft.MainAxisAlignment.CENTER,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return ft.Semantics(
        identifier=tab.identifier,
        button=True,
        selected=chosen,
        container=True,
        expand=narrow,
        content=ft.Container(
            width=None if narrow else theme.px(88),
            padding=ft.Padding.symmetric(
                horizontal=2 if narrow else 4, vertical=14 if not narrow else 1 if low else 6
            ),
            alignment=ft.Alignment.CENTER,
            border_radius=theme.RADIUS,
            # chosen is told by an edge too, not by the ground alone
            border=ft.Border.all(2, ft.Colors.PRIMARY if chosen else ft.Colors.TRANSPARENT),
            bgcolor=ft.Colors.PRIMARY_CONTAINER if chosen else None,
            ink=True,
            on_click=on_tap,
            content=inside,
        ),
    )
