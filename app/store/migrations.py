"""Schema versions, and the way from an older one: a copy under a new name is migrated, checked, and switched to.

At every moment the pointer names a whole store. The old file stays until the migrated one has been opened once more.
Payloads and bodies of the outbox are frozen: a migration that changes one is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from app.errors import StoreDamaged, StoreNewer
from app.store import meta
from app.store.cipher import check_file, make_engine, prove_file
from app.store.faults import store_errors
from app.store.file_copies import (
    UNFINISHED,
    Hook,
    check_pages,
    copy_file,
    digest_outbox,
    drop_leftovers,
    rest,
    switch_to,
)
from app.store.files import StoreFiles
from app.store.migration_steps import MIGRATIONS, SCHEMA_VERSION, Migration
from app.store.tables import Meta, StoreTable, table_of

__all__ = [
    "MIGRATIONS",
    "SCHEMA_VERSION",
    "UNFINISHED",
    "Migration",
    "bring_up_to_date",
    "create_schema",
    "read_version",
]


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
        drop_leftovers(files)
        return path
    steps = [step for step in migrations if version < step.to_version <= target]
    if [step.to_version for step in steps] != list(range(version + 1, target + 1)):
        raise StoreDamaged(detail=f"no way from schema {version} to {target}")
    rest(path, key)
    hook("rested")
    copy = files.directory / UNFINISHED
    with store_errors(copy):
        copy_file(path, copy)
    hook("copied")
    _migrate(copy, key, steps, hook)
    hook("migrated")
    rest(copy, key)
    prove_file(copy)
    hook("verified")
    return switch_to(files, pointer, files.next_database(), hook)


def _look(path: Path, key: bytes) -> int:
    with store_errors(path):
        check_file(path)
    engine = make_engine(path, key, read_only=True)
    try:
        with store_errors(path), engine.begin() as connection:
            return read_version(connection)
    finally:
        engine.dispose()


def _migrate(copy: Path, key: bytes, steps: Sequence[Migration], hook: Hook) -> None:
    engine = make_engine(copy, key, read_only=False)
    try:
        with store_errors(copy), engine.begin() as connection:
            before = digest_outbox(connection)
            for step in steps:
                step.run(connection)
                meta.put(connection, meta.SCHEMA_VERSION, str(step.to_version))
                hook(f"ran {step.to_version}")
            if digest_outbox(connection) != before:
                raise StoreDamaged(detail="a migration touched the outbox")
        with store_errors(copy), engine.begin() as connection:
            check_pages(connection)
    finally:
        engine.dispose()
