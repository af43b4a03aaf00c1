"""A pass with nothing to do, over a panel of 100 people: how many requests it takes, and how many bytes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.filling import fill_panel
from benchmarks.lines import Line, Measured, at_most
from benchmarks.registry import Setting
from benchmarks.sync_device import make_device
from benchmarks.sync_plan import Nurse, SyncPlan
from benchmarks.thin_line import ThinLine

PEOPLE, VISITS = 100, 200
SINCE_CHANGE = 31.0
"""Seconds: more than our backend's overlap, and less than what is asked for every two minutes."""
SETTLING = 2
"""A cursor stands still from the second pass on: the first ends with the whole second of the server's clock."""
MOST_REQUESTS, MOST_BYTES = 2, 5_000


def run(setting: Setting) -> Measured:
    """The whole panel was stored at once a moment before, which is the worst that can come before a quiet pass."""
    people = setting.size(PEOPLE, 12)
    with SyncPlan(setting.place / "plan") as plan:
        nurse = plan.add_nurse("quiet.one")
        count = len(fill_panel(plan, nurse, people, setting.size(VISITS, 12)))
        found = asyncio.run(_measure(setting.place / "device", plan, nurse, setting.rounds(5)))
    requests, sizes = zip(*found, strict=True)
    lines = (
        Line("requests of a quiet pass", "requests", tuple(map(float, requests)), (at_most(MOST_REQUESTS),)),
        Line("bytes of a quiet pass", "bytes", tuple(map(float, sizes)), (at_most(MOST_BYTES),)),
    )
    return Measured(lines, about={"people": people, "resources": count})


async def _measure(place: Path, plan: SyncPlan, nurse: Nurse, rounds: int) -> list[tuple[int, int]]:
    """(requests, bytes of both directions) of each quiet pass, after those that bring everything and settle."""
    found = []
    async with ThinLine(plan.base_url) as line, make_device(place, line.url, nurse) as device:
        for _ in range(SETTLING):
            await device.run_pass()
            await asyncio.sleep(SINCE_CHANGE)
        await device.run_pass()
        for _ in range(rounds):
            line.reset()
            await device.run_pass()
            found.append((line.requests, line.bytes))
    return found
