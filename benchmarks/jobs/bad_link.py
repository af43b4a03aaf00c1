"""20 visits over a thin line that breaks: what goes over it, and how long it takes."""

from __future__ import annotations

import asyncio
import gzip
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from app.store import outbox
from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.pushing import Load, make_load
from benchmarks.registry import Setting
from benchmarks.sync_device import Device, make_device
from benchmarks.sync_plan import SyncPlan
from benchmarks.sync_visits import save_waiting
from benchmarks.thin_line import Breaks, ThinLine

VISITS = 20
BITS_PER_SECOND = 64_000.0
ROUND_TRIP = 0.8
CHANCE, LEAST, MOST = 0.05, 1_000, 64_000
"""Of a request to lose its connection, after so many bytes."""
MOST_PASSES = 40
BYTES_GOAL, TIME_GOAL = 0.35, 2.0


@dataclass(frozen=True)
class Found:
    """Bytes of both directions and seconds until the last receipt, and until the pass was through."""

    sent: int
    took: float
    whole: int
    breaks: int
    resources: int
    ideal: float


def run(setting: Setting) -> Measured:
    visits = setting.size(VISITS, 4)
    found = []
    with SyncPlan(setting.place / "plan") as plan:
        for turn in range(setting.rounds(5, 1)):
            load = make_load(plan, f"link.{turn}", visits)
            found.append(asyncio.run(_send(setting.place / f"device-{turn}", plan, load, turn)))
    lines = (
        Line(
            f"{visits} visits: bytes on the wire until the last receipt",
            "bytes",
            tuple(float(one.sent) for one in found),
            (at_most(BYTES_GOAL, "ratio"),),
            Peer("bytes of their records", tuple(float(one.resources) for one in found)),
        ),
        Line(
            f"{visits} visits: time until the last receipt",
            "s",
            tuple(one.took for one in found),
            (at_most(TIME_GOAL, "ratio"),),
            Peer("packed bytes at the line's rate and two round trips", tuple(one.ideal for one in found)),
        ),
        Line(
            "the whole pass, its pull too: bytes on the wire",
            "bytes",
            tuple(float(one.whole) for one in found),
            peer=Peer("bytes of their records", tuple(float(one.resources) for one in found)),
        ),
    )
    about = {"kbit/s": BITS_PER_SECOND / 1000, "round trip ms": ROUND_TRIP * 1000,
             "broken connections": sum(one.breaks for one in found)}  # fmt: skip
    return Measured(lines, about=about)


async def _send(place: Path, plan: SyncPlan, load: Load, seed: int) -> Found:
    """The device is up to date before the line gets thin; then passes follow each other until all has arrived."""
    drawn = random.Random(seed)  # noqa: S311 - which connections break
    async with ThinLine(plan.base_url) as line, make_device(place, line.url, load.nurse) as device:
        await device.run_pass()
        await device.store.write(lambda c: save_waiting(c, load.visits, datetime.now(UTC)))
        line.thin(BITS_PER_SECOND, ROUND_TRIP, Breaks(CHANCE, LEAST, MOST, drawn))
        line.reset()
        began = time.perf_counter()
        safe: list[tuple[float, int]] = []

        news = asyncio.Event()
        device.store.listen(lambda _: news.set())

        async def watch() -> None:
            while await device.store.read(_left):
                news.clear()
                await news.wait()
            safe.append((time.perf_counter() - began, line.bytes))

        watching = asyncio.create_task(watch())
        await _passes(device)
        await asyncio.wait_for(watching, 5)
        bodies = [body.encode() for body in load.bodies()]
        packed = sum(len(gzip.compress(body, 6)) for body in bodies)
        return Found(
            sent=safe[0][1],
            took=safe[0][0],
            whole=line.bytes,
            breaks=line.breaks.fired,
            resources=sum(len(body) for body in bodies),
            ideal=packed * 8 / BITS_PER_SECOND + 2 * ROUND_TRIP,
        )


async def _passes(device: Device) -> None:
    for _ in range(MOST_PASSES):
        report = await device.engine.run_pass()
        if report.outcome == "ok":
            return
    raise RuntimeError("not everything arrived")


def _left(connection: Connection) -> bool:
    return bool(outbox.open_writes(connection) or outbox.pending(connection))
