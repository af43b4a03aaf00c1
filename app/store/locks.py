"""A try at a store's lock: waited for, counted, then derived, in this order and one at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path

from app.device import Keystore
from app.errors import KeyMissing, KeyringUnavailable, StoreBusy, WrongPin
from app.store import keyring_entries as entries
from app.store.attempts import Attempts, BootClock, find_attempts, none_wrong, worse_of
from app.store.files import StoreFiles, StoreLock, read_json, write_json
from app.store.key_file import KeyFile
from app.store.slots import SlotInvalid, SlotRefused, unseal

TURN_SECONDS = 60.0
_POLL_SECONDS = 0.02
KEYSTORE_AWAY = (
    "The key to these records is in this computer's keyring, which is not running now. Nothing was deleted. "
    "Start the keyring (sign in to the computer as usual), then try again."
)


class LockCheck:
    """Opens the slots of one data directory's stores."""

    def __init__(self, keystore: Keystore | None, boot_clock: BootClock) -> None:
        self._keystore = keystore
        self._boot_clock = boot_clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open_key(self, files: StoreFiles, secret: str) -> bytes:
        """The data key. Raises WrongPin, KeyMissing, KeyringUnavailable, DiskFull.

        A try during a wait is refused without being counted or derived. Every other try is counted, durably, before
        the key is derived, so that ending the process in between gains nothing.
        """
        async with self._turns[files.store_id]:
            turn = await _wait_for_turn(files.directory / "attempts.lock")
            try:
                return await self._open_key(files, secret)
            finally:
                turn.release()

    async def _open_key(self, files: StoreFiles, secret: str) -> bytes:
        key_file = await asyncio.to_thread(KeyFile.load, files.key, files.store_id)
        slot = key_file.slot
        device_secret = None
        if slot.secret_name is not None:
            device_secret = await entries.get_device_secret(self._keystore_of(key_file), slot.secret_name)
        attempts = await self._begin_try(files)
        try:
            data_key = await asyncio.to_thread(
                unseal,
                slot,
                entries.as_derived(slot.kind, secret),
                store_id=files.store_id,
                user_reference=key_file.user_reference,
                device_secret=device_secret,
            )
        except SlotRefused:
            raise WrongPin(attempts.wait_seconds(self._boot_clock()), attempts=attempts.count) from None
        except SlotInvalid as error:
            raise KeyMissing(detail=f"key slot: {error}") from None
        await self.save_attempts(files, none_wrong(self._boot_clock()))
        return data_key

    async def _begin_try(self, files: StoreFiles) -> Attempts:
        now = self._boot_clock()
        copies = [
            find_attempts(await asyncio.to_thread(read_json, files.attempts)),
            await entries.find_saved_attempts(self._keystore, files.store_id),
        ]
        attempts = worse_of(copies, now)
        left = attempts.wait_seconds(now)
        if left:
            if not any(
                copies
            ):  # both were taken away: the wait must be on record, or it would begin anew each time
                await self.save_attempts(files, attempts)
            raise WrongPin(left, attempts=attempts.count)
        attempts = attempts.next(now)
        await self.save_attempts(files, attempts)
        return attempts

    async def save_attempts(self, files: StoreFiles, attempts: Attempts) -> None:
        """Both copies: the keystore's first, for it is the harder one to put back."""
        await entries.save_attempts(self._keystore, files.store_id, attempts)
        await asyncio.to_thread(write_json, files.attempts, attempts.to_json())

    def _keystore_of(self, key_file: KeyFile) -> Keystore:
        if self._keystore is None or self._keystore.name != key_file.keystore_name:
            raise KeyringUnavailable(KEYSTORE_AWAY, detail=f"needs {key_file.keystore_name}")
        return self._keystore


async def _wait_for_turn(path: Path) -> StoreLock:
    """One try at a time over all programs: side by side they could each pass before the other was counted."""
    return await wait_for_lock(path, TURN_SECONDS)


async def wait_for_lock(path: Path, seconds: float) -> StoreLock:
    """Take a lock as soon as it is free. Raises StoreBusy when it is not within that time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        try:
            return await asyncio.to_thread(StoreLock.acquire, path)
        except StoreBusy:
            if loop.time() >= deadline:
                raise
        await asyncio.sleep(_POLL_SECONDS)
