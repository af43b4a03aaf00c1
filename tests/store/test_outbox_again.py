"""A refused visit as a draft again, and what waits for it; the manifest of a visit that was divided."""

from __future__ import annotations

import pytest
from outbox_steps import attempt, change, pending_ids, receipt, save, sign
from sqlalchemy import Connection
from store_builders import NOON, make_changes, make_visit

from app.domain.visit import VisitStatus
from app.store import audit, conflicts, outbox, records, visits
from app.store.engine import Store
from app.store.outbox_rows import change as rows
from app.store.visit_rows import visit_table

VISIT = "visit-1"


def refuse(connection: Connection, reason: str = "no such code") -> tuple[int, ...]:
    seqs: tuple[int, ...] = sign(connection, VISIT)
    attempt(connection, "w1", seqs)
    outbox.refuse(connection, "w1", reason)
    return seqs


def in_outbox(connection: Connection) -> set[str]:
    return {row.group_id for row in connection.execute(rows.select())}


def status(connection: Connection) -> str:
    found = connection.execute(visit_table.select().where(visit_table.c.id == VISIT)).one()
    return str(found.status)


async def test_a_refused_visit_becomes_a_draft_with_all_its_answers_and_leaves_the_outbox(
    store: Store,
) -> None:
    def run(connection: Connection) -> None:
        refuse(connection)
        before = make_visit(VISIT)
        outbox.reopen(connection, VISIT, at=NOON, actor="Practitioner/ana")
        draft = visits.read_draft(connection, VISIT)
        assert (draft.answers, draft.note) == (before.answers, before.note)
        assert status(connection) == VisitStatus.DRAFT.value
        assert in_outbox(connection) == set()
        assert outbox.pending(connection) == ()
        assert connection.exec_driver_sql("SELECT action, subject FROM auditevent").all()[-1] == (
            "reopen",
            f"Encounter/{VISIT}",
        )
        assert audit.verify(connection).broken_at is None

    await store.write(run)


async def test_signed_again_it_leaves_under_the_same_ids_and_what_pointed_to_it_follows(store: Store) -> None:
    def run(connection: Connection) -> None:
        refuse(connection)
        save(connection, "addendum", change("a", f"Encounter/{VISIT}", type="DocumentReference"))
        note = make_changes(VISIT)[-1]
        save(connection, "late", change("b", f"{note.type}/{note.id}", type="DocumentReference"))
        outbox.reopen(connection, VISIT)
        assert outbox.pending(connection) == (), "neither leaves before what it points to"
        seqs = records.save_signed(connection, make_visit(VISIT), make_changes(VISIT))
        assert pending_ids(connection) == [[one.id for one in make_changes(VISIT)]]
        attempt(connection, "w2", seqs)
        outbox.settle(connection, "w2", [receipt(one.type, one.id) for one in make_changes(VISIT)])
        assert sorted(pending_ids(connection)) == [["a"], ["b"]]

    await store.write(run)


@pytest.mark.parametrize(
    "case",
    ["arrived in part", "on its way", "never refused", "may have arrived", "contested", "edited", "a draft"],
)
async def test_it_stays_signed_where_the_server_may_hold_something_of_it(store: Store, case: str) -> None:
    def run(connection: Connection) -> None:
        if case in ("never refused", "on its way", "arrived in part"):
            seqs = sign(connection, VISIT)
        else:
            seqs = refuse(connection, outbox.UNREADABLE if case == "may have arrived" else "no")
        first = make_changes(VISIT)[0]
        if case == "on its way":
            attempt(connection, "w1", seqs[:1])
            outbox.set_aside(connection, seqs[1:], "no")
        if case == "arrived in part":
            attempt(connection, "w1", seqs)
            outbox.settle(connection, "w1", [receipt(first.type, first.id)])
            outbox.refuse(connection, "w1", "no")
        if case == "contested":
            conflicts.open_conflict(
                connection, type=first.type, record_id=first.id, seq=seqs[0], theirs="{}", at=NOON
            )
        if case == "edited":
            save(connection, "elsewhere", change(first.id, type=first.type))
        if case == "a draft":
            connection.execute(visit_table.update().values(status=VisitStatus.DRAFT.value))
        before = connection.execute(rows.select()).all()
        with pytest.raises(ValueError, match=r"\w"):
            outbox.reopen(connection, VISIT)
        assert connection.execute(rows.select()).all() == before
        assert status(connection) == ("draft" if case == "a draft" else "signed")

    await store.write(run)


async def test_try_again_sends_what_waited_behind_it_too(store: Store) -> None:
    def run(connection: Connection) -> None:
        seqs = refuse(connection)
        save(connection, "addendum", change("a", f"Encounter/{VISIT}", type="DocumentReference"))
        assert outbox.pending(connection) == ()
        assert outbox.find_dependants(connection, seqs) != ()
        assert outbox.put_back(connection, VISIT) == len(seqs)
        (group,) = outbox.pending(connection)
        attempt(connection, "w2", [one.seq for one in group.changes])
        outbox.settle(connection, "w2", [receipt(one.type, one.id) for one in group.changes])
        assert pending_ids(connection) == [["a"]]

    await store.write(run)


async def test_what_is_left_of_a_divided_visit_names_what_came_before(store: Store) -> None:
    def run(connection: Connection) -> None:
        seqs = sign(connection, VISIT)
        first, *rest = make_changes(VISIT)
        attempt(connection, "w1", seqs)
        outbox.settle(connection, "w1", [receipt(first.type, first.id)])
        assert outbox.list_earlier(connection, VISIT) == (), (
            "while its write is open its own manifest may come"
        )
        outbox.refuse(connection, "w1", "no such code")
        assert outbox.list_earlier(connection, VISIT) == ((first.type, first.id),)
        assert outbox.find_bare(connection) == (), "something of it waits"
        outbox.put_back(connection, VISIT)
        attempt(connection, "w2", seqs[1:])
        outbox.settle(connection, "w2", [receipt(one.type, one.id) for one in rest])
        assert outbox.find_bare(connection) == (), "the second write's manifest names all"

    await store.write(run)


async def test_a_visit_whose_last_record_was_let_go_still_gets_its_manifest(store: Store) -> None:
    def run(connection: Connection) -> None:
        seqs = sign(connection, VISIT)
        *most, _ = make_changes(VISIT)
        attempt(connection, "w1", seqs)
        outbox.settle(connection, "w1", [receipt(one.type, one.id) for one in most])
        outbox.refuse(connection, "w1", "somebody else was quicker")
        connection.execute(rows.delete().where(rows.c.seq == seqs[-1]))
        assert outbox.find_bare(connection) == ("w1",)
        outbox.reopen_bare(connection)
        (write,) = outbox.open_writes(connection)
        assert (write.id, write.state, len(write.settled)) == ("w1", "attempted", len(most))
        assert not outbox.settle(connection, "w1", [], manifest=False)
        assert outbox.settle(connection, "w1", [receipt("Provenance", "w1")])
        assert outbox.find_bare(connection) == ()

    await store.write(run)
