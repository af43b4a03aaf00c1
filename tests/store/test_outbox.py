"""The outbox: what may travel, and what an answer settles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from outbox_steps import AT, attempt, change, pending_ids, receipt, save, sign
from sqlalchemy import Connection
from store_builders import NOON

from app.store import bases, outbox, visits
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.store.outbox import OutboxCounts


async def test_groups_wait_in_order_of_priority_then_age(store: Store) -> None:
    def fill(c: Connection) -> None:
        save(c, "photo", change("photo", priority=90))
        sign(c, "visit-1")
        sign(c, "visit-2")
        save(c, "alert", change("alert", priority=0))

    await store.write(fill)
    groups = await store.read(outbox.pending)
    assert [(group.group_id, group.priority) for group in groups] == [
        ("alert", 0),
        ("visit-1", 10),
        ("visit-2", 10),
        ("photo", 90),
    ]
    assert [one.type for one in groups[1].changes] == ["Encounter", "Observation"]
    assert len(await store.read(lambda c: outbox.pending(c, limit=2))) == 2


async def test_a_write_is_kept_byte_for_byte_through_its_life(store: Store) -> None:
    seqs = await store.write(sign)
    body = '{"resourceType": "Bundle",  "x": 1.10}'
    await store.write(lambda c: outbox.cut_write(c, "w", seqs, body, NOON))
    (cut,) = await store.read(outbox.open_writes)
    assert (cut.body, cut.state, cut.attempts, [one.seq for one in cut.changes]) == (
        body,
        "cut",
        0,
        list(seqs),
    )
    assert await store.read(outbox.pending) == ()
    for attempts in (1, 2):
        await store.write(lambda c: outbox.mark_attempted(c, "w", NOON))
        (attempted,) = await store.read(outbox.open_writes)
        assert (attempted.body, attempted.state, attempted.attempts) == (body, "attempted", attempts)


async def test_f04_only_what_a_receipt_names_is_settled(store: Store) -> None:
    seqs = await store.write(sign)
    await store.write(lambda c: attempt(c, "w", seqs))
    assert not await store.write(lambda c: outbox.settle(c, "w", [receipt("Encounter", "visit-1")]))
    status = (await store.read(lambda c: outbox.visit_status_rows(c, ["visit-1"])))["visit-1"]
    assert (status.settled, status.total, status.received_at, status.arriving) == (1, 2, None, True)
    assert len(await store.read(outbox.open_writes)) == 1
    base = BaseCopy("Encounter", "visit-1", "v1", AT, "{}", "patient-1")
    everything = [receipt("Observation", "visit-1-pain"), receipt("Provenance", "w")]
    assert await store.write(lambda c: outbox.settle(c, "w", everything, [base]))
    assert await store.write(lambda c: outbox.settle(c, "w", everything))
    status = (await store.read(lambda c: outbox.visit_status_rows(c, ["visit-1"])))["visit-1"]
    assert (status.settled, status.total, status.arriving) == (2, 2, False)
    assert status.received_at == datetime(2026, 3, 2, 14, 2, 0, 123000, tzinfo=UTC)
    assert await store.read(lambda c: bases.find(c, "Encounter", "visit-1")) == base
    assert await store.read(outbox.open_writes) == ()
    assert await store.read(outbox.count) == OutboxCounts(0, 0, 0)


async def test_an_edit_made_while_a_write_is_under_way_stays_new_and_rests_on_its_version(
    store: Store,
) -> None:
    first = await store.write(lambda c: save(c, "t", change("t", base="v3")))
    await store.write(lambda c: attempt(c, "w1", first))
    (second,) = await store.write(lambda c: save(c, "t", change("t", base="v3")))
    (third,) = await store.write(lambda c: save(c, "other group", change("t", base="v3")))
    assert await store.read(outbox.pending) == ()
    assert await store.write(lambda c: outbox.settle(c, "w1", [receipt("Task", "t", "v4")]))
    assert await store.read(lambda c: outbox.is_unsettled(c, "Task", "t"))
    (group,) = await store.read(outbox.pending)
    assert [(one.seq, one.base_version) for one in group.changes] == [(second, "v4")]
    await store.write(lambda c: attempt(c, "w2", [second]))
    await store.write(lambda c: outbox.settle(c, "w1", [receipt("Task", "t", "v4")]))
    await store.write(lambda c: outbox.settle(c, "w2", [receipt("Task", "t", "v5")]))
    (group,) = await store.read(outbox.pending)
    assert [(one.seq, one.base_version) for one in group.changes] == [(third, "v5")]


async def test_two_versions_of_one_record_in_a_group_travel_one_after_the_other(store: Store) -> None:
    await store.write(lambda c: save(c, "t", change("t"), change("u")))
    await store.write(lambda c: save(c, "t", change("t")))
    assert await store.read(pending_ids) == [["t", "u"]]


async def test_a_write_is_only_cut_from_new_changes_of_one_group(store: Store) -> None:
    one = await store.write(lambda c: sign(c, "visit-1"))
    two = await store.write(lambda c: sign(c, "visit-2"))
    first = await store.write(lambda c: save(c, "t", change("t")))
    second = await store.write(lambda c: save(c, "t", change("t")))
    await store.write(lambda c: outbox.cut_write(c, "w", one, "{}", NOON))
    for seqs in ([], [*two, 999], [*two, *first], [*first, *second], list(one)):
        with pytest.raises(ValueError, match="write"):
            await store.write(lambda c, seqs=seqs: outbox.cut_write(c, "x", seqs, "{}", NOON))
    await store.write(lambda c: outbox.mark_attempted(c, "w", NOON))
    await store.write(lambda c: outbox.refuse(c, "w", "no"))
    with pytest.raises(ValueError, match="new"):
        await store.write(lambda c: outbox.cut_write(c, "x", one, "{}", NOON))


async def test_f14_a_refused_visit_is_set_aside_with_the_plans_words_and_the_rest_flows(store: Store) -> None:
    refused = await store.write(lambda c: sign(c, "visit-1"))
    await store.write(lambda c: sign(c, "visit-2"))
    await store.write(lambda c: attempt(c, "w", refused))
    await store.write(lambda c: outbox.refuse(c, "w", "Encounter.period: end before start"))
    assert await store.read(pending_ids) == [["visit-2", "visit-2-pain"]]
    assert await store.read(outbox.list_set_aside) == {"visit-1": "Encounter.period: end before start"}
    assert await store.read(outbox.count) == OutboxCounts(2, 1, 4)
    status = (await store.read(lambda c: outbox.visit_status_rows(c, ["visit-1"])))["visit-1"]
    assert (status.set_aside, status.reason) == (True, "Encounter.period: end before start")
    assert [row.id for row in await store.read(visits.list_unsent)] == ["visit-1", "visit-2"]
    assert await store.write(lambda c: outbox.put_back(c, "visit-1")) == 2
    assert await store.read(pending_ids) == [["visit-1", "visit-1-pain"], ["visit-2", "visit-2-pain"]]
    assert await store.read(outbox.list_set_aside) == {}


async def test_a_refused_write_that_had_arrived_after_all_can_still_settle(store: Store) -> None:
    seqs = await store.write(sign)
    await store.write(lambda c: attempt(c, "w", seqs))
    await store.write(lambda c: outbox.refuse(c, "w", "no"))
    both = [receipt("Encounter", "visit-1"), receipt("Observation", "visit-1-pain")]
    assert await store.write(lambda c: outbox.settle(c, "w", both))
    status = (await store.read(lambda c: outbox.visit_status_rows(c, ["visit-1"])))["visit-1"]
    assert (status.set_aside, status.settled) == (False, 2)


async def test_a_withdrawn_write_gives_its_changes_back_and_cannot_settle(store: Store) -> None:
    seqs = await store.write(sign)
    await store.write(lambda c: attempt(c, "w", seqs))
    await store.write(lambda c: outbox.withdraw(c, "w", "413"))
    assert await store.read(pending_ids) == [["visit-1", "visit-1-pain"]]
    with pytest.raises(ValueError, match="withdrawn"):
        await store.write(lambda c: outbox.settle(c, "w", []))
    with pytest.raises(ValueError, match="no such write"):
        await store.write(lambda c: outbox.settle(c, "nowhere", []))
    await store.write(lambda c: attempt(c, "part", seqs[:1]))
    await store.write(lambda c: outbox.settle(c, "part", [receipt("Encounter", "visit-1")]))
    assert await store.read(pending_ids) == [["visit-1-pain"]]
    await store.write(lambda c: attempt(c, "w2", seqs[1:]))
    await store.write(lambda c: outbox.settle(c, "w2", [receipt("Observation", "visit-1-pain")]))
    for done in (outbox.withdraw, outbox.refuse, outbox.count_server_error):
        with pytest.raises(ValueError, match="write"):
            await store.write(lambda c, done=done: done(c, "w2", "x"))
    with pytest.raises(ValueError, match="write"):
        await store.write(lambda c: outbox.mark_attempted(c, "w2", NOON))


async def test_a_partly_settled_write_cannot_be_withdrawn(store: Store) -> None:
    seqs = await store.write(sign)
    await store.write(lambda c: attempt(c, "w", seqs))
    await store.write(lambda c: outbox.settle(c, "w", [receipt("Encounter", "visit-1")]))
    with pytest.raises(ValueError, match="arrived"):
        await store.write(lambda c: outbox.withdraw(c, "w", "x"))
    await store.write(lambda c: outbox.refuse(c, "w", "no"))
    status = (await store.read(lambda c: outbox.visit_status_rows(c, ["visit-1"])))["visit-1"]
    assert (status.settled, status.set_aside) == (1, True)


async def test_server_errors_are_counted_for_each_write(store: Store) -> None:
    seqs = await store.write(sign)
    await store.write(lambda c: attempt(c, "w", seqs))
    counted = [await store.write(lambda c: outbox.count_server_error(c, "w", "503")) for _ in range(3)]
    assert counted == [1, 2, 3]
    (one,) = await store.read(outbox.open_writes)
    assert one.server_errors == 3


async def test_i16_nothing_travels_before_what_it_points_to(store: Store) -> None:
    def fill(c: Connection) -> None:
        save(c, "task", change("task", "Encounter/visit-1", "Patient/patient-1", priority=0))
        save(c, "reply", change("reply", "Task/task"))
        sign(c, "visit-1")

    await store.write(fill)
    assert await store.read(pending_ids) == [["visit-1", "visit-1-pain"]]
    (group,) = await store.read(outbox.pending)
    await store.write(lambda c: attempt(c, "w", [one.seq for one in group.changes]))
    assert await store.read(pending_ids) == []
    both = [receipt("Encounter", "visit-1"), receipt("Observation", "visit-1-pain")]
    await store.write(lambda c: outbox.settle(c, "w", both))
    assert await store.read(pending_ids) == [["task"]]


async def test_what_points_to_a_set_aside_part_of_its_own_group_waits_with_it(store: Store) -> None:
    seqs = await store.write(lambda c: save(c, "g", change("a"), change("b", "Task/a"), change("c")))
    await store.write(lambda c: outbox.set_aside(c, seqs[:1], "no"))
    assert await store.read(pending_ids) == [["c"]]


async def test_a_visit_is_not_taken_apart_for_what_is_on_its_way(store: Store) -> None:
    """Its conversation names the one before: what is sent without it would be read, and replaced, by others."""

    def fill(c: Connection) -> tuple[int, ...]:
        first = save(c, "first", change("talk"))
        save(c, "second", change("visit"), change("later-talk", "Task/talk"))
        return first

    first = await store.write(fill)
    assert await store.read(pending_ids) == [["talk"]]
    await store.write(lambda c: attempt(c, "w", first))
    assert await store.read(pending_ids) == [], "nobody knows yet what became of it"
    await store.write(lambda c: outbox.settle(c, "w", [receipt("Task", "talk")]))
    assert await store.read(pending_ids) == [["visit", "later-talk"]]


async def test_a_visit_goes_without_what_waits_for_a_refused_one(store: Store) -> None:
    def fill(c: Connection) -> None:
        (refused,) = save(c, "first", change("talk"))
        save(c, "second", change("visit"), change("later-talk", "Task/talk"))
        save(c, "third", change("next-visit"), change("last-talk", "Task/later-talk"))
        outbox.set_aside(c, [refused], "no")

    await store.write(fill)
    assert await store.read(pending_ids) == [["visit"], ["next-visit"]]


async def test_two_groups_never_wait_for_each_other(store: Store) -> None:
    def fill(c: Connection) -> None:
        save(c, "one", change("a"))
        save(c, "two", change("b"))
        save(c, "one", change("a2", "Task/b"))
        save(c, "two", change("b2", "Task/a"))

    await store.write(fill)
    assert await store.read(pending_ids) == [["a"]], "the older one goes with what may go"


async def test_dependants_are_found_transitively(store: Store) -> None:
    def fill(c: Connection) -> tuple[int, ...]:
        return (
            *save(c, "a", change("a")),
            *save(c, "b", change("b", "Task/a")),
            *save(c, "c", change("c", "Task/b")),
            *save(c, "d", change("d", "Task/x")),
            *save(c, "a", change("a")),
        )

    a, b, c2, d, a2 = await store.write(fill)
    assert await store.read(lambda c: outbox.find_dependants(c, [a])) == (b, c2, a2)
    assert await store.read(lambda c: outbox.find_dependants(c, [c2])) == ()
    assert await store.read(lambda c: outbox.find_dependants(c, [b, d])) == (c2,)
    assert await store.read(lambda c: outbox.find_dependants(c, [])) == ()


async def test_changes_in_an_open_write_cannot_be_set_aside_by_hand(store: Store) -> None:
    seqs = await store.write(sign)
    await store.write(lambda c: attempt(c, "w", seqs))
    with pytest.raises(ValueError, match="open write"):
        await store.write(lambda c: outbox.set_aside(c, seqs, "x"))
