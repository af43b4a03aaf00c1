"""A warm process that forks one child an order; each changes a vault and kills itself with SIGKILL at a named step.

`python vault_fork.py`: orders as JSON, a line each. For each child: the steps that it went through, a line each, then
`ended <signal or code>`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from store_builders import CHEAP, PIN, MemoryKeystore

from app.store.cipher import DRIVER_SETTING, load_driver
from app.store.key_file import KeyFile
from app.store.recovery_slot import SEALED_BYTES, RecoverySlot
from app.store.slots import derive_key_id
from app.store.vault import Vault
from app.store.wiping import Wiping

NEW_PIN = "507283"
ORDER_ID = "6f0f2f0e-3c1d-4d55-9a51-6d3a3f8c2b11"


@dataclass(frozen=True)
class Order:
    """The child dies at the `times`-th coming of a step; `data_key` (hex) is what an officer's answer would hold."""

    data_dir: str
    keystore: str
    driver: str
    store_id: str
    action: str
    stop_at: str
    times: int = 1
    data_key: str = ""


def way_back(_: Connection, data_key: bytes, __: KeyFile) -> tuple[dict[str, Any], ...]:
    """A slot in the form of a recovery slot; what is in it opens nothing."""
    slot = RecoverySlot(1, "0" * 16, derive_key_id(data_key), bytes(SEALED_BYTES))
    return (slot.to_json(),)


def say(line: str) -> None:
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


async def act(order: Order) -> None:
    left = order.times

    def hook(step: str) -> None:
        nonlocal left
        say(step)
        left -= step == order.stop_at
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    os.environ[DRIVER_SETTING] = order.driver
    keystore = MemoryKeystore(Path(order.keystore))
    vault = Vault(Path(order.data_dir), keystore, cost=CHEAP, way_back=way_back, hook=hook)
    if order.action == "reset":
        store = await vault.reset_secret(order.store_id, [bytes.fromhex(order.data_key)], NEW_PIN)
        await store.close()
    elif order.action in ("wipe", "finish"):
        wiping = Wiping(vault, Path(order.data_dir), hook=hook)
        if order.action == "wipe":
            await wiping.wipe(order.store_id, ORDER_ID, "http://127.0.0.1:8600/fhir")
        for record in wiping.records.list():
            await wiping.finish(record)
    elif order.action == "drop":
        await vault.drop_ways_in(order.store_id)
    else:
        store = await vault.unlock(order.store_id, PIN)
        if order.action == "change":
            await vault.change_secret(order.store_id, PIN, NEW_PIN)
        await store.close()


def main() -> None:
    load_driver()
    for line in iter(sys.stdin.readline, ""):
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            try:
                asyncio.run(act(order))
            except BaseException:  # noqa: BLE001 - a child must never go on as a second server
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
