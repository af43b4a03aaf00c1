"""A store's file copied, changed and switched to: what migrations and changes of the data key have in common.

At every moment the pointer names a whole store. The old file stays until the new one has been opened once more.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, select

from app.errors import StoreDamaged
from app.store.cipher import open_raw
from app.store.faults import store_errors
from app.store.files import Pointer, StoreFiles, sync_directory
from app.store.tables import Change, Write, table_of

UNFINISHED = "migrating.part"
"""A copy on its way. Only a file of this name is ever overwritten: a `store-….db` may hold unsent work."""

Hook = Callable[[str], None]
"""Told the name of each step as it is done; tests stop the process there."""


def rest(path: Path, key: bytes) -> None:
    """Bring the whole store into its main file: no live -wal may lie beside a file that is copied or switched."""
    with store_errors(path):
        raw = open_raw(path, key)
        try:
            row = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.close()
    wal = path.with_name(path.name + "-wal")
    if row is None or row[0] != 0 or (wal.exists() and wal.stat().st_size):
        raise StoreDamaged(detail="the write-ahead log did not empty")


def copy_file(source: Path, target: Path) -> None:
    for stale in (
        target,
        *companions(target),
    ):  # what an interrupted migration left; the pointer never named it
        stale.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with source.open("rb") as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())
    sync_directory(target.parent)


def check_pages(connection: Connection) -> None:
    """Raises StoreDamaged unless every page is whole and sealed. Reads the whole file."""
    if connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
        raise StoreDamaged(detail="the copy is not whole")
    if connection.exec_driver_sql("PRAGMA cipher_integrity_check").first() is not None:
        raise StoreDamaged(detail="the copy is not sealed")


def switch_to(files: StoreFiles, pointer: Pointer, name: str, hook: Hook) -> Path:
    """Give the finished copy its name and make it the current file; the one before stays beside it."""
    copy = files.directory / UNFINISHED
    with store_errors(copy):
        copy.rename(files.database(name))
        sync_directory(files.directory)
    hook("named")
    files.write_pointer(replace(pointer, file=name, previous=pointer.file))
    hook("switched")
    return files.database(name)


def digest_outbox(connection: Connection) -> str:
    digest = hashlib.sha256()
    change, write = table_of(Change), table_of(Write)
    for seq, payload in connection.execute(select(change.c.seq, change.c.payload).order_by(change.c.seq)):
        digest.update(f"{seq}:{len(payload)}:{payload}".encode())
    for write_id, body in connection.execute(select(write.c.id, write.c.body).order_by(write.c.id)):
        digest.update(f"{write_id}:{len(body)}:{body}".encode())
    return digest.hexdigest()


def drop_leftovers(files: StoreFiles) -> None:
    """The store opened at its newest schema: the file that the pointer says it was made from may go."""
    pointer = files.read_pointer()
    unwanted = [files.directory / UNFINISHED]
    if pointer.previous is not None and pointer.previous != pointer.file:
        unwanted.append(files.database(pointer.previous))
    for old in unwanted:
        for path in (old, *companions(old)):
            path.unlink(missing_ok=True)
    if pointer.previous is not None:
        files.write_pointer(replace(pointer, previous=None))


def companions(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal", ".pass"))
