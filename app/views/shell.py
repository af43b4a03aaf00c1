"""The frame of an open session: rail or bottom bar, the status line, and the open place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.domain.look import Look
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
from app.views.navigation import Tab, bottom_bar, lay_out, more_places, rail
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
from app.views.widgets.cover import cover
from app.views.wording import board, outcomes

TODAY = Tab("nav-today", text.TODAY, ft.Icons.TODAY, TodayRoute())
PATIENTS = Tab("nav-patients", text.PATIENTS, ft.Icons.PEOPLE_OUTLINE, PatientsRoute())
REVIEW = Tab("nav-review", text.REVIEW, ft.Icons.RATE_REVIEW_OUTLINED, ReviewsRoute())
LOG = Tab("nav-log", text.VISIT_LOG, ft.Icons.LIST_ALT, LogRoute(), text.LOG_IN_BAR)
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
    height: float,
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
    more, set_more = use_value(lambda: False)
    use_waking(session)

    narrow = width / theme.scale() < theme.NARROW
    sideways = height < width and height / theme.scale() < theme.LOW
    env = Env(
        session=session,
        go=lambda route: set_stack(lambda old: push(old, route)),
        swap=lambda route: set_stack(lambda old: replace(old, route)),
        back=lambda: set_stack(pop),
        open_url=no_call if session.practising else leaving(session.lock_watch, open_url),
        look=look,
        set_look=set_look,
        narrow=narrow,
        width=width / theme.scale(),
        low=not narrow and sideways,
    )
    if first_time:
        return cover(FirstLoad(env, loaded), narrow=env.narrow)

    def pick(tab: Tab) -> None:
        set_more(lambda _: False)
        set_stack(lambda _old: (tab.route,))

    def turn_more() -> None:
        set_more(lambda old: not old)

    place = here[-1]
    screen = ft.Container(expand=True, content=open_place(env, place, lock))
    status = StatusBar(env.session, env.narrow, sideways, lambda: set_stack(lambda _old: (WaitingRoute(),)))
    if session.practising:
        status = PracticeBar(session, env.narrow)
    explains = explained == place

    def explain() -> None:
        set_more(lambda _: False)
        set_explained(lambda old: None if old == place else place)

    status = with_help(status, explain, explains, practising=session.practising)
    # Help lies over the screen, which stays as it is below: nothing typed or opened is lost by asking.
    over = help_over(env, place, explain) if explains else ft.Container(visible=False)
    bar = lay_out(tabs if env.narrow else (), width, sideways=sideways)
    chooses = bool(more and bar.rest)
    if chooses:
        over = more_places(bar, here, pick)
    # A screen reader must not wander below what lies over the screen; nor does a browser's click, which goes to the
    # element of the accessibility tree that it meets, whatever is painted above it.
    below = ft.Semantics(exclude_semantics=explains or chooses, content=screen)
    body = ft.Stack([below, over], expand=True, fit=ft.StackFit.EXPAND)
    # One shape for both widths: what stands at the same place stays mounted, so turning the device keeps the
    # place on a page, what is being typed and what was opened.
    column = ft.Column(
        [
            ft.Container(visible=env.narrow, content=status if env.narrow else None),
            body,
            ft.Container(visible=not env.narrow, content=None if env.narrow else status),
            bottom_bar(bar, here, pick, turn_more, more),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Row(
        [rail(() if env.narrow else tabs, here, pick, low=env.low), column],
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
