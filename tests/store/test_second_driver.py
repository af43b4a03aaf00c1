"""Two drivers, one format: each opens the other's files, says errors alike, and proves the same seals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text
from store_builders import KEY, NOON, STORE_ID, answer, make_draft

from app.errors import NoCipher
from app.store import health, meta, migrations, passes, visits
from app.store.cipher import DRIVER_SETTING, DRIVERS, check_file, load_driver, make_engine, open_raw
from app.store.engine import create_store
from app.store.tables import Meta, table_of

PAGE = 4096
BOTH = [("sqlcipher3", "apsw"), ("apsw", "sqlcipher3")]


@pytest.fixture(params=list(DRIVERS))
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(DRIVER_SETTING, request.param)
    return str(request.param)


@pytest.fixture
def engine(driver: str, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "store-0001.db"
    open_raw(path, KEY, create=True).close()
    engine = make_engine(path, KEY, read_only=False)
    with engine.begin() as connection:
        migrations.create_schema(connection)
    yield engine
    engine.dispose()


def copy_as_it_lies(source: Path, target: Path) -> None:
    for suffix in ("", "-wal"):
        content = source.with_name(source.name + suffix).read_bytes()
        assert content, "what is copied has a live write-ahead log"
        target.with_name(target.name + suffix).write_bytes(content)


@pytest.mark.parametrize(("one", "other"), BOTH)
async def test_each_driver_opens_the_others_file_with_a_live_write_ahead_log(
    one: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, found = tmp_path / "store-0001.db", tmp_path / "found.db"
    for turn, name in enumerate((one, other)):
        monkeypatch.setenv(DRIVER_SETTING, name)
        if turn == 0:
            await (await create_store(path, KEY, store_id=STORE_ID)).close()
        check_file(path)
        writer = make_engine(path, KEY, read_only=False)
        with writer.begin() as connection:
            meta.put(connection, f"by {name}", "Núñez")
        copy_as_it_lies(path, found)
        writer.dispose()
        monkeypatch.setenv(DRIVER_SETTING, other if turn == 0 else one)
        check_file(found)
        reader = make_engine(found, KEY, read_only=False)
        with reader.begin() as connection:
            assert meta.get(connection, f"by {name}") == "Núñez"
            assert meta.get(connection, f"by {one}") == "Núñez"
            assert health.examine(connection).seal == "ok"
            meta.put(connection, "answered", "yes")
        reader.dispose()


async def test_seals_are_proved_page_by_page_also_where_no_table_looks(driver: str, tmp_path: Path) -> None:
    """A damaged page that nothing uses passes SQLite's own check: only the seals tell."""
    path = tmp_path / "store-0001.db"
    store = await create_store(path, KEY, store_id=STORE_ID)
    await store.write(lambda c: meta.put(c, "long", "x" * 40 * PAGE))
    await store.write(lambda c: meta.remove(c, "long"))
    await store.close()
    whole = path.read_bytes()
    pages = len(whole) // PAGE

    def look() -> tuple[str, str, list[str]]:
        check_file(path)
        engine = make_engine(path, KEY, read_only=True)
        try:
            with engine.begin() as c:
                told = [row[0] for row in c.exec_driver_sql("PRAGMA cipher_integrity_check")]
                integrity = c.exec_driver_sql("PRAGMA integrity_check").scalar_one()
                return health.examine(c).seal, integrity, told
        finally:
            engine.dispose()

    assert look() == ("ok", "ok", [])
    broken = bytearray(whole)
    broken[(pages - 1) * PAGE + 700] ^= 1
    path.write_bytes(broken)
    assert look() == ("1 pages", "ok", [f"HMAC verification failed for page {pages}"])
    path.write_bytes(whole + whole[:PAGE])
    seal, _, _ = look()
    assert seal == "1 pages", "a page put into another one's place"


def test_statements_answer_as_sqlalchemy_and_the_store_expect(engine: Engine) -> None:
    table = table_of(Meta)
    with engine.begin() as c:
        first = passes.begin(c, NOON)
        assert passes.begin(c, NOON) == first + 1, "RETURNING"
        changed = c.execute(table.update().where(table.c.key == "none").values(value="x"))
        assert changed.rowcount == 0
        rows = [{"key": f"k{n}", "value": "v"} for n in range(5)]
        assert c.execute(table.insert(), rows).rowcount == 5
        assert c.execute(table.delete().where(table.c.key.like("k%"))).rowcount == 5
        empty = c.execute(select(table).where(table.c.key == "none"))
        assert list(empty.keys()) == ["key", "value"], "columns without rows"
        assert empty.first() is None
        kept = c.execute(text("SELECT 1 UNION SELECT 2 UNION SELECT 3"))
        assert (kept.fetchone(), kept.fetchmany(1), kept.fetchall()) == ((1,), [(2,)], [(3,)])


def test_a_query_that_was_not_read_to_its_end_keeps_no_lock(engine: Engine) -> None:
    with engine.begin() as c:
        c.exec_driver_sql("SELECT key FROM meta UNION ALL SELECT 'more'").fetchone()
    with engine.begin() as c:
        assert c.exec_driver_sql("SELECT 1").scalar_one() == 1
    raw = engine.raw_connection()
    row = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert row[0] == 0
    raw.close()


def test_errors_have_sqlites_code_and_no_value_in_their_text(engine: Engine, driver: str) -> None:
    module: Any = load_driver()
    raw = engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("INSERT INTO meta VALUES ('k', 'Zebulon')")
    for statement, kind, primary in (
        ("INSERT INTO meta VALUES ('k', 'Zebulon')", module.IntegrityError, 19),
        ("INSERT INTO meta VALUES ('l', NULL)", module.IntegrityError, 19),
        ("SELECT nothing FROM nowhere", module.OperationalError, 1),
    ):
        with pytest.raises(kind) as caught:
            cursor.execute(statement)
        assert caught.value.sqlite_errorcode & 0xFF == primary, driver
        assert "Zebulon" not in str(caught.value)
    with pytest.raises(module.Error):
        cursor.execute("SELECT ?", (1, 2))
    raw.close()


def test_a_transaction_that_was_rolled_back_leaves_nothing(engine: Engine) -> None:
    def fail(c: Connection) -> None:
        visits.begin(c, make_draft("v"), "1")
        visits.put_answer(c, "v", "esas-pain", answer(4))
        raise LookupError

    with pytest.raises(LookupError), engine.begin() as c:
        fail(c)
    with engine.begin() as c:
        assert c.exec_driver_sql("SELECT count(*) FROM answer").scalar_one() == 0


def test_the_setting_chooses_the_driver_and_an_unknown_name_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in DRIVERS.items():
        monkeypatch.setenv(DRIVER_SETTING, name)
        assert load_driver().__name__ == module
    monkeypatch.setenv(DRIVER_SETTING, "sqlite3")
    with pytest.raises(NoCipher):
        load_driver()
    monkeypatch.delenv(DRIVER_SETTING)
    assert load_driver().__name__ == "sqlcipher3.dbapi2"


def test_the_second_driver_is_taken_where_the_first_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DRIVER_SETTING, raising=False)
    monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)
    assert load_driver().__name__ == "app.store.apsw_driver"


def test_apsw_without_a_cipher_is_no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain `apsw` package has the same import name and takes a key in silence."""
    monkeypatch.setenv(DRIVER_SETTING, "apsw")
    monkeypatch.delitem(sys.modules, "app.store.apsw_driver", raising=False)
    monkeypatch.setitem(sys.modules, "apsw", ModuleType("apsw"))
    with pytest.raises(NoCipher):
        load_driver()
