"""A nurse who asks, and an officer who answers at a terminal."""

from __future__ import annotations

from app.services.recovery import Recovery
from app.store.vault import Vault
from hearthside.cli import main
from plan.database import read_transaction
from plan.recovery import requests
from tests.support.rescue import Nurse, RescuePlan


def approve(plan: RescuePlan, code: str, *more: str, command: str = "approve") -> int:
    """As an officer at a terminal: the only request that waits."""
    with read_transaction(plan.engine) as connection:
        (request,) = requests.list_open(connection, plan.now_ms)
    keys = [part for path in plan.rescue_files() for part in ("--key", str(path))]
    return main(["plan", "recoveries", command, request.id, *keys, "--code", code, "--db", plan.db, *more])


async def ask(plan: RescuePlan, vault: Vault, store_id: str, nurse: Nurse) -> Recovery:
    recovery = await plan.recovery(vault, store_id)
    await recovery.send(plan.sign_in(nurse))
    return recovery
