"""A pass as a whole: one runner, its log, the measured clock, the daily retry."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import StoreBusy
from app.store import meta, outbox, passes
from app.sync import push
from app.sync.engine import SyncEngine
from tests.support import relay as faults
from tests.support.field import FieldPlan, Person
from tests.support.relay import Relay
from tests.sync.conftest import MakeTablet


class LateClock:
    """A wall clock that is two hours slow, and that tests may turn."""

    def __init__(self) -> None:
        self.shift = timedelta(hours=-2)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


async def test_two_passes_of_one_store_never_run_at_once(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    gate = asyncio.Event()
    relay.judge = lambda request: faults.Fault("held", gate=gate)
    running = asyncio.create_task(tablet.sync())
    async with asyncio.timeout(20):
        while not relay.seen:
            await asyncio.sleep(0.01)
    other = SyncEngine(tablet.store, tablet.client)
    with pytest.raises(StoreBusy):
        await other.run_pass()
    gate.set()
    assert (await running).outcome == "ok"
    assert (await other.run_pass()).outcome == "ok"


async def test_the_log_of_passes_tells_what_happened_and_nothing_about_anybody(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse, family="Zebrowski")
    tablet = await tablets(nurse, relay.url)
    await tablet.document(patient_id, "secret words", pain=3)
    await tablet.sync()
    relay.judge = lambda request: faults.PORTAL
    await tablet.sync()
    newest, first = (await tablet.store.read(passes.list_recent))[:2]
    assert (first.outcome, first.pushed) == ("ok", 1)
    assert first.pulled > 0
    assert first.server_at is not None
    assert (newest.outcome, newest.server_at) == ("captive-portal", None)
    assert (await tablet.store.read(passes.find_last_success)) == first
    said = f"{newest} {first}"
    assert patient_id not in said
    assert "Zebrowski" not in said


async def test_the_clock_of_the_tablet_is_measured_against_the_plans(
    nurse: Person, tablets: MakeTablet
) -> None:
    from app.sync.transport import FhirClient

    tablet = await tablets(nurse)
    clock = LateClock()
    client = FhirClient(tablet.client.base_url, tablet.client._tokens, now=clock.now)
    try:
        assert (await SyncEngine(tablet.store, client, clock).run_pass()).outcome == "ok"
    finally:
        await client.aclose()
    offset = await tablet.store.read(lambda c: meta.get(c, meta.CLOCK_OFFSET_MS))
    assert abs(int(offset) - 2 * 3_600_000) < 30_000


async def test_what_the_server_failed_on_is_tried_again_a_day_later(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    clock = LateClock()
    engine = SyncEngine(tablet.store, tablet.client, clock)
    visit = await tablet.document(patient_id, pain=1)
    seqs = [c.seq for c in (await tablet.store.read(outbox.pending))[0].changes]

    def fail(connection: outbox.Connection) -> None:
        outbox.set_aside(connection, seqs, f"{push.SERVER_FAILED}. Hearthside tries again every day.")
        meta.put(connection, push.RETRIED_AT, clock.now().isoformat())

    await tablet.store.write(fail)
    await engine.run_pass()
    assert (await tablet.status(visit.id)).set_aside
    clock.shift += timedelta(hours=25)
    await engine.run_pass()
    assert await tablet.received(visit.id)


async def test_a_pass_can_be_stopped_between_two_visits(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    made = [await tablet.document(patient_id, pain=n) for n in range(3)]
    stop = asyncio.Event()
    report = await tablet.engine.run_pass(lambda done, of: stop.set(), stop)
    assert report.outcome == "stopped"
    states = [await tablet.received(visit.id) for visit in made]
    assert states == [True, False, False]
    assert (await tablet.sync()).outcome == "ok"
    assert all([await tablet.received(visit.id) for visit in made])
