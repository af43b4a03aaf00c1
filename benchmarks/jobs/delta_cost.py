"""One new visit is sent, and one is fetched, by a device and a plan that hold very many; beside such that hold few."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from app.store.times import to_text
from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.many_visits import fill_device, fill_plan, make_records
from benchmarks.pushing import post_bare
from benchmarks.registry import Setting
from benchmarks.sync_device import Device, make_device
from benchmarks.sync_plan import Nurse, SyncPlan, make_patient
from benchmarks.sync_visits import make_bodies, make_visits, save_waiting

PEOPLE = 100
MANY, FEW = 100_000, 100
RATIO = 1.3
PAUSE = 31.0
"""Seconds before the first round: what was just filled in lies outside of what a pass looks behind."""


@dataclass
class End:
    """A plan and a device with that many visits at both. Times in ms."""

    plan: SyncPlan
    device: Device
    nurse: Nurse
    people: list[str]
    sent: list[float] = field(default_factory=list)
    fetched: list[float] = field(default_factory=list)

    async def go_round(self, turn: int) -> None:
        mine, theirs = (make_visits(self.nurse, self.people[turn % PEOPLE :], f"{way}{turn}", visits=1, resources=17)
                        for way in ("mine", "theirs"))  # fmt: skip
        at = datetime.now(UTC)
        await self.device.store.write(lambda c: save_waiting(c, mine, at))
        self.sent.append(await self._pass())
        bodies = make_bodies(self.nurse, theirs, "w", at)
        await asyncio.to_thread(post_bare, self.plan.base_url, self.nurse.token, bodies)
        self.fetched.append(await self._pass())

    async def _pass(self) -> float:
        began = time.perf_counter()
        await self.device.run_pass()
        return (time.perf_counter() - began) * 1000


def run(setting: Setting) -> Measured:
    many = setting.size(MANY, 2_000)
    full, small = asyncio.run(_measure(setting.place, many, setting.rounds(11, 3)))
    few = f"the same with {FEW} visits at both ends"
    goal = (at_most(RATIO, "ratio"),)
    held = f"{many:,} visits at both ends"
    lines = (
        Line(
            f"one new visit sent, {held}", "ms", tuple(full.sent[1:]), goal, Peer(few, tuple(small.sent[1:]))
        ),
        Line(
            f"one new visit fetched, {held}",
            "ms",
            tuple(full.fetched[1:]),
            goal,
            Peer(few, tuple(small.fetched[1:])),
        ),
    )
    return Measured(lines, about={"visits": many, "people": PEOPLE, "beside": FEW})


async def _measure(place: Path, many: int, rounds: int) -> tuple[End, End]:
    async with AsyncExitStack() as stack:
        full = await _make_end(stack, place / "many", many)
        small = await _make_end(stack, place / "few", FEW)
        await asyncio.sleep(PAUSE)
        for turn in range(rounds + 1):
            for end in (full, small):
                await end.go_round(turn)
        return full, small


async def _make_end(stack: AsyncExitStack, place: Path, visits: int) -> End:
    """The device gets its people and one visit by an ordinary load; then both ends are filled by the same rows."""
    plan = SyncPlan(place / "plan")
    nurse = plan.add_nurse("delta.one")
    people = plan.add_people(nurse, [make_patient(number, "delta") for number in range(PEOPLE)])
    stack.enter_context(plan)
    first = make_visits(nurse, people, "first", visits=1, resources=17)
    bodies = make_bodies(nurse, first, "w", datetime.now(UTC))
    await asyncio.to_thread(post_bare, plan.base_url, nurse.token, bodies)
    device = await stack.enter_async_context(make_device(place / "device", plan.base_url, nurse))
    await device.run_pass()
    before = datetime.now(UTC) - timedelta(hours=1)
    records = list(make_records(nurse, people, visits, before))
    await asyncio.to_thread(fill_plan, place / "plan" / "plan.db", records)
    await device.store.write(partial(fill_device, visits=records, at=to_text(before)))
    await device.run_pass()
    return End(plan, device, nurse, people)
