"""Freed pieces that the C library keeps for one thread, and that only this thread can write over."""

from __future__ import annotations

import ctypes

import pytest

from app import memory
from app.memory import Forgetting, wipe_what_is_freed

WORDS = b"Today(user_name='Quillfeather', drafts=("
SIZE = 700
"""Bytes: more than Python's own allocator hands out, few enough to be kept for the thread."""
MORE_THAN_KEPT = 8
"""Pieces of one size: taking so many empties what is kept, so that the first ones freed are kept again."""
TRIES = 200
KEPT_FOR_LISTS = 16
"""Bytes at the beginning of a freed piece that the C library uses itself."""

pytestmark = pytest.mark.skipif(not wipe_what_is_freed(), reason="only where the C library keeps such pieces")


async def test_what_the_event_loops_thread_freed_is_written_over_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SCREENS_GO", 0.0)
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    pieces: list[int] = []
    for _ in range(TRIES):  # what else this thread frees meanwhile may fill what is kept
        pieces = [library.malloc(SIZE) for _ in range(MORE_THAN_KEPT)]
        for piece in pieces:
            ctypes.memmove(piece, WORDS * (SIZE // len(WORDS)), len(WORDS) * (SIZE // len(WORDS)))
        for piece in pieces:
            library.free(piece)
        if any(WORDS in look(piece) for piece in pieces):
            break
    assert any(WORDS in look(piece) for piece in pieces), "else nothing is shown"

    await Forgetting().forget()

    assert not any(WORDS in look(piece) for piece in pieces)


def look(piece: int) -> bytes:
    return ctypes.string_at(piece + KEPT_FOR_LISTS, SIZE - KEPT_FOR_LISTS)
