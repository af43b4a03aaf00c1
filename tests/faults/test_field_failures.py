"""What other products did to their users, one test a failure: each goes red when our defence is taken out.

The numbers are those of docs/field-failures.md, which names the tests of the failures that are not here.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from app.domain.stays import Outcome, Place
from app.services.addenda import Addenda
from app.services.alerts import Alerts
from app.services.caseload import Caseload
from app.services.models import VisitState
from app.services.stays import Stays, ToldStay
from app.store import outbox, visits
from app.store.changes import Topic
from app.store.tables import Change, table_of
from app.sync.loop import Rhythm, SyncLoop
from tests.faults.faulty_network import Fault, is_write
from tests.faults.world import ANA, Now, World

_change = table_of(Change)
Door = Callable[[World], Awaitable[str]]


def unsettled(connection: Connection) -> dict[int, str]:
    rows = connection.execute(select(_change.c.seq, _change.c.payload).where(_change.c.state != "settled"))
    return {row.seq: row.payload for row in rows}


async def sign_a_visit(world: World) -> str:
    await world.document(note="MARKER one", pain=3)
    return "MARKER one"


async def raise_an_alert(world: World) -> str:
    await world.tap(await world.begin("a"), "esas-pain", 9)
    return '"resourceType":"Task"'


async def add_to_a_visit(world: World) -> str:
    visit_id = await world.document(pain=3)
    await Addenda(world.store, ANA, Now()).add(visit_id, "MARKER two")
    return "MARKER two"


async def tell_of_a_stay(world: World) -> str:
    await Stays(world.store, ANA, Now()).tell("a", told())
    return "MARKER three"


async def say_why_no_visit_came(world: World) -> str:
    stays = Stays(world.store, ANA, Now())
    reference = await stays.tell("a", told())
    await stays.set_outcome("a", reference, Outcome.DECLINED, "MARKER four")
    return "MARKER four"


async def take_an_alert(world: World) -> str:
    await raise_an_alert(world)
    await world.sync()
    alerts = Alerts(world.store, ANA, Now(), nobody)
    (line,) = await alerts.list_open()
    await alerts.finish(line.id, "MARKER five")
    return "MARKER five"


async def nobody(secret: str) -> None:
    raise AssertionError(secret)


def told() -> ToldStay:
    left = datetime.now().astimezone() - timedelta(hours=20)
    return ToldStay(Place.HOSPITAL, "MARKER three", left - timedelta(days=8), left)


DOORS: list[Door] = [
    sign_a_visit,
    raise_an_alert,
    add_to_a_visit,
    tell_of_a_stay,
    say_why_no_visit_came,
    take_an_alert,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
async def test_f09_whatever_a_nurse_saves_for_the_plan_waits_in_the_outbox_at_once(
    world: World, door: Door
) -> None:
    before = await world.store.read(unsettled)
    marker = await door(world)
    new = {seq: body for seq, body in (await world.store.read(unsettled)).items() if seq not in before}
    assert any(marker in body or marker in readable(body) for body in new.values()), (
        "saved, and not to be sent"
    )
    for _ in range(3):
        await world.sync()
    assert await world.store.read(unsettled) == {}


def readable(body: str) -> str:
    """With what lies in base64 (a note's attachment) in clear."""
    found = json.loads(body)
    parts = [base64.b64decode(content["attachment"]["data"]).decode() for content in found.get("content", ())]
    return " ".join(parts)


class Rests:
    """In place of a clock: each rest is over at once, and is counted. `at` does something at a rest."""

    def __init__(self, at: dict[int, Callable[[], None]], most: int) -> None:
        self.at, self.most, self.count = at, most, 0
        self.done = asyncio.Event()

    async def __call__(self, event: asyncio.Event, seconds: float) -> None:
        self.count += 1
        self.at.get(self.count, lambda: None)()
        if self.count >= self.most:
            self.done.set()
            await event.wait()
        await asyncio.sleep(0)


async def test_f17_after_a_partition_the_loop_sends_without_a_new_write(world: World) -> None:
    visit_id = await world.document(pain=7)
    world.network.judge = lambda request: Fault.CUT_BEFORE

    def heal() -> None:
        world.network.judge = lambda request: Fault.NONE

    rests = Rests({5: heal}, most=9)
    loop = SyncLoop(world.engine, world.store, rhythm=Rhythm(jitter=0.0), wait=rests)
    loop.start()
    async with asyncio.timeout(20):
        await rests.done.wait()
    assert await world.state(visit_id) is VisitState.RECEIVED, "nobody tapped anything"
    await loop.stop()
    world.check_whole(visit_id)


async def test_f17_a_new_record_a_resume_and_send_now_each_wake_a_resting_loop(world: World) -> None:
    rests = Rests({}, most=1)
    loop = SyncLoop(world.engine, world.store, rhythm=Rhythm(jitter=0.0), wait=rests)
    loop.start()
    async with asyncio.timeout(20):
        await rests.done.wait()
    for wake in (loop.wake, None):
        rests.done.clear()
        before = rests.count
        if wake is None:
            await world.store.write(lambda c: None, Topic.OUTBOX)
        else:
            wake()
        async with asyncio.timeout(20):
            await rests.done.wait()
        assert rests.count > before
    await loop.stop()


@pytest.mark.parametrize("row", [1, 2, 3])
async def test_f21_a_save_that_fails_half_way_leaves_a_draft_and_nothing_to_send(
    world: World, row: int
) -> None:
    visit_id = await world.begin()
    await world.tap(visit_id, "esas-pain", 3)
    await world.visits.leave(visit_id)
    before = await world.store.read(unsettled)
    trigger = f"""CREATE TRIGGER half_way BEFORE INSERT ON change
        WHEN (SELECT count(*) FROM change WHERE group_id = '{visit_id}') >= {row - 1}
        BEGIN SELECT RAISE(ABORT, 'half way'); END"""  # noqa: S608 - a trigger takes no parameters; the id is our own
    await world.store.write(lambda c: c.execute(text(trigger)))
    with pytest.raises(IntegrityError):
        await world.visits.sign(visit_id)
    assert await world.store.read(unsettled) == before
    assert await world.state(visit_id) is VisitState.DRAFT
    await world.store.write(lambda c: c.execute(text("DROP TRIGGER half_way")))
    await world.visits.sign(visit_id)
    world.visits_made[visit_id].signed = True
    await world.heal()
    world.check_whole(visit_id)


async def test_f21_a_visit_of_which_the_plan_refuses_one_part_leaves_nothing_there(world: World) -> None:
    visit_id = await world.document(pain=3)
    await world.sync(lambda request: Fault.CUT_BEFORE)
    (write,) = await world.store.read(outbox.open_writes)
    bundle = json.loads(write.body)
    bundle["entry"][-2]["resource"]["status"] = "no such status"

    async def send(client: httpx.AsyncClient) -> None:
        answer = await client.post("", json=bundle)
        assert answer.status_code in (400, 422)

    await world.as_user("ana", send)
    assert world.server.versions("Encounter", visit_id) == []
    assert world.server.of_visit(visit_id) == []


async def test_f29_every_answer_is_there_after_the_app_died_and_the_visit_is_offered_again(
    world: World,
) -> None:
    visit_id = await world.begin()
    for value in range(4):
        await world.tap(visit_id, "esas-pain", value)
        await world.kill()
        page = await world.visits.page(visit_id)
        assert page.draft.answers["esas-pain"].value == value
    today = await Caseload(world.store, ANA.reference, ANA.name, Now()).today()
    assert [one.id for one in today.drafts] == [visit_id]
    assert await world.visits.begin("a", page.draft.modality, page.draft.setting) == visit_id


async def test_f30_two_open_visits_never_take_each_others_answers(world: World) -> None:
    await world.assign("b", "ana")
    await world.sync()
    first, second = await world.begin("a"), await world.begin("b")
    assert first != second
    for value in (1, 2):
        await world.tap(first, "esas-pain", value)
        await world.tap(second, "esas-tired", 10 - value)
        await world.write_note(first, f"first {value}")
        await world.kill()
        await world.write_note(second, f"second {value}")
    for visit_id in (first, second):
        page, made = await world.visits.page(visit_id), world.visits_made[visit_id]
        assert {link: answer.value for link, answer in page.draft.answers.items()} == made.values
        assert page.draft.note == made.note
    await world.sign(second)
    await world.kill()
    page = await world.visits.page(first)
    assert page.draft.note == "first 2", "signing one leaves the other as it was"
    await world.sign(first)
    await world.heal()
    for visit_id in (first, second):
        world.check_whole(visit_id)


async def test_f33_a_page_of_a_guest_network_is_never_believed(world: World) -> None:
    visit_id = await world.document(pain=7)
    before = await world.store.read(visits.list_drafts), await world.store.read(unsettled)
    report = await world.sync(lambda request: Fault.PORTAL)
    assert report.outcome == "captive-portal"
    assert (await world.store.read(visits.list_drafts), await world.store.read(unsettled)) == before
    assert await world.state(visit_id) is VisitState.ON_DEVICE
    report = await world.sync(lambda request: Fault.PORTAL if is_write(request) else Fault.NONE)
    assert report.outcome == "captive-portal", (
        "the description of the server came, the answer to the visit did not"
    )
    assert await world.state(visit_id) is not VisitState.RECEIVED
    await world.heal()
    world.check_whole(visit_id)
    assert world.network.fired[Fault.PORTAL] >= 2
