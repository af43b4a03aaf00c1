"""Files in the field: slow, refused, cut off, answered and lost. The visits beside them must not notice."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import httpx
import pytest

from app.services.models import VisitState
from app.store import outbox
from app.sync import files
from app.sync.capabilities import Capabilities, decode_capabilities
from tests.faults.faulty_network import Fault
from tests.faults.file_steps import FileFaults, Later, binary_of, is_file, is_sent, nurse
from tests.faults.world import World
from tests.support.photos import jpeg


async def capabilities(world: World) -> Capabilities:
    found = decode_capabilities((await world.client.metadata()).get())
    assert found is not None
    return found


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.ERROR_BEFORE, Fault.PORTAL])
async def test_f01_a_big_attachment_that_fails_never_blocks_a_visit(world: World, fault: Fault) -> None:
    ana, later = nurse(world), Later(world)
    judge = FileFaults(fault, is_file)
    with_photo, _ = await ana.visit("a", jpeg(1000, 800, noise=True))
    for day in range(4):
        visit_id = await world.document("a", note=f"Day {day}.", pain=day)
        later.pass_by(hours=3)
        report = await world.sync(judge)
        assert report.outcome == "ok", report
        assert await world.state(visit_id) is VisitState.RECEIVED
    assert await world.state(with_photo) is VisitState.RECEIVED
    assert (await ana.visits.read(with_photo)).summary.status.photos_waiting == 1
    assert judge.fired >= 2, "the fault never met a file"
    later.pass_by(hours=3)
    for _ in range(3):
        await world.sync()
        later.pass_by(hours=3)
    assert (await ana.line(with_photo)).received_at is not None
    assert len(world.server.versions("Binary", await binary_of(world))) == 1


async def test_f01_a_file_on_a_slow_connection_lets_a_visit_and_an_alert_pass(world: World) -> None:
    """The upload hangs; as soon as something else waits, it is let go, and nothing waits for its time budget."""
    ana = nurse(world)
    under_way, never = asyncio.Event(), asyncio.Event()
    inner = world.network

    class Throttled(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if is_sent(request):
                under_way.set()
                await never.wait()
            return await inner.handle_async_request(request)

    world.client._http._transport = Throttled()
    with_photo, _ = await ana.visit("a")
    passing = asyncio.create_task(world.sync())
    await asyncio.wait_for(under_way.wait(), 20)
    began = asyncio.get_running_loop().time()
    second = await world.document("a", note="Now.", pain=9)
    report = await asyncio.wait_for(passing, 20)
    assert report.outcome == "ok", report
    assert asyncio.get_running_loop().time() - began < 10, "it waited for the file"
    world.client._http._transport = inner
    later = Later(world)
    assert (await world.sync(FileFaults(Fault.CUT_BEFORE))).outcome == "ok"
    assert await world.state(second) is VisitState.RECEIVED
    assert await world.state(with_photo) is VisitState.RECEIVED
    later.pass_by(hours=2)
    for _ in range(2):
        await world.sync()
    assert (await ana.line(with_photo)).received_at is not None


async def test_a_file_has_its_own_time_and_no_more(world: World) -> None:
    ana, inner, never = nurse(world), world.network, asyncio.Event()

    class Stuck(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if is_sent(request):
                await never.wait()
            return await inner.handle_async_request(request)

    visit_id, _ = await ana.visit("a")
    known = await capabilities(world)
    await world.sync(FileFaults(Fault.CUT_BEFORE))
    world.client._http._transport = Stuck()
    report = await files.send_files(world.store, world.client, known, budget=0.05)
    assert (report.sent, report.failed) == (0, 1)
    line = await ana.line(visit_id)
    assert line.waits
    assert line.problem == files.SLOW
    assert await world.state(visit_id) is VisitState.RECEIVED


async def test_a_lost_answer_is_looked_up_and_never_sent_twice(world: World) -> None:
    ana, later = nurse(world), Later(world)
    visit_id, _ = await ana.visit("a", jpeg(900, 700, noise=True))
    judge = FileFaults(Fault.CUT_AFTER, times=1)
    assert (await world.sync(judge)).outcome == "ok"
    assert judge.fired == 1
    binary = await binary_of(world)
    assert len(world.server.versions("Binary", binary)) == 1, "it had arrived"
    assert (await ana.line(visit_id)).problem == files.BROKEN
    later.sent.clear()
    later.pass_by(hours=1)
    await world.sync()
    await world.sync()
    assert later.sent == Counter({"GET": 1})
    assert len(world.server.versions("Binary", binary)) == 1
    assert (await ana.line(visit_id)).received_at is not None


async def test_a_file_waits_out_its_pause_by_the_plans_clock(world: World) -> None:
    ana, later = nurse(world), Later(world)
    await ana.visit("a")
    await world.sync(FileFaults(Fault.ERROR_BEFORE))
    asked = sum(later.sent.values())
    for _ in range(3):
        await world.sync(FileFaults(Fault.ERROR_BEFORE))
    assert sum(later.sent.values()) == asked, "it was tried again within its pause"
    later.pass_by(minutes=3)
    await world.sync()
    await world.sync()
    assert sum(later.sent.values()) > asked


async def test_a_process_that_dies_at_any_commit_sends_a_file_once(world: World) -> None:
    ana = nurse(world)
    visit_id, _ = await ana.visit("a")
    for commits in range(1, 40):
        if not await world.sync_until_killed(commits):
            break
    await world.heal()
    assert (await nurse(world).line(visit_id)).received_at is not None
    assert len(world.server.versions("Binary", await binary_of(world))) == 1


async def test_what_is_too_large_for_the_plan_is_set_aside_with_a_sentence_and_can_be_tried_again(
    world: World,
) -> None:
    ana, inner = nurse(world), world.network
    full = True

    class Small(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if full and is_sent(request):
                await request.aread()
                outcome = {"resourceType": "OperationOutcome", "issue": [{"code": "too-long"}]}
                return httpx.Response(
                    413, headers={"content-type": "application/fhir+json"}, content=json.dumps(outcome)
                )
            return await inner.handle_async_request(request)

    world.client._http._transport = Small()
    visit_id, (photo,) = await ana.visit("a")
    assert (await world.sync()).outcome == "ok"
    line = await ana.line(visit_id)
    assert line.refused is not None
    assert "too large" in line.refused
    assert await world.state(visit_id) is VisitState.RECEIVED
    full = False
    await world.sync()
    assert (await ana.line(visit_id)).refused is not None, "nothing is tried again by itself"
    await world.store.write(lambda c: outbox.put_back(c, photo))
    for _ in range(2):
        await world.sync()
    assert (await ana.line(visit_id)).received_at is not None


async def test_a_small_file_does_not_wait_behind_one_that_failed(world: World) -> None:
    ana, later = nurse(world), Later(world)
    visit_id, made = await ana.visit("a", jpeg(1600, 1200, noise=True), jpeg())

    def judge(request: httpx.Request) -> Fault:
        return Fault.ERROR_BEFORE if is_sent(request) and len(request.content) > 50_000 else Fault.NONE

    for _ in range(3):
        await world.sync(judge)
        later.pass_by(hours=2)
    lines = {line.id: line for line in await ana.lines(visit_id)}
    assert lines[made[1]].received_at is not None
    assert lines[made[0]].waits


async def test_another_file_in_its_place_is_never_taken_for_ours(world: World) -> None:
    ana, later = nurse(world), Later(world)
    visit_id, _ = await ana.visit("a")
    await world.sync(FileFaults(Fault.LOST))
    binary = await binary_of(world)

    async def put(client: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "image/jpeg", "X-Security-Context": "Patient/a"}
        answer = await client.put(f"Binary/{binary}", content=jpeg(50, 50), headers=headers)
        answer.raise_for_status()

    await world.as_user("op", put)
    later.pass_by(hours=2)
    await world.sync()
    line = await ana.line(visit_id)
    assert line.refused == files.SOMETHING_ELSE
    assert len(world.server.versions("Binary", binary)) == 1
