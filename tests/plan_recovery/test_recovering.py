"""A lost PIN: asked, approved, opened under a new one, whatever happens in between."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from app.errors import KeyMissing, WeakPin, WrongPin
from app.services.device_service import Device
from app.store import audit, sessions
from app.store.vault import Vault
from app.sync.plan_door import FixedToken, PlanDoor
from app.sync.recovery import RecoveryAsk, RecoveryRefused
from hearthside.cli import main
from plan.database import read_transaction
from plan.recovery import requests
from plan.recovery.tables import RecoveryRequest
from tests.plan_recovery.officer import approve, ask
from tests.store.store_builders import MemoryKeystore
from tests.support.rescue import NEW_PIN, OLD_PIN, Nurse, RescuePlan, rescue_id_of


async def test_an_officer_lets_her_back_in_and_nothing_is_lost(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    device = Device(vault)
    recovery = await ask(plan, vault, lost, nurse)
    waiting = asyncio.create_task(recovery.wait())
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    await waiting
    with pytest.raises(WeakPin):
        await device.finish_recovery(recovery, "123456", "window-1")
    session = await device.finish_recovery(recovery, NEW_PIN, "window-1")
    assert session.user_name == nurse.name
    await device.close()
    assert recovery.keys == ()
    with pytest.raises(WrongPin):
        await vault.unlock(lost, OLD_PIN)
    store = await vault.unlock(lost, NEW_PIN)
    kept = await store.read(sessions.find)
    actions = [event.action for event in await store.read(lambda c: audit.list_after(c, 0, 100))]
    await store.close()
    assert kept is not None
    assert not kept.ended
    assert actions.count("recover") == 1
    with read_transaction(plan.engine) as connection:
        row = connection.execute(RecoveryRequest.__table__.select()).one()  # type: ignore[attr-defined]  # SQLModel hides it
    assert (row.state, row.ask, row.answer) == ("done", "", "")


async def test_wrong_pins_slow_no_recovery_and_the_count_begins_anew(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    for _ in range(6):
        with pytest.raises(WrongPin) as wrong:
            await vault.unlock(lost, "918273")
    assert wrong.value.wait_seconds > 0
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    await recovery.wait()
    store = await vault.reset_secret(lost, recovery.keys, NEW_PIN)
    await store.close()
    with pytest.raises(WrongPin) as first:
        await vault.unlock(lost, "918273")
    assert first.value.wait_seconds == 0


async def test_a_device_secret_that_is_gone_is_no_end(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse, keystore: MemoryKeystore
) -> None:
    keystore.entries.clear()
    with pytest.raises(KeyMissing):
        await vault.unlock(lost, OLD_PIN)
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    await recovery.wait()
    await (await vault.reset_secret(lost, recovery.keys, NEW_PIN)).close()
    await (await vault.unlock(lost, NEW_PIN)).close()


async def test_a_store_whose_ways_in_were_taken_away_is_opened_by_recovery(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    await vault.drop_ways_in(lost)
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    await recovery.wait()
    await (await vault.reset_secret(lost, recovery.keys, NEW_PIN)).close()
    await (await vault.unlock(lost, NEW_PIN)).close()


async def test_the_officers_machine_never_sees_the_key_that_is_used_afterwards(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    await recovery.wait()
    seen = recovery.keys
    await (await vault.reset_secret(lost, seen, NEW_PIN)).close()
    again = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, again.code) == 0
    await again.wait()
    assert not set(seen) & set(again.keys)


async def test_the_answer_may_be_made_on_a_computer_without_a_network(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse, tmp_path: Path
) -> None:
    recovery = await ask(plan, vault, lost, nurse)
    with read_transaction(plan.engine) as connection:
        (request,) = requests.list_open(connection, plan.now_ms)
    asked, answered = tmp_path / "request.json", tmp_path / "answer.json"
    key = str(plan.rescue_files()[0])
    assert main(["plan", "recoveries", "export", request.id, str(asked), "--db", plan.db]) == 0
    out = [
        "answer",
        str(asked),
        str(answered),
        "--key",
        key,
        "--code",
        recovery.code,
        "--officer",
        "M. Ortiz",
    ]
    assert main(["plan", "recoveries", *out]) == 0
    assert main(["plan", "recoveries", "deliver", str(answered), "--db", plan.db]) == 0
    await recovery.wait()
    with read_transaction(plan.engine) as connection:
        row = connection.execute(RecoveryRequest.__table__.select()).one()  # type: ignore[attr-defined]  # SQLModel hides it
    assert row.officer == "M. Ortiz"
    await (await vault.reset_secret(lost, recovery.keys, NEW_PIN)).close()


async def test_without_a_slot_the_way_back_says_that_there_is_none(
    plan: RescuePlan, vault: Vault, nurse: Nurse
) -> None:
    store = await plan.enrol(vault, nurse, with_keys=False)
    await store.close()
    assert rescue_id_of(store) is None
    with pytest.raises(KeyMissing, match="a PIN or five words"):
        await plan.recovery(vault, store.store_id)


async def test_a_captive_portal_while_waiting_is_waited_out(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    answers = iter([httpx.ConnectError("gone"), httpx.Response(503), None])
    inner = plan.line

    class Flaky(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            first = next(answers, None)
            if isinstance(first, Exception):
                raise first
            return first if first is not None else await inner.handle_async_request(request)

    token = FixedToken(plan.sign_in(nurse).sign_in.access_token or "")
    recovery._door = PlanDoor(plan.url, token, transport=Flaky())
    await recovery.wait()
    assert recovery.keys


def test_nothing_secret_is_in_the_text_of_a_request() -> None:
    with pytest.raises(KeyMissing):
        RecoveryAsk("0" * 32, "Practitioner/ana", [])


async def test_keys_that_came_back_are_forgotten_when_nobody_chooses_a_pin(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.recovery.KEYS_LAST", 0.0)
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    await recovery.wait()
    await asyncio.sleep(0)
    assert not recovery.granted
    with pytest.raises(RecoveryRefused):
        await Device(vault).finish_recovery(recovery, NEW_PIN, "window-1")
    await (await vault.unlock(lost, OLD_PIN)).close()
