"""Sealed copies of writes beside the store: `<data>/users/<store id>/sealed/<write id>`, 0700 and 0600.

They can be read by the plan alone, so that any program that can sign in may bring them there: a colleague's app on the
same tablet, an officer's command line. They outlive the store's key and the store's file. Only the store that laid a
copy deletes it, once it knows what became of the write.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.store.faults import store_errors
from app.store.files import sync_directory

DIRECTORY = "sealed"
CARRIED = "carried"
"""Beside it: copies that other devices handed to this one."""
LARGEST = 20_000_000
"""Bytes of one copy; nothing larger is read."""
_WRITE_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_UNFINISHED = ".new"


class SealedFiles:
    """The copies in one directory. All methods block; a disk that refuses raises DiskFull or StoreDamaged."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def beside(cls, database: Path) -> SealedFiles:
        """Those of the store with this database file."""
        return cls(database.parent / DIRECTORY)

    @classmethod
    def carried(cls, database: Path) -> SealedFiles:
        """Those that the user of this store carries for others."""
        return cls(database.parent / CARRIED)

    def list_ids(self) -> frozenset[str]:
        """Write ids of all whole copies here."""
        if not self.directory.is_dir():
            return frozenset()
        return frozenset(
            entry.name
            for entry in os.scandir(self.directory)
            if _WRITE_ID.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        )

    def lay(self, write_id: str, document: Mapping[str, Any]) -> None:
        """Put a copy here so that a crash leaves the whole of it or nothing. Raises ValueError for no write id."""
        path = self._path(write_id)
        part = path.with_name(write_id + _UNFINISHED)
        with store_errors(self.directory.parent):
            self.directory.mkdir(mode=0o700, exist_ok=True)
            fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(json.dumps(document).encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            sync_directory(self.directory)

    def read(self, write_id: str) -> dict[str, Any] | None:
        """A copy as it was laid; None when it is gone or cannot be read."""
        path = self._path(write_id)
        try:
            if path.is_symlink() or path.stat().st_size > LARGEST:
                return None
            document = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return document if isinstance(document, dict) else None

    def list_broken(self) -> frozenset[str]:
        """Write ids of copies that cannot be read."""
        return frozenset(write_id for write_id in self.list_ids() if self.read(write_id) is None)

    def delete(self, write_id: str) -> None:
        """Nothing happens when it is gone already."""
        with store_errors(self.directory.parent):
            self._path(write_id).unlink(missing_ok=True)

    def drop_unfinished(self) -> None:
        """What a crash left half-written."""
        with store_errors(self.directory.parent):
            for part in self.directory.glob(f"*{_UNFINISHED}"):
                part.unlink(missing_ok=True)

    def _path(self, write_id: str) -> Path:
        if not _WRITE_ID.fullmatch(write_id):
            raise ValueError("not a write id")
        return self.directory / write_id


def find_all(place: Path) -> Iterator[SealedFiles]:
    """Directories with copies: `place` itself, that of a store, or those of all stores of a data directory."""
    candidates = [place, place / DIRECTORY, place / CARRIED]
    for users in (place, place / "users"):
        for name in (DIRECTORY, CARRIED):
            candidates += sorted(users.glob(f"*/{name}")) if users.is_dir() else []
    seen: set[Path] = set()
    for directory in candidates:
        files = SealedFiles(directory)
        if directory not in seen and files.list_ids():
            seen.add(directory)
            yield files
