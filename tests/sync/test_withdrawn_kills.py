"""SIGKILL while a tablet drains: withdrawn in the middle of its work, killed, and its visit arrives once."""

from __future__ import annotations

import asyncio
import sys

import pytest

from app.errors import Withdrawn
from app.store import sessions
from app.store.engine import open_store
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client
from hearthside.cli import main
from tests.support.field import FieldPlan, Tablet
from tests.support.history import versions
from tests.support.relay import Fault, Once, Relay, Request
from tests.sync.conftest import MakeTablet


@pytest.mark.parametrize("moment", ["on its way", "stored, no answer"])
async def test_killed_at_any_moment_of_draining_the_visit_arrives_once(
    field_plan: FieldPlan, tablets: MakeTablet, relay: Relay, moment: str
) -> None:
    nurse, supervisor = (field_plan.add_person(role, team=moment) for role in ("nurse", "supervisor"))
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, pain=4)
    await tablet.close()
    assert main(["plan", "revoke", "--db", field_plan.db, "--user", nurse.username]) == 0
    reached = asyncio.Event()

    def judge(request: Request) -> Fault | None:
        if not request.is_write:
            return None
        reached.set()
        return Fault("held", forward=moment != "on its way", gate=asyncio.Event(), keep=0)

    relay.judge = judge
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.push_once", str(tablet.path), stdin=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(tablet.key.hex().encode() + b"\n")
    async with asyncio.timeout(60):
        await reached.wait()
        with field_plan.peer(supervisor) as peer:
            if moment != "on its way":
                while (stored := peer.get(f"Encounter/{visit.id}")).status_code != 200:
                    await asyncio.sleep(0.02)
                # A colleague goes on with it before the tablet has asked.
                seen = stored.json() | {"priority": {"text": "seen by the supervisor"}}
                guard = {"If-Match": stored.headers["ETag"]}
                peer.put(f"Encounter/{visit.id}", json=seen, headers=guard).raise_for_status()
    process.kill()
    assert await process.wait() == -9

    relay.judge = Once(Fault("none"), lambda request: False)
    store = await open_store(tablet.path, tablet.key, store_id="store")
    row = await store.read(sessions.find)
    assert row is not None
    client = make_client(store, row)
    again = Tablet(store, nurse, client, SyncEngine(store, client), tablet.path)
    assert (await again.status(visit.id)).has_attempted
    assert (await again.sync()).sentence == Withdrawn.sentence
    assert await again.received(visit.id)
    stored_times = len(versions(field_plan, supervisor, "Encounter", visit.id))
    assert stored_times == (1 if moment == "on its way" else 2), "sent once, and the colleague's word stands"
    await again.close()
