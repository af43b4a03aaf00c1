"""The files and keys of each user on this device: making a store, and opening it with a PIN or passphrase."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from app.device import Keystore
from app.domain.look import Look
from app.errors import KeyMissing
from app.store import files as store_files
from app.store import migrations, rekeying
from app.store.attempts import BootClock, none_wrong, read_boot_clock
from app.store.engine import Store, create_store
from app.store.file_copies import Hook
from app.store.files import Pointer, StoreFiles, StoreLock, write_json
from app.store.key_changes import KeyChanges
from app.store.key_file import KeyFile
from app.store.locks import LockCheck, wait_for_lock
from app.store.opening import Opening, WayBack
from app.store.pins import check_passphrase, check_pin, make_passphrase
from app.store.slots import REAL_COST, KdfCost, make_key
from app.store.user_entries import UserEntry, list_users

__all__ = ["UserEntry", "Vault", "WayBack", "check_passphrase", "check_pin", "make_passphrase"]

_FIRST_FILE = "store-0001.db"
_log = logging.getLogger("app.store")


def _read_now() -> datetime:
    return datetime.now(UTC)


class Vault:
    """All stores under one data directory. `keystore` None: this system has none, new stores take a passphrase.

    `cost` is for new slots (existing ones carry their own); `boot_clock` measures waits after wrong tries; `way_back`
    makes the slots that nobody types for (without it those that are there stay); `now` is this device's date; `hook`
    is told each step of a change; without `new_keys` an unlock makes no new data key, due or not.
    """

    def __init__(
        self,
        data_dir: Path,
        keystore: Keystore | None,
        *,
        cost: KdfCost = REAL_COST,
        boot_clock: BootClock = read_boot_clock,
        way_back: WayBack | None = None,
        now: Callable[[], datetime] = _read_now,
        hook: Hook = lambda step: None,
        new_keys: bool = True,
    ) -> None:
        self._data_dir = data_dir
        self._keystore = keystore
        self._boot_clock = boot_clock
        self._now = now
        self._check = LockCheck(keystore, boot_clock)
        self._keys = KeyChanges(self._check, keystore, cost, hook)
        self._opening = Opening(self._check, self._keys, way_back, now, hook, new_keys)

    @property
    def lock_kind(self) -> str:
        """What a new store is locked with: "pin" or "passphrase"."""
        return self._keys.kind.value

    def users(self) -> list[UserEntry]:
        """Everybody with a store here, by name. Reads small files; damaged ones are listed too, never left out."""
        return list_users(self._data_dir)

    async def create(
        self,
        *,
        user_reference: str,
        user_name: str,
        plan_url: str,
        secret: str,
        prepare: Callable[[Connection], None] = lambda connection: None,
    ) -> Store:
        """Make a new store with its own key and open it. `prepare` writes into it before its slots are completed.

        Nothing counts as a store before its last file is written: stopped half-way, no user is listed.
        Raises WeakPin, NoCipher, KeyringUnavailable, DiskFull.
        """
        self._keys.check_secret(secret)
        kind, files = self._keys.kind, StoreFiles(self._data_dir, store_files.make_store_id())
        await asyncio.to_thread(files.make_directory)
        lock = await asyncio.to_thread(StoreLock.acquire, files.lock)
        try:
            keystore_name = None if self._keystore is None else self._keystore.name
            empty = KeyFile(
                files.store_id, user_reference, user_name, kind.value, plan_url, keystore_name, ()
            )
            made = await self._keys.add_slot(files, empty, make_key(), secret)
            await self._check.save_attempts(files, none_wrong(self._boot_clock()))
            store = await create_store(
                files.database(_FIRST_FILE),
                made.data_key,
                store_id=files.store_id,
                user_reference=user_reference,
                user_name=user_name,
                plan_url=plan_url,
                on_closed=lock.release,
            )
            try:
                now = self._now()

                def complete(connection: Connection) -> None:
                    rekeying.note_made(connection, now)
                    prepare(connection)

                await store.write(complete)
                await self._opening.renew_way_back(files, store, made.data_key)
                await asyncio.to_thread(files.write_pointer, Pointer(_FIRST_FILE, user_name, kind.value))
                await asyncio.to_thread(files.finish_making)
            except BaseException:
                await store.close()
                raise
        except BaseException:
            lock.release()
            raise
        _log.info("store %s made", files.store_id)
        return store

    async def unlock(self, store_id: str, secret: str, *, wait: float = 0.0) -> Store:
        """Open a store. `wait`: seconds to wait for its lock (a take-over, while the other window closes).

        Raises WrongPin (wait_seconds says how long every try is refused now), KeyMissing, KeyringUnavailable,
        StoreDamaged, StoreNewer, StoreBusy, NoCipher, DiskFull.
        """
        files = self._find(store_id)
        lock = await wait_for_lock(files.lock, wait)
        try:
            opened = await self._check.open_keys(files, secret)
            chosen = await asyncio.to_thread(rekeying.choose, files, opened)
            return await self._opening.open(files, chosen, secret, lock)
        except BaseException:
            lock.release()
            raise

    async def reset_secret(
        self, store_id: str, data_keys: Sequence[bytes], new: str, *, wait: float = 0.0
    ) -> Store:
        """Open a store whose PIN is lost with a data key that came back another way, under a new PIN.

        The one of `data_keys` that opens the file is taken. All older ways in end, and a new data key is made: somebody
        else has seen this one. Raises WeakPin, StoreDamaged (none of the keys opens it), StoreNewer, KeyMissing,
        KeyringUnavailable, StoreBusy, DiskFull.
        """
        self._keys.check_secret(new)
        files = self._find(store_id)
        lock = await wait_for_lock(files.lock, wait)
        try:
            path = files.database((await asyncio.to_thread(files.read_pointer)).file)
            data_key = await asyncio.to_thread(rekeying.choose_key, path, data_keys)
            path = await asyncio.to_thread(migrations.bring_up_to_date, files, data_key)
            await asyncio.to_thread(rekeying.ask_for_new_key, path, data_key)
            async with self._check.turn(files):
                key_file = await self._keys.load_way_back(files)
                made = await self._keys.add_slot(files, key_file, data_key, new)
            await self._check.save_attempts(files, none_wrong(self._boot_clock()))
            return await self._opening.open(files, made, new, lock)
        except BaseException:
            lock.release()
            raise

    async def verify(self, store_id: str, secret: str) -> None:
        """The same checks and counting as `unlock`; opens nothing. Raises WrongPin, KeyMissing, KeyringUnavailable."""
        await self._check.open_keys(self._find(store_id), secret)

    async def change_secret(self, store_id: str, old: str, new: str) -> None:
        """Another PIN or passphrase for a store that this window has open; a new device secret goes with it.

        Raises WeakPin, WrongPin (counted like any try), KeyMissing, KeyringUnavailable, DiskFull, VaultError.
        """
        await self._keys.change_secret(self._find(store_id), old, new)

    async def drop_ways_in(self, store_id: str) -> None:
        """From now on no PIN or passphrase opens this store; its file and its recovery slots stay.

        May be called again after a crash. Raises KeyMissing (no key file), KeyringUnavailable, DiskFull.
        """
        await self._keys.drop_ways_in(self._find(store_id))

    async def read_key_file(self, store_id: str) -> KeyFile:
        """Raises KeyMissing."""
        return await self._keys.load(self._find(store_id))

    async def read_way_back(self, store_id: str) -> KeyFile:
        """The same for coming back without the PIN, also where the key file is lost. Raises KeyMissing."""
        return await self._keys.load_way_back(self._find(store_id))

    def note_unsent(self, store_id: str, visits: int) -> None:
        """Write down for the lock screen how many visits of this user wait. Counts only."""
        write_json(self._find(store_id).unsent, {"visits": visits})

    def note_look(self, store_id: str, look: Look) -> None:
        """Write down how this user likes the screens, the lock screen too. Raises KeyMissing, DiskFull."""
        write_json(self._find(store_id).look, look.as_data())

    def _find(self, store_id: str) -> StoreFiles:
        """Raises KeyMissing for a store that is not here."""
        try:
            files = StoreFiles(self._data_dir, store_id)
        except ValueError:
            raise KeyMissing(detail="no such store") from None
        if not files.directory.is_dir():
            raise KeyMissing(detail="no such store")
        return files
