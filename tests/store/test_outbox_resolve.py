"""A change decided anew takes the old one's place; a group waits while a part of it is contested; both sides stay."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from outbox_steps import AT, attempt, change, save
from sqlalchemy import Connection, select
from store_builders import NOON

from app.store import bases, conflicts, outbox, outbox_resolve
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.store.outbox_rows import change as table
from app.store.records import OWN_LATEST, NewChange

THEIRS = '{"resourceType":"Task","id":"task","status":"accepted"}'


def copy(body: str = THEIRS, version: str = "v2") -> BaseCopy:
    return BaseCopy("Task", "task", version, AT, body, "patient-1")


def edit(reason: str, base: str = "v1") -> NewChange:
    body = {"resourceType": "Task", "id": "task", "status": "completed", "statusReason": {"text": reason}}
    return NewChange("Task", "task", json.dumps(body), base, 0)


def refused(connection: Connection, *reasons: str) -> tuple[int, ...]:
    """Edits of one task, the first of which the plan did not take, and another record of its group."""
    bases.put(connection, copy('{"resourceType":"Task","id":"task","status":"requested"}', "v1"))
    seqs = save(connection, "g", edit(reasons[0]), change("other"))
    for reason in reasons[1:]:
        seqs += save(connection, "g", edit(reason, OWN_LATEST))
    attempt(connection, "w1", seqs[:2])
    outbox.refuse(connection, "w1", "changed first")
    bases.put(connection, copy())
    return seqs


def rows(connection: Connection) -> dict[int, Any]:
    return {row.seq: row for row in connection.execute(select(table))}


async def test_an_edit_keeps_what_it_was_made_on_and_a_creation_has_nothing(store: Store) -> None:
    def both(connection: Connection) -> list[str | None]:
        bases.put(connection, copy())
        save(connection, "task", change("new"), edit("first", "v2"))
        save(connection, "task", edit("second", OWN_LATEST), edit("elsewhere", "v1"))
        return [row.base_body for row in rows(connection).values()]

    new, first, second, elsewhere = await store.write(both)
    assert (new, first) == (None, THEIRS)
    assert json.loads(second or "")["statusReason"]["text"] == "first", "our own newest, not received yet"
    assert elsewhere is None, "a version that is not here any more"


async def test_the_new_change_takes_the_place_and_later_own_versions_are_part_of_it(store: Store) -> None:
    def replace(connection: Connection) -> tuple[int, ...]:
        seqs = refused(connection, "first", "later")
        made = outbox_resolve.replace_change(connection, seqs[0], '{"merged":1}', "v2", NOON)
        return made, *seqs

    made, first, other, later = await store.write(replace)
    held = await store.read(rows)
    assert made == first
    assert later not in held, "by itself it would overwrite what was merged"
    row = held[made]
    assert (row.payload, row.state, row.base_version, row.base_body) == ('{"merged":1}', "new", "v2", THEIRS)
    assert held[other].state == "set-aside"
    named = await store.read(lambda c: outbox.list_write_ids(c, [made]))
    assert named == {}, "the write that did not arrive stands for nothing in this place"
    (kept,) = await store.read(lambda c: conflicts.list_for_record(c, "Task", "task"))
    assert (kept.theirs, kept.resolution) == (THEIRS, "merged")
    assert "later" in (kept.ours or ""), "our newest"


async def test_a_group_waits_while_any_of_it_is_contested(store: Store) -> None:
    def contest(connection: Connection) -> tuple[int, ...]:
        seqs = refused(connection, "first")
        outbox.put_back(connection, "g")
        conflicts.open_conflict(
            connection, type="Task", record_id="task", seq=seqs[0], theirs=THEIRS, at=NOON
        )
        outbox_resolve.hold_group(connection, "g", "please choose")
        return seqs

    task, other = await store.write(contest)
    assert await store.read(outbox.pending) == ()
    assert not await store.write(lambda c: outbox_resolve.free_group(c, "g"))

    def choose(connection: Connection) -> bool:
        outbox_resolve.drop_change(connection, task, NOON)
        (opened,) = conflicts.list_open(connection)
        conflicts.resolve(connection, opened.id, NOON, "theirs")
        return outbox_resolve.free_group(connection, "g")

    assert await store.write(choose)
    (group,) = await store.read(outbox.pending)
    assert [one.seq for one in group.changes] == [other]
    (kept,) = await store.read(lambda c: conflicts.list_for_record(c, "Task", "task"))
    assert (kept.resolution, kept.patient_id, "first" in (kept.ours or "")) == ("theirs", "patient-1", True)


async def test_what_may_have_arrived_or_has_arrived_is_never_replaced(store: Store) -> None:
    def open_write(connection: Connection) -> int:
        (seq,) = save(connection, "g", change("task"))
        attempt(connection, "w1", [seq])
        return seq

    seq = await store.write(open_write)
    for one in (seq, 999):
        with pytest.raises(ValueError, match="change"):
            await store.write(
                partial(outbox_resolve.replace_change, seq=one, payload="{}", base_version="v1", at=NOON)
            )
        with pytest.raises(ValueError, match="change"):
            await store.write(partial(outbox_resolve.drop_change, seq=one, at=NOON))


async def test_a_deleted_record_is_marked_so_and_its_edit_kept(store: Store) -> None:
    def deleted(connection: Connection) -> None:
        seqs = refused(connection, "first")
        conflicts.open_conflict(connection, type="Task", record_id="task", seq=seqs[0], theirs="", at=NOON)

    await store.write(deleted)
    (row,) = await store.read(conflicts.list_open)
    base = await store.read(lambda c: bases.find(c, "Task", "task"))
    assert row.deleted
    assert base is not None
    assert base.deleted
