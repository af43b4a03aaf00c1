"""The write-ahead log is written back after commits, beside them: no commit waits for it and the log stays short."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.store import engine, meta
from app.store.cipher import LONGEST_LOG_PAGES
from app.store.engine import Store


async def write_some(store: Store, times: int) -> None:
    for number in range(times):
        await store.write(lambda c, number=number: meta.put(c, f"key-{number % 7}", f"{number:03}" * 1000))  # type: ignore[misc]


def find_open(path: Path) -> list[str]:
    """What this process has open of a store: its file, its log, its shared memory."""
    held = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    return [one for one in held if one.startswith(str(path))]


async def test_after_so_many_commits_the_log_begins_anew_and_does_not_grow(store: Store) -> None:
    log = store.path.with_name(store.path.name + "-wal")
    await write_some(store, engine.COMMITS_TO_TIDY)
    store._tidy_thread.submit(lambda: None).result()  # what was given to it before is done
    longest = log.stat().st_size
    for _ in range(3):
        await write_some(store, engine.COMMITS_TO_TIDY)
        store._tidy_thread.submit(lambda: None).result()
    # A commit may meet the writing back and be appended behind it once; without it the log would be four times as long.
    assert log.stat().st_size < 2.5 * longest


async def test_the_commits_own_writing_back_is_only_for_a_log_that_nobody_could_write_back(
    store: Store,
) -> None:
    pages = await store.write(lambda c: c.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one())
    assert pages == LONGEST_LOG_PAGES


async def test_it_is_done_by_a_thread_that_neither_reads_nor_writes_for_anybody(store: Store) -> None:
    await write_some(store, engine.COMMITS_TO_TIDY)
    assert store._tidy_thread.submit(lambda: True).result()
    assert store._tidy_thread not in (store._writer_thread, store._reader_thread)


async def test_nobody_opens_the_file_again_for_it_after_the_store_was_closed(store: Store) -> None:
    """The write that asks for it may be the last one before the lock: a connection would hold the key behind it."""
    await write_some(store, 1)
    await store.close()
    store._tidy()
    assert not find_open(store.path)


async def test_a_write_that_was_committed_is_told_as_such_though_no_thread_can_write_it_back(
    store: Store,
) -> None:
    store._tidy_thread.shutdown()
    await write_some(store, engine.COMMITS_TO_TIDY + 1)
    assert await store.read(lambda c: meta.find(c, "key-0")) == "063" * 1000
    store._tidy_thread = ThreadPoolExecutor(1)


async def test_a_log_that_cannot_be_written_back_keeps_nobody_from_writing(store: Store) -> None:
    store._tidier.dispose()
    store._tidier.pool._creator = lambda *_: (_ for _ in ()).throw(OSError(5, "io"))  # type: ignore[method-assign]
    await write_some(store, engine.COMMITS_TO_TIDY + 1)
    store._tidy_thread.submit(lambda: None).result()
    assert await store.read(lambda c: meta.find(c, "key-0")) == "063" * 1000
