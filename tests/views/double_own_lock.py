"""In-memory lock of one's own records, with the same doors as the real one."""

from __future__ import annotations

from datetime import UTC, datetime

from app.errors import HearthsideError, WeakPin, WrongPin
from app.services.models import LockKind
from app.services.own_lock import LockState


class DoubleOwnLock:
    PHRASE = "copper meadow lantern otter quiet"

    def __init__(self, secret: str = "482915") -> None:  # noqa: S107 - a PIN of nobody
        self.secret = secret
        self.state = LockState(
            LockKind.PIN, LockKind.PIN, datetime(2026, 3, 2, 9, 0, tzinfo=UTC), False, False
        )
        self.error: HearthsideError | None = None
        self.changes = 0
        self.asked = 0

    async def look(self) -> LockState:
        return self.state

    def check_pin(self, pin: str) -> None:
        if pin == "123456":
            raise WeakPin

    def suggest_passphrase(self) -> str:
        return self.PHRASE

    async def check(self, secret: str) -> None:
        if secret != self.secret:
            raise WrongPin(30, attempts=5)

    async def change(self, old: str, new: str) -> None:
        await self.check(old)
        if self.error is not None:
            raise self.error
        self.secret, self.changes = new, self.changes + 1

    async def ask_for_new_key(self) -> None:
        self.asked += 1
        now = self.state
        self.state = LockState(now.kind, now.next_kind, now.key_made_at, True, now.key_failed)
