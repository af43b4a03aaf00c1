"""A try at a store's lock: waited for, counted, then derived, in this order and one at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.device import Keystore
from app.errors import KeyMissing, KeyringUnavailable, StoreBusy, WrongPin
from app.language import N_
from app.store import keyring_entries as entries
from app.store.attempts import Attempts, BootClock, find_attempts, none_wrong, worse_of
from app.store.files import StoreFiles, StoreLock, read_json, write_json
from app.store.key_file import KeyFile
from app.store.slots import Slot, SlotInvalid, SlotRefused, unseal

TURN_SECONDS = 60.0
MOST_SLOTS = 4
"""Tried at once; more are in no file of ours, and each costs a derivation."""
_POLL_SECONDS = 0.02
KEYSTORE_AWAY = N_(
    "The key to these records is in this computer's keyring, which is not running now. Nothing was deleted. "
    "Start the keyring (sign in to the computer as usual), then try again."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A slot that the secret opened, and the data key in it."""

    slot: Slot
    data_key: bytes = field(repr=False)
    wrong_before: int = 0
    """Wrong tries in a row that came before this one."""


async def unseal_slot(
    files: StoreFiles, key_file: KeyFile, slot: Slot, device_secret: bytes | None, secret: str
) -> bytes:
    """The data key, with what somebody typed. Raises SlotRefused and SlotInvalid."""
    return await asyncio.to_thread(
        unseal,
        slot,
        entries.as_derived(slot.kind, secret),
        store_id=files.store_id,
        user_reference=key_file.user_reference,
        device_secret=device_secret,
    )


class LockCheck:
    """Opens the slots of one data directory's stores."""

    def __init__(self, keystore: Keystore | None, boot_clock: BootClock) -> None:
        self._keystore = keystore
        self._boot_clock = boot_clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, files: StoreFiles) -> AsyncIterator[None]:
        """One try, or one change of the key file, at a time: over all windows and all programs.

        Side by side two tries could each pass before the other was counted.
        """
        async with self._turns[files.store_id]:
            turn = await wait_for_lock(files.directory / "attempts.lock", TURN_SECONDS)
            try:
                yield
            finally:
                turn.release()

    async def open_keys(self, files: StoreFiles, secret: str) -> tuple[Opened, ...]:
        """Every slot that this secret opens, newest first: one, or two while a change is unfinished.

        Raises WrongPin, KeyMissing, KeyringUnavailable, DiskFull. A try during a wait is refused without being
        counted or derived. Every other try is counted, durably, before a key is derived, so that ending the process
        in between gains nothing.
        """
        async with self.turn(files):
            return await self.open_in_turn(files, secret)

    async def open_in_turn(self, files: StoreFiles, secret: str) -> tuple[Opened, ...]:
        """The same for a caller that has the turn."""
        key_file = await asyncio.to_thread(KeyFile.load, files.key, files.store_id)
        usable = await self._find_usable(key_file)
        attempts = await self._begin_try(files)
        opened: list[Opened] = []
        damaged: list[SlotInvalid] = []
        for slot, device_secret in usable:
            try:
                data_key = await unseal_slot(files, key_file, slot, device_secret, secret)
            except SlotRefused:
                continue
            except SlotInvalid as error:
                damaged.append(error)
                continue
            opened.append(Opened(slot, data_key, attempts.count - 1))
        if opened:
            await self.save_attempts(files, none_wrong(self._boot_clock()))
            return tuple(opened)
        if len(damaged) == len(usable):
            raise KeyMissing(detail=f"key slot: {damaged[0]}")
        raise WrongPin(attempts.wait_seconds(self._boot_clock()), attempts=attempts.count)

    async def _find_usable(self, key_file: KeyFile) -> list[tuple[Slot, bytes | None]]:
        """Slots with the device secrets that they need. Raises KeyMissing when there is none."""
        if not key_file.slots:
            raise KeyMissing(detail="key slot is not readable" if key_file.unreadable else "no slot")
        found: list[tuple[Slot, bytes | None]] = []
        missing: KeyMissing | None = None
        newest = sorted(key_file.slots, key=lambda slot: slot.version, reverse=True)[:MOST_SLOTS]
        for slot in newest:
            try:
                found.append((slot, await self._find_device_secret(key_file, slot)))
            except KeyMissing as error:
                missing = error
        if not found and missing is not None:
            raise missing
        return found

    async def _find_device_secret(self, key_file: KeyFile, slot: Slot) -> bytes | None:
        if slot.secret_name is None:
            return None
        return await entries.get_device_secret(self._keystore_of(key_file), slot.secret_name)

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
            raise WrongPin(left, attempts=attempts.count, tried=False)
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
