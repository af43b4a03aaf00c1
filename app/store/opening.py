"""Opening a store with a data key that was found: migrated first, under a new key where one is due, tidied after."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.errors import HearthsideError, VaultError
from app.language import N_
from app.store import audit, migrations, rekeying
from app.store.engine import Store, open_store
from app.store.file_copies import Hook, drop_leftovers
from app.store.files import StoreFiles, StoreLock
from app.store.key_changes import KeyChanges, other_slots_of
from app.store.key_file import KeyFile
from app.store.locks import LockCheck, Opened
from app.store.slots import make_key

SWITCHED = N_("A change of the lock was just finished here. Nothing was lost. Please unlock once more.")
_log = logging.getLogger("app.store")

WayBack = Callable[[Connection, bytes, KeyFile], tuple[dict[str, Any], ...]]
"""All slots that nobody types for and that a data key should have: (open store, data key, key file) -> slots."""


class Opening:
    """What `Vault` does between the right secret and the open store."""

    def __init__(
        self,
        check: LockCheck,
        keys: KeyChanges,
        way_back: WayBack | None,
        now: Callable[[], datetime],
        hook: Hook,
        new_keys: bool,
    ) -> None:
        self._check = check
        self._keys = keys
        self._way_back = way_back
        self._now = now
        self._hook = hook
        self._new_keys = new_keys

    async def open(self, files: StoreFiles, chosen: Opened, secret: str, lock: StoreLock) -> Store:
        """Open the file with the key that fits it, under a new key where one is due."""
        wrong = chosen.wrong_before
        path = await asyncio.to_thread(migrations.bring_up_to_date, files, chosen.data_key)
        age, due = await asyncio.to_thread(rekeying.look, path, chosen.data_key, self._now())
        tried = rotated = False
        # What was just migrated keeps its old file until the next opening; there is no room for a third.
        if self._new_keys and due and (await asyncio.to_thread(files.read_pointer)).previous is None:
            tried = True
            try:
                await self._keys.settle(files, chosen)  # what an earlier one, killed half-way, left over
                path, chosen = await self._rotate(files, path, chosen, secret)
                rotated = True
            except (HearthsideError, OSError) as error:
                if (await asyncio.to_thread(files.read_pointer)).file != path.name:
                    # It failed after the switch: what is written to the old file now would be deleted with it.
                    raise VaultError(SWITCHED, detail=f"after the switch: {type(error).__name__}") from error
                # The old key and file are as they were: she gets to her patients, and it is tried again.
                _log.warning("no new key: %s %s", type(error).__name__, getattr(error, "detail", ""))
        store = await open_store(path, chosen.data_key, store_id=files.store_id, on_closed=lock.release)
        self._hook("opened")
        try:
            await self._finish_opening(files, store, chosen, rotated=rotated, wrong=wrong)
            if (tried and not rotated) or age.made_at is None:
                now = self._now()
                note = rekeying.note_failed if tried and not rotated else rekeying.note_made
                await store.write(lambda connection: note(connection, now))
        except BaseException:
            await store.close()
            raise
        return store

    async def _rotate(self, files: StoreFiles, path: Path, old: Opened, secret: str) -> tuple[Path, Opened]:
        """A new data key in a slot of its own, then the file under it. Raises before anything is switched."""
        async with self._check.turn(files):
            key_file = await self._keys.load(files)
            data_key = make_key()
            others = await asyncio.to_thread(self._other_slots, path, old.data_key, data_key, key_file)
            name = files.next_database()
            new = await self._keys.add_slot(
                files,
                key_file,
                data_key,
                secret,
                other_slots=(*key_file.other_slots, *others),
                rekeying=name,
            )
        path = await asyncio.to_thread(
            rekeying.rekey, files, old.data_key, data_key, name, self._now(), self._hook
        )
        return path, new

    def _other_slots(
        self, path: Path, old: bytes, new: bytes, key_file: KeyFile
    ) -> tuple[dict[str, Any], ...]:
        """What the new key is sealed to besides the PIN. Raises VaultError when a way back would be lost."""
        made: tuple[dict[str, Any], ...] = ()
        if self._way_back is not None:
            bare = replace(key_file, other_slots=())
            with rekeying.reading(path, old) as connection:
                made = self._way_back(connection, new, bare)
        if other_slots_of(key_file, old) and not made:
            raise VaultError(detail="no way back for a new key")
        return made

    async def _finish_opening(
        self, files: StoreFiles, store: Store, chosen: Opened, *, rotated: bool, wrong: int
    ) -> None:
        """The file is open: what a change left over goes, the ways back are renewed, wrong tries are on record.

        Nothing of this keeps anybody out; it is done again at the next opening.
        """
        try:
            if wrong:
                await store.write(lambda connection: audit.note_wrong_tries(connection, self._now(), wrong))
            await self._keys.settle(files, chosen)
            if rotated:
                await asyncio.to_thread(drop_leftovers, files)
                self._hook("old file deleted")
            await self.renew_way_back(files, store, chosen.data_key)
        except (HearthsideError, OSError) as error:
            _log.warning("the lock is not tidied: %s %s", type(error).__name__, getattr(error, "detail", ""))

    async def renew_way_back(self, files: StoreFiles, store: Store, data_key: bytes) -> None:
        """Write the slots that nobody types for where they are not what they should be; none is ever only taken away.

        Raises DiskFull.
        """
        way_back = self._way_back
        if way_back is None:
            return
        key_file = await self._keys.load(files)
        slots = await store.read(lambda connection: way_back(connection, data_key, key_file))
        if slots and slots != key_file.other_slots:
            key_file = await self._keys.edit(files, lambda latest: replace(latest, other_slots=slots))
        await asyncio.to_thread(key_file.keep_copy, files.key)
