"""What waits beside visits: one row a group, alerts first, never a visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, update

from app.store import patients
from app.store.engine import Store
from app.store.outbox_others import GroupKind, list_others
from app.store.records import NewChange, save_record
from app.store.tables import Alert, Change, table_of
from tests.store.store_builders import make_patient

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
_alert, _change = table_of(Alert), table_of(Change)


def save(connection: Connection, group: str, kind: str, minutes: int) -> None:
    save_record(
        connection,
        group_id=group,
        patient_id="p1",
        changes=[NewChange(kind, group, "{}")],
        at=AT + timedelta(minutes=minutes),
        write_row=lambda _: None,
    )


def alert(connection: Connection, task_id: str) -> None:
    connection.execute(
        insert(_alert).values(
            id=task_id,
            patient_id="p1",
            rule="SEVERE_SYMPTOM",
            subject="esas-pain",
            level="today",
            state="open",
            finding="Pain 8",
            detail="",
            private=False,
            owner="prescriber",
            fired_at="2026-11-22T09:00:00Z",
            origin="own",
        )
    )


async def test_alerts_stand_first_and_every_group_once(store: Store) -> None:
    def fill(connection: Connection) -> None:
        patients.upsert(connection, make_patient("p1"))
        save(connection, "stay", "Encounter", 0)
        save(connection, "note", "DocumentReference", 1)
        save(connection, "t1", "Task", 2)
        save(connection, "t1", "Task", 3)
        save(connection, "t2", "Task", 4)
        alert(connection, "t1")

    await store.write(fill)
    found = await store.read(list_others)
    assert [(one.group_id, one.kind) for one in found] == [
        ("t1", GroupKind.ALERT),
        ("stay", GroupKind.STAY),
        ("note", GroupKind.ADDENDUM),
        ("t2", GroupKind.TASK),
    ]
    assert found[0].since == AT + timedelta(minutes=2)
    assert all(one.reason is None for one in found)


async def test_one_that_was_refused_says_why_and_one_that_is_settled_is_gone(store: Store) -> None:
    def fill(connection: Connection) -> None:
        save(connection, "stay", "Encounter", 0)
        save(connection, "note", "DocumentReference", 1)
        aside = _change.c.group_id == "stay"
        connection.execute(update(_change).where(aside).values(state="set-aside", reason="not hers"))
        connection.execute(update(_change).where(~aside).values(state="settled"))

    await store.write(fill)
    (one,) = await store.read(list_others)
    assert (one.group_id, one.reason) == ("stay", "not hers")
