"""When a record that was opened in an emergency counts as here: not with its first page."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from app.store import bases, cursors, emergencies
from app.store.bases import BaseCopy
from app.store.engine import Store

UNTIL = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


async def test_a_name_or_a_face_sheet_alone_is_not_yet_her_record(store: Store) -> None:
    sheet = BaseCopy("Patient", "p1", "v1", "2026-11-22T22:00:00Z", "{}", "p1")
    come = []

    def open_and_fetch(connection: Connection) -> None:
        emergencies.put(connection, "p1", "Rosa Colón", UNTIL)
        come.append(emergencies.has_come(connection, "p1"))
        bases.put(connection, sheet)
        come.append(emergencies.has_come(connection, "p1"))
        cursors.put(connection, "backfill/p1", "*", None, done=True)
        come.append(emergencies.has_come(connection, "p1"))

    await store.write(open_and_fetch)
    assert come == [False, False, True]


async def test_one_marked_as_joined_before_anything_of_hers_came_is_not_here(store: Store) -> None:
    def mark(connection: Connection) -> bool:
        emergencies.put(connection, "p1", "Rosa Colón", UNTIL)
        cursors.put(connection, "backfill/p1", "*", None, done=True)
        return emergencies.has_come(connection, "p1")

    assert not await store.write(mark)
