"""Statements on the driver's own cursor: the same rows, errors and transactions; and what is kept of any statement."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from store_builders import KEY, STORE_ID

from app.errors import StoreDamaged
from app.store import meta
from app.store.cipher import load_driver
from app.store.engine import Store, create_store
from app.store.faults import map_error
from app.store.quick import Quick, savepoint
from app.store.statement_cache import shared_statements
from app.store.tables import Patient, table_of
from app.store.warm import compile_ahead
from tests.support import kept_sql

TABLE = table_of(Patient)
NEW = Quick(insert(TABLE))
OF = select(TABLE).where(TABLE.c.id == bindparam("who"))
ROW = {
    **dict.fromkeys(TABLE.c.keys()),
    "id": "p1",
    "display_name": "Ana Ruiz",
    "sort_name": "Ruiz, Ana",
    "search_name": "ruiz ana",
    "deceased": False,
    "active_member": True,
}


async def test_rows_are_those_that_sqlalchemy_reads_with_truth_values_as_such(store: Store) -> None:
    await store.write(lambda c: NEW.run(c, ROW))
    quick = await store.read(lambda c: Quick(OF).one_or_none(c, who="p1"))
    usual = await store.read(lambda c: c.execute(OF, {"who": "p1"}).one())
    assert quick._asdict() == dict(usual._mapping)
    assert quick.deceased is False
    assert await store.read(lambda c: Quick(OF).one_or_none(c, who="p2")) is None


async def test_a_value_that_is_not_given_is_an_error_and_never_empty(store: Store) -> None:
    with pytest.raises(KeyError):
        await store.read(lambda c: Quick(OF).one_or_none(c))


async def test_a_list_of_values_is_refused_since_its_statement_is_another_for_each_length(
    store: Store,
) -> None:
    with pytest.raises(ValueError, match="shape"):
        await store.read(lambda c: Quick(select(TABLE).where(TABLE.c.id.in_(["p1", "p2"]))).all(c))


async def test_a_drivers_error_comes_out_as_sqlalchemys_without_the_values(store: Store) -> None:
    await store.write(lambda c: NEW.run(c, ROW))
    with pytest.raises(IntegrityError) as caught:
        await store.write(lambda c: NEW.run(c, ROW))
    assert "Ruiz" not in str(caught.value)
    assert isinstance(caught.value, DBAPIError)


async def test_an_error_of_the_file_is_ours_as_with_any_other_statement(store: Store) -> None:
    class Broken(load_driver().Error):  # type: ignore[misc]
        sqlite_errorcode = 11

    def fail(connection: Connection) -> None:
        error = DBAPIError.instance("", None, Broken(), load_driver().Error, hide_parameters=True)
        assert isinstance(map_error(error, store.path), StoreDamaged)

    await store.read(fail)


async def test_an_error_met_while_rows_are_fetched_is_sqlalchemys_too(store: Store) -> None:
    """A damaged page may be met as late as there; the rules of safety take any other error for a rule's own fault."""
    late = Quick(
        select(func.json_extract(TABLE.c.id, "$")).order_by(TABLE.c.id)
    )  # the second of them is no JSON
    await store.write(lambda c: NEW.run_many(c, [ROW | {"id": "1"}, ROW]))
    with pytest.raises(DBAPIError):
        await store.read(late.all)


async def test_what_it_wrote_goes_with_its_transaction(store: Store) -> None:
    def write_and_fail(connection: Connection) -> None:
        meta.put(connection, "a", "1")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own, three lines above
        await store.write(write_and_fail)
    assert await store.read(lambda c: meta.find(c, "a")) is None


async def test_a_savepoint_takes_back_what_was_written_inside_and_nothing_else(store: Store) -> None:
    def write(connection: Connection) -> None:
        meta.put(connection, "before", "1")
        with pytest.raises(ValueError), savepoint(connection):  # noqa: PT011, PT012 - our own
            meta.put(connection, "inside", "1")
            raise ValueError
        meta.put(connection, "after", "1")

    await store.write(write)
    held = await store.read(lambda c: [meta.find(c, key) for key in ("before", "inside", "after")])
    assert held == ["1", None, "1"]


async def test_what_was_compiled_ahead_serves_every_store_and_what_a_store_compiles_stays_its_own(
    tmp_path: Path,
) -> None:
    """Beside what is compiled lie the values that it was first run with: a name that was searched for, say."""
    shared = shared_statements(load_driver())
    compile_ahead(lambda c: c.execute(OF, {"who": "nobody"}).all())
    ahead = len(shared)
    assert ahead >= 1
    with kept_sql.apart():
        store = await create_store(tmp_path / "store-0002.db", KEY, store_id=STORE_ID)
    try:
        own = await store.read(lambda c: c.get_execution_options()["compiled_cache"])
        before = len(own)
        await store.read(lambda c: c.execute(OF, {"who": "p1"}).all())
        assert len(own) == before, "it was there already"
        await store.read(lambda c: c.execute(select(TABLE.c.id).where(TABLE.c.city == "Fresno")).all())
        assert len(own) == before + 1
        assert len(shared) == ahead
    finally:
        await store.close()
