"""Everything fetched again into a side copy: nothing unsent is touched, and nothing whole is replaced by less (F03)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from app.store import bases, outbox, side_bases
from app.sync.side_copy import request_full_pull
from tests.faults.double.server import Trouble
from tests.faults.one_tablet import (
    Open,
    condition,
    held,
    lose,
    make_double,
)

DAY = 24 * 3600


async def test_f03_a_full_pull_touches_no_unsent_work_and_goes_on_after_a_stop(open_one: Open) -> None:
    double = make_double("p1", "p2")
    double.load([condition("p1", f"c{n:03}") for n in range(450)])
    tablet = await open_one(double)
    await tablet.sync()
    double.quirks = replace(double.quirks, troubles=(Trouble(503, where="write"),))
    visit = await tablet.document("p1", pain=8)
    await tablet.sync()
    waiting = await tablet.store.read(outbox.pending)
    open_writes = await tablet.store.read(outbox.open_writes)
    await tablet.store.write(lambda c: bases.drop(c, [("Condition", "c007")]))
    await request_full_pull(tablet.store)
    double.quirks = replace(double.quirks, troubles=())
    # Stopped in the middle of it, again and again: the pages that came stay.
    copy_sizes = []
    for _ in range(3):
        stop = asyncio.Event()

        def halt(done: int, of: int, stop: asyncio.Event = stop) -> None:
            if 0 < done < of:
                stop.set()

        await tablet.engine.run_pass(halt, stop)
        copy_sizes.append(await tablet.store.read(side_bases.count))
    for _ in range(3):
        if not await tablet.store.read(side_bases.find_wish):
            break
        await tablet.sync()
    assert not await tablet.store.read(side_bases.find_wish)
    assert await tablet.store.read(side_bases.count) == 0
    assert len(await held(tablet, "Condition")) == 450
    assert waiting or open_writes
    await tablet.sync()
    assert await tablet.received(visit.id)
    assert len(double.versions("Encounter", visit.id)) == 1


async def test_f03_a_full_pull_that_brings_nobody_replaces_nothing(open_one: Open) -> None:
    double = make_double("p1")
    double.load([condition("p1", f"c{n}") for n in range(5)])
    tablet = await open_one(double)
    await tablet.sync()
    lose(double, "Patient", "Condition")
    await request_full_pull(tablet.store)
    report = await tablet.sync()
    assert report.outcome != "ok"
    assert await tablet.store.read(side_bases.find_wish), "it is tried again"
    assert len(await held(tablet, "Condition")) == 5
