"""How SQLite goes about what each page asks: one person's records, never everybody's."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Select, insert
from sqlalchemy.dialects import sqlite

from app.store import bases, tables
from app.store.bases import BaseCopy
from app.store.current import read_data_version
from app.store.day_rows import list_people_with_stays
from app.store.engine import Store
from app.store.meta import put
from app.store.visit_rows import visit_table

PATIENT = tables.table_of(tables.Patient)
ROW = {
    **dict.fromkeys(("nurse_reference", "nurse_name", "content_version"), "x"),
    "status": "signed", "origin": "pulled", "modality": "in-person", "setting": "home",
    "began_at": "2026-03-01T08:00:00Z",
}  # fmt: skip


def explain(connection: Connection, statement: Select[tuple[object, ...]]) -> str:
    compiled = statement.params(person="p1", kind="Observation").compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
    return " / ".join(str(row[3]) for row in rows)


@pytest.mark.parametrize(
    ("statement", "by"),
    [
        (bases._OF_PERSON._statement, "patient_id=?"),
        (bases._OF_PERSON_AND_TYPE._statement, "patient_id=? AND type=?"),
    ],
    ids=["all", "one type"],
)
async def test_the_records_of_a_person_are_found_by_the_person_and_not_by_walking_through_more(
    store: Store, statement: Select[tuple[object, ...]], by: str
) -> None:
    plan = await store.read(lambda connection: explain(connection, statement))
    assert plan == f"SEARCH base USING INDEX ix_base_patient ({by})"


async def test_the_state_of_the_store_differs_after_a_write_and_only_then(store: Store) -> None:
    before = await store.read(read_data_version)
    assert await store.read(read_data_version) == before
    await store.write(lambda connection: put(connection, "a", "1"))
    assert await store.read(read_data_version) != before


async def test_people_in_a_facility_are_found_among_their_visits(store: Store) -> None:
    """A visit is an Encounter too, with our mark in it, and its row; a stay has no mark."""

    def fill(connection: Connection) -> None:
        for who in ("p1", "p2", "p3", "p4"):
            names = dict.fromkeys(("id", "display_name", "sort_name", "search_name"), who)
            connection.execute(insert(PATIENT).values(**names))
        for id, who in (("v1", "p1"), ("v3", "p3")):
            connection.execute(insert(visit_table).values(**ROW, id=id, patient_id=who))
        # A stay for palliative care is read as a visit in that place, too.
        there = ROW | {"setting": "hospital", "id": "s4", "patient_id": "p4"}
        connection.execute(insert(visit_table).values(**there))
        stay = '{"resourceType":"Encounter","period":{"start":"2026-03-01T08:00:00Z"}}'
        over = stay.replace('Z"}', 'Z","end":"2026-03-02T08:00:00Z"}')
        visit = stay.replace("{", '{"identifier":[{"system":"mark"}],', 1)
        for id, who, body in (
            ("s1", "p1", stay),
            ("s2", "p2", over),
            ("v3", "p3", visit),
            ("v1", "p1", visit),
            ("s4", "p4", over),
        ):
            bases.put(connection, BaseCopy("Encounter", id, "1", "2026-03-03T00:00:00Z", body, who))

    await store.write(fill)
    assert await store.read(lambda c: list_people_with_stays(c, "mark", "2026-03-03")) == ("p1",)
    assert await store.read(lambda c: list_people_with_stays(c, "mark", "")) == ("p1", "p2", "p4")
