"""What is on record about a person: the plan's copies under what this device made and has not settled."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import Connection
from store_builders import NOON

from app.store import bases, outbox
from app.store.bases import BaseCopy
from app.store.current import CurrentRecord, list_current, read_mark
from app.store.engine import Store
from app.store.outbox import NewReceipt
from app.store.records import NewChange, save_record


def goal(text: str, id: str = "g1") -> str:
    return json.dumps({"resourceType": "Goal", "id": id, "description": {"text": text}})


def pulled(
    text: str, version: str, at: str = "2026-03-02T10:00:00Z", *, id: str = "g1", deleted: bool = False
) -> BaseCopy:
    return BaseCopy("Goal", id, version, at, goal(text, id), "p1", deleted)


def save(connection: Connection, text: str, *, id: str = "g1", group: str = "v1", patient: str = "p1") -> int:
    """One version of a goal in the outbox; its sequence number."""
    (seq,) = save_record(
        connection,
        group_id=group,
        patient_id=patient,
        changes=[NewChange("Goal", id, goal(text, id))],
        at=NOON,
        write_row=lambda c: None,
    )
    return seq


def settle(connection: Connection, seq: int, version: str, at: str, group: str = "v1") -> None:
    outbox.cut_write(connection, f"w{seq}", [seq], "{}", NOON)
    outbox.mark_attempted(connection, f"w{seq}", NOON)
    assert outbox.settle(connection, f"w{seq}", [NewReceipt("Goal", "g1", version, at, at)])


async def shown(store: Store, *types: str) -> tuple[CurrentRecord, ...]:
    return await store.read(lambda c: list_current(c, "p1", *(types or ("Goal",))))


async def test_the_plans_copy_alone_is_shown(store: Store) -> None:
    await store.write(lambda c: bases.put(c, pulled("walk", "1")))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("walk")),)


async def test_a_record_made_offline_is_there_at_once(store: Store) -> None:
    await store.write(lambda c: save(c, "walk"))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("walk"), pending=True),)


async def test_a_newer_version_of_ours_covers_the_plans_copy_until_it_is_settled(store: Store) -> None:
    await store.write(lambda c: bases.put(c, pulled("walk", "1")))
    await store.write(lambda c: save(c, "walk to the garden"))
    seq = await store.write(lambda c: save(c, "sit in the garden", group="v2"))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("sit in the garden"), pending=True),)
    first = seq - 1
    await store.write(lambda c: settle(c, first, "2", "2026-03-02T12:00:00Z"))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("sit in the garden"), pending=True),)


async def test_what_was_received_stays_on_the_page_before_it_is_pulled(store: Store) -> None:
    await store.write(lambda c: bases.put(c, pulled("walk", "1")))
    seq = await store.write(lambda c: save(c, "garden"))
    await store.write(lambda c: settle(c, seq, "2", "2026-03-02T12:00:00Z"))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("garden")),)
    await store.write(
        lambda c: bases.put(c, pulled("garden, as the plan says it", "2", "2026-03-02T12:00:00Z"))
    )
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("garden, as the plan says it")),)
    await store.write(lambda c: bases.put(c, pulled("somebody's later one", "3", "2026-03-02T13:00:00Z")))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("somebody's later one")),)


async def test_a_received_record_without_a_pulled_copy_is_shown(store: Store) -> None:
    seq = await store.write(lambda c: save(c, "garden"))
    await store.write(lambda c: settle(c, seq, "1", "2026-03-02T12:00:00Z"))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("garden")),)


async def test_a_refused_record_is_still_shown_and_marked(store: Store) -> None:
    seq = await store.write(lambda c: save(c, "garden"))
    await store.write(lambda c: outbox.set_aside(c, [seq], "the plan says no"))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("garden"), pending=True, set_aside=True),)
    await store.write(lambda c: outbox.put_back(c, "v1"))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("garden"), pending=True),)


async def test_a_deleted_record_is_gone_unless_a_newer_one_of_ours_waits(store: Store) -> None:
    await store.write(lambda c: bases.put(c, pulled("walk", "1")))
    seq = await store.write(lambda c: save(c, "garden"))
    await store.write(lambda c: settle(c, seq, "2", "2026-03-02T12:00:00Z"))
    await store.write(lambda c: bases.mark_deleted(c, "Goal", "g1"))
    assert await shown(store) == ()
    await store.write(lambda c: save(c, "after all", group="v3"))
    assert await shown(store) == (CurrentRecord("Goal", "g1", goal("after all"), pending=True),)


async def test_only_this_person_and_the_types_asked_for_in_their_order(store: Store) -> None:
    flag = BaseCopy("Flag", "f1", "1", "2026-03-02T10:00:00Z", '{"resourceType":"Flag"}', "p1")

    def fill(c: Connection) -> None:
        bases.put_all(
            c, [flag, pulled("b", "1", id="g2"), pulled("a", "1"), pulled("gone", "1", id="g0", deleted=True)]
        )
        save(c, "another person's", id="g9", patient="p2")
        save(c, "new", id="g3")

    await store.write(fill)
    found = await shown(store, "Goal", "Flag", "Consent")
    assert [(one.type, one.id) for one in found] == [
        ("Goal", "g1"),
        ("Goal", "g2"),
        ("Goal", "g3"),
        ("Flag", "f1"),
    ]
    assert [one.id for one in await shown(store, "Flag")] == ["f1"]
    assert await store.read(lambda c: list_current(c, "p1")) == ()


async def test_the_mark_moves_with_everything_that_could_be_shown(store: Store) -> None:
    marks = [await store.read(lambda c: read_mark(c, "p1"))]

    async def moved() -> bool:
        marks.append(await store.read(lambda c: read_mark(c, "p1")))
        return marks[-1] not in marks[:-1]

    await store.write(lambda c: bases.put(c, pulled("walk", "1")))
    assert await moved()
    await store.write(lambda c: bases.put(c, pulled("walk", "2", "2026-03-02T11:00:00Z")))
    assert await moved()
    seq = await store.write(lambda c: save(c, "garden"))
    assert await moved()
    await store.write(lambda c: settle(c, seq, "3", "2026-03-02T12:00:00Z"))
    assert await moved()
    await store.write(lambda c: bases.mark_deleted(c, "Goal", "g1"))
    assert await moved()
    later = [replace(pulled("walk", "1"), id=name) for name in ("g7", "g8")]
    await store.write(lambda c: bases.put_all(c, later))
    assert await moved()
    for one in later:  # two that were there already: the plan shows neither any more, one after the other
        await store.write(lambda c, one=one: bases.bury(c, [("Goal", one.id)]))  # type: ignore[misc]
        assert await moved()
    await store.write(lambda c: save(c, "somebody else", id="g9", patient="p2"))
    assert not await moved()
