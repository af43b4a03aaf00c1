"""The first unlock in a process: `python -m benchmarks.first_unlock DATA STORE_ID` prints milliseconds.

The program is loaded and warm as it is once its lock screen has stood for a second or two; nothing was unlocked before.
Timed: from the secret to Today's data.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from time import perf_counter_ns

import app.main  # noqa: F401 - what the lock screen has loaded by then
from app.services.device_service import Device
from app.services.session import OpenSession
from app.services.warming import warm_up
from app.store.recovery_slot import way_back
from app.store.vault import Vault
from benchmarks.panel import SECRET


def device_of(data: Path) -> Device:
    """As `make_device` on a system without a keystore; the slot costs next to nothing to derive."""
    return Device(Vault(data, None, way_back=way_back), data_dir=data)


async def unlock(device: Device, store_id: str) -> tuple[OpenSession, float]:
    """The open session, and ms from the secret to what the first screen shows."""
    began = perf_counter_ns()
    session = await device.unlock(store_id, SECRET, "bench")
    await session.day.read()
    return session, (perf_counter_ns() - began) / 1e6


async def main(data: Path, store_id: str) -> float:
    device = device_of(data)
    device.users()
    await asyncio.to_thread(warm_up)
    _, spent = await unlock(device, store_id)
    await device.close()
    return spent


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))}\n")
