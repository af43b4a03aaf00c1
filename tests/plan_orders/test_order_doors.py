"""The doors of device orders: no sign-in, nothing to learn, and a device's word kept once."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from app.store.order_files import Did, Stage, Wipe
from app.sync.order_reports import encode_report, make_voucher
from hearthside.cli import main
from plan.contacts import DeviceContact
from plan.database import read_transaction, write_transaction
from plan.devices.registry import register
from plan.orders.keeping import list_orders
from plan.orders.tables import DeviceOrder
from plan.signin.drain import is_withdrawn
from plan.users import get_user
from tests.support.rescue import BASE, Nurse, RescuePlan

DEVICE, OTHER = "a" * 32, "b" * 32
NOWHERE = "00000000-0000-4000-8000-000000000000"
KEY = Ed25519PrivateKey.generate()
"""What the device's writes are signed with."""


@pytest.fixture
def door(plan: RescuePlan, nurse: Nurse) -> TestClient:
    """The plan, which has heard of both devices of the nurse and knows the key of the first."""
    with write_transaction(plan.engine) as connection:
        user_id = get_user(connection, nurse.username).id
        for device in (DEVICE, OTHER):
            connection.execute(
                DeviceContact.__table__.insert(),  # type: ignore[attr-defined]  # SQLModel hides it
                {"user_id": user_id, "device": device, "received_ms": plan.now_ms, "version": "1"},
            )
        register(connection, user_id, DEVICE, KEY.public_key().public_bytes_raw(), plan.now_ms)
    return TestClient(plan.app, base_url=BASE, raise_server_exceptions=False)


def wipe(plan: RescuePlan, *words: str, key: str = "orders-*.key") -> int:
    (path,) = plan.officers.glob(key)
    return main(["plan", "wipe", "--db", plan.db, "--key", str(path), *words])


def orders(plan: RescuePlan) -> list[DeviceOrder]:
    with read_transaction(plan.engine) as connection:
        return list(list_orders(connection))


def told(door: TestClient, order_id: str, device: str = DEVICE, **said: Any) -> int:
    return door.post(f"/orders/{device}/{order_id}", json=said).status_code


def report(order_id: str, did: str, visits: int | None, sealed: int, key: Ed25519PrivateKey = KEY) -> Any:
    """As the device itself reports it, whose own key is `key`."""
    voucher = make_voucher(DEVICE, key)
    return encode_report(
        DEVICE, Wipe("s", order_id, "", "", Did(did), Stage.DONE, visits, sealed, voucher=voucher)
    )


def test_a_device_finds_its_order_and_nobody_else_learns_anything(plan: RescuePlan, door: TestClient) -> None:
    before = door.get(f"/orders/{DEVICE}")
    assert wipe(plan, "--device", DEVICE) == 0
    (envelope,) = door.get(f"/orders/{DEVICE}").json()["orders"]
    assert set(envelope) == {"key", "order", "signature"}
    for device in (OTHER, "c" * 32, "not-a-device", "%00", "a" * 3000):
        answer = door.get(f"/orders/{device}")
        assert (answer.status_code, answer.json()) == (200, {"orders": []}), device
        assert answer.json() == before.json()
    assert before.headers["cache-control"] == "no-store"


def test_a_wipe_also_withdraws_the_device(plan: RescuePlan, door: TestClient, nurse: Nurse) -> None:
    assert wipe(plan, "--device", DEVICE) == 0
    with read_transaction(plan.engine) as connection:
        user_id = get_user(connection, nurse.username).id
        assert is_withdrawn(connection, user_id, DEVICE)
        assert not is_withdrawn(connection, user_id, OTHER)


def test_a_report_is_kept_and_takes_no_order_from_the_device(plan: RescuePlan, door: TestClient) -> None:
    assert wipe(plan, "--device", DEVICE) == 0
    (order,) = orders(plan)
    assert told(door, order.id, **report(order.id, "nothing", 2, 1)) == 204
    plan.now_ms += 1000
    assert told(door, order.id, **report(order.id, "keys", None, 3)) == 204
    assert len(door.get(f"/orders/{DEVICE}").json()["orders"]) == 1
    assert told(door, order.id, **report(order.id, "nothing", 9, 9)) == 204, "a late word does not undo it"
    (order,) = orders(plan)
    assert (order.did, order.visits, order.sealed, order.heard_ms) == ("keys", None, 3, plan.now_ms)
    assert main(["plan", "wipe", "--db", plan.db, "--withdraw", "--device", DEVICE]) == 0
    assert door.get(f"/orders/{DEVICE}").json() == {"orders": []}


