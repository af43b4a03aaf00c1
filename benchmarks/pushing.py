"""2,000 resources on their way to the plan: by the app's push, and by bare HTTP as the floor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from app.sync.push import Pusher
from app.sync.transport import FHIR_JSON
from benchmarks.sync_device import Device, make_device
from benchmarks.sync_plan import Nurse, SyncPlan, make_patient
from benchmarks.sync_visits import RESOURCES, VISITS, WaitingVisit, make_bodies, make_visits, save_waiting

PEOPLE = 59
"""Two visits each: up to four people's travel side by side."""
AT_ONCE = 4


@dataclass(frozen=True)
class Load:
    """One nurse's work that the plan has not got."""

    nurse: Nurse
    visits: list[WaitingVisit]
    resources: int

    def bodies(self, salt: str = "floor") -> list[str]:
        return make_bodies(self.nurse, self.visits, salt, datetime.now(UTC))


def make_load(plan: SyncPlan, name: str, visits: int = VISITS) -> Load:
    """A nurse of her own: what one may ask of the plan in a minute is bounded."""
    nurse = plan.add_nurse(name)
    people = plan.add_people(nurse, [make_patient(number, name) for number in range(PEOPLE)])
    resources = RESOURCES if visits == VISITS else visits * 17
    return Load(nurse, make_visits(nurse, people, name, visits=visits, resources=resources), resources)


async def push(device: Device, load: Load) -> float:
    """Seconds from the outbox to the last receipt in the store. Raises RuntimeError when anything stays behind."""
    await device.run_pass()
    at = datetime.now(UTC)
    await device.store.write(lambda c: save_waiting(c, load.visits, at))
    pusher = Pusher(device.store, device.client, capabilities=device.client.capabilities)
    began = time.perf_counter()
    report = await pusher.push()
    took = time.perf_counter() - began
    if report.error is not None or report.settled != len(load.visits):
        raise RuntimeError(f"{report.settled} of {len(load.visits)} visits arrived")
    return took


def push_anew(place: Path, plan: SyncPlan, load: Load) -> float:
    """The same from a new device."""

    async def run() -> float:
        async with make_device(place, plan.base_url, load.nurse) as device:
            return await push(device, load)

    return asyncio.run(run())


def post_bare(base_url: str, token: str, bodies: Sequence[str], at_once: int = AT_ONCE) -> float:
    """Seconds to post the same transactions with nothing around them; each answer is read and thrown away."""

    async def run() -> float:
        waiting = iter(bodies)
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": FHIR_JSON,
            "Prefer": "return=representation",
        }
        async with httpx.AsyncClient(trust_env=False, timeout=60, headers=headers) as client:

            async def work() -> None:
                for body in waiting:
                    answer = await client.post(base_url, content=body.encode())
                    answer.raise_for_status()

            began = time.perf_counter()
            await asyncio.gather(*(work() for _ in range(at_once)))
            return time.perf_counter() - began

    return asyncio.run(run())
