"""What every screen of an open session is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import flet as ft

from app.services.lock_policy import Errand
from app.services.models import Role
from app.views.ports import OpenSession, OpenUrl
from app.views.routes import Route


def now() -> datetime:
    """The device's time with its offset, for words such as "today". Nothing is decided by it."""
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Env:
    """One window's open session and how to move in it. Equal while nothing a screen draws from has changed."""

    session: OpenSession
    go: Callable[[Route], None]
    swap: Callable[[Route], None]
    """Like `go`, without a way back to the present place."""
    back: Callable[[], None]
    open_url: OpenUrl
    set_theme_mode: Callable[[ft.ThemeMode], None]
    theme_mode: ft.ThemeMode
    narrow: bool
    width: float

    def errand(self, kind: Errand) -> None:
        """This window sends its user to another app now; `open_url` says so by itself."""
        self.session.lock_watch.errand(kind)

    @property
    def is_supervisor(self) -> bool:
        return self.session.role is Role.SUPERVISOR