def test_what_is_said_without_the_devices_key_is_somebodys_word_and_nothing_more(
    plan: RescuePlan, door: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who knows the id can fetch the order and say "all": officers must not take that for done."""
    assert wipe(plan, "--device", DEVICE) == 0
    (order,) = orders(plan)
    honest = report(order.id, "keys", 2, 1)
    forged = [
        {"did": "all", "visits": 0, "sealed": 0},
        report(order.id, "all", 0, 0, Ed25519PrivateKey.generate()),
        honest | {"did": "all"},
        honest | {"visits": 0},
        report(NOWHERE, "all", 2, 1),
        honest | {"did": "all", "proof": honest["proof"] | {"certificate": "AAAA"}},
        honest | {"did": "all", "proof": honest["proof"] | {"key": "!"}},
        honest | {"did": "all", "proof": "yes"},
    ]
    for said in forged:
        assert told(door, order.id, **said) == 204, "answered alike"
        assert orders(plan)[0].did == "", said
    assert len(door.get(f"/orders/{DEVICE}").json()["orders"]) == 1
    capsys.readouterr()
    assert main(["plan", "orders", "--db", plan.db]) == 0
    said_by_officers = capsys.readouterr().out
    assert "not heard of yet" in said_by_officers
    assert "! somebody without the device's key says" in said_by_officers
    assert told(door, order.id, **honest) == 204
    assert orders(plan)[0].did == "keys", "the device's own word is heard after any of these"


def test_an_order_that_is_over_is_handed_to_nobody_and_officers_renew_it(
    plan: RescuePlan, door: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    (key,) = plan.officers.glob("orders-*.key")
    assert wipe(plan, "--device", DEVICE, "--days", "2") == 0
    assert wipe(plan, "--device", OTHER, "--days", "2") == 0
    (taken_back,) = [one.id for one in orders(plan) if one.device == OTHER]
    assert main(["plan", "wipe", "--db", plan.db, "--withdraw", "--device", OTHER]) == 0
    (before,) = door.get(f"/orders/{DEVICE}").json()["orders"]
    plan.now_ms += 2 * 86_400_000 + 60_000
    assert door.get(f"/orders/{DEVICE}").json() == {"orders": []}
    capsys.readouterr()
    assert main(["plan", "wipe", "--renew", "--db", plan.db, "--key", str(key), "--days", "9"]) == 0
    assert "is good until" in capsys.readouterr().out
    (after,) = door.get(f"/orders/{DEVICE}").json()["orders"]
    assert after != before
    assert len({one.id for one in orders(plan)}) == 2, "the same order: one that was obeyed stays obeyed"
    assert door.get(f"/orders/{OTHER}").json() == {"orders": []}, "what was taken back stays taken back"
    renewed = next(one for one in orders(plan) if one.id != taken_back)
    assert told(door, renewed.id, **report(renewed.id, "all", 0, 0)) == 204
    assert main(["plan", "wipe", "--renew", "--db", plan.db, "--key", str(key)]) == 1, (
        "nothing is left to renew"
    )


def test_a_report_on_what_was_never_ordered_is_answered_alike_and_kept_nowhere(
    plan: RescuePlan, door: TestClient
) -> None:
    assert wipe(plan, "--device", DEVICE) == 0
    (order,) = orders(plan)
    for device, order_id in ((OTHER, order.id), (DEVICE, NOWHERE), (DEVICE, "x%00y"), ("nobody", order.id)):
        assert told(door, order_id, device, **report(order_id, "all", 0, 0)) == 204
    assert orders(plan)[0].did == ""


def test_what_is_no_report_is_refused(door: TestClient) -> None:
    for said in (
        {},
        {"did": "everything"},
        {"did": ""},
        {"did": ["all"]},
        {"did": "all", "visits": -1},
        {"did": "all", "visits": True},
        {"did": "all", "visits": 10**9},
        {"did": "all", "sealed": "2"},
        {"did": "all", "sealed": None},
    ):
        assert told(door, NOWHERE, **said) == 400, said
    assert door.post(f"/orders/{DEVICE}/{NOWHERE}", json=[]).status_code == 400
    assert door.post(f"/orders/{DEVICE}/{NOWHERE}", json={"did": "x" * 5000}).status_code == 413


def test_all_devices_of_a_user_are_wiped_and_an_order_is_taken_back(
    plan: RescuePlan, door: TestClient, nurse: Nurse, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wipe(plan, "--user", nurse.username) == 0
    assert sorted(order.device for order in orders(plan)) == [DEVICE, OTHER]
    assert main(["plan", "wipe", "--db", plan.db, "--withdraw", "--device", OTHER]) == 0
    assert door.get(f"/orders/{OTHER}").json() == {"orders": []}
    assert len(door.get(f"/orders/{DEVICE}").json()["orders"]) == 1
    mine = next(one.id for one in orders(plan) if one.device == DEVICE)
    told(door, mine, **report(mine, "all", 0, 0))
    capsys.readouterr()
    assert main(["plan", "orders", "--db", plan.db]) == 0
    said = capsys.readouterr().out
    assert "taken back" in said
    assert "deleted everything" in said
    assert "visits not sent: 0" in said


def test_a_wrong_command_says_what_is_wrong_and_does_nothing(
    plan: RescuePlan, door: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    key, root = (str(next(plan.officers.glob(f"{role}-*.key"))) for role in ("orders", "root"))
    unknown = "c" * 32
    for words, says in (
        (["wipe", "--device", unknown, "--key", key], "not heard of that device"),
        (["wipe", "--key", key], "Say which device"),
        (["wipe", "--device", DEVICE], "An order is signed"),
        (["wipe", "--device", DEVICE, "--key", root], "Devices obey the key"),
        (["wipe", "--device", DEVICE, "--user", "nobody", "--key", key], "not heard of that device"),
        (["wipe", "--device", DEVICE, "--key", key, "--days", "0"], "good for 1 to"),
        (["wipe", "--renew"], "An order is signed"),
        (["revoke"], "Say which device"),
        (["revoke", "--user", "ana.ruiz", "--found"], "Say which device"),
        (["revoke", "--device", unknown], "not heard of that device"),
        (["revoke", "--user", "nobody"], "There is no user"),
    ):
        assert main(["plan", *words, "--db", plan.db]) == 1, words
        assert says in capsys.readouterr().err
    assert orders(plan) == []


def test_a_withdrawn_device_that_was_found_is_accepted_again(
    plan: RescuePlan, door: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, says in (
        (["--found"], "was not withdrawn"),
        ([], "Open sign-ins: 0"),
        (["--found"], "accepted again"),
    ):
        assert main(["plan", "revoke", "--db", plan.db, "--device", DEVICE, *words]) == 0
        assert says in capsys.readouterr().out
