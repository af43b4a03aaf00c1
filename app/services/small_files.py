"""Small files that anybody may have put on the device: only regular files are read, and only so many bytes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)
"""Flags that a system lacks are left out; the checks before and after opening do not need them."""


class TooLarge(ValueError):
    """The file holds more bytes than asked for."""


def read_small(path: Path, largest: int) -> str:
    """The text of a regular file of at most `largest` bytes.

    Raises TooLarge, OSError (also for links, folders, devices and pipes) and UnicodeDecodeError.
    """
    _check(path.lstat(), path)
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        _check(os.fstat(file.fileno()), path)
        raw = file.read(largest + 1)
    if len(raw) > largest:
        raise TooLarge
    return raw.decode("utf-8")


def replace_small(path: Path, text: str) -> None:
    """Put a new file in the place of `path`, never writing through a link. Raises OSError."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with new.open("x", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)


def _check(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path.name} is no regular file")
