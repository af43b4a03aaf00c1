"""What stays in this process's memory of records that nobody has open any more.

Python hands freed memory on as it is: a name that was shown an hour ago still stands there until something else is
written over it. Two things are done about that, and ADR 0031 says with figures what remains. From the start the C
library overwrites what is freed to it (`wipe_what_is_freed`; glibc only), which covers the pages of the database and
every large text. After a lock, `Forgetting` drops what only cycles still hold, writes over the small blocks that Python
keeps for itself, ends the threads that worked meanwhile (each keeps freed pieces and its stack), and gives free pages
back to the system.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

log = logging.getLogger("app.memory")

SCREENS_GO = 1.0
"""Seconds after a store is closed in which its screens are taken down; then memory is written over."""
ONCE_MORE = 5.0
"""Seconds until it is done again: a busy device takes screens down later, and answers on their way come later still."""
_M_PERTURB = -6
_FILL = 0x5A
SMALLEST_BLOCK, LARGEST_BLOCK, BLOCK_STEP = 48, 512, 16
"""Sizes in bytes of the blocks that Python's own allocator hands out and that can hold a text."""
_BYTES_HEAD = 33
"""What an empty `bytes` takes."""
_BATCH = 256 * 1024
_MOST_A_SIZE = 48 * 1024 * 1024
_WITHOUT_PROC = 2 * 1024 * 1024
_ARENA = 1024 * 1024
_LARGE_STACK = 64 * 1024 * 1024
_TCACHE_LARGEST, _TCACHE_EACH = 1040, 8


@cache
def _find_glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None


def wipe_what_is_freed() -> bool:
    """From now on the C library writes over whatever is freed to it. False where it cannot be told to."""
    library = _find_glibc()
    return library is not None and library.mallopt(_M_PERTURB, _FILL) == 1


class Forgetting:
    """The threads in which this process works, made anew after each lock. One a process; use it on the event loop."""

    def __init__(self) -> None:
        self._workers: ThreadPoolExecutor | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def soon(self) -> None:
        """`forget`, once the screens of what was closed have been taken down, and once more a little later."""
        task = asyncio.create_task(self._soon())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _soon(self) -> None:
        for wait in (SCREENS_GO, ONCE_MORE):
            await asyncio.sleep(wait)
            await self.forget()

    def renew_workers(self) -> None:
        """Work begun from now on runs in new threads; the old ones end with what they do."""
        old, self._workers = self._workers, ThreadPoolExecutor(thread_name_prefix="work")
        asyncio.get_running_loop().set_default_executor(self._workers)
        if old is not None:
            old.shutdown(wait=False)

    async def forget(self) -> None:
        """Once nothing holds the records any more. Some 0.3 s of another thread's work."""
        self.renew_workers()
        await self._work(forget)
        _forget_here()  # the event loop's own thread, on which screens are drawn; under a millisecond
        # Threads of the closed store and the old workers may have ended only now, with a stack each.
        await asyncio.sleep(SCREENS_GO)
        await self._work(gc.collect)

    async def _work(self, fn: Callable[[], object]) -> None:
        """Run it in a thread whose end makes the C library give all ended threads' stacks back."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def work() -> None:
            try:
                fn()
            except Exception as error:  # noqa: BLE001 - a thread of its own: nobody else would hear of it
                log.warning("freed memory was not overwritten: %s", type(error).__name__)
            with contextlib.suppress(RuntimeError):  # the loop has ended, and the process with it
                loop.call_soon_threadsafe(done.set)

        # It keeps up to 40 MB of such stacks; one larger than that is more than it keeps.
        usual = threading.stack_size(_LARGE_STACK)
        try:
            thread = threading.Thread(target=work, name="forget", daemon=True)
            thread.start()
        finally:
            threading.stack_size(usual)
        await done.wait()


def forget() -> None:
    """Write over what was freed in this process, as far as this thread can."""
    gc.collect()
    _fill_small_blocks(_read_size)
    _forget_here()
    library = _find_glibc()
    if library is not None:
        library.malloc_trim(0)


def _forget_here() -> None:
    """Write over the freed pieces that the C library keeps for the thread that calls: no other thread reaches them."""
    library = _find_glibc()
    if library is not None:
        _fill_thread_cache(library)


def _fill_small_blocks(read_size: Callable[[], int | None]) -> None:
    """Take every free block of each size, as zeros, until Python has to ask the system for more; then let go."""
    held: list[list[bytes]] = []
    for block in range(SMALLEST_BLOCK, LARGEST_BLOCK + 1, BLOCK_STEP):
        before, taken = read_size(), 0
        most = _WITHOUT_PROC if before is None else _MOST_A_SIZE
        while taken < most:
            held.append([bytes(block - _BYTES_HEAD) for _ in range(_BATCH // block)])
            taken += _BATCH
            now = read_size()
            if before is not None and now is not None and now - before >= _ARENA:
                break
    held.clear()


def _read_size() -> int | None:
    """Bytes of this process's address space, None where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * 4096
    except (OSError, ValueError):
        return None


def _fill_thread_cache(library: ctypes.CDLL) -> None:
    """The C library keeps a few freed pieces of each size for this thread, and does not write over those."""
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    for size in range(24, _TCACHE_LARGEST, BLOCK_STEP):
        pieces = [library.malloc(size) for _ in range(_TCACHE_EACH)]
        for piece in pieces:
            if piece:
                ctypes.memset(piece, _FILL, size)
                library.free(piece)
