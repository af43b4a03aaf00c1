"""One unlocked store in one window: its services, its sync loop, and how it closes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from app.device.papers import NoPrinter, PaperDoor
from app.domain.visit import PersonRef
from app.errors import HearthsideError
from app.services.addenda import Addenda
from app.services.alerts import Alerts
from app.services.attachments import Attachments
from app.services.carrying import Carrying
from app.services.caseload import Caseload
from app.services.chair import Chair
from app.services.check_on_me import ChecksOnMe
from app.services.clock import Clock
from app.services.conflicts import Conflicts
from app.services.day import Day
from app.services.death import Deaths
from app.services.handing_over import Handover
from app.services.hard_day import HardDay
from app.services.hub import ChangeHub
from app.services.lock_policy import LockWatch
from app.services.log_export import LogExport
from app.services.models import Role
from app.services.moves import Moves
from app.services.no_signal import NoSignalPage
from app.services.own_lock import OwnLock
from app.services.paper import Papers
from app.services.person_records import PersonRecords
from app.services.phrases import Phrases
from app.services.plan_settings import read_settings
from app.services.planning import Referrals
from app.services.practice import Practice
from app.services.promises import Promises
from app.services.quick_unlock import SWITCH
from app.services.recovery import WayBackState, read_way_back
from app.services.review import Reviewing
from app.services.sealing import Sealing
from app.services.sending import Sending
from app.services.signing_out import SigningOut
from app.services.syncing import Syncing
from app.services.team import TeamLog
from app.services.tour import Tour
from app.services.visits import Visits
from app.services.window_store import WindowStore
from app.store import audit, outbox
from app.store.changes import Changes, Topic
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.store.vault import Vault
from app.sync.courier import Sealer
from app.sync.engine import SyncEngine
from app.sync.loop import SyncLoop
from app.sync.transport import FhirClient

log = logging.getLogger("app.services.session")
CLOCKS_AFTER, CLOCKS_EVERY = 1.0, 600.0
"""Seconds after the unlock, as the day is read first, and between two looks at the clocks of all people here."""
PUSH_SETTLES = 120.0
"""Seconds that a push under way when the window locks may take to settle; then key and tokens go all the same."""
LAST_WORDS_TAKE = 5.0
"""Seconds that closing waits for what screens still have to write; the key is dropped after that in any case."""


class OpenSession(Chair, PersonRecords):
    """What a window holds between unlock and lock. Views get everything through it and nothing after it closed."""

    practising = False
    """True of a session over a store to practise in."""

    def __init__(
        self,
        *,
        store: Store,
        sign_in: SignInRow,
        engine: SyncEngine,
        client: FhirClient,
        vault: Vault,
        clock: Clock,
        session_key: str,
        lock_watch: LockWatch | None = None,
        on_gone: Callable[[], None] = lambda: None,
        forget_old_pin: Callable[[], Awaitable[None]] | None = None,
        paper_door: PaperDoor | None = None,
    ) -> None:
        """`on_gone` is called once the store is closed, `forget_old_pin` before a change of the PIN."""
        me = PersonRef(sign_in.user_reference, sign_in.user_name)
        self.store_id = store.store_id
        self.session_key = session_key
        self.user_name = sign_in.user_name
        self.role = Role(sign_in.role)
        self.hub = ChangeHub()
        self.lock_watch = lock_watch or LockWatch()
        """Covers and locks the window (ADR 0031); screens tell it what happens."""
        self.may_unlock_quickly = False
        """The plan lets a finger or a face stand for typing the PIN again."""
        self.closed = False
        self.on_closed: list[Callable[[], Awaitable[Any] | None]] = []
        """Called at once when it locks; what they return is awaited before the store closes."""
        door = self._door = WindowStore(store)
        self.caseload = Caseload(door, sign_in.user_reference, sign_in.user_name, clock)
        self.visits = Visits(door, me, clock)
        self.phrases = Phrases(door)
        self.take_records(door, me, clock)
        self.addenda = Addenda(door, me, clock)
        self.referrals = Referrals(door, me, clock)
        self.promises = Promises(door, me, clock)
        self.attachments = Attachments(door, client, me, clock)
        self.papers = Papers(door, me, clock, paper_door or PaperDoor(NoPrinter(), None))
        self.alerts = Alerts(door, me, clock, partial(vault.verify, store.store_id))
        self.conflicts = Conflicts(door, me, clock)
        self.day = Day(door, me, clock)
        self.checks = ChecksOnMe(door, me, clock)
        self.deaths = Deaths(door, me, clock)
        self.hard_day = HardDay(door, me, clock)
        self.no_signal = NoSignalPage(door)
        self.practice = Practice()
        self.tour = Tour(door)
        self.review = Reviewing(door, me, clock, supervisor=self.role is Role.SUPERVISOR)
        self.team = TeamLog(door, me, clock)
        self.log_export = LogExport(door, me, self.role, clock, self.papers.files)
        self.signing_out = SigningOut(door, me, clock)
        self.own_lock = OwnLock(door, vault, me, clock, forget_old_pin)
        self.handover = Handover(self.own_lock, self.lock_watch, self._note_hands)
        self._loop = SyncLoop(engine, store, on_change=self._sync_moved)
        self.syncing = Syncing(door, self._loop, self.hub)
        self.take_chair(door, client, me, clock, self._loop.wake)
        self.moves = Moves(door, me, clock, nurse=self.role is Role.NURSE)
        self.sending = Sending(door, client, self._loop, self.syncing, clock, conflicts=self.conflicts)
        self._sealing = Sealing(store, Sealer(store, now=clock.now))
        self.carrying = Carrying(door, me, clock, self._sealing.run_now, self._loop.wake)
        self._store = store
        self._client = client
        self._vault = vault
        self._clock = clock
        self._me = me
        self._noting: asyncio.Task[None] | None = None
        self._to_note = False
        self._closing: asyncio.Task[None] | None = None
        self._watching: list[asyncio.Task[None]] = []
        self._hurry = asyncio.Event()
        self._on_gone = on_gone
        self._unlisten = store.listen(self._changed)

    async def start(self) -> None:
        """Begin to talk to the plan in the background, and write down that the store was unlocked."""
        await audit.note_reading(
            self._store, at=self._clock.now(), actor=self._me.reference, action="unlock", subject=None
        )
        await self.close_what_is_over()
        await self.syncing.start()
        self._loop.start()
        self._sealing.start()
        await self._read_lock_times()
        self.hub.subscribe(frozenset({Topic.PATIENTS}), self._lock_times_may_differ)
        self.moves.watch(self.hub)
        self._watching = [
            asyncio.create_task(self._watch_clocks()),
            asyncio.create_task(self.emergency.watch()),
            asyncio.create_task(self.on_call.watch()),
            asyncio.create_task(self.lock_watch.run(self._lock_now)),
        ]

    async def read_way_back(self) -> WayBackState:
        """What there is for the day on which the PIN is forgotten."""
        return await read_way_back(self._door)

    def hurry(self) -> None:
        """Somebody waits for this store: closing gives a running push two seconds more instead of `PUSH_SETTLES`."""
        self._hurry.set()

    async def lock(self) -> None:
        """Blank the window at once, then stop sync and close the store. May be called twice.

        The window reaches nothing from here on. A push under way may settle before key and tokens go.
        """
        if self._closing is None:
            self.closed = True
            last_words: list[asyncio.Future[Any]] = []
            for fn in list(self.on_closed):
                try:
                    result = fn()
                    if result is not None:
                        last_words.append(asyncio.ensure_future(result))
                except Exception as error:  # noqa: BLE001 - one screen's mistake must not keep the store open
                    log.error("a screen failed to close: %s", type(error).__name__)
            self._closing = asyncio.create_task(self._close(last_words))
        await asyncio.shield(self._closing)

    async def _close(self, last_words: list[asyncio.Future[Any]]) -> None:
        self.hub.clear()
        for watching in self._watching:
            watching.cancel()
        await _wait_for(last_words)
        try:
            await self.syncing.stop_listening()
            await self.practice.close()
            await self.carrying.stop_listening()
            self._door.shut()
            await self._loop.stop(PUSH_SETTLES, self._hurry)
            await self._client.aclose()
            await self._sealing.stop()
            await self.papers.sweep()
            self._unlisten()
            if self._noting is not None:
                await asyncio.gather(self._noting, return_exceptions=True)
            await self._note_unsent()
            await self._write_audit("lock")
        except Exception as error:  # noqa: BLE001 - whatever else fails, the key is dropped and the lock freed
            log.error("locking could not be finished: %s", type(error).__name__)
        finally:
            self._door.shut()
            await self._store.close()
            self.on_closed.clear()
            self._on_gone()

    async def _lock_now(self) -> None:
        # Not awaited here: locking ends the very task that calls this.
        self._locking = asyncio.create_task(self.lock())

    async def _read_lock_times(self) -> None:
        """How long this window may lie untouched; the plan's settings come with a pull."""
        try:
            settings = await self._door.read(read_settings)
            self.lock_watch.times = settings.lock
            self.may_unlock_quickly = SWITCH in settings.switches
        except HearthsideError as error:
            log.warning("the lock's times could not be read: %s", type(error).__name__)

    def _lock_times_may_differ(self) -> None:
        self._reading_times = asyncio.create_task(self._read_lock_times())

    async def _watch_clocks(self) -> None:
        """Alerts of clocks that run while nobody documents; a failure waits for the next look."""
        await asyncio.sleep(CLOCKS_AFTER)
        while True:
            try:
                await self.alerts.check_clocks()
            except HearthsideError as error:
                log.warning("the clocks could not be looked at: %s", type(error).__name__)
            await asyncio.sleep(CLOCKS_EVERY)

    def _sync_moved(self) -> None:
        if not self.closed:
            self.syncing.refresh_soon()

    def _changed(self, changes: Changes) -> None:
        self.hub.publish(changes)
        if Topic.OUTBOX in changes:
            self._to_note = True
            if self._noting is None or self._noting.done():
                self._noting = asyncio.create_task(self._note_while_changing())

    async def _note_while_changing(self) -> None:
        while self._to_note:
            self._to_note = False
            await self._note_unsent()

    async def _note_hands(self, action: str, visit_id: str) -> None:
        """That the tablet left the nurse's hands, or came back; a log that cannot be written keeps nobody."""
        at, subject = self._clock.now(), f"Encounter/{visit_id}"
        try:
            await audit.note_reading(
                self._store, at=at, actor=self._me.reference, action=action, subject=subject
            )
        except HearthsideError as error:
            log.warning("whose hands the tablet is in could not be written down: %s", type(error).__name__)

    async def _note_unsent(self) -> None:
        """Keep the count that the lock screen shows; it is a convenience and may lag, so a failure only logs."""
        try:
            counts = await self._store.read(outbox.count)
            await asyncio.to_thread(self._vault.note_unsent, self.store_id, counts.unsent_visits)
        except (HearthsideError, OSError) as error:
            log.warning("the unsent count could not be written down: %s", type(error).__name__)

    async def _write_audit(self, action: str) -> None:
        at = self._clock.now()
        await self._store.write(
            lambda connection: audit.append(connection, at=at, actor=self._me.reference, action=action)
        )


async def _wait_for(last_words: list[asyncio.Future[Any]]) -> None:
    """Let screens write what was typed last, one fault or a stuck one keeping nobody else."""
    if not last_words:
        return
    done, late = await asyncio.wait(last_words, timeout=LAST_WORDS_TAKE)
    for one in done:
        if not one.cancelled() and (error := one.exception()) is not None:
            log.error("last words could not be written: %s", type(error).__name__)
    if late:
        log.error("closed without waiting longer for %d fields", len(late))
