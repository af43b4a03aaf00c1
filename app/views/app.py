"""The window: locked, first run, or one open session. Services come in from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.domain.look import USUAL
from app.language import speak
from app.services.lock_policy import Shade
from app.views import text, theme
from app.views.answers.hands import use_handed
from app.views.answers.screen import PatientAnswers
from app.views.dressing import first_dress, speak_on, use_dressing
from app.views.first_run.flow import FirstRun
from app.views.guard import keyed, on_page, safe_component, watch_scheduler
from app.views.help.practising import practice_strip, use_practice
from app.views.hooks import use_value
from app.views.lock.screen import Lock
from app.views.lock_cover import shaded
from app.views.lock_cover_events import is_in_visit, use_shade
from app.views.ports import Device, OpenSession, OpenUrl
from app.views.routes import Stack
from app.views.shell import Shell, home_of
from app.views.widgets.kept_focus import use_focus_again


@dataclass(frozen=True, slots=True)
class Locked:
    """Nobody's records are open. `taken` says that another window took them."""

    taken: bool = False


@dataclass(frozen=True, slots=True)
class Arriving:
    """Somebody is being added to this device."""


@dataclass(frozen=True, slots=True)
class Opened:
    session: OpenSession
    first_time: bool = False


Stage = Locked | Arriving | Opened


@dataclass(slots=True)
class Window:
    """What the owner of the page may ask of it. `redraw` reads everything again, e.g. after a reconnect."""

    redraw: Callable[[], None] = lambda: None


def _no_stack() -> Stack:
    return ()


@dataclass(frozen=True, slots=True)
class _Size:
    width: float
    height: float


def _start(device: Device) -> Stage:
    return Locked() if device.users() or device.order_notices() else Arriving()


@safe_component
def App(
    page: ft.Page,
    device: Device,
    open_url: OpenUrl,
    plan_url: str | None,
    session_key: str,
    control: Window,
) -> ft.Control:
    """Root of the tree. Holds what must outlive a screen: the stage, the window's size, the redraw count."""
    stage, set_stage = use_value(lambda: _start(device))
    size, set_size = ft.use_state(_Size(page.width or 1180, page.height or 820))
    redraws, set_redraws = ft.use_state(0)
    stack, set_stack = use_value(_no_stack)
    own_lock = ft.use_ref(False)
    dressing = use_dressing(page, device)

    def move(home: Stack, fn: Callable[[Stack], Stack]) -> None:
        set_stack(lambda old: fn(old or home))

    def resized(_: Any) -> None:
        set_size(_Size(page.width or 1180, page.height or 820))

    def redraw() -> None:
        set_redraws(lambda n: n + 1)

    def mounted() -> None:
        page.on_resize = resized
        control.redraw = redraw
        watch_scheduler(page, redraw)

    ft.use_effect(mounted, [])
    use_focus_again(page, size.width)

    def opened(session: OpenSession, first_time: bool = False) -> None:
        own_lock.current = False
        if first_time and dressing.look != USUAL:  # chosen while signing in: it stays hers
            dressing.change(dressing.look, session.store_id)

        def closed() -> None:
            taken = _was_taken(session, own_lock.current)
            set_stack(lambda _: ())
            set_stage(lambda old: _closed(old, session, taken))

        session.on_closed.append(on_page(page, closed))
        set_stack(lambda _: ())
        set_stage(lambda _: Opened(session, first_time))

    async def lock(session: OpenSession) -> None:
        own_lock.current = True
        await session.lock()

    shown: Stage = stage
    if isinstance(stage, Opened) and stage.session.closed:
        shown = Locked(taken=_was_taken(stage.session, own_lock.current))
    open_now = shown.session if isinstance(shown, Opened) else None
    shade = use_shade(page, open_now, is_in_visit(stack))
    use_practice(page, open_now, lambda: set_stack(lambda _: ()))
    at_hand = None if open_now is None else _at_hand(open_now)
    use_handed(page, at_hand)
    handed = at_hand.handover.now if at_hand is not None else None
    # this window's, whatever another one speaks
    speak(dressing.look.language if handed is None else handed.language or dressing.look.language)
    body: ft.Control
    if at_hand is not None and handed is not None:
        body = keyed(f"handed-{id(at_hand)}-{redraws}", PatientAnswers, at_hand, handed, size.width)
        body = practice_strip(body) if at_hand.practising else body
    elif isinstance(shown, Opened):
        own, current = shown.session, _at_hand(shown.session)
        home = home_of(current)
        body = keyed(
            f"open-{id(current)}-{redraws}",
            Shell,
            current,
            open_url,
            lock,
            size.width,
            size.height,
            shown.first_time,
            stack or home,
            lambda fn: move(home, fn),
            lambda: set_stage(lambda _: Opened(own)),
            dressing.look,
            lambda look: dressing.change(look, own.store_id),
        )
    elif isinstance(shown, Arriving):
        body = FirstRun(
            device,
            open_url,
            plan_url or device.known_plan(),
            opened,
            (lambda: set_stage(lambda _: Locked())) if device.users() else None,
            size.width / theme.scale() < theme.NARROW,
            session_key,
            dressing,
        )
    else:
        body = Lock(
            device,
            opened,
            lambda: set_stage(lambda _: Arriving()),
            shown.taken,
            size.width / theme.scale() < theme.NARROW,
            session_key,
            open_url,
            dressing,
        )

    def uncover() -> None:
        if open_now is not None:
            open_now.lock_watch.uncover()

    covered = shaded(body, shade, uncover)
    return ft.SafeArea(
        expand=True, content=ft.Container(expand=True, bgcolor=ft.Colors.SURFACE, content=covered)
    )


def _at_hand(session: OpenSession) -> OpenSession:
    """What the window shows: the nurse's own records, or those she practises on."""
    return session if session.practice.now is None else session.practice.now


def _was_taken(session: OpenSession, own: bool | None) -> bool:
    """Locked by another window: neither by hand nor because nobody was there."""
    return not own and session.lock_watch.shade() is not Shade.LOCK


def _closed(stage: Stage, session: OpenSession, taken: bool) -> Stage:
    """The stage after a session ended; a session that is no longer shown changes nothing."""
    if isinstance(stage, Opened) and stage.session is session:
        return Locked(taken=taken)
    return stage


async def show(
    page: ft.Page,
    device: Device,
    *,
    open_url: OpenUrl | None = None,
    plan_url: str | None = None,
    session_key: str | None = None,
) -> Window:
    """Draw Hearthside on a page.

    `open_url` opens the system's browser, by default through Flet's launcher; `plan_url` fills in the plan's
    address at the first run; `session_key` names this window to the device, by default Flet's session id.
    """
    worn = first_dress(device)
    theme.dress(page, worn)
    speak_on(page, worn.look.language)
    page.title = text.APP
    window = Window()
    page.render(
        App, page, device, open_url or make_open_url(), plan_url, session_key or page.session.id, window
    )
    return window


start = show


def make_open_url() -> OpenUrl:
    """Open addresses in the system's browser. What it returns must be awaited within a page's context."""

    async def open_url(url: str) -> None:
        # Made anew each time: Flet counts references and drops a service that is only kept for later.
        launcher = ft.UrlLauncher()
        await launcher.launch_url(url)

    return open_url
