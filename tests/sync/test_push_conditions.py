"""Servers that do not mind If-None-Match or If-Match: nothing is doubled, nothing of anybody else's is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.store import bases, conflicts, outbox
from app.store.bases import BaseCopy
from tests.faults.double.server import FhirDouble, Quirks, Trouble
from tests.sync.conftest import MakeDesk
from tests.sync.push_kit import Desk, record, visit

LOST = Trouble("cut", on="*", where="write", carried_out=True, times=1)
IGNORES_CREATE = Quirks(ignores_if_none_match=True)
IGNORES_EDIT = Quirks(ignores_if_match=True)


async def known_task(desk: Desk, **members: Any) -> None:
    """A Task of the plan's that this device has pulled."""
    row = desk.double.put(
        {"resourceType": "Task", "id": "t", "subject": {"reference": "Patient/p1"}, **members}
    )
    base = BaseCopy("Task", "t", row.version_id, row.last_updated, json.dumps(row.resource), "p1")
    await desk.store.write(lambda c: bases.put(c, base))


async def edit(desk: Desk, **members: Any) -> None:
    held = await desk.store.read(lambda c: bases.find(c, "Task", "t"))
    assert held is not None
    body = json.loads(held.body) | members
    change = replace(record("Task", "t", base=held.version_id), payload=json.dumps(body))
    await desk.save("t", change)


def statuses(double: FhirDouble) -> list[Any]:
    return [(row.resource or {}).get("status") for row in double.versions("Task", "t")]


@pytest.mark.parametrize("quirks", [Quirks(), IGNORES_CREATE, Quirks(transaction_is_batch=True)])
async def test_f20_after_a_lost_answer_the_edit_that_came_meanwhile_survives(
    desks: MakeDesk, quirks: Quirks
) -> None:
    desk = await desks(replace(quirks, troubles=(LOST,)))
    await desk.save("v", *visit("v"))
    await desk.push()
    assert len(desk.double.versions("Encounter", "v")) == 1, "the row is there, only its answer is not"
    assert not await desk.received("v")
    desk.double.edit("Encounter", "v", serviceType={"text": "corrected"})
    await desk.push()
    assert await desk.received("v")
    assert [bool((r.resource or {}).get("serviceType")) for r in desk.double.versions("Encounter", "v")] == [
        False,
        True,
    ]
    assert desk.versions_by_write("Encounter", "v") == {"w1": 1}
    desk.check_receipts(await desk.receipts())
    receipt = next(version for kind, _, version in await desk.receipts() if kind == "Encounter")
    assert receipt == "1", "the receipt names our version, not the edit's"


@pytest.mark.parametrize("missing", ["Observation/v-1", "Provenance"])
async def test_f20_what_a_batch_kept_of_a_lost_write_is_not_sent_over_somebodys_edit(
    desks: MakeDesk, missing: str
) -> None:
    """A batch, no conditions minded, one record not taken, the answer lost, an edit in between: the worst of all."""
    failing = Trouble(500, on=missing, where="write", times=1)
    desk = await desks(
        Quirks(ignores_if_none_match=True, transaction_is_batch=True, troubles=(failing, LOST))
    )
    await desk.save("v", *visit("v"))
    await desk.push()
    desk.double.edit("Encounter", "v", serviceType={"text": "corrected"})
    for _ in range(2):
        await desk.push()
    assert await desk.received("v")
    assert len(desk.double.versions("Encounter", "v")) == 2
    assert desk.double.current("Encounter")["v"]["serviceType"] == {"text": "corrected"}
    assert desk.double.effective["ignores_if_none_match"] == 0, "nothing was ever sent over a record"


