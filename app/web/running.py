"""One app a data directory: the second start finds the first and asks for a window of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

LOCK_FILE = "app.lock"
ADDRESS_FILE = "app.address"


class RunLock:
    """Held while an app runs on a data directory; the system lets go of it however the process ends."""

    def __init__(self, data_dir: Path) -> None:
        self._address = data_dir / ADDRESS_FILE
        self._path = data_dir / LOCK_FILE
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        """True when nobody else runs here."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(handle, "r+b")
        if not _lock(file):
            file.close()
            return False
        self._file = file
        self._address.unlink(missing_ok=True)
        return True

    def publish(self, origin: str) -> None:
        """Tell later starts where this one answers."""
        fresh = self._address.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(origin)
        fresh.replace(self._address)

    def running_at(self) -> str | None:
        """Where the one that runs answers; None while it starts, or for a desktop window."""
        try:
            return self._address.read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def release(self) -> None:
        if self._file is not None:
            self._address.unlink(missing_ok=True)
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
