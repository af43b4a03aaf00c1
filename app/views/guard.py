"""Keeps one fault from taking the whole window with it, and keeps exception texts off the screen.

Flet replaces the whole screen by the exception's text when a handler raises, and stops redrawing for good
when a render raises. Both could show or lose a person's record, so every component and handler goes through here.
"""

from __future__ import annotations

import contextvars
import functools
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar, cast

import flet as ft

from app.errors import HearthsideError
from app.language import tr
from app.views import text

log = logging.getLogger("app.views")
P = ParamSpec("P")
R = TypeVar("R")


def report(place: str, error: BaseException) -> None:
    """Log a fault by type and code line only: an exception's text may hold what a person typed."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    log.error("%s failed: %s at %s", place, type(error).__name__, where)


def get_sentence(error: BaseException) -> str:
    """The sentence to show for an error; text of foreign exceptions is never shown."""
    return tr(str(error)) if isinstance(error, HearthsideError) else tr(text.WENT_WRONG)


def safe_component(fn: Callable[P, ft.Control]) -> Callable[P, ft.Control]:
    """`ft.component` with an error boundary: a part that cannot be drawn says so, the rest goes on."""

    @functools.wraps(fn)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ft.Control:
        try:
            return fn(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the boundary: any fault of one part stays in that part
            report(f"render of {fn.__name__}", error)
            return ft.Container(
                padding=16,
                border_radius=12,
                bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
                content=ft.Text(tr(text.PART_FAILED), color=ft.Colors.ON_SURFACE),
            )

    return ft.component(guarded)


def memo(component: Callable[P, ft.Control]) -> Callable[P, ft.Control]:
    """`ft.memo`, typed: skip the render while the arguments are equal."""
    memoised = ft.memo(component)  # type: ignore[no-untyped-call]  # flet ships it without annotations
    return cast("Callable[P, ft.Control]", memoised)


def keyed(key: str, component: Callable[P, ft.Control], *args: P.args, **kwargs: P.kwargs) -> ft.Control:
    """Call a component with a key, so that its state follows it through a changing list."""
    return component(*args, **cast("Any", {**kwargs, "key": key}))


def on_page(page: ft.Page, fn: Callable[[], Awaitable[None] | None]) -> Callable[[], None]:
    """`fn` as a callback that always runs as a task of this page, whoever calls it.

    Callers may be another window's task or the store's thread; Flet's page is found through a context
    variable, so the call is made in a copy of the caller's context. With no window connected nothing is run.
    """

    async def run() -> None:
        try:
            result = fn()
            if result is not None:
                await result
        except Exception as error:  # noqa: BLE001 - nobody awaits this task; a raise would be lost
            report("callback", error)

    def call() -> None:
        connection: object | None = page.session.connection
        if connection is None:  # no window now; everything is read again when it comes back
            return
        contextvars.copy_context().run(page.run_task, run)

    return call


def watch_scheduler(page: ft.Page, redraw: Callable[[], None]) -> None:
    """Restart Flet's update loop when a fault in its own diffing ends it, then draw everything again.

    Call once after `page.render`. Uses a private name of flet 1.0.5, whose version is pinned.
    """
    session = page.session

    def watch() -> None:
        task: Any = getattr(session, "_Session__updates_task", None)
        if task is not None:
            task.add_done_callback(ended)

    def ended(task: Any) -> None:
        if task.cancelled() or task.exception() is None:
            return
        report("screen update", task.exception())
        session.start_updates_scheduler()  # type: ignore[no-untyped-call]  # flet ships it without annotations
        watch()
        on_page(page, redraw)()

    watch()
