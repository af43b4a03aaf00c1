"""I1 and its neighbours over any sequence of saves, pushes, answers, refusals and retries."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import create_engine, event, select
from store_builders import NOON

from app.store import outbox, records
from app.store.outbox import NewReceipt
from app.store.outbox_rows import change, receipt, write, write_change
from app.store.records import NewChange
from app.store.tables import StoreTable

IDS = st.sampled_from("abcd")


class Outbox(RuleBasedStateMachine):
    """Few records in few groups, so that they collide. The model keeps every payload that was ever saved."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://")
        event.listen(self.engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        self.saved: dict[int, str] = {}
        self.bodies: dict[str, str] = {}
        self.settled: set[int] = set()
        self.writes = 0
        self.version = 0
        with self.engine.begin() as connection:
            StoreTable.metadata.create_all(connection)

    def teardown(self) -> None:
        self.engine.dispose()

    @rule(group=st.sampled_from("xy"), id=IDS, ref=st.none() | IDS, priority=st.sampled_from([0, 10]))
    def save(self, group: str, id: str, ref: str | None, priority: int) -> None:
        body: dict[str, Any] = {"resourceType": "Task", "id": id, "n": len(self.saved)}
        if ref is not None and ref < id:
            body["focus"] = {"reference": f"Task/{ref}"}
        payload = json.dumps(body)
        with self.engine.begin() as connection:
            (seq,) = records.save_record(
                connection,
                group_id=group,
                patient_id="p",
                changes=[NewChange("Task", id, payload, None, priority)],
                at=NOON,
                write_row=lambda c: None,
            )
        self.saved[seq] = payload

    @rule(data=st.data())
    def cut(self, data: st.DataObject) -> None:
        with self.engine.begin() as connection:
            groups = outbox.pending(connection)
            if not groups:
                return
            group = data.draw(st.sampled_from(groups))
            self.writes += 1
            write_id = f"w{self.writes}"
            self.bodies[write_id] = f"body {write_id}"
            seqs = [one.seq for one in group.changes]
            outbox.cut_write(connection, write_id, seqs, self.bodies[write_id], NOON)

    def _open(self, data: st.DataObject, state: str | None = None) -> outbox.OpenWrite | None:
        with self.engine.begin() as connection:
            found = [one for one in outbox.open_writes(connection) if state in (None, one.state)]
        return data.draw(st.sampled_from(found)) if found else None

    @rule(data=st.data())
    def attempt(self, data: st.DataObject) -> None:
        one = self._open(data)
        if one is not None:
            with self.engine.begin() as connection:
                outbox.mark_attempted(connection, one.id, NOON)

    @rule(data=st.data())
    def settle_some(self, data: st.DataObject) -> None:
        one = self._open(data, "attempted")
        if one is None:
            return
        answered = data.draw(st.lists(st.sampled_from(one.changes), unique=True))
        self.version += 1
        with self.engine.begin() as connection:
            receipts = [NewReceipt("Task", each.id, f"v{self.version}", "t", "t") for each in answered]
            whole = outbox.settle(connection, one.id, receipts)
            states = dict(connection.execute(select(change.c.seq, change.c.state)).all())
        self.settled |= {each.seq for each in answered}
        assert whole == all(states[each.seq] == "settled" for each in one.changes)

    @rule(data=st.data(), withdraw=st.booleans())
    def reject(self, data: st.DataObject, withdraw: bool) -> None:
        one = self._open(data)
        if one is None:
            return
        with self.engine.begin() as connection:
            if withdraw and not {each.seq for each in one.changes} & self.settled:
                outbox.withdraw(connection, one.id, "413")
            else:
                outbox.refuse(connection, one.id, "no")

    @rule(group=st.sampled_from("xy"))
    def put_back(self, group: str) -> None:
        with self.engine.begin() as connection:
            outbox.put_back(connection, group)

    @rule()
    @precondition(lambda self: self.saved)
    def crash_in_a_transaction(self) -> None:
        connection = self.engine.connect()
        connection.begin()
        for one in outbox.open_writes(connection):
            outbox.refuse(connection, one.id, "never committed")
        connection.rollback()
        connection.close()

    @invariant()
    def every_saved_version_is_somewhere(self) -> None:
        with self.engine.begin() as connection:
            rows = connection.execute(select(change)).all()
            attempted = outbox.open_writes(connection)
            pending = outbox.pending(connection)
            receipts = connection.execute(
                select(receipt.c.write_id, receipt.c.id, write_change.c.seq)
                .join(write_change, write_change.c.write_id == receipt.c.write_id)
                .join(change, (change.c.seq == write_change.c.seq) & (change.c.id == receipt.c.id))
            ).all()
            bodies = dict(connection.execute(select(write.c.id, write.c.body)).all())
        assert {row.seq: row.payload for row in rows} == self.saved
        assert {row.state for row in rows} <= {"new", "set-aside", "settled"}
        assert {row.seq for row in rows if row.state == "settled"} == self.settled
        assert {row.seq for row in rows if row.state == "settled"} == {row.seq for row in receipts}
        assert all(row.reason == "no" for row in rows if row.state == "set-aside")
        assert bodies == self.bodies
        named = [each.seq for one in attempted for each in one.changes]
        assert len(named) == len(set(named)), "two open writes name one change"
        records_named = {each.id for one in attempted for each in one.changes if each.seq not in self.settled}
        offered = [each for group in pending for each in group.changes]
        assert not {each.seq for each in offered} & set(named)
        assert not {each.id for each in offered} & records_named, (
            "a record with an open write is offered again"
        )
        unsettled = {row.id: row for row in rows if row.state != "settled"}
        for group in pending:
            travelling = {each.id for each in group.changes}
            assert len(travelling) == len(group.changes)
            for each in group.changes:
                earlier = [r for r in rows if r.id == each.id and r.seq < each.seq and r.state != "settled"]
                assert not earlier, "a later version is offered before an earlier one"
                ref = json.loads(each.payload).get("focus", {}).get("reference", "").removeprefix("Task/")
                assert ref not in unsettled or ref in travelling, (
                    "a dependant is offered before what it points to"
                )


Outbox.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestOutbox = Outbox.TestCase
