"""The lock of one's own records: another PIN, another data key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.services.clock import Clock
from app.services.models import LockKind
from app.store import audit, rekeying
from app.store.engine import Store
from app.store.vault import Vault, check_pin, make_passphrase


@dataclass(frozen=True, slots=True)
class LockState:
    """`kind` opens the records now, `next_kind` would be chosen for a new lock. Times are this device's."""

    kind: LockKind
    next_kind: LockKind
    key_made_at: datetime | None
    key_wanted: bool
    key_failed: bool


class OwnLock:
    """What one does to the lock of the store that this window has open."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        me: PersonRef,
        clock: Clock,
        forget_old: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`forget_old`: takes the PIN out of whatever would type it for her, before it is changed."""
        self._store = store
        self._vault = vault
        self._me = me
        self._clock = clock
        self._forget_old = forget_old

    async def look(self) -> LockState:
        """Raises KeyMissing when the key file has gone while the records are open."""
        key_file = await self._vault.read_key_file(self._store.store_id)
        age = await self._store.read(rekeying.read_age)
        return LockState(
            kind=LockKind(key_file.lock_kind),
            next_kind=LockKind(self._vault.lock_kind),
            key_made_at=age.made_at,
            key_wanted=age.wanted,
            key_failed=age.failed_at is not None,
        )

    def check_pin(self, pin: str) -> None:
        """Raises WeakPin with the reason, so that it is said before the PIN is typed twice."""
        check_pin(pin)

    def suggest_passphrase(self) -> str:
        return make_passphrase()

    async def check(self, secret: str) -> None:
        """Whether this opens the records now. Raises WrongPin; each try counts as one at the lock screen."""
        await self._vault.verify(self._store.store_id, secret)

    async def change(self, old: str, new: str) -> None:
        """From now on `new` opens the records. Raises WeakPin, WrongPin, KeyringUnavailable, DiskFull, VaultError.

        Where no keystore can forget a device secret, a new data key follows at the next unlock, so that an old key
        file put back opens nothing either.
        """
        if self._forget_old is not None:
            await self._forget_old()
        if self._vault.lock_kind == LockKind.PASSPHRASE:
            await self._store.write(rekeying.want_new_key)
        await self._vault.change_secret(self._store.store_id, old, new)
        await self._store.write(self._note_change)

    async def ask_for_new_key(self) -> None:
        """A new data key at the next unlock: there the PIN is at hand that it is sealed with."""
        await self._store.write(rekeying.want_new_key)

    def _note_change(self, connection: Connection) -> None:
        audit.append(connection, at=self._clock.now(), actor=self._me.reference, action="change-pin")
