"""A new rescue key: devices seal anew at the next unlock, and the plan knows who still needs the old one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.errors import BadPlanAddress, CaptivePortal
from app.services.recovery import WayBack, read_way_back
from app.store import meta, recovery_slot, sessions
from app.store.engine import Store
from app.store.key_file import KeyFile
from app.store.vault import Vault
from app.sync.capabilities import ASSUMED, Capabilities
from app.sync.doors import visit_doors
from app.sync.engine import SyncEngine
from app.sync.plan_door import PlanDoor
from app.sync.plan_keys import find_keys
from app.sync.tokens import make_client
from app.sync.transport import FhirClient
from hearthside.cli import main
from plan.keys.making import make_keys
from tests.support.rescue import BASE, MADE, Nurse, RescuePlan, rescue_id_of


class Token:
    """A sign-in's token that is good for as long as a test lasts."""

    def __init__(self, token: str) -> None:
        self.token = token

    async def access_token(self) -> str:
        return self.token

    async def renew(self, rejected: str) -> str:
        raise AssertionError("renewed")

    async def renew_early(self) -> None:
        """Nothing to do."""


@pytest.fixture
def vault(tmp_path: Path, plan: RescuePlan) -> Vault:
    return plan.vault(tmp_path / "data", None)


PHRASE = "amber river quiet lantern stone"


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> str:
    """A device without a keystore takes five words."""
    monkeypatch.setattr("tests.support.rescue.OLD_PIN", PHRASE)
    return PHRASE


def capabilities(mark: str) -> Capabilities:
    return replace(ASSUMED, keys=mark)


async def contact(plan: RescuePlan, store: Store, nurse: Nurse) -> None:
    """What a pass does at the plan's doors."""
    assert plan.made is not None
    token = Token(plan.sign_in(nurse).sign_in.access_token or "")
    async with FhirClient(plan.url, token, transport=plan.line) as client:
        await visit_doors(store, client, capabilities(plan.made.keys.mark))


async def test_the_slot_of_enrolment_is_sealed_to_the_rescue_key_of_that_day(
    plan: RescuePlan, vault: Vault, nurse: Nurse, words: str
) -> None:
    store = await plan.enrol(vault, nurse)
    assert plan.made is not None
    assert rescue_id_of(store) == plan.made.keys.rescue_id
    assert (await read_way_back(store)).way is WayBack.READY
    await store.close()


async def test_a_device_that_was_set_up_without_keys_has_its_way_back_after_one_pass_and_one_unlock(
    plan: RescuePlan, vault: Vault, nurse: Nurse, words: str
) -> None:
    store = await plan.enrol(vault, nurse, with_keys=False)
    assert (await read_way_back(store)).way is WayBack.NONE
    row = plan.sign_in(nurse).sign_in
    await store.write(lambda connection: sessions.save(connection, row))
    async with make_client(store, row, transport=plan.line) as client:
        report = await SyncEngine(store, client).run_pass()
    assert report.outcome == "ok"
    assert (await read_way_back(store)).way is WayBack.NEXT_UNLOCK
    await store.close()
    store = await vault.unlock(store.store_id, words)
    assert (await read_way_back(store)).way is WayBack.READY
    await store.close()


