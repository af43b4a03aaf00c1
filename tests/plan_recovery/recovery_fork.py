"""A warm process that forks one child a line: each loses its PIN, asks, is approved, and kills itself at a named step.

`python -m tests.plan_recovery.recovery_fork`: a directory and a step, a line each. Says `ended <signal or code>`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import sys
import traceback
from pathlib import Path

from app.services.device_service import Device
from app.services.recovery import Recovery
from app.store.vault import Vault
from plan.database import read_transaction, write_transaction
from plan.keys.files import load_opening
from plan.keys.key_set import key_id
from plan.recovery import requests
from plan.recovery.opening import answer, is_same_code
from tests.store.store_builders import MemoryKeystore
from tests.support.rescue import NEW_PIN, Nurse, RescuePlan


def approve(plan: RescuePlan, code: str) -> None:
    """What the officer's command does."""
    keys = {}
    for path in plan.rescue_files():
        key = load_opening(path)
        keys[key_id(key.public_key().public_bytes_raw())] = key
    with read_transaction(plan.engine) as connection:
        (waiting,) = requests.list_open(connection, plan.now_ms)
        request, ask = requests.get_waiting(connection, waiting.id, plan.now_ms)
    assert is_same_code(ask, code)
    with write_transaction(plan.engine) as connection:
        sealed = base64.b64encode(answer(ask, keys)).decode()
        requests.put_answer(connection, request.id, sealed, "officer", plan.now_ms)


async def recover(plan: RescuePlan, vault: Vault, store_id: str, nurse: Nurse) -> Recovery:
    """Asked and approved."""
    recovery = await plan.recovery(vault, store_id)
    await recovery.send(plan.sign_in(nurse))
    approve(plan, recovery.code)
    await recovery.wait()
    return recovery


async def act(directory: Path, stop_at: str) -> None:
    def hook(step: str) -> None:
        if step == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

    facts = json.loads((directory / "facts.json").read_text())
    nurse = Nurse(**facts["nurse"])
    plan = RescuePlan(directory, existing=True)
    vault = plan.vault(directory / "data", MemoryKeystore(directory / "keystore.json"), hook=hook)
    recovery = await plan.recovery(vault, facts["store_id"])
    await recovery.send(plan.sign_in(nurse))
    hook("asked")
    approve(plan, recovery.code)
    hook("approved")
    await recovery.wait()
    hook("answered")
    device = Device(vault)
    await device.finish_recovery(recovery, NEW_PIN, "window")
    hook("finished")
    await device.close()


def main() -> None:
    for line in iter(sys.stdin.readline, ""):
        directory, _, step = line.strip().partition("\t")
        pid = os.fork()
        if pid == 0:
            try:
                asyncio.run(act(Path(directory), step))
            except BaseException:  # noqa: BLE001 - a child must never go on as a second server
                traceback.print_exc()
            os._exit(1)
        _, status = os.waitpid(pid, 0)
        os.write(sys.stdout.fileno(), f"ended {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    main()