async def test_f20_a_409_to_a_creation_does_not_show_that_if_none_match_is_minded(desks: MakeDesk) -> None:
    """HAPI: 409 when two make the same record at once, and no mind for If-None-Match. Then a request comes late."""
    desk = await desks(replace(IGNORES_CREATE, troubles=(Trouble(409, where="write", times=1),)))
    desk.double.put({"resourceType": "Task", "id": "t", "status": "requested"})
    await desk.save("t", record("Task", "t"))
    await desk.push()
    assert len(await desk.store.read(conflicts.list_open)) == 1
    desk.double.quirks = replace(IGNORES_CREATE, troubles=(replace(LOST, carried_out=False),))
    await desk.save("v", *visit("v"))
    await desk.push()
    (write,) = await desk.store.read(outbox.open_writes)

    came: list[str] = []

    async def the_first_one_comes_late(request: httpx.Request) -> None:
        if "Provenance/" not in str(request.url) and not came:
            came.append(write.id)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.double)) as line:
                headers = {"Content-Type": "application/fhir+json"}
                await line.post(desk.client.base_url, content=write.body.encode(), headers=headers)
            desk.double.edit("Encounter", "v", serviceType={"text": "corrected"})

    desk.wire.before = the_first_one_comes_late
    for _ in range(2):
        await desk.push()
    assert came
    assert await desk.received("v")
    assert desk.double.current("Encounter")["v"]["serviceType"] == {"text": "corrected"}


@pytest.mark.parametrize("own", [True, False])
async def test_a_write_that_commits_forty_seconds_later_is_there_once(desks: MakeDesk, own: bool) -> None:
    desk = await desks(Quirks(late_commit=40), own=own)
    await desk.save("v", *visit("v"))
    await desk.push()
    desk.double.clock.advance(10)
    desk.double.quirks = Quirks()
    await desk.push()
    assert desk.double.effective["late_commit"] >= 1
    assert await desk.received("v")
    assert desk.versions_by_write("Encounter", "v") == {"w1": 1}
    desk.double.clock.advance(40)
    await desk.push()
    assert len(desk.double.versions("Encounter", "v")) == 1


async def test_f31_a_stale_edit_is_seen_before_it_is_sent_where_the_server_would_take_it(
    desks: MakeDesk,
) -> None:
    desk = await desks(IGNORES_EDIT)
    await known_task(desk, status="requested")
    await edit(desk, status="completed")
    desk.double.edit("Task", "t", status="accepted")
    await desk.push()
    assert statuses(desk.double) == ["requested", "accepted"], "nothing was sent over it"
    (conflict,) = await desk.store.read(conflicts.list_open)
    assert json.loads(conflict.theirs)["status"] == "accepted"
    assert (await desk.states("t"))["Task/t"] == "set-aside"


async def test_f31_an_edit_that_came_between_the_look_and_the_write_is_put_back_and_shown(
    desks: MakeDesk,
) -> None:
    desk = await desks(IGNORES_EDIT)
    await known_task(desk, status="requested")
    await edit(desk, status="completed")

    async def quicker(request: httpx.Request) -> None:
        if request.method == "POST" and b'"PUT"' in request.content:
            desk.wire.before = None
            desk.double.edit("Task", "t", status="accepted")

    desk.wire.before = quicker
    await desk.push()
    assert desk.double.effective["ignores_if_match"] == 1
    assert statuses(desk.double) == ["requested", "accepted", "completed", "accepted"]
    (conflict,) = await desk.store.read(conflicts.list_open)
    assert json.loads(conflict.theirs)["status"] == "accepted"
    assert (await desk.states("t"))["Task/t"] == "set-aside", "nobody is told that it was received"


async def test_f31_the_same_when_the_answer_was_lost(desks: MakeDesk) -> None:
    desk = await desks(replace(IGNORES_EDIT, troubles=(LOST,)))
    await known_task(desk, status="requested")
    await edit(desk, status="completed")

    async def quicker(request: httpx.Request) -> None:
        if request.method == "POST" and b'"PUT"' in request.content:
            desk.wire.before = None
            desk.double.edit("Task", "t", status="accepted")

    desk.wire.before = quicker
    for _ in range(2):
        await desk.push()
    assert desk.double.current("Task")["t"]["status"] == "accepted"
    assert await desk.store.read(conflicts.list_open)


