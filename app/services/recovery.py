"""Back into the records without the PIN, with the plan's help; and what the settings say about that way back.

1. a full sign-in at the plan, by the person whose records these are;
2. the sealed keys go to the plan, a code appears, the nurse reads it to an officer;
3. the officer approves: the keys come back, sealed for this very request;
4. a new PIN (or five words), a new device secret, a new data key. Nothing in the records changes.

Wrong PINs slow nothing of this. An app that ends in between leaves everything as it was, up to the moment at which the
new PIN is in force.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import httpx
from sqlalchemy import Connection

from app.errors import KeyMissing, NoNetwork, PlanDown, PlanError
from app.language import N_
from app.services.models import LockKind
from app.services.sign_in import SignIn
from app.store import audit, meta, recovery_slot, sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.store.key_file import KeyFile
from app.store.sessions import SignInRow
from app.store.vault import Vault
from app.sync import auth
from app.sync.plan_door import FixedToken, PlanDoor
from app.sync.plan_keys import PlanKeys, fetch_keys, find_keys, keep_keys
from app.sync.recovery import OVER, RecoveryAsk, RecoveryRefused, check_same_user

LOOK_EVERY = 3.0
"""Seconds between two looks for the officer's answer."""
KEYS_LAST = 600.0
"""Seconds for choosing the new PIN; a screen that stands open longer must not be anybody's way in."""
ENROL_PATIENCE = 15.0
"""Seconds that setting up a device waits for the plan's keys; they come with the first pass otherwise."""
NO_WAY_BACK = N_(
    "These records open only with what you chose for them, a PIN or five words: when they were last open, your "
    "plan did not offer another way. Nothing was deleted. Please call your supervisor."
)
_log = logging.getLogger("app.services.recovery")

Pause = Callable[[float], Awaitable[None]]


