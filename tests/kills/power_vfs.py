"""A file layer beneath SQLite and its cipher that tells a `Disk` of every write, sync, truncation and name.

It stands on the system's own file layer, so the program runs on real files; when the disk says that the power is off,
every further operation fails, and what the program then believes does not matter any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from tests.kills.disk import Disk, PowerIsOff

NAME = "power"
BENEATH_THE_CIPHER = f"multipleciphers-{NAME}"
"""Name to open a connection with: SQLite3 Multiple Ciphers puts its encryption on top of ours."""
_SYSTEM = "unix"
_NAME_SYNCED = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
"""The system's layer syncs the directory with the first sync of such a file that was opened to be made."""


@contextmanager
def as_sqlite() -> Iterator[None]:
    """A disk without power is an I/O error to SQLite."""
    try:
        yield
    except PowerIsOff:
        raise apsw.exception_for(apsw.SQLITE_IOERR) from None


class PowerVfs(apsw.VFS):
    """Registered under `NAME` while it lives. `disk` may be exchanged between runs; files keep the one they got."""

    def __init__(self, disk: Disk | None = None) -> None:
        super().__init__(NAME, _SYSTEM)
        self.disk = disk or Disk()

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        given = name.filename() if isinstance(name, apsw.URIFilename) else name
        if given is None:  # a temporary file of SQLite's own: nobody asks for it afterwards
            return apsw.VFSFile(_SYSTEM, None, flags)
        return PowerFile(self.disk, Path(given), name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        path = Path(filename)
        with as_sqlite():
            if path.exists():
                self.disk.delete(path)
            super().xDelete(filename, syncdir)
            if syncdir:
                self.disk.sync_names(path.parent)


class PowerFile(apsw.VFSFile):
    def __init__(self, disk: Disk, path: Path, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk, self._path = disk, path
        made = not path.exists()
        if made and flags[0] & apsw.SQLITE_OPEN_CREATE:
            with as_sqlite():
                disk.create(path)
        elif not made:
            disk.opened_by_sqlite(path)
        self._sync_name = bool(flags[0] & apsw.SQLITE_OPEN_CREATE and flags[0] & _NAME_SYNCED)
        super().__init__(_SYSTEM, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        with as_sqlite():
            self._disk.write(self._path, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        with as_sqlite():
            self._disk.cut(self._path, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        with as_sqlite():
            self._disk.sync(self._path)
            if self._sync_name:
                self._disk.sync_names(self._path.parent)
                self._sync_name = False
        super().xSync(flags)
