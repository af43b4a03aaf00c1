"""A session over a store that exists to be thrown away: the practice person lives there and nowhere else.

Its file has a key that lies in memory only, its client has no line, its loop is never started and nothing of it is
sealed for the courier. Outbox, counts, lists, exports and audit of the nurse's own store never hear of it, because it
is another store.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from functools import partial
from pathlib import Path

from app.errors import HearthsideError
from app.services.alerts import Alerts
from app.services.clock import Clock
from app.services.handing_over import Handover
from app.services.models import SyncState, SyncWord
from app.services.plan_settings import META_KEY
from app.services.practice import Practice
from app.services.practice_record import fill, practice_person
from app.services.session import OpenSession
from app.services.syncing import Syncing
from app.store import meta
from app.store.engine import Store, create_store
from app.store.files import make_store_id
from app.store.sessions import SignInRow
from app.store.slots import make_key
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.nowhere import NOWHERE, NoLine
from app.sync.tokens import make_client

DIRECTORY = "practice"
"""Beside the nurse's own store."""
QUIET = SyncState(SyncWord.OK, "Practice. Nothing is sent.", 0, 0, None)
log = logging.getLogger("app.services.practice")


class _NothingMoves(Syncing):
    """A practice is never connected, and does not complain of it."""

    async def start(self) -> None:
        return

    def state(self) -> SyncState:
        return QUIET

    async def send_now(self) -> None:
        return

    async def fetch_all_again(self) -> None:
        return

    def refresh_soon(self) -> None:
        return


class _Within(Practice):
    """What a practice knows of practising: how it ends. None begins inside another."""

    def __init__(self, outer: Practice) -> None:
        super().__init__()
        self._outer = outer

    async def end(self) -> None:
        await self._outer.end()

    async def close(self) -> None:
        return


class PracticeSession(OpenSession):
    """Everything of `OpenSession`, over the practice store. The lock of the window and the PIN are the real ones."""

    practising = True

    def __init__(
        self, own: OpenSession, store: Store, sign_in: SignInRow, vault: Vault, clock: Clock
    ) -> None:
        nobody = replace(
            sign_in,
            plan_url=NOWHERE,
            token_endpoint=NOWHERE,
            revocation_endpoint=None,
            access_token=None,
            refresh_token=None,
        )
        client = make_client(store, nobody, transport=NoLine())
        super().__init__(
            store=store,
            sign_in=nobody,
            engine=SyncEngine(store, client),
            client=client,
            vault=vault,
            clock=clock,
            session_key=own.session_key,
            lock_watch=own.lock_watch,
        )
        # The same PIN as ever opens what is private and takes the tablet back; its tries count as ever.
        self.alerts = Alerts(self._door, self._me, clock, partial(vault.verify, own.store_id))
        self.own_lock = own.own_lock
        self.handover = Handover(own.own_lock, self.lock_watch, self._note_hands)
        self.syncing = _NothingMoves(self._door, self._loop, self.hub)
        self.practice = _Within(own.practice)
        self.person = practice_person()
        """The only one who lives here."""

    async def start(self) -> None:
        """Nothing runs behind a practice: no loop, no copies for the courier, no clocks."""

    async def _note_unsent(self) -> None:
        """The lock screen counts what really waits."""

    async def lock(self) -> None:
        await super().lock()
        await asyncio.to_thread(sweep, self._store.path.parent)


async def open_practice(
    own: OpenSession, own_store: Store, sign_in: SignInRow, vault: Vault, clock: Clock
) -> PracticeSession:
    """A fresh practice beside this store. Raises DiskFull, NoCipher."""
    directory = own_store.path.parent / DIRECTORY
    settings = await own_store.read(lambda connection: meta.find(connection, META_KEY))

    def clear() -> None:
        sweep(directory)
        directory.mkdir(mode=0o700, exist_ok=True)

    await asyncio.to_thread(clear)
    try:
        store = await create_store(directory / "practice.db", make_key(), store_id=make_store_id())
        try:
            await store.write(lambda connection: fill(connection, clock.now(), settings))
        except BaseException:
            await store.close()
            raise
    except BaseException:
        await asyncio.to_thread(sweep, directory)
        raise
    return PracticeSession(own, store, sign_in, vault, clock)


def sweep(directory: Path) -> None:
    """Take away what a practice left; what a killed one left cannot be read: its key was in memory only."""
    try:
        if directory.is_dir() and not directory.is_symlink():
            for one in directory.iterdir():
                one.unlink()
            directory.rmdir()
    except (OSError, HearthsideError) as error:
        log.warning("a practice could not be cleared away: %s", type(error).__name__)
