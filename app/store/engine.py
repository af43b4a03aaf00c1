"""One open, decrypted store: one writer thread, one reader thread, listeners told after each commit.

SQLite's errors become `app.errors` on the way out of here (`app.store.faults`) and nowhere else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from app.errors import HearthsideError, StoreDamaged, StoreError, StoreNewer
from app.store import all_sent, meta, migrations
from app.store.changes import Changes, Topic
from app.store.cipher import check_file, make_engine, open_raw, prove_file
from app.store.faults import store_errors

T = TypeVar("T")
COMMITS_TO_TIDY = 64
"""After so many commits the log is written back, by a connection and in a thread of its own (ADR 0067)."""
CHECK_AT_OPEN_BYTES = 64_000_000
"""Up to this size the whole file is checked each time it is opened (F28); a larger one by `hearthside doctor`."""

_log = logging.getLogger("app.store")


class Store:
    """An open store. Make one with `Vault.create`, `Vault.unlock` or, with a raw key, `create_store`/`open_store`."""

    def __init__(
        self, path: Path, key: bytes, store_id: str, on_closed: Callable[[], None] | None = None
    ) -> None:
        self.path = path
        self.store_id = store_id
        self._on_closed = on_closed
        self._listeners: list[Callable[[Changes], None]] = []
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._reader_thread = ThreadPoolExecutor(1, thread_name_prefix="store-read")
        self._writer = make_engine(path, key, read_only=False)
        self._reader = make_engine(path, key, read_only=True)
        self._tidy_thread = ThreadPoolExecutor(1, thread_name_prefix="store-tidy")
        self._tidier = make_engine(path, key, read_only=False)
        self._commits = 0
        self._connections: dict[Engine, Connection] = {}
        """One of each engine, made and used in its own thread: taking one from the pool costs more than most reads."""
        self._closing: asyncio.Future[None] | None = None

    @property
    def closed(self) -> bool:
        """True from the first call of `close` on."""
        return self._closing is not None

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in the reader thread, in one transaction that cannot write."""
        return await self._submit(self._reader_thread, self._run, self._reader, fn)

    async def write(
        self,
        fn: Callable[[Connection], T],
        *topics: Topic,
        more: Callable[[T], Iterable[Topic]] = lambda result: (),
    ) -> T:
        """Run `fn` in one transaction (BEGIN IMMEDIATE … COMMIT, synchronous=FULL) in the writer thread.

        It has been committed when this returns; any exception of `fn` rolls all back. Listeners are called with
        `topics`, and what `more` makes of the result, on the loop's thread after the commit, even if the waiting
        task was cancelled meanwhile.
        """
        loop = asyncio.get_running_loop()

        def run() -> T:
            result = self._run(self._writer, fn)
            self._commits += 1
            if self._commits % COMMITS_TO_TIDY == 0:
                with suppress(RuntimeError):  # no thread to be had: what is committed is committed
                    self._tidy_thread.submit(self._tidy)
            touched = frozenset((*topics, *more(result)))
            if touched and not loop.is_closed():
                loop.call_soon_threadsafe(self._tell, touched)
            return result

        return await self._submit(self._writer_thread, run)

    async def empty_log(self) -> bool:
        """Write the log's pages into the file and cut the log off: what was deleted before is in neither. False where
        a read that began earlier kept it; closing empties it in any case.
        """
        return await self._submit(self._writer_thread, self._empty_log)

    def _empty_log(self) -> bool:
        row = self._write_back(self._writer, "TRUNCATE")
        return row is not None and row[0] == 0

    def _write_back(self, engine: Engine, how: str) -> Sequence[Any] | None:
        with store_errors(self.path):
            raw = engine.raw_connection()
            try:
                row: Sequence[Any] | None = raw.cursor().execute(f"PRAGMA wal_checkpoint({how})").fetchone()
            finally:
                raw.close()
        return row

    def _tidy(self) -> None:
        """Write the log's pages into the file while others read and write; whoever taps waits for none of it."""
        if self.closed:
            return  # its connection has left: another would hold the key of a locked store
        try:
            self._write_back(self._tidier, "PASSIVE")
        except Exception as error:  # noqa: BLE001 - nobody waits for it; what was committed is safe in the log
            _log.warning("the log was not tidied: %s", type(error).__name__)

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Call `fn` after each commit that names topics; returns what ends it."""
        self._listeners.append(fn)

        def unlisten() -> None:
            if fn in self._listeners:
                self._listeners.remove(fn)

        return unlisten

    async def close(self) -> None:
        """Finish what runs, checkpoint, close both connections, free the lock, drop the key. May be called twice."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        loop = asyncio.get_running_loop()
        self._listeners.clear()
        try:
            await loop.run_in_executor(self._tidy_thread, self._leave, self._tidier)
            await loop.run_in_executor(self._reader_thread, self._leave, self._reader)
            await loop.run_in_executor(self._writer_thread, self._finish_writer)
        finally:
            self._tidy_thread.shutdown(wait=False)
            self._reader_thread.shutdown(wait=False)
            self._writer_thread.shutdown(wait=False)
            if self._on_closed is not None:
                self._on_closed()

    def _finish_writer(self) -> None:
        unsent = True
        try:
            with store_errors(self.path):
                # The last word: this thread writes, and nothing is given to it any more.
                unsent = self._run(self._writer, all_sent.has_unsent)
            self._empty_log()
        except HearthsideError as error:
            # What was committed lies safely in the write-ahead log; only its tidying failed.
            _log.warning("closing without a checkpoint: %s %s", type(error).__name__, error.detail)
        finally:
            self._leave(self._writer)
        if not unsent:
            self._mark_all_sent()

    def _mark_all_sent(self) -> None:
        try:
            all_sent.lay_mark(self.path)
        except (HearthsideError, OSError) as error:
            # Without the mark the store counts as one with unsent work, which deletes less.
            _log.warning("it was not marked that all was sent: %s", type(error).__name__)

    async def _submit(self, thread: ThreadPoolExecutor, fn: Callable[..., T], *args: Any) -> T:
        if self.closed:
            raise StoreError("Hearthside is locked.", detail="closed")
        return await asyncio.get_running_loop().run_in_executor(thread, fn, *args)

    def _run(self, engine: Engine, fn: Callable[[Connection], T]) -> T:
        with store_errors(self.path):
            connection = self._connections.get(engine)
            if connection is None:
                connection = self._connections[engine] = engine.connect()
            with connection.begin():
                return fn(connection)

    def _leave(self, engine: Engine) -> None:
        connection = self._connections.pop(engine, None)
        if connection is not None:
            connection.close()
        engine.dispose()

    def _tell(self, changes: Changes) -> None:
        for fn in tuple(self._listeners):
            try:
                fn(changes)
            except Exception:  # noqa: BLE001 - one screen's mistake must not keep the others from hearing
                _log.exception("a listener failed")