async def test_f31_a_stranger_in_the_way_of_a_creation_is_put_back_where_the_server_let_us_over_it(
    desks: MakeDesk,
) -> None:
    desk = await desks(IGNORES_CREATE)
    desk.double.put({"resourceType": "Encounter", "id": "v", "status": "planned"})
    await desk.save("v", *visit("v"))
    await desk.push()
    kept = [(r.resource or {}).get("status") for r in desk.double.versions("Encounter", "v")]
    assert kept == ["planned", None, "planned"]
    assert await desk.store.read(conflicts.list_open)
    assert not await desk.received("v")


async def test_f06_on_a_server_that_minds_a_stale_edit_is_a_conflict_and_nothing_is_written(
    desks: MakeDesk,
) -> None:
    for own in (True, False):
        desk = await desks(own=own)
        await known_task(desk, status="requested")
        await edit(desk, status="completed")
        desk.double.edit("Task", "t", status="accepted")
        await desk.push()
        assert statuses(desk.double) == ["requested", "accepted"]
        assert len(await desk.store.read(conflicts.list_open)) == 1


async def test_edits_of_different_things_are_put_together_and_leave_in_the_same_pass(desks: MakeDesk) -> None:
    desk = await desks(own=True)
    await known_task(desk, status="requested", priority="routine")
    await edit(desk, status="completed")
    desk.double.edit("Task", "t", priority="urgent")
    report = await desk.push()
    assert (report.merged, report.settled) == (1, 1)
    newest = desk.double.current("Task")["t"]
    assert (newest["status"], newest["priority"]) == ("completed", "urgent")
    assert await desk.received("t")
    assert not await desk.store.read(conflicts.list_open)


async def test_our_own_backend_is_asked_nothing_twice(desks: MakeDesk) -> None:
    desk = await desks(own=True)
    await known_task(desk, status="requested")
    await edit(desk, status="completed")
    await desk.save("v", *visit("v"))
    await desk.push()
    assert [path for _, path in desk.double.requests] == ["", ""], "one request a write"
    assert await desk.received("t")


async def test_an_edit_of_what_the_plan_deleted_is_a_conflict_and_brings_nothing_back(
    desks: MakeDesk,
) -> None:
    for quirks in (Quirks(), Quirks(no_history=True), IGNORES_EDIT):
        desk = await desks(quirks)
        await known_task(desk, status="requested")
        await edit(desk, status="completed")
        desk.double.delete("Task", "t")
        await desk.push()
        assert statuses(desk.double) == ["requested", None]
        (conflict,) = await desk.store.read(conflicts.list_open)
        assert conflict.deleted


async def test_receipts_come_from_the_record_where_the_answer_says_no_version(desks: MakeDesk) -> None:
    for quirks in (
        Quirks(no_etag=True),
        Quirks(minimal_answers=True),
        Quirks(no_etag=True, minimal_answers=True),
    ):
        desk = await desks(quirks)
        await desk.save("v", *visit("v"))
        await desk.push()
        assert await desk.received("v"), quirks
        desk.check_receipts(await desk.receipts())


async def test_decimals_tags_and_same_puts_of_other_servers_are_no_strangers_work(desks: MakeDesk) -> None:
    desk = await desks(
        Quirks(
            rounds_decimals=True, merges_tags=True, silent_same_put=True, whole_seconds=True, troubles=(LOST,)
        )
    )
    weight = record("Observation", "o", "Encounter/v", valueQuantity={"value": 1})
    weight = replace(weight, payload=weight.payload.replace('"value": 1', '"value": 72.50'))
    await desk.save("v", record("Encounter", "v"), weight)
    for _ in range(2):
        await desk.push()
    assert await desk.received("v")
    assert desk.double.effective["rounds_decimals"] == 1
    assert not await desk.store.read(conflicts.list_open)
    assert not await desk.store.read(outbox.open_writes)
