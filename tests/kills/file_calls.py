"""Python's own file calls told to a `Disk`: what the app does to files beside the database (pointer, copies, names).

Seen: renames, deletions, syncs of files and directories below one directory. What is written into a file is not seen as
it happens; it is found when the file is synced, named or opened, or when the power goes, and counts as one unsynced
write until then.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.kills.disk import Disk

_SHARED_MEMORY = "-shm"
"""Made anew by SQLite at each first opening: nobody asks what a power loss left of it."""


@contextmanager
def watched(disk: Disk, root: Path) -> Iterator[None]:
    calls = _Calls(disk, root)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.endswith(_SHARED_MEMORY):
            disk.adopt(path)
    disk.on_death = calls.find_unseen
    with pytest.MonkeyPatch.context() as patch:
        for name, call in (
            ("fsync", calls.fsync),
            ("rename", calls.rename),
            ("replace", calls.replace),
            ("unlink", calls.unlink),
        ):
            patch.setattr(os, name, call)
        yield


class _Calls:
    def __init__(self, disk: Disk, root: Path) -> None:
        self._disk, self._root = disk, root
        self._fsync, self._rename = os.fsync, os.rename
        self._replace, self._unlink = os.replace, os.unlink

    def fsync(self, fd: int) -> None:
        path = Path(f"/proc/self/fd/{fd}").readlink()
        if self._root in (path, *path.parents):
            self.find_unseen()
            if stat.S_ISDIR(os.fstat(fd).st_mode):
                self._disk.sync_names(path)
            else:
                self._disk.sync(path)
        self._fsync(fd)

    def rename(self, source: Any, target: Any, **more: Any) -> None:
        self._move(self._rename, source, target, more)

    def replace(self, source: Any, target: Any, **more: Any) -> None:
        self._move(self._replace, source, target, more)

    def _move(self, call: Callable[..., None], source: Any, target: Any, more: dict[str, Any]) -> None:
        old, new = Path(source), Path(target)
        if self._root in new.parents:
            self.find_unseen()
            self._disk.rename(old, new)
        call(source, target, **more)

    def unlink(self, path: Any, **more: Any) -> None:
        gone = Path(path)
        if self._root in gone.parents and gone.exists():
            self.find_unseen()
            self._disk.delete(gone)
        self._unlink(path, **more)

    def find_unseen(self) -> None:
        """Files that appeared or changed without SQLite's file layer are taken as they lie there now."""
        for path in sorted(self._root.rglob("*")):
            unseen = not path.name.endswith(_SHARED_MEMORY) and not self._disk.is_sqlites(path)
            if unseen and path.is_file():
                self._disk.take_as_found(path, path.read_bytes())
