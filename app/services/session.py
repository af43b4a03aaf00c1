"""One unlocked store in one window: its services, its sync loop, and how it closes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from app.domain.visit import PersonRef
from app.errors import HearthsideError
from app.services.addenda import Addenda
from app.services.alerts import Alerts
from app.services.attachments import Attachments
from app.services.caseload import Caseload
from app.services.clock import Clock
from app.services.conflicts import Conflicts
from app.services.hub import ChangeHub
from app.services.models import Role
from app.services.planning import Referrals
from app.services.sending import Sending
from app.services.signing_out import SigningOut
from app.services.stays import Stays
from app.services.syncing import Syncing
from app.services.team import TeamLog
from app.services.visits import Visits
from app.store import audit, outbox
from app.store.changes import Changes, Topic
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.loop import SyncLoop
from app.sync.transport import FhirClient

log = logging.getLogger("app.services.session")
CLOCKS_EVERY = 600.0
"""Seconds between two looks at the clocks of all people on this device."""
LAST_WORDS_TAKE = 5.0
"""Seconds that closing waits for what screens still have to write; the key is dropped after that in any case."""


class OpenSession:
    """What a window holds between unlock and lock. Views get everything through it and nothing after it closed."""

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
    ) -> None:
        me = PersonRef(sign_in.user_reference, sign_in.user_name)
        self.store_id = store.store_id
        self.session_key = session_key
        self.user_name = sign_in.user_name
        self.role = Role(sign_in.role)
        self.hub = ChangeHub()
        self.closed = False
        self.on_closed: list[Callable[[], Awaitable[Any] | None]] = []
        """Called at once when it locks; what they return is awaited before the store closes."""
        self.caseload = Caseload(store, sign_in.user_reference, sign_in.user_name, clock)
        self.visits = Visits(store, me, clock)
        self.stays = Stays(store, me, clock)
        self.addenda = Addenda(store, me, clock)
        self.referrals = Referrals(store, me, clock)
        self.attachments = Attachments(store, client, me, clock)
        self.alerts = Alerts(store, me, clock, partial(vault.verify, store.store_id))
        self.conflicts = Conflicts(store, me, clock)
        self.team = TeamLog(store, me, clock)
        self.signing_out = SigningOut(store, me, clock)
        self._loop = SyncLoop(engine, store, on_change=self._sync_moved)
        self.syncing = Syncing(store, self._loop, self.hub)
        self.sending = Sending(store, client, self._loop, self.syncing, clock)
        self._store = store
        self._client = client
        self._vault = vault
        self._clock = clock
        self._me = me
        self._noting: asyncio.Task[None] | None = None
        self._to_note = False
        self._closing: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._unlisten = store.listen(self._changed)

    async def start(self) -> None:
        """Begin to talk to the plan in the background, and write down that the store was unlocked."""
        await audit.note_reading(
            self._store, at=self._clock.now(), actor=self._me.reference, action="unlock", subject=None
        )
        await self.syncing.start()
        self._loop.start()
        self._watching = asyncio.create_task(self._watch_clocks())

    async def lock(self) -> None:
        """Blank the window at once, then stop sync and close the store. May be called twice."""
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
        if self._watching is not None:
            self._watching.cancel()
        await _wait_for(last_words)
        try:
            await self._loop.stop()
            await self._client.aclose()
            await self.syncing.stop_listening()
            self._unlisten()
            if self._noting is not None:
                await asyncio.gather(self._noting, return_exceptions=True)
            await self._note_unsent()
            await self._write_audit("lock")
        except Exception as error:  # noqa: BLE001 - whatever else fails, the key is dropped and the lock freed
            log.error("locking could not be finished: %s", type(error).__name__)
        finally:
            await self._store.close()

    async def _watch_clocks(self) -> None:
        """Alerts of clocks that run while nobody documents; a failure waits for the next look."""
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
