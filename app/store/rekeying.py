"""A new data key: the store's file is copied, the copy is written anew under the new key, checked, and switched to.

Both keys are in the key file before the first page is copied, and the one that opens the current file is the one that
counts, so that ending the process at any step leaves a store that opens with the same PIN. The file itself is never
changed in place: a copy that fails costs nothing but the space it took.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from app.errors import DiskFull, StoreDamaged
from app.store import audit, meta
from app.store.cipher import change_key, check_file, make_engine, prove_file
from app.store.faults import store_errors
from app.store.file_copies import (
    UNFINISHED,
    Hook,
    check_pages,
    companions,
    copy_file,
    digest_outbox,
    rest,
    switch_to,
)
from app.store.files import StoreFiles
from app.store.locks import Opened
from app.store.times import find_time, to_text

KEY_LIVES = timedelta(days=30)
"""After this a new key is made at an unlock, unasked."""
AGAIN_AFTER = timedelta(days=1)
"""A key that could not be made is not tried at each unlock."""
UNASKED_UP_TO_BYTES = 32_000_000
"""A larger file takes seconds: there a new key is made only when somebody asks for it."""
_SPACE = 3
"""Times the size of the file: its copy, the copy's write-ahead log, and something to work on."""


@dataclass(frozen=True, slots=True)
class KeyAge:
    """What the store knows of its data key. Times by this device's date; nothing but this is decided by them."""

    made_at: datetime | None
    wanted: bool
    failed_at: datetime | None

    def is_due(self, now: datetime, size: int) -> bool:
        """`size` of the file in bytes. A date that went far back counts like one that went far on."""
        if self.failed_at is not None and abs(now - self.failed_at) < AGAIN_AFTER:
            return False
        old = self.made_at is not None and abs(now - self.made_at) >= KEY_LIVES
        return self.wanted or (old and size <= UNASKED_UP_TO_BYTES)


def want_new_key(connection: Connection) -> None:
    """From the next unlock on the store has a new data key: only there the PIN is at hand to seal it with."""
    meta.put(connection, meta.KEY_WANTED, "1")
    meta.remove(connection, meta.KEY_FAILED_AT)


def read_age(connection: Connection) -> KeyAge:
    return KeyAge(
        made_at=find_time(meta.find(connection, meta.KEY_MADE_AT)),
        wanted=meta.find(connection, meta.KEY_WANTED) is not None,
        failed_at=find_time(meta.find(connection, meta.KEY_FAILED_AT)),
    )


def note_made(connection: Connection, now: datetime) -> None:
    """The key of this file was made now."""
    meta.put(connection, meta.KEY_MADE_AT, to_text(now))
    meta.remove(connection, meta.KEY_WANTED)
    meta.remove(connection, meta.KEY_FAILED_AT)


def note_failed(connection: Connection, now: datetime) -> None:
    """A new key could not be made; the old one goes on, and another day it is tried again."""
    meta.put(connection, meta.KEY_FAILED_AT, to_text(now))


@contextmanager
def reading(path: Path, key: bytes) -> Iterator[Connection]:
    """A transaction that only reads, on a file that this process has not open."""
    with store_errors(path):
        check_file(path)
    engine = make_engine(path, key, read_only=True)
    try:
        with store_errors(path), engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def look(path: Path, key: bytes, now: datetime) -> tuple[KeyAge, bool]:
    """The key's age, and whether this store wants a new one."""
    with reading(path, key) as connection:
        age = read_age(connection)
    return age, age.is_due(now, path.stat().st_size)


def ask_for_new_key(path: Path, key: bytes) -> None:
    """As `want_new_key`, in a file that nobody has open."""
    _write_in(path, key, want_new_key)


def choose(files: StoreFiles, opened: Sequence[Opened]) -> Opened:
    """The slot whose key opens the current file, the newest first. Raises StoreDamaged when none does."""
    if len(opened) == 1:
        return opened[0]  # what is wrong with the file is said by whoever opens it
    path = files.database(files.read_pointer().file)
    key = choose_key(path, [one.data_key for one in opened])
    return next(one for one in opened if one.data_key == key)


def choose_key(path: Path, data_keys: Sequence[bytes]) -> bytes:
    """The first of these keys that opens the file. Raises StoreDamaged when none does."""
    for key in data_keys:
        if fits(path, key):
            return key
    raise StoreDamaged(detail="no key opens the file")


def fits(path: Path, key: bytes) -> bool:
    """Whether this key opens the file. Raises StoreDamaged for one that is missing, empty or plain."""
    with store_errors(path):
        check_file(path)
    try:
        with reading(path, key) as connection:
            meta.get(connection, meta.STORE_ID)
    except StoreDamaged:
        return False
    return True


def rekey(files: StoreFiles, old: bytes, new: bytes, name: str, now: datetime, hook: Hook) -> Path:
    """Make `name`, the store's content under the new key, and switch to it. The caller holds the store's lock.

    Raises DiskFull, StoreDamaged (also when the copy is not the same content), StoreError: then the old file is as it
    was and still the current one.
    """
    pointer = files.read_pointer()
    path, copy = files.database(pointer.file), files.directory / UNFINISHED
    _check_space(path)
    rest(path, old)
    hook("rested")
    before = _digest(path, old)
    with store_errors(copy):
        copy_file(path, copy)
    hook("copied")
    with store_errors(copy):
        change_key(copy, old, new)
    hook("rekeyed")
    _write_in(copy, new, lambda connection: _note_change(connection, now))
    rest(copy, new)
    prove_file(copy)
    if _digest(copy, new, whole=True) != before:
        raise StoreDamaged(detail="a change of the key touched the outbox")
    hook("checked")
    return switch_to(files, pointer, name, hook)


def drop_unfinished(files: StoreFiles, name: str) -> None:
    """Delete the file of a change of the key that was never switched to; nobody ever wrote into it."""
    pointer = files.read_pointer()
    path = files.database(name)
    if name not in (pointer.file, pointer.previous):
        for one in (path, *companions(path)):
            one.unlink(missing_ok=True)


def _check_space(path: Path) -> None:
    if shutil.disk_usage(path.parent).free < _SPACE * path.stat().st_size:
        raise DiskFull(detail="no space for a copy")


def _digest(path: Path, key: bytes, *, whole: bool = False) -> tuple[str, str]:
    with reading(path, key) as connection:
        if whole:
            check_pages(connection)
        return meta.get(connection, meta.STORE_ID), digest_outbox(connection)


def _write_in(path: Path, key: bytes, fn: Callable[[Connection], None]) -> None:
    engine = make_engine(path, key, read_only=False)
    try:
        with store_errors(path), engine.begin() as connection:
            fn(connection)
    finally:
        engine.dispose()


def _note_change(connection: Connection, now: datetime) -> None:
    note_made(connection, now)
    actor = meta.find(connection, meta.USER_REFERENCE) or ""
    audit.append(connection, at=now, actor=actor, action="new-key")
