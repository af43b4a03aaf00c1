"""What happens in a window, told to the lock of its open session: taps and keys, and the app leaving the front."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.services.lock_policy import Errand, LockWatch, Shade
from app.views.guard import on_page
from app.views.hooks import use_value
from app.views.ports import OpenSession, OpenUrl
from app.views.routes import PrescriberRoute, Stack, VisitRoute

BY_HAND = frozenset(
    {"click", "tap", "tap_down", "long_press", "change", "submit", "focus", "select", "scroll"}
    | {"pan_start", "pan_update", "pan_end", "scale_start", "key_down"}
)
"""Events of controls that only a person causes."""
_LIFECYCLE = "app_lifecycle_state_change"
_BEHIND = frozenset({"inactive", "hide", "pause", "detach"})
_UNSEEN = _BEHIND - {"inactive"}
"""In these nothing of the app can be seen; an inactive one may lie beside the one that is typed into."""

Find = Callable[[], LockWatch | None]


def follow(page: ft.Page, find: Find) -> None:
    """Tell the watch that `find` gives of every event of this page's client, before anything else hears of it.

    Flet has no listener for all of them, so its session's own door is used (flet is pinned); calling this again
    changes whom it tells.
    """
    session: Any = page.session
    known = getattr(session, "_hearthside_lock", None)
    if known is not None:
        known[0] = find
        return
    box = [find]
    inner: Callable[[int, str, Any], Awaitable[None]] = session.dispatch_event

    async def dispatch(control_id: int, name: str, data: Any) -> None:
        watch = box[0]()
        if watch is not None:
            _note(watch, control_id == page._i, name, data)
        await inner(control_id, name, data)

    session._hearthside_lock = box
    session.dispatch_event = dispatch


def _note(watch: LockWatch, of_page: bool, name: str, data: Any) -> None:
    if not of_page:
        if name in BY_HAND:
            watch.act()
        return
    if name != _LIFECYCLE:
        return
    state = data.get("state") if isinstance(data, dict) else data
    if state == "resume":
        watch.come_back()
    elif state in _BEHIND:
        watch.leave(hidden=state in _UNSEEN)


def use_shade(page: ft.Page, session: OpenSession | None, in_visit: bool) -> Shade:
    """What lies over this window now; drawn anew whenever that changes. Call it in the window's root."""
    _, set_shade = use_value(lambda: Shade.NONE)
    watch = session.lock_watch if session is not None else None
    box: ft.MutableRef[LockWatch | None] = ft.use_ref(lambda: None)
    stop: ft.MutableRef[Callable[[], None] | None] = ft.use_ref(lambda: None)
    box.current = watch

    ft.use_effect(lambda: follow(page, lambda: box.current), [])

    def begin() -> None:
        end()
        if watch is not None:
            stop.current = watch.listen(on_page(page, lambda: set_shade(lambda _: watch.shade())))

    def end() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(begin, ["shade", id(watch)], cleanup=end)
    if watch is None:
        return Shade.NONE
    watch.place(in_visit)
    return watch.shade()


def is_in_visit(stack: Stack) -> bool:
    """A draft is open, or something that was opened from it."""
    return any(
        isinstance(place, VisitRoute) or (isinstance(place, PrescriberRoute) and bool(place.visit_id))
        for place in stack
    )


def leaving(watch: LockWatch, open_url: OpenUrl) -> OpenUrl:
    """`open_url` that says first what for, so that the way back needs no PIN where a visit goes on."""

    async def leave(url: str) -> None:
        watch.errand(_errand_of(url, watch.in_visit))
        await open_url(url)

    return leave


def _errand_of(url: str, in_visit: bool) -> Errand:
    """A web page is the plan's video link in a visit, and its sign-in page anywhere else."""
    scheme = url.partition(":")[0].lower()
    if scheme in ("tel", "sms"):
        return Errand.CALL
    if scheme in ("geo", "maps"):
        return Errand.MAP
    return Errand.VIDEO if in_visit else Errand.SIGN_IN
