"""What becomes of a photo's bytes after they were sent, and while they wait."""

from __future__ import annotations

import httpx

from app.store import attachment_sending, attachments
from app.sync import files
from tests.faults.faulty_network import Fault
from tests.faults.file_steps import FileFaults, Later, binary_of, nurse
from tests.faults.test_restore_on_our_plan import Ground
from tests.faults.world import World


async def test_a_photo_that_the_plan_lost_to_a_restore_is_sent_again(world: World) -> None:
    ana, ground = nurse(world), Ground(world)
    ground.back_up()
    visit_id, _ = await ana.visit("a")
    for _ in range(2):
        await world.sync()
    binary = await binary_of(world)
    assert (await ana.line(visit_id)).received_at is not None
    ground.put_back()
    assert world.server.versions("Binary", binary) == []
    for _ in range(4):
        await world.sync()
    assert len(world.server.versions("Binary", binary)) == 1
    assert (await ana.line(visit_id)).received_at is not None
    assert not (await ana.line(visit_id)).lost


async def test_a_photo_that_waits_says_why(world: World) -> None:
    ana = nurse(world)
    visit_id, (photo,) = await ana.visit("a")
    await world.sync(FileFaults(Fault.ERROR_BEFORE))
    states = await world.store.read(lambda c: attachment_sending.read_states(c, [photo]))
    assert states[photo].problem == files.SERVER_FAILED
    assert (await ana.line(visit_id)).problem == files.SERVER_FAILED


async def test_bytes_make_room_a_month_after_the_plan_took_them(world: World) -> None:
    ana, later = nurse(world), Later(world)
    visit_id, (photo,) = await ana.visit("a")
    for _ in range(2):
        await world.sync()
    seen = await ana.photos.open(photo)
    later.pass_by(days=20)
    await world.sync()
    assert (await ana.line(visit_id)).here
    later.pass_by(days=20)
    await world.sync()
    line = await ana.line(visit_id)
    assert not line.here
    assert line.thumbnail is not None
    assert await ana.photos.open(photo) == seen, "they come back from the plan when they are opened"


async def test_bytes_that_wait_are_never_dropped(world: World) -> None:
    ana, later = nurse(world), Later(world)
    visit_id, _ = await ana.visit("a")
    for _ in range(3):
        await world.sync(FileFaults(Fault.ERROR_BEFORE))
        later.pass_by(days=40)
    assert (await ana.line(visit_id)).here


class Guard(httpx.AsyncBaseTransport):
    """Something before the plan that lets nobody look at one file."""

    def __init__(self, world: World, inner: Later, closed: str) -> None:
        self.inner, self.closed, self.asked = inner, closed, 0
        world.client._http._transport = self

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path.endswith(self.closed):
            self.asked += 1
            outcome = {
                "resourceType": "OperationOutcome",
                "issue": [{"severity": "error", "code": "forbidden"}],
            }
            return httpx.Response(403, json=outcome, headers={"content-type": "application/fhir+json"})
        return await self.inner.handle_async_request(request)


async def test_f01_a_photo_that_may_not_be_looked_at_keeps_no_other_from_leaving(world: World) -> None:
    ana, later = nurse(world), Later(world)
    first_visit, (first,) = await ana.visit("a")
    await world.sync(FileFaults(Fault.CUT_AFTER))
    kept = await world.store.read(lambda c: attachments.find(c, first))
    assert kept is not None
    guard = Guard(world, later, kept.attachment.binary_id)
    second_visit, _ = await ana.visit("a")
    for _ in range(3):
        later.pass_by(hours=2)
        await world.sync()
    assert guard.asked > 0, "its outcome is open: it is looked up, never sent again blindly"
    assert (await ana.line(first_visit)).problem == files.SERVER_FAILED
    assert (await ana.line(second_visit)).received_at is not None
