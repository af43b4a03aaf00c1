"""Whose hands the tablet is in, told to the window's root."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.views.guard import on_page
from app.views.hooks import use_value
from app.views.ports import OpenSession


def use_handed(page: ft.Page, session: OpenSession | None) -> None:
    """Draw the window anew when the tablet changes hands. Call it in the window's root."""
    _, set_turn = use_value(lambda: 0)
    stop: ft.MutableRef[Any] = ft.use_ref(lambda: None)

    def begin() -> None:
        end()
        if session is not None:
            stop.current = session.handover.listen(on_page(page, lambda: set_turn(lambda n: n + 1)))

    def end() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(begin, ["handed", id(session)], cleanup=end)
