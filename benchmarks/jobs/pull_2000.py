"""2,000 resources come from the plan: decoded, merged and stored encrypted with their base copies, beside PouchDB."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.lines import Line, Measured, Peer, at_least
from benchmarks.pouch import CAVEAT, NAME, start_pouch, why_not
from benchmarks.pushing import Load, make_load, post_bare
from benchmarks.registry import Setting
from benchmarks.sync_device import make_device
from benchmarks.sync_plan import SyncPlan
from benchmarks.sync_visits import VISITS, resources_of


def run(setting: Setting) -> Measured:
    """Another device's work arrives at one that is up to date: a whole pass. The first round is not counted."""
    visits = setting.size(VISITS, 12)
    rounds = setting.rounds(7) + 1
    ours: list[float] = []
    theirs: list[float] = []
    absent = why_not()
    with SyncPlan(setting.place / "plan") as plan:
        loads = [make_load(plan, f"pull.{turn}", visits) for turn in range(rounds)]
        for load in loads:
            ours.append(_pull(setting.place / load.nurse.user.username, plan, load))
            if not absent:
                # A server of its own each round: two servers side by side would share two cores.
                with start_pouch(setting.place / f"pouch-{load.nurse.user.username}") as pouch:
                    theirs.append(pouch.replicate(list(resources_of(load.bodies()))).pull)
    peer = Peer(NAME, why_not=absent) if absent else Peer(f"{NAME}, batch 100", tuple(theirs[1:]))
    line = Line(
        f"{loads[0].resources} resources of about 2 KB pulled",
        "docs/s",
        tuple(ours[1:]),
        (at_least(1.5, "ratio"),),
        peer,
        note=CAVEAT,
    )
    return Measured((line,), about={"resources": loads[0].resources, "visits": visits})


def _pull(place: Path, plan: SyncPlan, load: Load) -> float:
    """Resources a second, from the beginning of the pass to its end."""

    async def go() -> float:
        async with make_device(place, plan.base_url, load.nurse) as device:
            await device.run_pass()
            await asyncio.to_thread(post_bare, plan.base_url, load.nurse.token, load.bodies())
            began = time.perf_counter()
            report = await device.run_pass()
            took = time.perf_counter() - began
            if report.pulled < load.resources:
                raise RuntimeError(f"{report.pulled} of {load.resources} resources came")
            return report.pulled / took

    return asyncio.run(go())
