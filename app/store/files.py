"""The files of one store: `<data>/users/<store id>/`, directories 0700, files 0600.

pointer.json     which database file is current (a migration makes a new one), and who to show on the lock screen
store-0001.db    the encrypted database (and its -wal, -shm)
key.json         the data key, sealed once per slot
way-back.json    the recovery slots once more, for the day on which key.json is lost
attempts.json    wrong tries (a copy lies in the keystore)
unsent.json      how many visits wait, for the lock screen
look.json        the size of text and the like, for the lock screen
lock             held by whoever has the store open; a crash frees it
making           there while the store is being made; a directory with it was never finished
"""

from __future__ import annotations

import json
import os
import re
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.errors import StoreBusy, StoreDamaged
from app.language import N_
from app.store.faults import store_errors

_STORE_ID = re.compile(r"[0-9a-f]{32}")
_STORE_FILE = re.compile(r"store-(\d{4})\.db")
_LARGEST_JSON = 1_000_000
OTHER_PROGRAM = N_("Hearthside is already open in another program on this computer. Please close it there.")


def make_store_id() -> str:
    """A random id; says nothing about the user."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Pointer:
    """`file` is the current database. `previous`, kept after a migration, goes at the next successful open."""

    file: str
    user_name: str
    lock_kind: str
    previous: str | None = None


class StoreFiles:
    """Paths and small files of one store."""

    def __init__(self, data_dir: Path, store_id: str) -> None:
        if not _STORE_ID.fullmatch(store_id):
            raise ValueError("not a store id")
        self.store_id = store_id
        self.directory = data_dir / "users" / store_id
        self.pointer = self.directory / "pointer.json"
        self.key = self.directory / "key.json"
        self.way_back = self.directory / "way-back.json"
        self.attempts = self.directory / "attempts.json"
        self.unsent = self.directory / "unsent.json"
        self.look = self.directory / "look.json"
        self.lock = self.directory / "lock"
        self.making = self.directory / "making"

    def make_directory(self) -> None:
        """Make the directory and mark it as unfinished. Raises DiskFull."""
        users = self.directory.parent
        users.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with store_errors(users.parent):
            users.mkdir(mode=0o700, exist_ok=True)
            self.directory.mkdir(mode=0o700)
            self.making.touch(mode=0o600)
            sync_directory(self.directory)
            sync_directory(users)

    def finish_making(self) -> None:
        """From here on the store exists."""
        self.making.unlink()
        sync_directory(self.directory)

    def database(self, name: str) -> Path:
        """Path of a database file. Raises StoreDamaged for a name that is none of ours."""
        if not _STORE_FILE.fullmatch(name):
            raise StoreDamaged(detail="pointer names no store file")
        return self.directory / name

    def next_database(self) -> str:
        """A file name that no database here ever had."""
        numbers = [
            int(match[1]) for entry in self.directory.iterdir() if (match := _STORE_FILE.match(entry.name))
        ]
        return f"store-{max(numbers, default=0) + 1:04d}.db"

    def read_pointer(self) -> Pointer:
        """Raises StoreDamaged when it is missing or unreadable. Nothing is guessed and nothing deleted."""
        data = read_json(self.pointer)
        if data is None or not isinstance(data.get("file"), str):
            raise StoreDamaged(detail="no pointer")
        previous = data.get("previous")
        return Pointer(
            file=data["file"],
            user_name=str(data.get("user_name", "")),
            lock_kind=str(data.get("lock_kind", "pin")),
            previous=previous if isinstance(previous, str) else None,
        )

    def write_pointer(self, pointer: Pointer) -> None:
        """Switch: after a crash either the old or the new pointer is there, whole."""
        data: dict[str, Any] = {
            "format": 1,
            "file": pointer.file,
            "user_name": pointer.user_name,
            "lock_kind": pointer.lock_kind,
        }
        if pointer.previous is not None:
            data["previous"] = pointer.previous
        write_json(self.pointer, data)


def list_stores(data_dir: Path) -> list[StoreFiles]:
    """All stores that were ever finished, damaged ones too."""
    users = data_dir / "users"
    if not users.is_dir():
        return []
    names = [entry.name for entry in users.iterdir() if _STORE_ID.fullmatch(entry.name) and entry.is_dir()]
    found = [StoreFiles(data_dir, name) for name in names]
    return [files for files in found if not files.making.exists()]


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a small file; None when it is missing, unreadable, too large or no object.

    Whatever lies there must not keep the lock screen from being drawn: not a directory, a link in a circle, a file
    nested too deeply or one that never ends.
    """
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_JSON:
            return None
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Replace a small file so that a crash leaves the old or the new one whole. Raises DiskFull."""
    temporary = path.with_name(path.name + ".new")
    with store_errors(path.parent):
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(json.dumps(data, ensure_ascii=False, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make a rename or a new name in this directory durable, where the system can."""
    if sys.platform == "win32":
        return  # no such call there; NTFS journals names
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


class StoreLock:
    """Exclusive while held; freed by `release` or by the end of the process, whatever ends it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file: IO[bytes] | None = file

    @classmethod
    def acquire(cls, path: Path) -> StoreLock:
        """Raises StoreBusy at once, saying whether it is another window of this program or another program."""
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(fd, "r+b", buffering=0)
        if not _try_lock(file):
            file.seek(_LOCK_BYTE + 1)
            ours = file.read(20).strip() == str(os.getpid()).encode()
            file.close()
            raise StoreBusy() if ours else StoreBusy(OTHER_PROGRAM, detail="another process")
        file.seek(_LOCK_BYTE + 1)
        file.truncate()
        file.write(str(os.getpid()).encode())
        return cls(file)

    def release(self) -> None:
        """May be called twice."""
        if self._file is not None:
            self._file.close()
            self._file = None


_LOCK_BYTE = 0
"""Windows locks a byte and hides it from others, so the process id is written after it."""

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(_LOCK_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
