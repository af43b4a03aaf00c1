"""`open_caseload`: from the typed secret to Today's data, on a device with 100 people and 2,000 visits.

The key derivation is made next to nothing, as what it costs is chosen. The first unlock of a process is measured in
processes of their own. Later ones stand beside the bare SQL behind them: two connections opened with the raw key, and
every SELECT that the unlock and the page ran, ready made, on one of them.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

from app.store.cipher import open_raw
from benchmarks.alone import ROOT
from benchmarks.first_unlock import device_of, unlock
from benchmarks.full_device import FullDevice, make_full_device, recorded, time_call
from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.registry import Setting

Statements = list[tuple[str, Any]]
FLOOR = "the bare SQL behind it"


def run(setting: Setting) -> Measured:
    return asyncio.run(measure(make_full_device(setting), setting.rounds(15), setting.rounds(40)))


async def measure(device: FullDevice, firsts: int, laters: int) -> Measured:
    first = tuple([await asyncio.to_thread(_first, device) for _ in range(firsts + 1)][1:])
    ours, floors, count = await _later(device, laters)
    lines = (
        Line("the first unlock in the process", "ms", first, (at_most(60.0),)),
        Line("a later unlock", "ms", ours, (at_most(7.0, "ratio"),), Peer(FLOOR, floors)),
    )
    return Measured(lines, {**device.about, "statements": count})


def _first(device: FullDevice) -> float:
    command = [sys.executable, "-m", "benchmarks.first_unlock", str(device.data), device.store_id]
    return float(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)


async def _later(device: FullDevice, rounds: int) -> tuple[tuple[float, ...], tuple[float, ...], int]:
    """The first three are not counted; the statements of the third are what the floor runs."""
    owner = device_of(device.data)
    ours: list[float] = []
    floors: list[float] = []
    statements: Statements = []
    for turn in range(rounds + 3):
        if turn == 2:
            with recorded() as statements:
                session, spent = await unlock(owner, device.store_id)
        else:
            session, spent = await unlock(owner, device.store_id)
        ours.append(spent)
        await session.lock()
        floors.append(time_call(lambda: _bare(device, statements)))
    await owner.close()
    return tuple(ours[3:]), tuple(floors[3:]), len(statements)


def _bare(device: FullDevice, statements: Statements) -> None:
    writer = open_raw(device.database, device.key)
    reader = open_raw(device.database, device.key, read_only=True)
    try:
        for sql, values in statements:
            reader.execute(sql, values).fetchall()
    finally:
        reader.close()
        writer.close()