class Recovery:
    """One person's way back into one store. `Device.start_recovery` makes it, `Device.finish_recovery` ends it."""

    def __init__(
        self,
        key_file: KeyFile,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Raises KeyMissing when the key file holds no way back."""
        slots = recovery_slot.list_slots(key_file)
        if not slots or not key_file.plan_url:
            raise KeyMissing(NO_WAY_BACK, detail="no recovery slot")
        self.store_id = key_file.store_id
        self.user_name = key_file.user_name
        self.plan_url = key_file.plan_url
        self.lock_kind = LockKind(key_file.lock_kind)
        self._key_file = key_file
        self._slots = slots
        self._transport = transport
        self._pause = pause
        self._ask: RecoveryAsk | None = None
        self._door: PlanDoor | None = None
        self._until = 0.0
        self.sign_in: SignInRow | None = None
        self.keys: tuple[bytes, ...] = ()
        """The data keys, once the officer approved; for `Device.finish_recovery` only."""

    @property
    def code(self) -> str:
        """What the nurse reads to the officer; "" before the request was sent."""
        return "" if self._ask is None else self._ask.code

    @property
    def seconds_left(self) -> int:
        """How long the request is still good for."""
        return max(0, int(self._until - asyncio.get_running_loop().time()))

    @property
    def granted(self) -> bool:
        """Are the keys here, so that a new PIN opens?"""
        return bool(self.keys)

    async def start_sign_in(self) -> SignIn:
        """Open its address in the browser; its `wait` ends once the request has been sent.

        Raises PlanError. `wait` raises SignInRefused (also for another person's account), RecoveryRefused, PlanError.
        """
        plan = await auth.check_plan(self.plan_url, transport=self._transport)
        return SignIn(await auth.start_sign_in(plan, transport=self._transport), self.send)

    async def send(self, outcome: auth.SignedIn) -> None:
        """Ask, as the person who just signed in. Raises SignInRefused, RecoveryRefused, PlanError."""
        row = outcome.sign_in
        check_same_user(row.user_reference, self._key_file.user_reference, self.user_name)
        await self._close()
        self.sign_in = row
        self._ask = RecoveryAsk(self._key_file.device, row.user_reference, self._slots)
        self._door = PlanDoor(self.plan_url, FixedToken(row.access_token or ""), transport=self._transport)
        self._until = asyncio.get_running_loop().time() + await self._ask.send(self._door)

    async def wait(self) -> None:
        """Until the officer approved; then `keys` are there. A lost network is waited for while the request lasts.

        Raises RecoveryRefused (refused, over, an answer that is not ours), SignInNeeded, PlanError.
        """
        ask, door = self._ask, self._door
        if ask is None or door is None:
            raise RecoveryRefused(OVER, detail="not asked")
        while True:
            try:
                progress = await ask.look(door)
            except (NoNetwork, PlanDown) as error:
                _log.info("no answer yet: %s %s", type(error).__name__, error.detail)
            else:
                if progress.answer is not None:
                    self.keys = ask.open(progress.answer)
                    asyncio.get_running_loop().call_later(KEYS_LAST, self._forget)
                    await ask.end(door)
                    return
            if self.seconds_left == 0:
                raise RecoveryRefused(OVER, detail="over")
            await self._pause(LOOK_EVERY)

    async def cancel(self) -> None:
        """Give up, or all is done: the keys are forgotten and the plan is told. May be called at any time."""
        self._forget()
        if self._ask is not None and self._door is not None:
            await self._ask.end(self._door)
        await self._close()

    def _forget(self) -> None:
        self.keys = ()

    async def _close(self) -> None:
        door, self._door, self._ask = self._door, None, None
        if door is not None:
            await door.aclose()


async def find_plan_keys(plan_url: str) -> PlanKeys | None:
    """The plan's keys for a device that is being set up; None where it has none, or they do not come in time."""
    try:
        async with asyncio.timeout(ENROL_PATIENCE), PlanDoor(plan_url) as door:
            return await fetch_keys(door)
    except (PlanError, TimeoutError) as error:
        _log.info("set up without the plan's keys: %s", type(error).__name__)
        return None


def pin_keys(connection: Connection, keys: PlanKeys | None) -> None:
    """A new device believes the keys of the plan that it was just set up with."""
    if keys is not None:
        keep_keys(connection, keys)


async def reopen(
    vault: Vault, recovery: Recovery, secret: str, wait_seconds: float, at: datetime
) -> tuple[Store, SignInRow]:
    """Open the store under a new lock, with the sign-in that the recovery was asked with; `at` for the audit.

    Raises RecoveryRefused when its keys are not (any more) here, and what `Vault.reset_secret` raises.
    """
    row = recovery.sign_in
    if row is None or not recovery.keys:
        raise RecoveryRefused(OVER, detail="no keys")
    store = await vault.reset_secret(recovery.store_id, recovery.keys, secret, wait=wait_seconds)

    def note(connection: Connection) -> None:
        sessions.save(connection, row)
        audit.append(connection, at=at, actor=row.user_reference, action="recover")

    try:
        await store.write(note, Topic.SIGN_IN)
    except BaseException:
        await store.close()
        raise
    return store, row


class WayBack(StrEnum):
    """What there is for the day on which the PIN is forgotten."""

    READY = "ready"
    NEXT_UNLOCK = "next-unlock"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class WayBackState:
    """For the settings. `root`: the plan's root key, for comparing with what the plan says; "" without keys."""

    way: WayBack
    root: str = ""
    keys_refused: bool = False
    """The plan sent keys that this device does not take (`app.sync.plan_keys.KeysRefused`)."""


async def read_way_back(store: Store) -> WayBackState:
    """What this store has. Raises StoreError."""

    def look(connection: Connection) -> tuple[PlanKeys | None, bool]:
        return find_keys(connection), meta.find(connection, meta.KEYS_REFUSED) is not None

    keys, refused = await store.read(look)
    if keys is None:
        return WayBackState(WayBack.NONE, keys_refused=refused)
    try:
        key_file = await asyncio.to_thread(KeyFile.load, store.path.with_name("key.json"), store.store_id)
    except KeyMissing:
        return WayBackState(WayBack.NONE, keys.root_id, refused)
    sealed = {slot.rescue_id for slot in recovery_slot.list_slots(key_file)}
    way = WayBack.READY if keys.rescue_id in sealed else WayBack.NEXT_UNLOCK
    return WayBackState(way, keys.root_id, refused)
