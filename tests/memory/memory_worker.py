"""A process that opens a store, walks through its screens and locks it. Told by lines on stdin, answers by lines.

It learns what it shows from the store alone; the secret comes from stdin, as it comes from a keyboard.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import flet as ft

from app.memory import Forgetting, wipe_what_is_freed
from app.services.device_service import Device
from app.store.vault import Vault
from app.views.app import show
from tests.store.store_builders import CHEAP
from tests.support.flet_harness import FletHarness

WIDE = 1180


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


async def hear() -> str:
    """One line. Read by hand: Python's own reader would keep the secret in its buffer."""
    return (await asyncio.to_thread(os.read, 0, 200)).decode().rstrip("\n")


async def walk(app: FletHarness) -> None:
    """Today, the list, two persons, and the visit that was begun."""
    await app.until(lambda: app.has("today-start"), "Today")
    await app.tap("nav-patients")
    await app.until(lambda: any(one.startswith("patients-row-") for one in app.ids()), "the list")
    for row in [one for one in app.ids() if one.startswith("patients-row-")][:2]:
        await app.tap(row)
        await app.until(lambda: app.has("patient-new-visit") or app.has("patient-continue"), "a person")
        await app.settle(60)
    await app.tap("nav-today")
    await app.until(lambda: any(one.startswith("today-draft-") for one in app.ids()), "the draft")
    await app.tap(next(one for one in app.ids() if one.startswith("today-draft-")))
    await app.until(lambda: app.has("esas-pain-0"), "the visit")
    await app.tap("esas-pain-4")
    await app.settle(60)


async def main(data: Path) -> None:
    wipe_what_is_freed()
    forgetting = Forgetting()
    forgetting.renew_workers()
    device = Device(Vault(data, None, cost=CHEAP), forgetting=forgetting)

    async def draw(page: ft.Page) -> object:
        return await show(page, device, plan_url=None)

    async with FletHarness(draw, width=WIDE) as app:
        await hear_and_open(app)
        await walk(app)
        say("open")
        await hear()
        await lock(device)
        await app.until(lambda: app.has("lock-secret"), "the lock screen")
        await asyncio.gather(*forgetting._under_way)
        say("locked")
        await hear()
    await device.close()


async def lock(device: Device) -> None:
    await asyncio.gather(*(session.lock() for session in list(device._open.values())))


async def hear_and_open(app: FletHarness) -> None:
    await app.type("lock-secret", await hear(), submit=True)
    await app.until(lambda: app.has("status-line"), "the shell")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
