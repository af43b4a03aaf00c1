"""Transactions, threads and listeners of an open store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError
from store_builders import KEY, STORE_ID, answer, make_draft

from app.errors import DiskFull, StoreBusy, StoreDamaged, StoreError
from app.store import meta, visits
from app.store.all_sent import MARK
from app.store.changes import Changes, Topic
from app.store.engine import Store, open_store
from app.store.faults import is_disk_full, map_error, store_errors
from app.store.quick import savepoint
from app.store.tables import Meta, table_of


async def test_a_failing_write_leaves_nothing_of_itself(store: Store) -> None:
    def fail(connection: Connection) -> None:
        meta.put(connection, "half", "done")
        raise LookupError("stop")

    with pytest.raises(LookupError):
        await store.write(fail)
    assert await store.read(lambda c: meta.find(c, "half")) is None


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError):
        await store.read(lambda c: meta.put(c, "x", "y"))
    await store.write(lambda c: meta.put(c, "x", "z"))
    assert await store.read(lambda c: meta.get(c, "x")) == "z"


async def test_work_runs_off_the_event_loop_in_one_thread_each(store: Store) -> None:
    readers = {await store.read(lambda c: threading.get_ident()) for _ in range(3)}
    writers = {await store.write(lambda c: threading.get_ident()) for _ in range(3)}
    assert len(readers) == len(writers) == 1
    assert len(readers | writers | {threading.get_ident()}) == 3


async def test_listeners_hear_of_a_commit_on_the_loops_thread_and_not_of_a_rollback(store: Store) -> None:
    heard: list[tuple[Changes, int]] = []
    unlisten = store.listen(lambda changes: heard.append((changes, threading.get_ident())))
    await store.write(lambda c: meta.put(c, "a", "1"), Topic.VISITS, Topic.OUTBOX)

    def fail(connection: Connection) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fail, Topic.SYNC)
    await store.write(lambda c: meta.put(c, "a", "2"))
    assert heard == [(frozenset({Topic.VISITS, Topic.OUTBOX}), threading.get_ident())]
    unlisten()
    unlisten()
    await store.write(lambda c: meta.put(c, "a", "3"), Topic.VISITS)
    assert len(heard) == 1


async def test_one_failing_listener_does_not_keep_the_others_from_hearing(store: Store) -> None:
    heard: list[Changes] = []

    def fail(changes: Changes) -> None:
        raise LookupError

    store.listen(fail)
    store.listen(heard.append)
    await store.write(lambda c: meta.put(c, "a", "1"), Topic.SYNC)
    assert heard == [frozenset({Topic.SYNC})]


async def test_a_cancelled_caller_does_not_undo_or_hide_a_write(store: Store) -> None:
    entered, go = threading.Event(), threading.Event()
    heard = asyncio.Event()
    store.listen(lambda changes: heard.set())

    def slow(connection: Connection) -> None:
        entered.set()
        assert go.wait(10)
        meta.put(connection, "slow", "kept")

    task = asyncio.create_task(store.write(slow, Topic.VISITS))
    await asyncio.to_thread(entered.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()
    async with asyncio.timeout(10):
        await heard.wait()
    assert await store.read(lambda c: meta.get(c, "slow")) == "kept"


async def test_reading_goes_on_while_a_write_is_under_way(store: Store) -> None:
    entered, go = threading.Event(), threading.Event()
    await store.write(lambda c: meta.put(c, "x", "before"))

    def slow(connection: Connection) -> None:
        meta.put(connection, "x", "after")
        entered.set()
        assert go.wait(10)

    task = asyncio.create_task(store.write(slow))
    await asyncio.to_thread(entered.wait, 10)
    assert await store.read(lambda c: meta.get(c, "x")) == "before"
    go.set()
    await task
    assert await store.read(lambda c: meta.get(c, "x")) == "after"


async def test_a_closed_store_says_so_and_leaves_its_file_and_the_mark_that_all_was_sent(
    store: Store,
) -> None:
    await store.write(lambda c: meta.put(c, "x", "y"))
    await asyncio.gather(store.close(), store.close())
    assert store.closed
    with pytest.raises(StoreError, match="locked"):
        await store.read(lambda c: None)
    assert {path.name for path in store.path.parent.iterdir()} == {store.path.name, MARK}
    again = await open_store(store.path, KEY, store_id=STORE_ID)
    assert await again.read(lambda c: meta.get(c, "x")) == "y"
    await again.close()


async def test_closing_waits_for_a_write_that_was_already_taken(store: Store) -> None:
    writing = [asyncio.create_task(store.write(lambda c, n=n: meta.put(c, f"n{n}", "1"))) for n in range(20)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*writing)
    again = await open_store(store.path, KEY, store_id=STORE_ID)
    assert all([await again.read(lambda c, n=n: meta.find(c, f"n{n}")) for n in range(20)])
    await again.close()


async def test_no_value_is_in_the_text_of_a_database_error(store: Store) -> None:
    with pytest.raises(DBAPIError) as caught:
        await store.write(
            lambda c: c.execute(
                insert(table_of(Meta)), [{"key": "k", "value": "Zebulon"}, {"key": "k", "value": "Z"}]
            )
        )
    assert "Zebulon" not in str(caught.value)
    assert "Zebulon" not in repr(caught.value)


async def test_a_full_disk_is_said_and_costs_only_the_write_that_met_it(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(4)))
    pages = await store.write(lambda c: c.execute(text("PRAGMA page_count")).scalar_one())
    await store.write(lambda c: c.execute(text(f"PRAGMA max_page_count = {pages}")))
    with pytest.raises(DiskFull):
        await store.write(lambda c: visits.set_note(c, "visit-1", "long " * 20_000))
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(5)))
    draft = await store.read(lambda c: visits.read_draft(c, "visit-1"))
    assert draft.answers["esas-pain"].value == 5
    await store.write(lambda c: c.execute(text("PRAGMA max_page_count = 1000000")))
    await store.write(lambda c: visits.set_note(c, "visit-1", "long " * 20_000))


async def fill_up(store: Store) -> Callable[[Connection], None]:
    """Leave no room for another page; returns what asks for more."""
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    pages = await store.write(lambda c: c.execute(text("PRAGMA page_count")).scalar_one())
    await store.write(lambda c: c.execute(text(f"PRAGMA max_page_count = {pages}")))
    return lambda c: visits.set_note(c, "visit-1", "long " * 20_000)


async def test_nothing_is_called_saved_that_a_full_disk_undid_though_its_error_was_swallowed(
    store: Store,
) -> None:
    """SQLite undoes the whole transaction by itself then, and a driver takes the COMMIT of none for done."""
    write_more = await fill_up(store)

    def swallow(connection: Connection) -> None:
        meta.put(connection, "before", "1")
        with suppress(DBAPIError):
            write_more(connection)

    with pytest.raises(StoreError):
        await store.write(swallow)
    assert await store.read(lambda c: meta.find(c, "before")) is None


async def test_a_full_disk_inside_a_savepoint_is_still_said_as_one(store: Store) -> None:
    write_more = await fill_up(store)

    def write_inside(connection: Connection) -> None:
        with savepoint(connection):
            write_more(connection)

    with pytest.raises(DiskFull):
        await store.write(write_inside)

    def fail_otherwise(connection: Connection) -> None:
        with savepoint(connection):
            with suppress(DBAPIError):
                write_more(connection)
            raise ZeroDivisionError

    with pytest.raises(DBAPIError):
        await store.write(fail_otherwise)


class _SqliteError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__("made up")
        self.sqlite_errorcode = code


def test_errors_of_the_file_have_one_sentence_each(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {
        11: StoreDamaged,
        26: StoreDamaged,
        779: StoreDamaged,
        13: DiskFull,
        5: StoreBusy,
        10: StoreError,
    }
    for code, kind in expected.items():
        assert type(map_error(_SqliteError(code), store.path)) is kind, code
    assert type(map_error(OSError(5, "x"), store.path)) is StoreError
    assert map_error(_SqliteError(19), store.path) is None
    assert map_error(ValueError(), store.path) is None
    monkeypatch.setattr("app.store.faults.SPARE_BYTES", 1 << 62)
    assert is_disk_full(store.path)
    assert type(map_error(_SqliteError(10), store.path)) is DiskFull
    assert type(map_error(OSError(28, "x"), store.path)) is DiskFull
    with pytest.raises(DiskFull), store_errors(store.path):
        raise OSError(28, "No space left on device")
