"""What ours went over is back on the server before anything is concluded, wherever the process dies."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.store import bases, conflicts, outbox
from app.sync.put_back import derive_mark
from tests.faults.double.server import Quirks, Trouble
from tests.sync.conftest import MakeDesk
from tests.sync.push_kit import Desk
from tests.sync.test_push_conditions import IGNORES_EDIT, edit, known_task, statuses


class Dies(BaseException):
    """The process is gone."""


async def went_over(desk: Desk, die: str = "", **theirs: Any) -> None:
    """Ours goes over what somebody wrote between our look and our write. `die`: "before" or "after" it is put back."""
    await known_task(desk, status="requested", priority="routine")
    await edit(desk, status="completed")
    writes = 0

    async def quicker(request: httpx.Request) -> None:
        nonlocal writes
        if request.method != "POST" or b'"PUT"' not in request.content:
            return
        writes += 1
        if writes == 1:
            desk.double.edit("Task", "t", **(theirs or {"status": "accepted"}))
        elif die:
            desk.wire.before = None
            if die == "after":
                await desk.wire.handle_async_request(request)
            raise Dies

    desk.wire.before = quicker
    if die:
        with pytest.raises(Dies):
            await desk.push()
    else:
        await desk.push()
    desk.wire.before = None
    assert desk.double.effective["ignores_if_match"] == 1


async def seen(desk: Desk) -> dict[str, Any]:
    """Their side as it is shown to whoever must choose; it is what stands on the server."""
    (conflict,) = await desk.store.read(conflicts.list_open)
    held = await desk.store.read(lambda c: bases.find(c, "Task", "t"))
    newest = desk.double.versions("Task", "t")[-1]
    assert held is not None
    assert (held.version_id, json.loads(held.body)) == (newest.version_id, newest.resource)
    found: dict[str, Any] = json.loads(conflict.theirs)
    return found


@pytest.mark.parametrize("die", ["before", "after"])
async def test_a_process_that_dies_while_it_puts_back_does_it_once_and_loses_nothing(
    desks: MakeDesk, die: str
) -> None:
    desk = await desks(IGNORES_EDIT)
    await went_over(desk, die)
    assert not await desk.store.read(conflicts.list_open)
    assert await desk.store.read(outbox.open_writes), "its outcome is open until it was looked up"
    for _ in range(2):
        await desk.push()
    assert statuses(desk.double) == ["requested", "accepted", "completed", "accepted"]
    assert (await seen(desk))["status"] == "accepted"


async def test_who_changed_it_after_it_was_put_back_is_not_written_over(desks: MakeDesk) -> None:
    desk = await desks(IGNORES_EDIT)
    await went_over(desk, "after")
    desk.double.edit("Task", "t", priority="urgent")
    await desk.push()
    there = await seen(desk)
    assert (there["status"], there["priority"]) == ("accepted", "urgent")
    assert len(desk.double.versions("Task", "t")) == 5, "nothing more was sent"


async def test_who_came_to_the_same_as_ours_after_hers_was_put_back_is_left_so(desks: MakeDesk) -> None:
    desk = await desks(IGNORES_EDIT)
    await went_over(desk, "after")
    desk.double.edit("Task", "t", status="completed")
    await desk.push()
    assert statuses(desk.double) == ["requested", "accepted", "completed", "accepted", "completed"]
    assert not await desk.store.read(outbox.open_writes)


async def test_who_changed_ours_before_it_was_looked_at_keeps_that_and_the_other_gets_hers_back(
    desks: MakeDesk,
) -> None:
    desk = await desks(IGNORES_EDIT)
    note = [{"text": "I call her."}]
    await went_over(desk, "before", status="accepted", note=note)
    desk.double.edit("Task", "t", priority="urgent", note=[{"text": "So do I."}])
    await desk.push()
    there = await seen(desk)
    assert (there["status"], there["priority"]) == ("accepted", "urgent")
    assert {one["text"] for one in there["note"]} == {"I call her.", "So do I."}
    assert desk.double.current("Task")["t"] == there


async def test_what_was_deleted_after_ours_stays_deleted(desks: MakeDesk) -> None:
    desk = await desks(IGNORES_EDIT)
    await went_over(desk, "before")
    desk.double.delete("Task", "t")
    await desk.push()
    (conflict,) = await desk.store.read(conflicts.list_open)
    assert conflict.deleted
    assert statuses(desk.double)[-1] is None


@pytest.mark.parametrize("trouble", [Trouble(422, on="Task/t", where="write"), Trouble(503, where="write")])
async def test_nothing_is_concluded_while_the_server_does_not_take_it_back(
    desks: MakeDesk, trouble: Trouble
) -> None:
    desk = await desks(IGNORES_EDIT)
    await went_over(desk, "before")
    desk.double.quirks = Quirks(ignores_if_match=True, troubles=(trouble,))
    await desk.push()
    assert desk.double.effective[trouble.name] == 1
    assert not await desk.store.read(conflicts.list_open)
    (write,) = await desk.store.read(outbox.open_writes)
    assert write.server_errors == 1
    desk.double.quirks = IGNORES_EDIT
    await desk.push()
    assert (await seen(desk))["status"] == "accepted"


async def test_somebody_who_is_quicker_than_the_putting_back_is_looked_at_again(desks: MakeDesk) -> None:
    desk = await desks(IGNORES_EDIT)
    await went_over(desk, "before")
    desk.double.quirks = Quirks()  # behind a proxy a second server may mind what the first did not

    async def quicker(request: httpx.Request) -> None:
        if request.method == "POST" and b'"PUT"' in request.content:
            desk.wire.before = None
            desk.double.edit("Task", "t", priority="urgent")

    desk.wire.before = quicker
    await desk.push()
    assert not await desk.store.read(conflicts.list_open)
    await desk.push()
    there = await seen(desk)
    assert (there["status"], there["priority"]) == ("accepted", "urgent")


async def test_what_was_put_back_keeps_its_authors_tags_and_says_for_which_write_it_came(
    desks: MakeDesk,
) -> None:
    desk = await desks(IGNORES_EDIT)
    await went_over(desk)
    newest = desk.double.versions("Task", "t")[-1].resource or {}
    assert [tag["code"] for tag in newest["meta"]["tag"]] == [derive_mark("w1", ("Task", "t"))]
    assert derive_mark("w1", ("Task", "t")) != derive_mark("w2", ("Task", "t"))
