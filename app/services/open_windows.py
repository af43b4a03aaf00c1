"""Which window has which records open: one a store, and what happens to them when a window goes."""

from __future__ import annotations

import asyncio

from app.memory import Forgetting
from app.services.session import OpenSession


class OpenWindows:
    """The open sessions of this process. `forgetting` writes over the memory of what was shown, after each lock."""

    def __init__(self, forgetting: Forgetting | None = None) -> None:
        self._open: dict[str, OpenSession] = {}
        self._forgetting = forgetting

    def is_open(self, store_id: str) -> bool:
        return store_id in self._open

    def window_gone(self, session_key: str) -> float | None:
        """A window's line is cut. Returns the seconds that it may stay away; None when it has nothing open."""
        return min((one.lock_watch.go() for one in self._opened_in(session_key)), default=None)

    def window_back(self, session_key: str) -> None:
        """It is there again, in time."""
        for one in self._opened_in(session_key):
            one.lock_watch.return_()

    async def lock_window(self, session_key: str) -> None:
        """Lock what this window has open; nothing when it has nothing."""
        await asyncio.gather(*(session.lock() for session in self._opened_in(session_key)))

    def _opened_in(self, session_key: str) -> list[OpenSession]:
        return [one for one in self._open.values() if one.session_key == session_key]

    def _forget(self, session: OpenSession) -> None:
        """A session that is closed is held by nobody here."""
        if self._open.get(session.store_id) is session:
            del self._open[session.store_id]
        if self._forgetting is not None:
            self._forgetting.soon()
