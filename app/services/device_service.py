"""What this device can do before anybody has unlocked it: first run, unlock, take-over. One a process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from app.device import find_keystore
from app.device.biometrics import NoBiometrics
from app.device.papers import PaperDoor, open_paper_door
from app.domain.look import Look
from app.errors import StoreBusy, WrongPin
from app.memory import Forgetting
from app.services.begin_again import begin_again
from app.services.clock import Clock, SystemClock
from app.services.content_packs import PackShelf
from app.services.models import LockKind, PlanInfo, UserOnDevice
from app.services.open_windows import OpenWindows
from app.services.orders import OrderDesk, OrderNotice
from app.services.plan_settings import read_settings
from app.services.practice_session import open_practice
from app.services.quick_unlock import QuickUnlock
from app.services.recovery import Recovery, find_plan_keys, pin_keys, reopen
from app.services.session import OpenSession
from app.services.sign_in import SignedIn, SignIn, check_new, find_plan
from app.store import sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.store.order_files import Wipe
from app.store.recovery_slot import way_back
from app.store.vault import Vault, check_pin, make_passphrase
from app.sync import auth
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client

TAKE_OVER_WAIT = 30.0
"""Seconds to wait for the other window to finish what it is writing."""
PUSH_MAY_END = 18.0
"""Seconds that a push under way may take when the process ends; then two more, as for whoever unlocks."""


class Device(OpenWindows):
    """The stores on this device and the windows that have them open."""

    def __init__(
        self,
        vault: Vault,
        *,
        plan_url: str | None = None,
        clock: Clock | None = None,
        packs: PackShelf | None = None,
        data_dir: Path | None = None,
        forgetting: Forgetting | None = None,
        quick: QuickUnlock | None = None,
    ) -> None:
        """`data_dir`: where the stores lie, for a device that obeys the plan's orders."""
        super().__init__(forgetting)
        self.quick = quick or QuickUnlock(NoBiometrics(), None)
        self._vault = vault
        self.packs = packs
        self.paper_door: PaperDoor | None = None
        """What this device has for papers; None: neither a printer nor a place for files."""
        self._clock = clock or SystemClock()
        self._plans: dict[str, auth.Plan] = {}
        self._changing = asyncio.Lock()
        self.plan_url = plan_url
        self.lock_kind = LockKind(vault.lock_kind)
        self.orders = (
            None if data_dir is None else OrderDesk(vault, data_dir, self._alone, is_open=self.is_open)
        )

    def users(self) -> list[UserOnDevice]:
        """Everybody with records here; reads a few small files."""
        hidden = self.orders.hidden() if self.orders is not None else frozenset()
        return [
            UserOnDevice(one.store_id, one.user_name, LockKind(one.lock_kind), one.unsent, one.look)
            for one in self._vault.users()
            if one.store_id not in hidden
        ]

    async def keep_look(self, store_id: str, look: Look) -> None:
        """Keep how this user likes the screens, for her lock screen too. Raises KeyMissing, DiskFull."""
        await asyncio.to_thread(self._vault.note_look, store_id, look)

    def known_plan(self) -> str | None:
        """The plan of those who have records here; the next one need not type its address."""
        return find_plan(self._vault)

    def order_notices(self) -> tuple[OrderNotice, ...]:
        """What the plan's orders did to records here; reads a few small files."""
        return self.orders.notices() if self.orders is not None else ()

    async def note_order_seen(self, store_id: str) -> None:
        """Somebody has read that these records are gone; the notice goes."""
        if self.orders is not None:
            await self.orders.note_seen(store_id)

    def listen_orders(self, fn: Callable[[], None]) -> Callable[[], None]:
        """Call `fn` when an order changed who or what is here; returns what ends it."""
        return self.orders.listen(fn) if self.orders is not None else lambda: None

    async def _alone(self, store_id: str, work: Callable[[], Awaitable[Wipe]]) -> Wipe:
        """Lock whoever has this store open, then do something to it while nobody opens any."""
        await self.quick.drop(store_id)
        async with self._changing:
            other = self._open.get(store_id)
            if other is not None:
                other.hurry()
                await other.lock()
            return await work()

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
        return SignIn(await auth.start_sign_in(known), partial(check_new, self._vault))

    async def enrol(self, signed_in: SignedIn, secret: str, session_key: str) -> OpenSession:
        """Make this user's encrypted store and open it. Raises WeakPin, NoCipher, KeyringUnavailable, DiskFull.

        Raises SignInRefused when this user already has a store on this device.
        """
        row = signed_in.outcome.sign_in
        async with self._changing:
            await check_new(self._vault, signed_in.outcome)
            keys = await find_plan_keys(row.plan_url)
            store = await self._vault.create(
                user_reference=row.user_reference,
                user_name=row.user_name,
                plan_url=row.plan_url,
                secret=secret,
                prepare=lambda connection: pin_keys(connection, keys),
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
        try:
            session = await self._unlock(store_id, secret, session_key, take_over)
        except WrongPin:
            await self.quick.drop(store_id)
            raise
        await self.quick.keep(store_id, secret, allowed=session.may_unlock_quickly)
        return session

    async def _unlock(self, store_id: str, secret: str, session_key: str, take_over: bool) -> OpenSession:
        async with self._changing:
            other = self._open.get(store_id)
            if other is not None and not other.closed and other.session_key != session_key and not take_over:
                raise StoreBusy
            if other is not None:
                await self._vault.verify(store_id, secret)
                other.hurry()
                await other.lock()
            if self.orders is not None:
                await self.orders.finish_one(store_id)
            store = await self._vault.unlock(store_id, secret, wait=TAKE_OVER_WAIT if take_over else 0.0)
            try:
                known = await store.read(sessions.find)
                row = known if known is not None else await store.write(begin_again)
            except BaseException:
                await store.close()
                raise
            return await self._start(store, row, session_key)

    def quick_ready(self, store_id: str) -> bool:
        """Whether a finger or a face may stand for the PIN now."""
        return self.quick.is_ready(store_id)

    async def unlock_quickly(self, store_id: str, session_key: str) -> OpenSession | None:
        """Open it with a finger or a face; None where the PIN has to be typed. Raises what `unlock` raises."""
        secret = await self.quick.ask(store_id)
        if secret is None:
            return None
        try:
            session = await self._unlock(store_id, secret, session_key, False)
        except WrongPin:
            await self.quick.drop(store_id)
            raise
        if not session.may_unlock_quickly:
            await self.quick.drop(store_id)  # the plan has switched it off since
        return session

    async def start_recovery(self, store_id: str) -> Recovery:
        """Begin the way back into a store whose PIN is lost. Raises KeyMissing when there is none."""
        return Recovery(await self._vault.read_way_back(store_id))

    async def finish_recovery(self, recovery: Recovery, secret: str, session_key: str) -> OpenSession:
        """Open the store under a new PIN or new words, once `recovery` has its keys. Another window is locked.

        Raises WeakPin, StoreDamaged (the keys fit nothing here), and what `Vault.reset_secret` raises; the keys stay
        for another try.
        """
        await self.quick.drop(recovery.store_id)
        async with self._changing:
            other = self._open.get(recovery.store_id)
            if other is not None:
                other.hurry()
                await other.lock()
            if self.orders is not None:
                await self.orders.finish_one(recovery.store_id)
            store, row = await reopen(self._vault, recovery, secret, TAKE_OVER_WAIT, self._clock.now())
            session = await self._start(store, row, session_key)
        await recovery.cancel()
        return session

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
            on_gone=lambda: self._forget(session),
            forget_old_pin=partial(self.quick.drop, store.store_id),
            paper_door=self.paper_door,
        )
        session.practice.open = partial(open_practice, session, store, row, self._vault, self._clock)
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

    async def close(self) -> None:
        """Lock every window and close every store; called when the process ends."""
        if self.orders is not None:
            await self.orders.stop()
        for session in self._open.values():
            asyncio.get_running_loop().call_later(PUSH_MAY_END, session.hurry)
        await asyncio.gather(*(session.lock() for session in list(self._open.values())))
        self._open.clear()


async def make_device(data_dir: Path, *, plan_url: str | None = None) -> Device:
    """Find this system's keystore and the stores under `data_dir`.

    Raises KeyringUnavailable when there is a keystore and it stays locked.
    """
    forgetting = Forgetting()
    forgetting.renew_workers()
    packs = PackShelf(data_dir)
    await asyncio.to_thread(packs.load)
    keystore = await find_keystore()
    device = Device(
        Vault(data_dir, keystore, way_back=way_back),
        plan_url=plan_url,
        packs=packs,
        data_dir=data_dir,
        forgetting=forgetting,
        quick=QuickUnlock(NoBiometrics(), keystore),
    )
    device.paper_door = await asyncio.to_thread(open_paper_door, data_dir)
    if device.orders is not None:
        await device.orders.finish()
        device.orders.start()
    return device
