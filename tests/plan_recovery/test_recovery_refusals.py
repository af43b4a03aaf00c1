"""What must not lead into a store: other people, old tokens, other codes, second answers, late ones."""

from __future__ import annotations

import asyncio
import base64
import json

import httpx
import pytest

from app.errors import SignInRefused
from app.store.recovery_slot import list_slots
from app.store.vault import Vault
from app.sync.plan_door import FixedToken, PlanDoor
from app.sync.recovery import RecoveryAsk, RecoveryRefused
from hearthside.cli import main
from plan.database import read_transaction, write_transaction
from plan.devices.registry import mark_revoked, register
from plan.recovery import requests
from plan.recovery.tables import RecoveryRequest
from plan.users import get_user
from tests.plan_recovery.officer import approve, ask
from tests.support.rescue import NEW_PIN, Nurse, RescuePlan


async def test_another_nurses_sign_in_leads_nowhere(plan: RescuePlan, vault: Vault, lost: str) -> None:
    colleague = plan.add_nurse("ben.cole", "Ben Cole, RN")
    recovery = await plan.recovery(vault, lost)
    with pytest.raises(SignInRefused, match="Ana Ruiz"):
        await recovery.send(plan.sign_in(colleague))
    with read_transaction(plan.engine) as connection:
        assert not requests.list_open(connection, plan.now_ms)


