"""SQLite's errors as ours. Used where SQL runs; nothing above the store sees a driver's error."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.errors import DiskFull, HearthsideError, StoreBusy, StoreDamaged, StoreError

SPARE_BYTES = 1_000_000
"""Below this much free space an I/O error is taken for a full disk."""

_BUSY = {5, 6}
_IO_ERROR = 10
_DAMAGED = {11, 26}  # malformed, not a database
_CANNOT_OPEN = 14
_FULL = 13
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def map_error(error: BaseException, path: Path) -> HearthsideError | None:
    """The error a person can be told about, or None when this is not the file's fault."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, OSError):
        if cause.errno in _NO_SPACE or is_disk_full(path):
            return DiskFull(detail="no space")
        return StoreError(detail="io") if cause.errno == errno.EIO else None
    code = getattr(cause, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    primary = code & 0xFF
    if primary in _DAMAGED:
        return StoreDamaged(detail=f"sqlite {code}")
    if primary == _FULL or (primary == _IO_ERROR and is_disk_full(path)):
        return DiskFull(detail=f"sqlite {code}")
    if primary in _BUSY:
        return StoreBusy(detail=f"sqlite {code}")
    if primary in (_IO_ERROR, _CANNOT_OPEN):
        return StoreError(detail=f"sqlite {code}")
    return None


def is_disk_full(path: Path) -> bool:
    """True when the file system that holds `path` has next to nothing left for us."""
    try:
        space = os.statvfs(path if path.exists() else path.parent)
    except (OSError, AttributeError):
        return False
    return space.f_bavail * space.f_frsize < SPARE_BYTES


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Let errors of the file out as `app.errors`; all others as they are (parameters are hidden by the engine)."""
    try:
        yield
    except HearthsideError:
        raise
    except Exception as error:
        mapped = map_error(error, path)
        if mapped is None:
            raise
        raise mapped from None
