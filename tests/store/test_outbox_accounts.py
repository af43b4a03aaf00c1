"""Nothing is invisible: what waits and what was received account for every row of the outbox, exactly once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from outbox_steps import AT, receipt, save
from sqlalchemy import Connection, Engine, create_engine, event, insert, select, update
from store_builders import NOON

from app.store import outbox
from app.store.outbox_groups import list_waiting
from app.store.outbox_received import list_received
from app.store.outbox_rows import OPEN, write_change
from app.store.outbox_rows import change as change_table
from app.store.outbox_rows import receipt as receipt_table
from app.store.outbox_rows import write as write_table
from app.store.records import NewChange
from app.store.tables import StoreTable, Visit, table_of

_visit = table_of(Visit)
VISITS = (("visit", "signed", "own"), ("pulled", "signed", "pulled"), ("draft", "draft", "own"))
IDS = st.sampled_from("abcdef")
GROUPS = st.sampled_from([*(name for name, _, _ in VISITS), "x", "y"])
NUMBER = st.integers(0, 9)
STEP = st.one_of(
    st.tuples(st.just("save"), GROUPS, IDS, st.none() | IDS),
    st.tuples(st.sampled_from(["cut", "attempt", "refuse", "put-back", "lose"]), NUMBER),
    st.tuples(st.just("settle"), NUMBER, NUMBER),
)
Step = tuple[object, ...]


@pytest.fixture(scope="module")
def empty() -> Iterator[Engine]:
    """A store's tables in memory with three visits; each run is rolled back."""
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.begin() as connection:
        StoreTable.metadata.create_all(connection)
        for name, status, origin in VISITS:
            connection.execute(
                insert(_visit).values(
                    id=name,
                    patient_id="patient-1",
                    status=status,
                    origin=origin,
                    nurse_reference="n",
                    nurse_name="n",
                    modality="in-person",
                    setting="home",
                    began_at="2026-03-02T12:00:00.000Z",
                    began_offset=0,
                    note="",
                    content_version="1",
                )
            )
    yield engine
    engine.dispose()


def do(connection: Connection, step: Step, number: int) -> None:
    match step:
        case ("save", str(group), str(record), ref):
            refs = {"focus": {"reference": f"Task/{ref}"}} if ref else {}
            save(
                connection,
                group,
                NewChange("Task", record, json.dumps({"resourceType": "Task", "id": record, **refs})),
            )
        case ("cut", int(pick)):
            if groups := outbox.pending(connection):
                seqs = [one.seq for one in groups[pick % len(groups)].changes]
                outbox.cut_write(connection, f"w{number}", seqs, "body", NOON)
        case ("settle", int(pick), int(many)):
            if writes := outbox.open_writes(connection):
                write = writes[pick % len(writes)]
                answers = [receipt(one.type, one.id) for one in write.changes[: many + 1]]
                outbox.settle(connection, write.id, answers)
        case ("put-back", int(_)):
            for group in outbox.list_set_aside(connection):
                outbox.put_back(connection, group)
        case ("lose", int(pick)):
            settled = select(change_table.c.seq).where(change_table.c.state == "settled")
            if found := list(connection.execute(settled).scalars()):
                lose(connection, found[pick % len(found)])
        case (str(what), int(pick)):
            if writes := outbox.open_writes(connection):
                write = writes[pick % len(writes)]
                if what == "attempt":
                    outbox.mark_attempted(connection, write.id, NOON)
                else:
                    outbox.refuse(connection, write.id, "no")


def lose(connection: Connection, seq: int) -> None:
    """As when the plan was put back to an earlier day: the newest version is new again, its receipts are marked."""
    row = connection.execute(select(change_table).where(change_table.c.seq == seq)).one()
    same = (change_table.c.type == row.type, change_table.c.id == row.id)
    if connection.execute(select(change_table.c.seq).where(*same, change_table.c.seq > seq)).first():
        return
    connection.execute(update(change_table).where(change_table.c.seq == seq).values(state="new", lost_at=AT))
    named = select(write_change.c.write_id).where(write_change.c.seq == seq)
    mine = (receipt_table.c.write_id.in_(named), receipt_table.c.type == row.type)
    connection.execute(update(receipt_table).where(*mine, receipt_table.c.id == row.id).values(lost_at=AT))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, max_size=30))
@example([("save", "pulled", "a", None)])
@example([("save", "x", "a", None), ("cut", 0), ("settle", 0, 9), ("lose", 0)])
def test_what_waits_and_what_was_received_account_for_every_row_once(
    empty: Engine, steps: list[Step]
) -> None:
    with empty.connect() as connection, connection.begin() as transaction:
        for number, step in enumerate(steps):
            do(connection, step, number)
        rows = connection.execute(select(change_table)).all()
        waiting, received = list_waiting(connection), list_received(connection, limit=1000)
        opened = frozenset(
            connection.execute(select(write_table.c.group_id).where(write_table.c.state.in_(OPEN))).scalars()
        )
        transaction.rollback()
    unsettled = [row.seq for row in rows if row.state != "settled"]
    assert sorted(seq for one in waiting for seq in one.seqs) == unsettled, "each exactly once"
    shown, done = {one.group_id for one in waiting}, {one.group_id for one in received}
    assert not shown & done, "nothing waits and is received"
    assert shown | done == {row.group_id for row in rows}, "nothing is invisible"
    assert (len(shown), len(done)) == (len(waiting), len(received))
    for one in waiting:
        mine = [row for row in rows if row.group_id == one.group_id]
        assert one.settled == sum(row.state == "settled" for row in mine)
        assert one.set_aside == any(row.state == "set-aside" for row in mine)
        assert (one.push is not None) == (one.group_id in opened)
        assert one.waits_for is None or one.waits_for in shown - {one.group_id}
