"""How SQLite goes about what each page asks: one person's records, never everybody's."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Select
from sqlalchemy.dialects import sqlite

from app.store import bases
from app.store.current import read_data_version
from app.store.engine import Store
from app.store.meta import put


def explain(connection: Connection, statement: Select[tuple[object, ...]]) -> str:
    compiled = statement.params(person="p1", kind="Observation").compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
    return " / ".join(str(row[3]) for row in rows)


@pytest.mark.parametrize("statement", [bases._OF_PERSON, bases._OF_PERSON_AND_TYPE], ids=["all", "one type"])
async def test_the_records_of_a_person_are_found_by_the_person(
    store: Store, statement: Select[tuple[object, ...]]
) -> None:
    plan = await store.read(lambda connection: explain(connection, statement))
    assert "ix_base_patient_id" in plan, plan


async def test_the_state_of_the_store_differs_after_a_write_and_only_then(store: Store) -> None:
    before = await store.read(read_data_version)
    assert await store.read(read_data_version) == before
    await store.write(lambda connection: put(connection, "a", "1"))
    assert await store.read(read_data_version) != before
