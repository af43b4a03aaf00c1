"""Schema versions, and the way from an older one: a copy under a new name is migrated, checked, and switched to.

At every moment the pointer names a whole store. The old file stays until the migrated one has been opened once more.
Payloads and bodies of the outbox are frozen: a migration that changes one is refused.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, select

from app.errors import StoreDamaged, StoreNewer
from app.store import meta
from app.store.cipher import check_file, make_engine, open_raw, prove_file
from app.store.faults import store_errors
from app.store.files import StoreFiles, sync_directory
from app.store.migration_steps import MIGRATIONS, SCHEMA_VERSION, Migration
from app.store.tables import Change, Meta, StoreTable, Write, table_of

__all__ = [
    "MIGRATIONS",
    "SCHEMA_VERSION",
    "UNFINISHED",
    "Migration",
    "bring_up_to_date",
    "create_schema",
    "read_version",
]

UNFINISHED = "migrating.part"
"""A copy on its way. Only a file of this name is ever overwritten: a `store-….db` may hold unsent work."""

Hook = Callable[[str], None]
"""Told the name of each step as it is done; tests stop the process there."""


def create_schema(connection: Connection, version: int = SCHEMA_VERSION) -> None:
    """All tables in an empty file."""
    StoreTable.metadata.create_all(connection)
    meta.put(connection, meta.SCHEMA_VERSION, str(version))


def read_version(connection: Connection) -> int:
    """Raises StoreDamaged for a file without a version: an empty or half-made one."""
    if not connection.dialect.has_table(connection, table_of(Meta).name):
        raise StoreDamaged(detail="no schema")
    text = meta.get(connection, meta.SCHEMA_VERSION)
    if not text.isdecimal():
        raise StoreDamaged(detail="no schema version")
    return int(text)


def bring_up_to_date(
    files: StoreFiles,
    key: bytes,
    *,
    migrations: Sequence[Migration] = MIGRATIONS,
    target: int = SCHEMA_VERSION,
    hook: Hook = lambda step: None,
) -> Path:
    """Return the current database file, migrated first when it is older. The caller holds the store's lock.

    Raises StoreNewer (untouched) or StoreDamaged, DiskFull (the old file is still the current one).
    """
    pointer = files.read_pointer()
    path = files.database(pointer.file)
    version = _look(path, key)
    if version > target:
        raise StoreNewer(detail=f"schema {version}")
    if version == target:
        _drop_leftovers(files)
        return path
    steps = [step for step in migrations if version < step.to_version <= target]
    if [step.to_version for step in steps] != list(range(version + 1, target + 1)):
        raise StoreDamaged(detail=f"no way from schema {version} to {target}")
    _rest(path, key)
    hook("rested")
    copy = files.directory / UNFINISHED
    with store_errors(copy):
        _copy(path, copy)
    hook("copied")
    _migrate(copy, key, steps, hook)
    hook("migrated")
    _rest(copy, key)
    prove_file(copy)
    hook("verified")
    name = files.next_database()
    with store_errors(copy):
        copy.rename(files.database(name))
        sync_directory(files.directory)
    hook("named")
    files.write_pointer(replace(pointer, file=name, previous=pointer.file))
    hook("switched")
    return files.database(name)


def _look(path: Path, key: bytes) -> int:
    with store_errors(path):
        check_file(path)
    engine = make_engine(path, key, read_only=True)
    try:
        with store_errors(path), engine.begin() as connection:
            return read_version(connection)
    finally:
        engine.dispose()


def _rest(path: Path, key: bytes) -> None:
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


def _copy(source: Path, target: Path) -> None:
    for stale in (
        target,
        *_companions(target),
    ):  # what an interrupted migration left; the pointer never named it
        stale.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with source.open("rb") as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())
    sync_directory(target.parent)


def _migrate(copy: Path, key: bytes, steps: Sequence[Migration], hook: Hook) -> None:
    engine = make_engine(copy, key, read_only=False)
    try:
        with store_errors(copy), engine.begin() as connection:
            before = _outbox_digest(connection)
            for step in steps:
                step.run(connection)
                meta.put(connection, meta.SCHEMA_VERSION, str(step.to_version))
                hook(f"ran {step.to_version}")
            if _outbox_digest(connection) != before:
                raise StoreDamaged(detail="a migration touched the outbox")
        with store_errors(copy), engine.begin() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
                raise StoreDamaged(detail="the migrated copy is not whole")
            if connection.exec_driver_sql("PRAGMA cipher_integrity_check").first() is not None:
                raise StoreDamaged(detail="the migrated copy is not sealed")
    finally:
        engine.dispose()


def _outbox_digest(connection: Connection) -> str:
    digest = hashlib.sha256()
    change, write = table_of(Change), table_of(Write)
    for seq, payload in connection.execute(select(change.c.seq, change.c.payload).order_by(change.c.seq)):
        digest.update(f"{seq}:{len(payload)}:{payload}".encode())
    for write_id, body in connection.execute(select(write.c.id, write.c.body).order_by(write.c.id)):
        digest.update(f"{write_id}:{len(body)}:{body}".encode())
    return digest.hexdigest()


def _drop_leftovers(files: StoreFiles) -> None:
    """The store opened at its newest schema: the file that the pointer says it was made from may go."""
    pointer = files.read_pointer()
    unwanted = [files.directory / UNFINISHED]
    if pointer.previous is not None and pointer.previous != pointer.file:
        unwanted.append(files.database(pointer.previous))
    for old in unwanted:
        for path in (old, *_companions(old)):
            path.unlink(missing_ok=True)
    if pointer.previous is not None:
        files.write_pointer(replace(pointer, previous=None))


def _companions(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal", ".pass"))
