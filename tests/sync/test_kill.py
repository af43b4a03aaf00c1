"""SIGKILL while a write is on its way."""

from __future__ import annotations

import asyncio
import sys

import pytest

from app.store import sessions
from app.store.engine import Store, open_store
from app.store.sessions import SignInRow
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.history import versions
from tests.support.relay import Fault, Once, Relay, Request
from tests.sync.conftest import MakeTablet


@pytest.mark.parametrize("forward", [True, False], ids=["the plan has it", "the plan has it not"])
async def test_killed_between_attempted_and_answer_ends_in_one_version_and_a_receipt(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, *, forward: bool
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, pain=4)
    await tablet.close()

    reached = asyncio.Event()

    def judge(request: Request) -> Fault | None:
        if request.is_write:
            reached.set()
            return Fault("held", forward=forward, gate=asyncio.Event(), keep=0)
        return None

    relay.judge = judge
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.push_once", str(tablet.path), stdin=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(tablet.key.hex().encode() + b"\n")
    async with asyncio.timeout(60):
        await reached.wait()
        if forward:
            await arrived(field_plan, nurse, visit.id)
    process.kill()
    assert await process.wait() == -9

    relay.judge = Once(Fault("none"), lambda r: False)
    store = await open_store(tablet.path, tablet.key, store_id="store")
    client = make_client(store, await signed_in(store))
    again = Tablet(store, nurse, client, SyncEngine(store, client), tablet.path)
    try:
        status = await again.status(visit.id)
        assert status.has_attempted, "attempted was on disk before the request left"
        assert (await again.sync()).outcome == "ok"
        assert await again.received(visit.id)
        assert len(versions(field_plan, nurse, "Encounter", visit.id)) == 1
    finally:
        await again.close()


async def arrived(plan: FieldPlan, nurse: Person, visit_id: str) -> None:
    """Until the plan has committed the visit."""
    with plan.peer(nurse) as peer:
        while (await asyncio.to_thread(peer.get, f"Encounter/{visit_id}")).status_code != 200:
            await asyncio.sleep(0.02)


async def signed_in(store: Store) -> SignInRow:
    found = await store.read(sessions.find)
    assert found is not None
    return found
