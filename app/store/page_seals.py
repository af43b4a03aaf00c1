"""Proof of each page's seal in a SQLCipher 4 file, for a driver whose engine has no such check of its own.

A page of 4096 bytes ends with its IV (16) and an HMAC-SHA512 over content, IV and page number, under a key made from
the data key and the file's salt. Every page is proved, also those that no table uses. What still lies in the
write-ahead log is not: SQLite proves those pages as it reads them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

PAGE = 4096
SALT = 16
MAC = 64
LOCK_PAGE = 0x40000000 // PAGE + 1
"""SQLite never writes this one: file locks lie there."""
_MASK = 0x3A
_ROUNDS = 2
_TRIES = 3
"""A page that another connection writes at this very moment is read again."""

Read = Callable[[int, int], bytes]
"""`read(length, offset)`: bytes of the file, fewer at its end."""


def find_broken(read: Read, size: int, data_key: bytes) -> list[int]:
    """Numbers of pages, from 1, whose seal does not fit. A last page that is cut short is broken too."""
    if size == 0:
        return []
    salt = read(SALT, 0)
    seal_key = hashlib.pbkdf2_hmac("sha512", data_key, bytes(byte ^ _MASK for byte in salt), _ROUNDS, 32)
    pages = range(1, -(-size // PAGE) + 1)
    return [page for page in pages if page != LOCK_PAGE and not _is_whole(read, page, seal_key)]


def _is_whole(read: Read, page: int, seal_key: bytes) -> bool:
    start = SALT if page == 1 else 0  # the salt stands in the clear before the first page's content
    for _ in range(_TRIES):
        content = read(PAGE, (page - 1) * PAGE)
        if len(content) == PAGE:
            sealed = hmac.new(seal_key, content[start:-MAC] + page.to_bytes(4, "little"), hashlib.sha512)
            if hmac.compare_digest(sealed.digest(), content[-MAC:]):
                return True
    return False
