"""What waits says why, how large it is and what it waits for; what was received says when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from outbox_steps import AT, attempt, change, save, sign
from sqlalchemy import Connection, insert, select, update
from store_builders import NOON, make_patient

from app.store import conflicts, outbox, patients
from app.store.engine import Store
from app.store.outbox import NewReceipt
from app.store.outbox_groups import WaitingGroup, list_waiting
from app.store.outbox_kinds import GroupKind
from app.store.outbox_received import list_received
from app.store.outbox_rows import change as change_table
from app.store.outbox_rows import receipt as receipt_table
from app.store.tables import Attachment, table_of

_attachment = table_of(Attachment)


def receipt(type: str, id: str, at: str = AT) -> NewReceipt:
    return NewReceipt(type, id, "v1", at, at)


def by_group(connection: Connection) -> dict[str, WaitingGroup]:
    return {one.group_id: one for one in list_waiting(connection)}


async def test_a_visit_that_was_never_sent_is_one_row_with_its_age_and_size(store: Store) -> None:
    def fill(connection: Connection) -> int:
        patients.upsert(connection, make_patient())
        seqs = sign(connection)
        rows = connection.execute(select(change_table.c.payload).where(change_table.c.seq.in_(seqs)))
        return sum(len(payload.encode()) for payload in rows.scalars())

    size = await store.write(fill)
    (one,) = await store.read(list_waiting)
    assert (one.kind, one.group_id, one.size) == (GroupKind.VISIT, "visit-1", size)
    assert (one.parts, one.push, one.set_aside, one.waits_for) == ((0, 2), None, False, None)
    assert one.patient_name == make_patient().display_name
    assert one.since == NOON + timedelta(minutes=55)
    assert await store.read(list_received) == ()


async def test_twelve_of_seventeen_are_counted_from_receipts(store: Store) -> None:
    def fill(connection: Connection) -> None:
        seqs = save(connection, "g", *(change(f"t{n}") for n in range(17)))
        attempt(connection, "w", seqs)
        outbox.settle(connection, "w", [receipt("Task", f"t{n}") for n in range(12)])

    await store.write(fill)
    (one,) = await store.read(list_waiting)
    assert one.parts == (12, 17)
    assert one.push is not None
    assert (one.push.attempted, one.push.attempts) == (True, 1)


async def test_a_later_version_of_a_received_record_waits_as_a_whole(store: Store) -> None:
    def fill(connection: Connection) -> None:
        attempt(connection, "w", save(connection, "t", change("t")))
        outbox.settle(connection, "w", [receipt("Task", "t")])
        attempt(connection, "w2", save(connection, "t", change("t", base="v1")))

    await store.write(fill)
    (one,) = await store.read(list_waiting)
    assert one.parts == (0, 1), "not one of two parts: one new thing"
    assert await store.read(list_received) == ()


async def test_what_points_to_something_waits_for_it_and_says_for_which(store: Store) -> None:
    def fill(connection: Connection) -> None:
        first = save(connection, "first", change("a"))
        save(connection, "second", change("b", "Task/a"))
        save(connection, "third", change("a"))
        outbox.set_aside(connection, first, "no such member")

    await store.write(fill)
    found = await store.read(by_group)
    assert (found["first"].set_aside, found["first"].reason) == (True, "no such member")
    assert found["first"].waits_for is None
    assert (found["second"].waits_for, found["third"].waits_for) == ("first", "first")


async def test_a_conflict_and_a_loss_are_said(store: Store) -> None:
    def fill(connection: Connection) -> int:
        (seq,) = save(connection, "edited", change("a"))
        outbox.set_aside(connection, [seq], "changed")
        save(connection, "lost", change("b"))
        gone = change_table.c.group_id == "lost"
        connection.execute(update(change_table).where(gone).values(lost_at="2026-03-02T15:00:00.000Z"))
        return conflicts.open_conflict(connection, type="Task", record_id="a", seq=seq, theirs="{}", at=NOON)

    conflict = await store.write(fill)
    found = await store.read(by_group)
    assert found["edited"].conflict == conflict
    assert found["lost"].lost_at == datetime(2026, 3, 2, 15, tzinfo=UTC)


async def test_a_file_is_as_large_as_its_bytes(store: Store) -> None:
    def fill(connection: Connection) -> None:
        connection.execute(
            insert(_attachment).values(
                id="doc",
                binary_id="bin",
                patient_id="patient-1",
                kind="wound",
                content_type="image/jpeg",
                size=700_000,
                sha1="x",
                taken_at="t",
                author="a",
                origin="own",
            )
        )
        document = change("doc", "Binary/bin", type="DocumentReference", priority=90)
        save(connection, "doc", change("bin", type="Binary", priority=90), document)

    await store.write(fill)
    (one,) = await store.read(list_waiting)
    assert one.kind is GroupKind.ATTACHMENT
    assert 700_000 < one.size < 701_000


async def test_alerts_come_first_and_then_the_oldest(store: Store) -> None:
    def fill(connection: Connection) -> None:
        save(connection, "old", change("a"))
        sign(connection)
        save(connection, "alert", change("b", priority=0))

    await store.write(fill)
    assert [one.group_id for one in await store.read(list_waiting)] == ["alert", "old", "visit-1"]


async def test_received_is_newest_first_with_the_plans_own_time(store: Store) -> None:
    def fill(connection: Connection) -> None:
        for group, at in (("a", "2026-03-02T14:02:00Z"), ("b", "2026-03-02T15:30:00+02:00"), ("c", "odd")):
            attempt(connection, f"w-{group}", save(connection, group, change(group)))
            outbox.settle(connection, f"w-{group}", [receipt("Task", group, at)])

    await store.write(fill)
    found = await store.read(list_received)
    assert [one.group_id for one in found] == ["a", "b", "c"]
    assert [one.received_at for one in found] == [
        datetime(2026, 3, 2, 14, 2, tzinfo=UTC),
        datetime(2026, 3, 2, 13, 30, tzinfo=UTC),
        None,
    ]


async def test_a_receipt_that_the_plan_lost_counts_for_nothing(store: Store) -> None:
    def fill(connection: Connection) -> None:
        attempt(connection, "w", save(connection, "g", change("a")))
        outbox.settle(connection, "w", [receipt("Task", "a")])
        connection.execute(update(receipt_table).values(lost_at="2026-03-02T15:00:00Z"))

    await store.write(fill)
    assert await store.read(list_received) == ()
