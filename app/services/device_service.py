"""What this device can do before anybody has unlocked it: first run, unlock, take-over. One a process."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from sqlalchemy import Connection

from app.device import find_keystore
from app.errors import SignInRefused, StoreBusy
from app.services.clock import Clock, SystemClock
from app.services.content_packs import PackShelf
from app.services.models import LockKind, PlanInfo, Role, UserOnDevice
from app.services.plan_settings import read_settings
from app.services.session import OpenSession
from app.services.sign_in import SignedIn, SignIn
from app.store import meta, sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.store.vault import Vault, check_pin, make_passphrase
from app.sync import auth
from app.sync.engine import SyncEngine
from app.sync.oauth import CLIENT_ID
from app.sync.tokens import make_client

log = logging.getLogger("app.services.device")

TAKE_OVER_WAIT = 30.0
"""Seconds to wait for the other window to finish what it is writing."""


class Device:
    """The stores on this device and the windows that have them open."""

    def __init__(
        self,
        vault: Vault,
        *,
        plan_url: str | None = None,
        clock: Clock | None = None,
        packs: PackShelf | None = None,
    ) -> None:
        self._vault = vault
        self.packs = packs
        self._clock = clock or SystemClock()
        self._open: dict[str, OpenSession] = {}
        self._plans: dict[str, auth.Plan] = {}
        self._changing = asyncio.Lock()
        self.plan_url = plan_url
        self.lock_kind = LockKind(vault.lock_kind)

    def users(self) -> list[UserOnDevice]:
        """Everybody with records here; reads a few small files."""
        return [
            UserOnDevice(entry.store_id, entry.user_name, LockKind(entry.lock_kind), entry.unsent)
            for entry in self._vault.users()
        ]

    def suggest_passphrase(self) -> str:
        return make_passphrase()

    def check_pin(self, pin: str) -> None:
        """Raises WeakPin with the reason, so that it is said before the PIN is typed twice."""
        check_pin(pin)

    async def check_plan(self, url: str) -> PlanInfo:
        """Raises BadPlanAddress, NotFhir, CaptivePortal, NoNetwork, PlanDown, WrongClock."""
        plan = await auth.check_plan(url)
        self._plans[plan.url] = plan
        return PlanInfo(plan.url, plan.name)

    async def start_sign_in(self, plan: PlanInfo) -> SignIn:
        """Raises PlanError when the plan's address was not checked before and cannot be now."""
        known = self._plans.get(plan.url) or await auth.check_plan(plan.url)
        return SignIn(await auth.start_sign_in(known))

    async def enrol(self, signed_in: SignedIn, secret: str, session_key: str) -> OpenSession:
        """Make this user's encrypted store and open it. Raises WeakPin, NoCipher, KeyringUnavailable, DiskFull.

        Raises SignInRefused when this user already has a store on this device: two would drift apart.
        """
        row = signed_in.outcome.sign_in
        async with self._changing:
            for entry in self._vault.users():
                if (entry.user_reference, entry.plan_url) == (row.user_reference, row.plan_url):
                    raise SignInRefused(
                        f"{row.user_name} already has records on this device. Go back and unlock them."
                    )
            store = await self._vault.create(
                user_reference=row.user_reference,
                user_name=row.user_name,
                plan_url=row.plan_url,
                secret=secret,
            )
            try:
                await store.write(lambda connection: sessions.save(connection, row), Topic.SIGN_IN)
            except BaseException:
                await store.close()
                raise
            return await self._start(store, row, session_key)

    async def unlock(
        self, store_id: str, secret: str, session_key: str, take_over: bool = False
    ) -> OpenSession:
        """Open a user's store in this window.

        Raises StoreBusy when another window has it open, unless `take_over`: then, once the secret has proved right,
        the other window is locked. Raises also what `Vault.unlock` raises.
        """
        async with self._changing:
            other = self._open.get(store_id)
            if other is not None and not other.closed:
                if other.session_key != session_key and not take_over:
                    raise StoreBusy
                await self._vault.verify(store_id, secret)
            if other is not None:
                await other.lock()
            store = await self._vault.unlock(store_id, secret, wait=TAKE_OVER_WAIT if take_over else 0.0)
            try:
                row = await store.read(sessions.find)
                if row is None:
                    row = await store.write(_begin_again)
            except BaseException:
                await store.close()
                raise
            return await self._start(store, row, session_key)

    async def _start(self, store: Store, row: sessions.SignInRow, session_key: str) -> OpenSession:
        """Takes over the store: when this fails, the store is closed and its lock is free again."""
        await self._use_packs(store)
        client = make_client(store, row, packs=True)
        session = OpenSession(
            store=store,
            sign_in=row,
            engine=SyncEngine(store, client),
            client=client,
            vault=self._vault,
            clock=self._clock,
            session_key=session_key,
        )
        try:
            await session.start()
        except BaseException:
            await session.lock()
            raise
        self._open[store.store_id] = session
        return session

    async def _use_packs(self, store: Store) -> None:
        """Scales that this plan licensed come into use with the keys that it trusts; a bad pack keeps nobody out."""
        if self.packs is None:
            return
        try:
            settings = await store.read(read_settings)
        except BaseException:
            await store.close()
            raise
        await asyncio.to_thread(self.packs.load, settings.content_keys)

    async def lock_window(self, session_key: str) -> None:
        """Lock what this window has open; nothing when it has nothing."""
        mine = [session for session in self._open.values() if session.session_key == session_key]
        await asyncio.gather(*(session.lock() for session in mine))

    async def close(self) -> None:
        """Lock every window and close every store; called when the process ends."""
        await asyncio.gather(*(session.lock() for session in list(self._open.values())))
        self._open.clear()


async def make_device(data_dir: Path, *, plan_url: str | None = None) -> Device:
    """Find this system's keystore and the stores under `data_dir`.

    Raises KeyringUnavailable when there is a keystore and it stays locked.
    """
    packs = PackShelf(data_dir)
    await asyncio.to_thread(packs.load)
    return Device(Vault(data_dir, await find_keystore()), plan_url=plan_url, packs=packs)


def _begin_again(connection: Connection) -> sessions.SignInRow:
    """A sign-in that has ended, for a store whose app died before the first one was written.

    Without it such a store could neither be opened nor made again; signing in as the same user fills it.
    """
    row = sessions.SignInRow(
        plan_url=meta.get(connection, meta.PLAN_URL),
        token_endpoint="",
        revocation_endpoint=None,
        client_id=CLIENT_ID,
        user_reference=meta.get(connection, meta.USER_REFERENCE),
        user_name=meta.get(connection, meta.USER_NAME),
        role=Role.NURSE.value,
        ended=True,
    )
    sessions.save(connection, row)
    return row
