"""The files and keys of each user on this device: making a store, and opening it with a PIN or passphrase."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from app.device import Keystore
from app.errors import KeyMissing
from app.store import files as store_files
from app.store import keyring_entries as entries
from app.store import migrations
from app.store.attempts import BootClock, none_wrong, read_boot_clock
from app.store.engine import Store, create_store, open_store
from app.store.files import Pointer, StoreFiles, StoreLock, read_json, write_json
from app.store.key_file import KeyFile
from app.store.locks import LockCheck, wait_for_lock
from app.store.pins import check_passphrase, check_pin, make_passphrase
from app.store.slots import REAL_COST, KdfCost, SlotKind, make_key, seal

__all__ = ["UserEntry", "Vault", "check_passphrase", "check_pin", "make_passphrase"]

_FIRST_FILE = "store-0001.db"
_LONGEST_NAME = 200
_log = logging.getLogger("app.store")


@dataclass(frozen=True, slots=True)
class UserEntry:
    """One store on this device. `lock_kind` is "pin" or "passphrase"; `unsent` visits as last noted, None unknown."""

    store_id: str
    user_name: str
    lock_kind: str
    unsent: int | None
    user_reference: str = ""
    """`Practitioner/…` and the plan it belongs to, "" when the key file cannot be read."""
    plan_url: str = ""


class Vault:
    """All stores under one data directory. `keystore` None: this system has none, new stores take a passphrase.

    `cost` is for new slots (existing ones carry their own); `boot_clock` measures waits after wrong tries.
    """

    def __init__(
        self,
        data_dir: Path,
        keystore: Keystore | None,
        *,
        cost: KdfCost = REAL_COST,
        boot_clock: BootClock = read_boot_clock,
    ) -> None:
        self._data_dir = data_dir
        self._keystore = keystore
        self._cost = cost
        self._boot_clock = boot_clock
        self._check = LockCheck(keystore, boot_clock)

    @property
    def lock_kind(self) -> str:
        """What a new store is locked with: "pin" or "passphrase"."""
        return (SlotKind.PIN if self._keystore is not None else SlotKind.PASSPHRASE).value

    def users(self) -> list[UserEntry]:
        """Everybody with a store here, by name. Reads small files; damaged ones are listed too, never left out."""
        found = []
        for files in store_files.list_stores(self._data_dir):
            key = read_json(files.key) or {}
            pointer = read_json(files.pointer) or key
            unsent = (read_json(files.unsent) or {}).get("visits")
            found.append(
                UserEntry(
                    store_id=files.store_id,
                    user_name=_shown(pointer.get("user_name")),
                    lock_kind=_kind(pointer.get("lock_kind")),
                    unsent=unsent if type(unsent) is int else None,
                    user_reference=str(key.get("user", "")),
                    plan_url=str(key.get("plan_url", "")),
                )
            )
        return sorted(found, key=lambda user: (user.user_name, user.store_id))

    async def create(self, *, user_reference: str, user_name: str, plan_url: str, secret: str) -> Store:
        """Make a new store with its own key and open it.

        Nothing counts as a store before its last file is written: stopped half-way, no user is listed.
        Raises WeakPin, NoCipher, KeyringUnavailable, DiskFull.
        """
        kind = SlotKind(self.lock_kind)
        (check_pin if kind is SlotKind.PIN else check_passphrase)(secret)
        files = StoreFiles(self._data_dir, store_files.make_store_id())
        await asyncio.to_thread(files.make_directory)
        lock = await asyncio.to_thread(StoreLock.acquire, files.lock)
        try:
            data_key = make_key()
            device_secret, secret_name = await entries.make_device_secret(self._keystore, files.store_id)
            slot = await asyncio.to_thread(
                seal,
                data_key,
                entries.as_derived(kind, secret),
                store_id=files.store_id,
                user_reference=user_reference,
                kind=kind,
                cost=self._cost,
                device_secret=device_secret,
                secret_name=secret_name,
            )
            keystore_name = self._keystore.name if self._keystore is not None else None
            key_file = KeyFile(
                files.store_id, user_reference, user_name, kind.value, plan_url, keystore_name, (slot,)
            )
            await asyncio.to_thread(key_file.save, files.key)
            await self._check.save_attempts(files, none_wrong(self._boot_clock()))
            store = await create_store(
                files.database(_FIRST_FILE),
                data_key,
                store_id=files.store_id,
                user_reference=user_reference,
                user_name=user_name,
                plan_url=plan_url,
                on_closed=lock.release,
            )
            try:
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
            data_key = await self._check.open_key(files, secret)
            path = await asyncio.to_thread(migrations.bring_up_to_date, files, data_key)
            return await open_store(path, data_key, store_id=store_id, on_closed=lock.release)
        except BaseException:
            lock.release()
            raise

    async def verify(self, store_id: str, secret: str) -> None:
        """The same checks and counting as `unlock`; opens nothing. Raises WrongPin, KeyMissing, KeyringUnavailable."""
        await self._check.open_key(self._find(store_id), secret)

    def note_unsent(self, store_id: str, visits: int) -> None:
        """Write down for the lock screen how many visits of this user wait. Counts only."""
        write_json(self._find(store_id).unsent, {"visits": visits})

    def _find(self, store_id: str) -> StoreFiles:
        """Raises KeyMissing for a store that is not here."""
        try:
            files = StoreFiles(self._data_dir, store_id)
        except ValueError:
            raise KeyMissing(detail="no such store") from None
        if not files.directory.is_dir():
            raise KeyMissing(detail="no such store")
        return files


def _shown(name: object) -> str:
    """A name from a file that anybody could have changed, fit for the screen."""
    plain = (
        "".join(each for each in name if each.isprintable())[:_LONGEST_NAME] if isinstance(name, str) else ""
    )
    return plain or "Name not readable"


def _kind(kind: object) -> str:
    return SlotKind.PASSPHRASE.value if kind == SlotKind.PASSPHRASE.value else SlotKind.PIN.value