async def create_store(
    path: Path,
    key: bytes,
    *,
    store_id: str,
    user_reference: str = "",
    user_name: str = "",
    plan_url: str = "",
    on_closed: Callable[[], None] | None = None,
) -> Store:
    """Make a new store file at the current schema and open it. Raises FileExistsError when there is one."""

    def make() -> None:
        path.touch(mode=0o600, exist_ok=False)
        with store_errors(path):
            raw = open_raw(path, key, create=True)
            raw.close()
            engine = make_engine(path, key, read_only=False)
            try:
                with engine.begin() as connection:
                    migrations.create_schema(connection)
                    for name, value in (
                        (meta.STORE_ID, store_id),
                        (meta.USER_REFERENCE, user_reference),
                        (meta.USER_NAME, user_name),
                        (meta.PLAN_URL, plan_url),
                    ):
                        meta.put(connection, name, value)
            finally:
                engine.dispose()
            prove_file(path)

    await asyncio.to_thread(make)
    return await open_store(path, key, store_id=store_id, on_closed=on_closed)


async def open_store(
    path: Path, key: bytes, *, store_id: str, on_closed: Callable[[], None] | None = None
) -> Store:
    """Open a file at the current schema with its raw 32-byte key.

    Raises NoCipher, StoreDamaged (also for a wrong key: SQLite's words are the same), StoreNewer, DiskFull.
    `on_closed` is called once the store is closed, and when opening fails.
    """

    def check_head() -> None:
        with store_errors(path):
            check_file(path)
        all_sent.lift_mark(path)

    def check(connection: Connection) -> None:
        version = migrations.read_version(connection)
        if version > migrations.SCHEMA_VERSION:
            raise StoreNewer(detail=f"schema {version}")
        if version < migrations.SCHEMA_VERSION:
            raise StoreDamaged(detail=f"schema {version} was not migrated")
        if meta.find(connection, meta.STORE_ID) != store_id:
            raise StoreDamaged(detail="another store's file")
        small = path.stat().st_size <= CHECK_AT_OPEN_BYTES
        if small and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
            raise StoreDamaged(detail="quick check")

    try:
        await asyncio.to_thread(check_head)
        store = Store(path, key, store_id, on_closed)
    except BaseException:
        if on_closed is not None:
            on_closed()
        raise
    try:
        await store.read(check)
        await store.write(lambda connection: migrations.read_version(connection))
    except BaseException:
        await store.close()
        raise
    return store
