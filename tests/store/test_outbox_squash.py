"""Successive versions that never left become one; whatever may have left stays as it is (F13, F15)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outbox_steps import AT, attempt, change, save
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy import select as choose
from store_builders import NOON

from app.store import outbox, outbox_squash
from app.store.outbox import NewReceipt
from app.store.outbox_rows import change as rows
from app.store.outbox_squash import Version, find_runs
from app.store.records import OWN_LATEST, NewChange
from app.store.tables import StoreTable


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        StoreTable.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Nothing of a test stays."""
    with engine.connect() as connection:
        yield connection


def edit(id: str, n: int, *refs: str, type: str = "Task", base: str | None = OWN_LATEST) -> NewChange:
    made = change(id, *refs, type=type, base=base)
    return NewChange(type, id, json.dumps(json.loads(made.payload) | {"n": n}), base, made.priority)


def held(connection: Connection) -> list[tuple[int, str, int | None, str | None]]:
    """(seq, id, n, base version) of what waits."""
    found = connection.execute(choose(rows).where(rows.c.state != "settled").order_by(rows.c.seq))
    return [(row.seq, row.id, json.loads(row.payload).get("n"), row.base_version) for row in found]


def test_the_newest_takes_the_first_ones_place_and_base(connection: Connection) -> None:
    (first,) = save(connection, "t", edit("t", 1, base="7"))
    save(connection, "other", change("o", "Task/t"))
    save(connection, "t", edit("t", 2))
    save(connection, "t", edit("t", 3))
    assert outbox_squash.squash(connection) == 2
    assert held(connection) == [(first, "t", 3, "7"), (first + 1, "o", None, None)]
    assert outbox_squash.squash(connection) == 0


def test_f15_a_creation_and_its_edits_leave_as_one_creation(connection: Connection) -> None:
    save(connection, "t", edit("t", 1, base=None))
    save(connection, "t", edit("t", 2))
    outbox_squash.squash(connection)
    (group,) = outbox.pending(connection)
    assert [(one.base_version, json.loads(one.payload)["n"]) for one in group.changes] == [(None, 2)]


@pytest.mark.parametrize("fate", ["cut", "attempted", "refused", "withdrawn"])
def test_what_any_write_has_named_is_never_touched(connection: Connection, fate: str) -> None:
    (first,) = save(connection, "t", edit("t", 1, base=None))
    outbox.cut_write(connection, "w", [first], "body", NOON)
    if fate != "cut":
        outbox.mark_attempted(connection, "w", NOON)
    if fate == "refused":
        outbox.refuse(connection, "w", "no")
        outbox.put_back(connection, "t")
    if fate == "withdrawn":
        outbox.withdraw(connection, "w", "413")
    save(connection, "t", edit("t", 2))
    save(connection, "t", edit("t", 3))
    outbox_squash.squash(connection)
    assert [(n, base) for _, _, n, base in held(connection)] == [(1, None), (3, OWN_LATEST)]


def test_f13_an_edit_after_the_receipt_stays_an_edit_on_that_version(connection: Connection) -> None:
    (first,) = save(connection, "t", edit("t", 1, base=None))
    attempt(connection, "w", (first,))
    save(connection, "t", edit("t", 2))
    outbox.settle(connection, "w", [NewReceipt("Task", "t", "v1", AT, AT)])
    save(connection, "t", edit("t", 3))
    outbox_squash.squash(connection)
    assert [(n, base) for _, _, n, base in held(connection)] == [(3, "v1")]


def test_only_records_that_are_edited_in_place_are_squashed(connection: Connection) -> None:
    for kind in ("Encounter", "DocumentReference", "Provenance", "AuditEvent", "CarePlan"):
        save(connection, kind, edit("x", 1, type=kind, base=None))
        save(connection, kind, edit("x", 2, type=kind))
    assert outbox_squash.squash(connection) == 0
    assert len(held(connection)) == 10


def test_an_edit_that_belongs_to_a_visit_stays_with_it(connection: Connection) -> None:
    save(connection, "t", edit("t", 1, base=None))
    save(connection, "visit", edit("t", 2), change("e", type="Encounter"))
    assert outbox_squash.squash(connection) == 0


def test_an_edit_made_on_the_plans_version_is_no_successor_of_ours(connection: Connection) -> None:
    save(connection, "t", edit("t", 1, base="3"))
    save(connection, "t", edit("t", 2, base="4"))
    assert outbox_squash.squash(connection) == 0


def test_a_new_reference_to_what_has_not_left_never_makes_two_records_wait_for_each_other(
    connection: Connection,
) -> None:
    save(connection, "t", edit("t", 1, base=None))
    save(connection, "e", change("e", "Task/t", type="Encounter"))
    save(connection, "t", edit("t", 2, "Encounter/e"))
    assert outbox_squash.squash(connection) == 0
    assert [group.group_id for group in outbox.pending(connection)] == ["t"]


