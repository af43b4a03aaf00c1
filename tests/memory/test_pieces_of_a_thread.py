"""Freed pieces that the C library keeps for one thread, and that only this thread can write over."""

from __future__ import annotations

import ctypes

import pytest

from app import memory
from app.memory import Forgetting, wipe_what_is_freed

WORDS = b"Today(user_name='Quillfeather', drafts=("
SIZE = 700
"""Bytes: more than Python's own allocator hands out, few enough to be kept for the thread."""
KEPT = 7
"""Pieces of one size that the C library keeps for a thread."""
TAKEN = [8 << doubled for doubled in range(12)]
"""How many pieces are taken before some are freed. Eight would empty what the thread keeps; but where the arena has
free pieces of this size, the C library fills that up from them while it hands one out. So ever more are taken."""
KEPT_FOR_LISTS = 16
"""Bytes at the beginning of a freed piece that the C library uses itself."""

pytestmark = pytest.mark.skipif(not wipe_what_is_freed(), reason="only where the C library keeps such pieces")


async def test_what_the_event_loops_thread_freed_is_written_over_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SCREENS_GO", 0.0)
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    taken: list[int] = []
    freed: list[int] = []
    for many in TAKEN:
        taken += [library.malloc(SIZE) for _ in range(many)]
        freed, taken = taken[-KEPT:], taken[:-KEPT]
        for piece in freed:
            ctypes.memmove(piece, WORDS * (SIZE // len(WORDS)), len(WORDS) * (SIZE // len(WORDS)))
        for piece in freed:
            library.free(piece)
        if any(WORDS in look(piece) for piece in freed):
            break
    assert any(WORDS in look(piece) for piece in freed), "else nothing is shown"

    await Forgetting().forget()

    assert not any(WORDS in look(piece) for piece in freed)
    for piece in taken:
        library.free(piece)


def look(piece: int) -> bytes:
    return ctypes.string_at(piece + KEPT_FOR_LISTS, SIZE - KEPT_FOR_LISTS)
