"""What an edit rests on, and which writes named a change."""

from __future__ import annotations

from outbox_steps import AT, attempt, change, receipt, save
from sqlalchemy import Connection
from store_builders import NOON

from app.store import bases, outbox
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.store.records import OWN_LATEST


def settle(connection: Connection, write_id: str, version: str) -> None:
    attempt_of = [group for group in outbox.pending(connection) if group.group_id == "task"]
    attempt(connection, write_id, [one.seq for one in attempt_of[0].changes])
    base = BaseCopy("Task", "task", version, AT, "{}", "patient-1")
    outbox.settle(connection, write_id, [receipt("Task", "task", version)], [base])


async def base_of(store: Store) -> str | None:
    return await store.read(lambda c: outbox.base_for_edit(c, "Task", "task"))


async def test_an_edit_rests_on_our_newest_version_or_on_somebody_s_later_one(store: Store) -> None:
    assert await base_of(store) is None
    await store.write(lambda c: save(c, "task", change("task")))
    assert await base_of(store) == OWN_LATEST
    await store.write(lambda c: settle(c, "w1", "v1"))
    assert await base_of(store) == OWN_LATEST
    await store.write(lambda c: bases.put(c, BaseCopy("Task", "task", "v2", AT, "{}", "patient-1")))
    assert await base_of(store) == "v2"


async def test_a_record_that_only_the_plan_made_is_edited_on_the_plan_s_version(store: Store) -> None:
    await store.write(lambda c: bases.put(c, BaseCopy("Task", "task", "v9", AT, "{}", "patient-1")))
    assert await base_of(store) == "v9"


async def test_the_last_version_is_that_of_the_newest_settled_change(store: Store) -> None:
    for number in (1, 2, 3):
        edit = change("task", base=OWN_LATEST if number > 1 else None)
        await store.write(lambda c, edit=edit: save(c, "task", edit))
        await store.write(lambda c, n=number: settle(c, f"w{n}", f"v{n}"))
    assert await store.read(lambda c: outbox.last_version(c, "Task", "task")) == "v3"
    assert await store.read(lambda c: outbox.last_version(c, "Task", "other")) is None


async def test_an_edit_that_waited_for_its_create_rests_on_the_version_that_the_create_got(
    store: Store,
) -> None:
    def both(c: Connection) -> None:
        save(c, "task", change("task"))
        save(c, "task", change("task", base=OWN_LATEST))

    await store.write(both)
    await store.write(lambda c: settle(c, "w1", "v1"))
    (group,) = await store.read(outbox.pending)
    assert [one.base_version for one in group.changes] == ["v1"]


async def test_only_writes_that_named_a_change_are_asked_for_it_not_others_of_its_group(store: Store) -> None:
    await store.write(lambda c: save(c, "task", change("task")))
    await store.write(lambda c: settle(c, "w1", "v1"))
    (edit,) = await store.write(lambda c: save(c, "task", change("task", base=OWN_LATEST)))
    await store.write(lambda c: outbox.cut_write(c, "w2", [edit], "{}", NOON))
    await store.write(lambda c: outbox.withdraw(c, "w2", "too large"))
    await store.write(lambda c: outbox.cut_write(c, "w3", [edit], "{}", NOON))
    named = await store.read(lambda c: outbox.list_write_ids(c, [edit]))
    assert named == {("Task", "task"): frozenset({"w2", "w3"})}