async def test_slots_of_another_user_are_not_opened_even_when_her_app_lies(
    plan: RescuePlan, vault: Vault, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """She says that the store is hers: the plan binds the request to her sign-in, and the seal does not fit."""
    colleague = plan.add_nurse("ben.cole", "Ben Cole, RN")
    path = vault._find(lost).key
    data = json.loads(path.read_text())
    path.write_text(json.dumps(data | {"user": colleague.reference}))
    recovery = await ask(plan, vault, lost, colleague)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 1
    assert "somebody else's records" in capsys.readouterr().err


async def test_the_plan_believes_the_sign_in_and_not_what_the_device_says_of_its_user(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    """An app that was changed asks with a colleague's sign-in, in the name of the store's owner."""
    key_file = await vault.read_key_file(lost)
    forged = RecoveryAsk(key_file.device, nurse.reference, list_slots(key_file))
    bodies: list[dict[str, object]] = []

    def take(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(201, json={"id": "1", "seconds": 900})

    async with PlanDoor(plan.url, FixedToken("t"), transport=httpx.MockTransport(take)) as door:
        await forged.send(door)
    token = plan.sign_in(plan.add_nurse("ben.cole", "Ben Cole, RN")).sign_in.access_token or ""
    async with PlanDoor(plan.url, FixedToken(token), transport=plan.line) as door:
        asked = await door.ask("POST", "recovery", bodies[0] | {"user": nurse.reference}, signed=True)
    assert asked.status == 201
    assert await asyncio.to_thread(approve, plan, forged.code) == 1


async def test_a_code_that_differs_is_not_approved(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody in between put a key of his own in the place of the device's."""
    recovery = await ask(plan, vault, lost, nurse)
    with write_transaction(plan.engine) as connection:
        (request,) = requests.list_open(connection, plan.now_ms)
        document = json.loads(request.ask) | {"public": base64.b64encode(bytes([9]) * 32).decode()}
        table = RecoveryRequest.__table__  # type: ignore[attr-defined]  # SQLModel hides it
        connection.execute(table.update().values(ask=json.dumps(document)))
    assert await asyncio.to_thread(approve, plan, recovery.code) == 1
    assert "not that of this request" in capsys.readouterr().err
    typed = recovery.code.lower().replace("-", " ")
    with write_transaction(plan.engine) as connection:
        connection.execute(table.update().values(ask=request.ask))
    assert await asyncio.to_thread(approve, plan, typed) == 0


async def test_each_request_is_answered_once_and_opened_once(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    with read_transaction(plan.engine) as connection:
        row = connection.execute(RecoveryRequest.__table__.select()).one()  # type: ignore[attr-defined]  # SQLModel hides it
    keys = ["--key", str(plan.rescue_files()[0]), "--code", recovery.code, "--db", plan.db]
    assert main(["plan", "recoveries", "approve", row.id, *keys]) == 1
    first, sealed = recovery._ask, base64.b64decode(row.answer)
    assert first is not None
    assert first.open(sealed)
    with pytest.raises(RecoveryRefused):
        first.open(sealed)
    newer = await ask(plan, vault, lost, nurse)
    replayed = newer._ask
    assert replayed is not None
    with pytest.raises(RecoveryRefused):
        replayed.open(sealed)


async def test_a_request_is_over_after_a_quarter_of_an_hour(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse, capsys: pytest.CaptureFixture[str]
) -> None:
    recovery = await ask(plan, vault, lost, nurse)
    with read_transaction(plan.engine) as connection:
        (request,) = requests.list_open(connection, plan.now_ms)
    plan.now_ms += 15 * 60_000
    with pytest.raises(RecoveryRefused, match="over"):
        await recovery.wait()
    with read_transaction(plan.engine) as connection, pytest.raises(Exception, match="15 minutes"):
        requests.get_waiting(connection, request.id, plan.now_ms)


async def test_an_answer_that_nobody_fetched_is_over_too(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 0
    plan.now_ms += 15 * 60_000
    with pytest.raises(RecoveryRefused):
        await recovery.wait()


@pytest.mark.parametrize(("seconds", "client"), [(16 * 60, "hearthside-app"), (0, "hearthside-plan-token")])
async def test_a_token_that_lay_about_asks_for_nothing(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse, seconds: int, client: str
) -> None:
    recovery = await plan.recovery(vault, lost)
    with pytest.raises(RecoveryRefused, match="sign in once more"):
        await recovery.send(plan.sign_in(nurse, seconds_ago=seconds, client=client))


async def test_a_refusal_and_too_many_requests_are_said(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    recovery = await ask(plan, vault, lost, nurse)
    with read_transaction(plan.engine) as connection:
        (request,) = requests.list_open(connection, plan.now_ms)
    assert main(["plan", "recoveries", "refuse", request.id, "--db", plan.db]) == 0
    with pytest.raises(RecoveryRefused, match="did not grant"):
        await recovery.wait()
    for _ in range(requests.MOST_AN_HOUR - 1):
        await ask(plan, vault, lost, nurse)
    with pytest.raises(RecoveryRefused, match="many times"):
        await ask(plan, vault, lost, nurse)


async def test_nobody_else_reads_or_ends_a_request(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse
) -> None:
    await ask(plan, vault, lost, nurse)
    with read_transaction(plan.engine) as connection:
        (request,) = requests.list_open(connection, plan.now_ms)
    other = plan.sign_in(plan.add_nurse("ben.cole", "Ben Cole, RN")).sign_in
    async with PlanDoor(plan.url, FixedToken(other.access_token or ""), transport=plan.line) as door:
        assert (await door.ask("GET", f"recovery/{request.id}", signed=True)).status == 404
        assert (await door.ask("DELETE", f"recovery/{request.id}", signed=True)).status == 404
    async with httpx.AsyncClient(transport=plan.line, base_url=plan.url.removesuffix("/fhir")) as http:
        for method, path in (
            ("POST", "recovery"),
            ("GET", f"recovery/{request.id}"),
            ("POST", "recovery/slots"),
        ):
            assert (await http.request(method, path, json={})).status_code == 401


async def test_a_withdrawn_device_is_opened_only_when_it_was_found_again(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse, capsys: pytest.CaptureFixture[str]
) -> None:
    device = (await vault.read_key_file(lost)).device
    with write_transaction(plan.engine) as connection:
        user_id = get_user(connection, nurse.username).id
        register(connection, user_id, device, bytes(32), plan.now_ms)
        mark_revoked(connection, user_id, device, plan.now_ms)
    recovery = await ask(plan, vault, lost, nurse)
    assert await asyncio.to_thread(approve, plan, recovery.code) == 1
    assert "withdrawn" in capsys.readouterr().err
    assert await asyncio.to_thread(approve, plan, recovery.code, "--found-again") == 0


async def test_nothing_secret_is_said_in_logs_or_in_the_text_of_what_goes_wrong(
    plan: RescuePlan, vault: Vault, lost: str, nurse: Nurse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    recovery = await ask(plan, vault, lost, nurse)
    code = recovery.code
    assert await asyncio.to_thread(approve, plan, code) == 0
    await recovery.wait()
    row = recovery.sign_in
    assert row is not None
    secrets = [base64.b64encode(key).decode() for key in recovery.keys] + [
        code,
        row.access_token or "",
        NEW_PIN,
    ]
    await (await vault.reset_secret(lost, recovery.keys, NEW_PIN)).close()
    said = caplog.text + repr(recovery) + repr(recovery._ask)
    assert not [one for one in secrets if one in said]
