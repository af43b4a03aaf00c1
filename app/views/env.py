"""What every screen of an open session is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.domain.look import Look
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
    look: Look
    set_look: Callable[[Look], None]
    """Shown at once and kept for this person on this device."""
    narrow: bool
    """There is room for one column of words: a phone, or large text on a tablet."""
    width: float
    """The window's width in pixels of the usual size of text: how much room there is for words."""

    low: bool = False
    """There is room for few lines: a phone held sideways."""
    held: dict[str, Any] = field(default_factory=dict, compare=False)
    """What parts of a person's page have opened and half entered (`use_held`), by name."""

    def errand(self, kind: Errand) -> None:
        """This window sends its user to another app now; `open_url` says so by itself."""
        self.session.lock_watch.errand(kind)

    @property
    def is_supervisor(self) -> bool:
        return self.session.role is Role.SUPERVISOR
