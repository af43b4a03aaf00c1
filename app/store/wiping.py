"""Carrying out an order to wipe one store, so that a process which ends at any step loses no unsent visit.

With nothing unsent (`app.store.all_sent`) everything goes: device secrets, slots, file, directory. Else only the ways
in go, the PIN or passphrase slots and the device secrets; file, sealed writes and recovery slot stay, so that the
plan's officers can open what nobody else has. With unsent work and no recovery slot nothing goes: the only way to those
visits would be gone with it.

The decision is on the disk before the first deletion, and whoever starts the app next finishes it. Until nobody can
open the store any more it is decided anew, since somebody may have come in and written in between.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.errors import KeyMissing, KeyringUnavailable
from app.store.all_sent import is_all_sent
from app.store.courier_files import SealedFiles
from app.store.faults import store_errors
from app.store.files import StoreFiles, StoreLock, read_json, sync_directory
from app.store.order_files import Did, Stage, Wipe, WipeRecords, find_order_file, remember_order
from app.store.recovery_slot import list_slots, load_way_back
from app.store.vault import Vault

__all__ = ["Did", "Stage", "Wipe", "Wiping"]

_KEPT_TO_THE_END = ("key.json", "lock", "attempts.lock")
"""The key file names device secrets that a keystore may still have; the locks are held."""
_log = logging.getLogger("app.store")


class Wiping:
    """Wipes stores of one data directory. `hook` is called with each step's name once that step is on the disk."""

    def __init__(
        self, vault: Vault, data_dir: Path, *, hook: Callable[[str], None] = lambda step: None
    ) -> None:
        self._vault = vault
        self._data_dir = data_dir
        self._hook = hook
        self.records = WipeRecords(data_dir)

    async def wipe(self, store_id: str, order_id: str, plan_url: str) -> Wipe:
        """Obey an order that was found good. Raises StoreBusy while anybody has the store open, and DiskFull."""
        files = StoreFiles(self._data_dir, store_id)
        lock = await asyncio.to_thread(StoreLock.acquire, files.lock)
        try:
            wipe = await asyncio.to_thread(self._decide, files, order_id, plan_url)
            return await self._carry_out(files, wipe, lock)
        finally:
            lock.release()

    async def finish(self, wipe: Wipe) -> Wipe:
        """Go on with what was begun before; nothing happens to one that is done. Raises StoreBusy, DiskFull."""
        if wipe.stage is Stage.DONE:
            return wipe
        files = StoreFiles(self._data_dir, wipe.store_id)
        if not files.directory.is_dir():
            return await asyncio.to_thread(self._note, replace(wipe, stage=Stage.DONE), "done")
        lock = await asyncio.to_thread(StoreLock.acquire, files.lock)
        try:
            if wipe.stage is Stage.DECIDED:
                wipe = await asyncio.to_thread(self._decide, files, wipe.order_id, wipe.plan_url)
            return await self._carry_out(files, wipe, lock)
        finally:
            lock.release()

    def _decide(self, files: StoreFiles, order_id: str, plan_url: str) -> Wipe:
        pointer = read_json(files.pointer) or {}
        visits = (read_json(files.unsent) or {}).get("visits")
        if is_all_sent(files):
            did, visits = Did.ALL, 0
        else:
            did = Did.KEYS if _has_recovery_slot(files) else Did.NOTHING
        before = self.records.find(files.store_id)
        again = before is not None and (before.order_id, before.did) == (order_id, did)
        known = find_order_file(files.directory)
        wipe = Wipe(
            store_id=files.store_id,
            order_id=order_id,
            plan_url=plan_url,
            user_name=str(pointer.get("user_name", "")),
            did=did,
            stage=Stage.DONE if did is Did.NOTHING else Stage.DECIDED,
            visits=visits if type(visits) is int else None,
            sealed=len(SealedFiles.beside(files.key).list_ids()),
            told=before is not None and again and before.told,
            voucher=known.voucher if known is not None else "",
        )
        _log.warning("order %s for store %s: %s", order_id, files.store_id, did.value)
        return self._note(wipe, "decided")

    async def _carry_out(self, files: StoreFiles, wipe: Wipe, lock: StoreLock) -> Wipe:
        if wipe.did is Did.NOTHING:
            return wipe
        if wipe.did is Did.KEYS:
            await asyncio.to_thread(remember_order, files.directory, wipe.order_id)
            self._hook("order remembered")
        secrets_gone = await self._drop_ways_in(files)
        if wipe.stage is Stage.DECIDED:
            wipe = await asyncio.to_thread(self._note, replace(wipe, stage=Stage.BARE), "bare")
        if wipe.did is Did.ALL:
            await asyncio.to_thread(self._delete_contents, files)
        if not secrets_gone:
            return wipe
        if wipe.did is Did.ALL:
            await asyncio.to_thread(self._delete_rest, files, lock)
        return await asyncio.to_thread(self._note, replace(wipe, stage=Stage.DONE), "done")

    async def _drop_ways_in(self, files: StoreFiles) -> bool:
        """False when a keystore that is away may still have a device secret; its slot is gone in any case."""
        try:
            await self._vault.drop_ways_in(files.store_id)
        except KeyMissing:
            _log.warning("store %s has no key file: there is no way in", files.store_id)
        except KeyringUnavailable as error:
            _log.warning("a device secret stays for now: %s", error.detail)
            return False
        self._hook("ways in gone")
        return True

    def _delete_contents(self, files: StoreFiles) -> None:
        """The database first: it is what the rest is about."""
        with store_errors(files.directory):
            for directory in (entry for entry in sorted(files.directory.iterdir()) if _is_directory(entry)):
                _delete_directory(directory)
                self._hook("copies deleted")
            for path in sorted(files.directory.iterdir(), key=lambda one: not one.name.startswith("store-")):
                if path.name not in _KEPT_TO_THE_END:
                    path.unlink(missing_ok=True)
                    self._hook("file deleted")
            sync_directory(files.directory)

    def _delete_rest(self, files: StoreFiles, lock: StoreLock) -> None:
        with store_errors(files.directory.parent):
            files.key.unlink(missing_ok=True)
            self._hook("key file deleted")
            lock.release()  # some systems delete no file that is open
            _delete_directory(files.directory)
            sync_directory(files.directory.parent)
        self._hook("directory deleted")

    def _note(self, wipe: Wipe, step: str) -> Wipe:
        self.records.save(wipe)
        self._hook(step)
        return wipe


def _has_recovery_slot(files: StoreFiles) -> bool:
    try:
        key_file = load_way_back(files.key, files.store_id)
    except KeyMissing:
        return False
    return bool(list_slots(key_file))  # whole ones: what is damaged opens nothing


def _is_directory(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _delete_directory(directory: Path) -> None:
    for entry in directory.iterdir():
        if _is_directory(entry):
            _delete_directory(entry)
        else:
            entry.unlink(missing_ok=True)
    directory.rmdir()