records = st.sampled_from("ab")
saves = st.tuples(
    st.just("save"), records, st.sampled_from(["Task", "Task", "Goal"]), st.sampled_from([None, "a", "b"])
)
steps = st.lists(
    st.one_of(
        saves, saves, st.tuples(st.sampled_from(["send", "lose", "settle", "refuse", "again", "squash"]))
    ),
    max_size=24,
)


@given(steps)
@settings(max_examples=80, deadline=None)
def test_whatever_comes_in_whatever_order_the_server_ends_with_the_last_version_of_each(
    engine: Engine, script: list[tuple[str, ...]]
) -> None:
    """F15, F10: a server that is a dict takes what is cut; the outbox loses nothing and sends nothing twice."""
    with engine.connect() as connection:
        run = _Run(connection)
        for step in script:
            run.take(*step)
        run.finish()


class _Run:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.last: dict[tuple[str, str], int] = {}
        self.server: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self.known: dict[str, dict[tuple[str, str], int]] = {}
        self.saved = self.writes = 0

    def take(self, what: str, *more: str) -> None:
        if what == "save":
            self.save(*more)
        elif what == "squash":
            outbox_squash.squash(self.connection)
        elif what == "again":
            for group in "ab":
                outbox.put_back(self.connection, group)
        elif what == "send":
            self.send()
        else:
            self.answer(what)

    def save(self, id: str, kind: str, ref: str | None) -> None:
        self.saved += 1
        self.last[kind, id] = self.saved
        refs = [f"Task/{ref}"] if ref is not None and (kind == "Goal" or ref < id) else []
        base = outbox.base_for_edit(self.connection, kind, id)
        save(self.connection, f"{kind}-{id}", edit(id, self.saved, *refs, type=kind, base=base))

    def send(self) -> None:
        for group in outbox.pending(self.connection):
            self.writes += 1
            outbox.cut_write(self.connection, f"w{self.writes}", [c.seq for c in group.changes], "b", NOON)
            outbox.mark_attempted(self.connection, f"w{self.writes}", NOON)

    def answer(self, how: str) -> None:
        for write in outbox.open_writes(self.connection):
            sent = {(c.type, c.id): json.loads(c.payload)["n"] for c in write.changes}
            if how == "refuse" and write.id not in self.known:
                outbox.refuse(self.connection, write.id, "no")
                outbox.put_back(self.connection, write.group_id)
                continue
            if write.id not in self.known:
                self.known[write.id] = sent
                for record, n in sent.items():
                    self.server[record].append(n)
            assert self.known[write.id] == sent, "what may have left was changed"
            if how == "settle":
                receipts = [NewReceipt(*r, f"v{len(self.server[r])}", AT, AT) for r in sent]
                outbox.settle(self.connection, write.id, receipts)

    def finish(self) -> None:
        for _ in range(2 * self.saved + 2):
            if not held(self.connection):
                break
            outbox_squash.squash(self.connection)
            self.send()
            self.answer("settle")
        assert held(self.connection) == [], "something can never leave"
        for record, n in self.last.items():
            assert self.server[record][-1] == n
            assert self.server[record] == sorted(set(self.server[record])), "older after newer, or twice"
            if record[0] == "Goal":
                assert len(self.server[record]) == self._count(record)

    def _count(self, record: tuple[str, str]) -> int:
        """Versions of a record that may not be squashed: all of them."""
        found = self.connection.execute(choose(rows).where(rows.c.type == record[0], rows.c.id == record[1]))
        return len(found.all())


versions = st.builds(
    Version,
    seq=st.just(0),
    record=st.tuples(st.sampled_from(["Task", "Goal"]), st.sampled_from("ab")),
    group_id=st.sampled_from("xy"),
    free=st.booleans(),
    alone=st.booleans(),
    base_version=st.sampled_from([None, OWN_LATEST, "3"]),
    refs=st.frozensets(st.tuples(st.just("Task"), st.sampled_from("abc")), max_size=2),
)


@given(st.lists(versions, max_size=12))
def test_a_run_is_of_one_record_in_order_and_of_free_versions_only(found: list[Version]) -> None:
    numbered = [replace(one, seq=n) for n, one in enumerate(found)]
    for run in find_runs(numbered):
        chosen = [numbered[seq] for seq in run]
        assert len(run) > 1
        assert list(run) == sorted(run)
        assert {one.record for one in chosen} == {chosen[0].record}
        assert chosen[0].record[0] == "Task"
        assert all(one.free for one in chosen)
        between = [one for one in numbered if run[0] < one.seq < run[-1] and one.record == chosen[0].record]
        assert {one.seq for one in between} <= set(run), "one in the middle was left out"
