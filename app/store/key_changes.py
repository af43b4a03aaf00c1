"""Changes of a store's key file, each so that a process which ends at any step leaves a way in.

A new slot stands beside the old one until it has been read back and opened; then the old one goes, and last the device
secret that it needed, so that an old key file put back opens nothing. What is still to be deleted is on record.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.device import Keystore
from app.errors import HearthsideError, KeyMissing, VaultError, WeakPin
from app.language import N_
from app.store import keyring_entries as entries
from app.store import rekeying
from app.store.file_copies import Hook
from app.store.files import StoreFiles
from app.store.key_file import KeyFile
from app.store.locks import LockCheck, Opened, unseal_slot
from app.store.pins import check_passphrase, check_pin
from app.store.recovery_slot import load_way_back
from app.store.slots import (
    KdfCost,
    SlotInvalid,
    SlotKind,
    SlotRefused,
    derive_key_id,
    seal,
)

DATA_KEY = "data_key"
"""In a slot that nobody types for: the id of the data key that it holds."""
UNSETTLED = N_(
    "A change of the lock was not finished here. Please lock and unlock Hearthside, then try again."
)
NOT_KEPT = N_("The new lock could not be kept on this device. The old one still opens your records.")
_log = logging.getLogger("app.store")


class KeyChanges:
    """Adds, replaces and removes slots of one data directory's stores."""

    def __init__(self, check: LockCheck, keystore: Keystore | None, cost: KdfCost, hook: Hook) -> None:
        self._check = check
        self._keystore = keystore
        self._cost = cost
        self._hook = hook

    @property
    def kind(self) -> SlotKind:
        """What a new slot is opened with: a PIN only where a device secret is mixed in."""
        return SlotKind.PASSPHRASE if self._keystore is None else SlotKind.PIN

    def check_secret(self, secret: str) -> None:
        """Raises WeakPin."""
        (check_pin if self.kind is SlotKind.PIN else check_passphrase)(secret)

    async def change_secret(self, files: StoreFiles, old: str, new: str) -> None:
        """Another PIN or passphrase and another device secret; the data key stays.

        Raises WeakPin (also for the old one again), WrongPin (the old one; it counts as a try), KeyMissing,
        KeyringUnavailable, DiskFull, VaultError.
        """
        self.check_secret(new)
        async with self._check.turn(files):
            opened = await self._check.open_in_turn(files, old)
            key_file = await self.load(files)
            if len(key_file.slots) > 1:
                raise VaultError(UNSETTLED, detail="unsettled slots")
            slot, data_key = opened[0].slot, opened[0].data_key
            if slot.kind is self.kind and entries.as_derived(slot.kind, old) == entries.as_derived(
                self.kind, new
            ):
                raise WeakPin("Please choose a new one, not the one you have now.", detail="the same")
            made = await self.add_slot(files, key_file, data_key, new)
            await self._settle(files, made)

    async def add_slot(
        self,
        files: StoreFiles,
        key_file: KeyFile,
        data_key: bytes,
        secret: str,
        **more: Any,
    ) -> Opened:
        """Write a further slot with a device secret of its own, and prove that it opens. The caller has the turn.

        `more`: other fields of the key file to change with it. When it cannot be proved the key file is as before.
        """
        version = key_file.next_version
        device_secret, name = await entries.make_device_secret(self._keystore, files.store_id, version)
        self._hook("secret stored")
        slot = await asyncio.to_thread(
            seal,
            data_key,
            entries.as_derived(self.kind, secret),
            store_id=files.store_id,
            user_reference=key_file.user_reference,
            kind=self.kind,
            version=version,
            cost=self._cost,
            device_secret=device_secret,
            secret_name=name,
        )
        keystore_name = None if self._keystore is None else self._keystore.name
        more = {"keystore_name": keystore_name, "lock_kind": self.kind.value, **more}
        added = replace(key_file, slots=(*key_file.slots, slot), **more)
        await asyncio.to_thread(added.save, files.key)
        self._hook("both slots written")
        made = Opened(slot, data_key)
        if not await self._opens(files, made, secret):
            await asyncio.to_thread(key_file.save, files.key)
            raise VaultError(NOT_KEPT, detail="the new slot does not open")
        self._hook("new slot proved")
        return made

    async def settle(self, files: StoreFiles, kept: Opened) -> None:
        """This slot opened the current file: every other one goes, and what belonged to them.

        Nothing is written where nothing is left over. A keystore that is away now leaves the deletion for later.
        """
        async with self._check.turn(files):
            await self._settle(files, kept)

    async def _settle(self, files: StoreFiles, kept: Opened) -> None:
        key_file = await self.load(files)
        if kept.slot not in key_file.slots:
            return  # another program changed the lock meanwhile; what it wrote counts
        settled = replace(
            key_file.without(slot for slot in key_file.slots if slot != kept.slot),
            other_slots=other_slots_of(key_file, kept.data_key),
            lock_kind=kept.slot.kind.value,
            rekeying=None,
        )
        if key_file.rekeying is not None:
            await asyncio.to_thread(rekeying.drop_unfinished, files, key_file.rekeying)
        if settled != key_file:
            await asyncio.to_thread(settled.save, files.key)
            self._hook("old slot dropped")
        await self._note_kind(files, kept.slot.kind)
        await self._delete_retired(files, settled)

    async def _delete_retired(self, files: StoreFiles, key_file: KeyFile) -> None:
        if not key_file.retired or self._keystore is None:
            return  # without the keystore that has them they stay on record
        used = {slot.secret_name for slot in key_file.slots}
        try:
            for name in key_file.retired:
                if name not in used:
                    await self._keystore.delete(name)
                    self._hook("old secret deleted")
        except HearthsideError as error:
            _log.warning("an old device secret stays for now: %s %s", type(error).__name__, error.detail)
            return
        await asyncio.to_thread(replace(key_file, retired=()).save, files.key)
        self._hook("settled")

    async def drop_ways_in(self, files: StoreFiles) -> None:
        """Nobody opens this store by PIN or passphrase any more: slots, device secrets and count of tries go.

        The file and the slots that nobody types for stay. Called again after a crash it finishes. Raises
        KeyringUnavailable when the secrets cannot be deleted now; then the slots are gone already.
        """
        async with self._check.turn(files):
            bare = (await self.load_way_back(files)).bare
            await asyncio.to_thread(bare.save, files.key)
            self._hook("slots dropped")
            if self._keystore is not None:
                for name in bare.retired:
                    await self._keystore.delete(name)
                    self._hook("secret deleted")
                await entries.delete_attempts(self._keystore, files.store_id)
            await asyncio.to_thread(files.attempts.unlink, missing_ok=True)
            await asyncio.to_thread(replace(bare, retired=()).save, files.key)
            self._hook("ways in dropped")

    async def load(self, files: StoreFiles) -> KeyFile:
        """Raises KeyMissing."""
        return await asyncio.to_thread(KeyFile.load, files.key, files.store_id)

    async def load_way_back(self, files: StoreFiles) -> KeyFile:
        """With what the copy of the way back has, where the key file lost it. Raises KeyMissing."""
        return await asyncio.to_thread(load_way_back, files.key, files.store_id)

    async def edit(self, files: StoreFiles, change: Callable[[KeyFile], KeyFile]) -> KeyFile:
        """Replace the key file by what `change` makes of it, while nobody tries or changes the lock."""
        async with self._check.turn(files):
            key_file = await self.load(files)
            changed = change(key_file)
            if changed != key_file:
                await asyncio.to_thread(changed.save, files.key)
            return changed

    async def _opens(self, files: StoreFiles, made: Opened, secret: str) -> bool:
        """Read both halves back from where they were put, and open."""
        try:
            loaded = await self.load(files)
            device_secret = None
            if self._keystore is not None and made.slot.secret_name is not None:
                device_secret = await entries.get_device_secret(self._keystore, made.slot.secret_name)
            found = next(slot for slot in loaded.slots if slot == made.slot)
            data_key = await unseal_slot(files, loaded, found, device_secret, secret)
        except (StopIteration, KeyMissing, SlotInvalid, SlotRefused):
            return False
        return data_key == made.data_key

    async def _note_kind(self, files: StoreFiles, kind: SlotKind) -> None:
        """The lock screen asks for what the slot needs."""

        def note() -> None:
            pointer = files.read_pointer()
            if pointer.lock_kind != kind.value:
                files.write_pointer(replace(pointer, lock_kind=kind.value))

        await asyncio.to_thread(note)


def other_slots_of(key_file: KeyFile, data_key: bytes) -> tuple[dict[str, Any], ...]:
    """The slots nobody types for that hold this data key, or do not say which one."""
    key_id = derive_key_id(data_key)
    return tuple(other for other in key_file.other_slots if other.get(DATA_KEY, key_id) == key_id)
