"""Thirty days after its receipt an own record gives its bytes back, and no screen and no edit notices."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from outbox_steps import change, save
from sqlalchemy import Connection, Engine, create_engine, event, select, update
from sqlalchemy.pool import StaticPool
from store_builders import NOON

from app.store import bases, conflicts, current, outbox, outbox_lost, outbox_rows, outbox_trim
from app.store.bases import BaseCopy
from app.store.outbox import NewReceipt
from app.store.tables import StoreTable

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LIMIT = NOW - timedelta(days=30)


def at(days_ago: float) -> str:
    return (NOW - timedelta(days=days_ago)).isoformat().replace("+00:00", "Z")


@cache
def engine() -> Engine:
    """One for all cases: it remembers the statements that it has put together."""
    made = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(made, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    return made


@cache
def empty() -> bytes:
    """A database with all tables, to begin each case with."""
    with engine().connect() as connection:
        StoreTable.metadata.create_all(connection)
        raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # it is sqlite3's
        return raw.serialize()


def in_memory() -> Connection:
    empty()
    connection = engine().connect()
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # as above
    raw.deserialize(empty())
    return connection


def received(connection: Connection, id: str, version: str, days_ago: float, *, base: bool = True) -> int:
    """One version of a Task that was saved and settled then."""
    edit = outbox.base_for_edit(connection, "Task", id)
    (seq,) = save(connection, f"g-{id}", change(id, f"Patient/{version}", base=edit), patient_id="p")
    write_id = f"w-{id}-{version}"
    outbox.cut_write(connection, write_id, [seq], f"body {write_id}", NOON)
    outbox.mark_attempted(connection, write_id, NOON)
    stamp = at(days_ago)
    (payload,) = connection.execute(
        select(outbox_rows.change.c.payload).where(outbox_rows.change.c.seq == seq)
    ).scalars()
    copies = [BaseCopy("Task", id, version, stamp, payload, "p")] if base else []
    outbox.settle(connection, write_id, [NewReceipt("Task", id, version, stamp, stamp)], copies)
    return seq


def trim(connection: Connection) -> int:
    trimmed = 0
    while more := outbox_trim.trim(connection, NOW, LIMIT):
        trimmed += more
    return trimmed


def payload(connection: Connection, seq: int) -> str:
    row = outbox_rows.change.c
    return str(connection.execute(select(row.payload).where(row.seq == seq)).scalar_one())


def body(connection: Connection, write_id: str) -> str:
    row = outbox_rows.write.c
    return str(connection.execute(select(row.body).where(row.id == write_id)).scalar_one())


def test_what_was_received_long_ago_gives_its_bytes_back_and_keeps_its_receipt() -> None:
    connection = in_memory()
    old, young = received(connection, "a", "v1", 31), received(connection, "b", "v1", 29)
    assert trim(connection) == 1
    assert (payload(connection, old), body(connection, "w-a-v1")) == ("", "")
    assert payload(connection, young)
    assert body(connection, "w-b-v1")
    assert outbox.last_version(connection, "Task", "a") == "v1"
    assert outbox.base_for_edit(connection, "Task", "a") == "own-latest"
    assert not outbox_trim.is_due(connection, NOW + timedelta(hours=23))
    assert outbox_trim.is_due(connection, NOW + timedelta(hours=25))
    assert {one.key for one in outbox_lost.list_own(connection, NOW - timedelta(days=99))} == {("Task", "b")}


def test_bytes_stay_while_anything_still_needs_them() -> None:
    connection = in_memory()
    alone = received(connection, "a", "v1", 90, base=False)
    edited = received(connection, "b", "v1", 90)
    save(connection, "g-b", change("b", base="own-latest"), patient_id="p")
    contested = received(connection, "c", "v1", 90)
    conflicts.open_conflict(connection, type="Task", record_id="c", seq=contested, theirs="{}", at=NOON)
    assert trim(connection) == 0
    assert all(payload(connection, seq) for seq in (alone, edited, contested))


def test_a_spent_record_is_never_shown_even_when_its_copy_goes() -> None:
    connection = in_memory()
    received(connection, "a", "v1", 90)
    trim(connection)
    bases.drop(connection, [("Task", "a")])
    assert current.list_current(connection, "p", "Task") == ()


RECORDS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from([5.0, 29.9, 30.1, 60.0, 400.0]),
        st.sampled_from(["same", "none", "theirs-later", "theirs-earlier", "deleted"]),
        st.booleans(),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=40)
@given(records=RECORDS)
def test_trimming_changes_nothing_that_anybody_sees(
    records: list[tuple[str, float, str, bool]],
) -> None:
    connection = in_memory()
    for n, (id, days, held, waits) in enumerate(sorted(records, key=lambda one: -one[1])):
        if outbox.is_unsettled(connection, "Task", id):
            continue
        received(connection, id, f"v{n}", days)
        base = bases.find(connection, "Task", id)
        assert base is not None
        if held == "none":
            bases.drop(connection, [("Task", id)])
        elif held == "deleted":
            bases.mark_deleted(connection, "Task", id)
        elif held != "same":
            later = days - 1 if held == "theirs-later" else days + 1
            theirs = json.dumps({"resourceType": "Task", "id": id, "by": "them"})
            bases.put(connection, BaseCopy("Task", id, f"t{n}", at(later), theirs, "p"))
        if waits:
            save(connection, f"h-{n}", change(id, base="own-latest"), patient_id="p")

    def seen() -> tuple[object, ...]:
        ids = sorted({one[0] for one in records})
        return (
            current.list_current(connection, "p", "Task"),
            current.read_mark(connection, "p"),
            [outbox.base_for_edit(connection, "Task", id) for id in ids],
            [outbox.last_version(connection, "Task", id) for id in ids],
            [[one.payload for one in group.changes] for group in outbox.pending(connection)],
            outbox.open_writes(connection),
            outbox.count(connection),
        )

    before = seen()
    trim(connection)
    assert seen() == before
    young = outbox_lost.list_own(connection, LIMIT)
    assert all(one.seq is None or payload(connection, one.seq) for one in young), "30 days they can go again"


def test_what_is_lost_is_new_again_and_no_longer_counts_as_received() -> None:
    connection = in_memory()
    seq = received(connection, "a", "v1", 5)
    (own,) = outbox_lost.list_own(connection, LIMIT)
    (back,) = outbox_lost.mark_lost(connection, [own], NOON)
    assert back.seq == seq
    assert outbox.last_version(connection, "Task", "a") is None
    assert outbox.is_unsettled(connection, "Task", "a")
    assert outbox_lost.count_lost(connection) == 1
    assert outbox_lost.list_own(connection, LIMIT) == ()
    state = connection.execute(select(outbox_rows.write.c.state)).scalar_one()
    assert state == outbox_rows.LOST
    assert not outbox.open_writes(connection)
    (group,) = outbox.pending(connection)
    outbox.cut_write(connection, "w2", [group.changes[0].seq], "again", NOON)
    outbox.mark_attempted(connection, "w2", NOON)
    outbox.settle(connection, "w2", [NewReceipt("Task", "a", "v9", at(1), at(1))])
    assert outbox.last_version(connection, "Task", "a") == "v9"
    assert outbox_lost.count_lost(connection) == 0


def test_a_write_that_is_partly_lost_is_looked_up_and_its_receipt_is_replaced() -> None:
    connection = in_memory()
    seqs = save(connection, "g", change("a"), change("b"), patient_id="p")
    outbox.cut_write(connection, "w", list(seqs), "bytes", NOON)
    outbox.mark_attempted(connection, "w", NOON)
    receipts = [NewReceipt("Task", one, "v1", at(5), at(5)) for one in "ab"]
    outbox.settle(connection, "w", receipts)
    own = outbox_lost.list_own(connection, LIMIT)
    outbox_lost.mark_lost(connection, [one for one in own if one.key[1] == "b"], NOON)
    (again,) = outbox.open_writes(connection)
    assert (again.state, again.body) == ("attempted", "bytes")
    assert not outbox.pending(connection), "nothing else is cut from it meanwhile"
    assert outbox.settle(connection, "w", [NewReceipt("Task", "b", "v2", at(1), at(1))])
    assert outbox.last_version(connection, "Task", "b") == "v2"


def test_an_edit_knows_the_time_of_the_version_it_was_made_on() -> None:
    connection = in_memory()
    (seq,) = save(connection, "g", change("a", base="3"), patient_id="p")
    assert outbox_lost.find_ground(connection, seq) is None
    made_on = json.dumps({"meta": {"versionId": "3", "lastUpdated": at(2)}})
    row = outbox_rows.change
    connection.execute(update(row).where(row.c.seq == seq).values(base_body=made_on))
    assert outbox_lost.find_ground(connection, seq) == at(2)
    for broken in ("[]", "no json", json.dumps({"meta": {"versionId": "2", "lastUpdated": at(2)}})):
        connection.execute(update(row).where(row.c.seq == seq).values(base_body=broken))
        assert outbox_lost.find_ground(connection, seq) is None