async def test_a_new_rescue_key_seals_anew_at_the_next_unlock_and_the_plan_is_told(
    plan: RescuePlan, vault: Vault, nurse: Nurse, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = await plan.enrol(vault, nurse)
    await contact(plan, store, nurse)
    old = rescue_id_of(store)
    new = plan.rotate().keys.rescue_id
    await contact(plan, store, nurse)
    assert rescue_id_of(store) == old
    assert main(["plan", "keys", "show", "--db", plan.db]) == 0
    assert f"rescue {old}" in (said := capsys.readouterr().out)
    assert "its private key is still needed" in said
    await store.close()
    store = await vault.unlock(store.store_id, words)
    assert rescue_id_of(store) == new
    await contact(plan, store, nurse)
    assert main(["plan", "keys", "show", "--db", plan.db]) == 0
    said = capsys.readouterr().out
    assert f"rescue {new}  ana.ruiz" in said
    assert "still needed" not in said
    await store.close()


async def test_a_quiet_pass_asks_nothing_at_these_doors(
    plan: RescuePlan, vault: Vault, nurse: Nurse, words: str
) -> None:
    store = await plan.enrol(vault, nurse)
    await contact(plan, store, nurse)
    asked: list[str] = []

    class Watched(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            return await plan.line.handle_async_request(request)

    assert plan.made is not None
    async with FhirClient(plan.url, Token("none"), transport=Watched()) as client:
        await visit_doors(store, client, capabilities(plan.made.keys.mark))
    assert asked == []
    await store.close()


async def test_keys_of_another_root_are_refused_and_the_settings_say_so(
    plan: RescuePlan, vault: Vault, nurse: Nurse, words: str, tmp_path: Path
) -> None:
    store = await plan.enrol(vault, nurse)
    before = await store.read(find_keys)
    assert before is not None
    forged = make_keys(tmp_path / "thief", before.courier_public, MADE, None)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=forged.keys.text, headers={"Content-Type": "application/json"})

    async with FhirClient(plan.url, Token("t"), transport=httpx.MockTransport(answer)) as client:
        await visit_doors(store, client, capabilities(forged.keys.mark))
    assert await store.read(find_keys) == before
    state = await read_way_back(store)
    assert (state.way, state.keys_refused) == (WayBack.READY, True)
    await store.close()
    store = await vault.unlock(store.store_id, words)
    assert rescue_id_of(store) == before.rescue_id
    await contact(plan, store, nurse)
    plan.rotate()
    await contact(plan, store, nurse)
    assert not (await read_way_back(store)).keys_refused
    await store.close()


async def test_the_rescue_key_is_never_read_from_a_file_that_others_can_change(
    plan: RescuePlan, vault: Vault, nurse: Nurse, words: str
) -> None:
    """A thief may write what he likes into the key file: the next unlock seals to the pinned key all the same."""
    store = await plan.enrol(vault, nurse)
    await store.close()
    path = store.path.with_name("key.json")
    data = json.loads(path.read_text())
    for slot in data["slots"]:
        if slot["kind"] == "recovery":
            slot["rescue"] = "0" * 16
    path.write_text(json.dumps(data))
    store = await vault.unlock(store.store_id, words)
    assert plan.made is not None
    assert rescue_id_of(store) == plan.made.keys.rescue_id
    await store.close()


async def test_the_pinned_key_is_that_of_the_set(
    plan: RescuePlan, vault: Vault, nurse: Nurse, words: str
) -> None:
    store = await plan.enrol(vault, nurse)
    keys, key = await store.read(lambda c: (find_keys(c), recovery_slot.find_rescue_key(c)))
    assert keys is not None
    assert key == recovery_slot.RescueKey(keys.rescue_id, keys.rescue_public)
    await store.write(lambda c: meta.put(c, meta.RESCUE_KEY, "not a key"))
    assert await store.read(recovery_slot.find_rescue_key) is None
    await store.close()


async def test_a_plans_doors_never_lead_away_from_it() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/keys"})

    async with PlanDoor(f"{BASE}/fhir", Token("secret"), transport=httpx.MockTransport(away)) as door:
        with pytest.raises(CaptivePortal):
            await door.ask("GET", "keys", signed=True)
        for path in ("https://elsewhere.example/", "/keys", "../keys"):
            with pytest.raises(BadPlanAddress):
                await door.ask("GET", path)


def test_a_damaged_slot_in_the_key_file_is_left_out() -> None:
    bad = (
        {"kind": "recovery", "sealed": "?"},
        {"kind": "recovery"},
        {"kind": "recovery", "sealed": 7, "version": "1"},
    )
    assert all(recovery_slot.find_slot(dict(raw)) is None for raw in bad)
    file = KeyFile("0" * 32, "Practitioner/ana", "Ana", "pin", "", None, (), bad)
    assert recovery_slot.list_slots(file) == ()
