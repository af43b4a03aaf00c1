"""A locked tablet asks for its orders and obeys the good ones once: what is left, what is told, what it says."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from app.errors import KeyMissing
from app.store import meta, visits
from app.store.order_files import find_order_file, save_order_file
from app.sync.orders import keep_order_file
from app.sync.plan_keys import keep_keys, read_keys
from app.views.wording.orders import sentence
from hearthside.cli import main
from plan.database import read_transaction, write_transaction
from plan.keys.files import load_signing
from plan.keys.making import rotate_keys
from plan.orders.keeping import add_order
from plan.orders.order import sign_order
from plan.orders.tables import DeviceOrder
from plan.recovery import requests
from tests.plan_orders.order_tablet import Tablet
from tests.support.rescue import MADE, NEW_PIN, Nurse, RescuePlan


@pytest.fixture
async def tablet(plan: RescuePlan, nurse: Nurse, tmp_path: Path) -> Tablet:
    made = Tablet(plan, nurse, tmp_path / "tablet")
    await made.set_up()
    return made


async def test_with_nothing_unsent_everything_goes_and_the_plan_is_told(tablet: Tablet) -> None:
    tablet.order()
    desk, changed = tablet.desk(), list[int]()
    desk.listen(lambda: changed.append(1))
    await desk.check()
    assert tablet.told() == [("all", 0, 0)]
    assert not tablet.files.directory.exists()
    assert tablet.keystore.entries == {}
    assert changed
    (notice,) = desk.notices()
    assert sentence(notice) == (
        "The plan had the records of Ana Ruiz, RN removed from this device. Nothing was waiting to be sent."
    )
    await desk.note_seen(notice.store_id)
    await desk.check()
    assert desk.notices() == ()
    assert not any(path.is_file() for path in tablet.data.rglob("*")), "not even the record of it"


async def test_without_orders_nothing_happens(tablet: Tablet) -> None:
    await tablet.desk().check()
    assert tablet.desk().notices() == ()
    await (await tablet.unlock()).close()


async def test_with_unsent_work_only_the_officers_open_it_again_and_no_order_is_obeyed_twice(
    plan: RescuePlan, tablet: Tablet, nurse: Nurse, capsys: pytest.CaptureFixture[str]
) -> None:
    await tablet.begin_a_visit()
    tablet.order()
    desk = tablet.desk()
    await desk.check()
    assert tablet.told() == [("keys", 1, 0)]
    with pytest.raises(KeyMissing):
        await tablet.unlock()
    (notice,) = desk.notices()
    assert "1 visit not sent yet is kept here, sealed" in sentence(notice)

    recovery = await plan.recovery(tablet.vault, tablet.store_id)
    await recovery.send(plan.sign_in(nurse))
    (key,) = plan.rescue_files()
    with read_transaction(plan.engine) as connection:
        (request,) = requests.list_open(connection, plan.now_ms)
    words = [request.id, "--key", str(key), "--code", recovery.code, "--db", plan.db]
    assert main(["plan", "recoveries", "approve", *words]) == 0, capsys.readouterr().err
    await recovery.wait()
    store = await tablet.vault.reset_secret(tablet.store_id, recovery.keys, NEW_PIN)
    assert (await store.read(lambda c: visits.read_draft(c, "visit-1"))).id == "visit-1"
    (tablet.files.directory / "orders.json").unlink()
    await keep_order_file(store, plan.url)
    await store.close()

    tablet.serve_again()
    for _ in range(2):
        await desk.check()
        await (await tablet.unlock(NEW_PIN)).close()
    assert desk.notices() == ()
    assert tablet.told() == [("", 1, 0)], "an order that was obeyed is passed over"


async def test_an_obeyed_order_is_remembered_inside_the_store_too(tablet: Tablet) -> None:
    store = await tablet.unlock()
    known = find_order_file(tablet.files.directory)
    assert known is not None
    save_order_file(tablet.files.directory, replace(known, obeyed=("o-1",)))
    await keep_order_file(store, tablet.plan.url)
    (tablet.files.directory / "orders.json").unlink()
    await keep_order_file(store, tablet.plan.url)
    again = find_order_file(tablet.files.directory)
    assert again is not None
    assert (again.keys, again.obeyed) == (known.keys, ("o-1",))
    assert await store.read(lambda connection: meta.find(connection, meta.ORDERS_OBEYED)) == "o-1"
    await store.close()


async def test_forged_changed_and_strange_orders_are_not_obeyed(
    tablet: Tablet, caplog: pytest.LogCaptureFixture
) -> None:
    good = tablet.order()
    with write_transaction(tablet.plan.engine) as connection:
        connection.execute(DeviceOrder.__table__.delete())  # type: ignore[attr-defined]  # SQLModel hides it
    now = tablet.plan.now_ms
    strange = sign_order(load_signing(next(tablet.plan.officers.glob("orders-*.key"))), "f" * 32, now)
    root = load_signing(next(tablet.plan.officers.glob("root-*.key")))
    tablet.lay(replace(strange, device=good.device))
    tablet.lay(replace(sign_order(root, good.device, now), key_id=good.key_id))
    tablet.lay(replace(good, body=good.body.replace(b'"format":2', b'"format": 2')))
    await tablet.desk().check()
    assert {did for did, _, _ in tablet.told()} == {""}
    said = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert sorted(word.rpartition(" ")[2] for word in said) == ["other-device", "unsigned", "unsigned"]
    await (await tablet.unlock()).close()


async def test_a_good_order_among_bad_ones_is_obeyed(tablet: Tablet) -> None:
    root = load_signing(next(tablet.plan.officers.glob("root-*.key")))
    device = json.loads(tablet.files.key.read_text())["device"]
    tablet.lay(sign_order(root, device, tablet.plan.now_ms))
    tablet.order()
    await tablet.desk().check()
    assert sorted(did for did, _, _ in tablet.told()) == ["", "all"]


async def test_a_new_orders_key_of_the_same_root_reaches_a_tablet_that_was_locked_all_along(
    plan: RescuePlan, tablet: Tablet
) -> None:
    plan.put(rotate_keys(plan.officers, MADE, None, orders=True))
    tablet.order()
    await tablet.desk().check()
    assert tablet.told() == [("all", 0, 0)]


async def test_a_key_set_of_another_root_makes_nobody_an_officer(
    tablet: Tablet, tmp_path: Path, nurse: Nurse
) -> None:
    (tmp_path / "thief").mkdir()
    thief = RescuePlan(tmp_path / "thief")
    thief.add_nurse()
    (key,) = thief.officers.glob("orders-*.key")
    device = json.loads(tablet.files.key.read_text())["device"]
    with write_transaction(thief.engine) as connection:
        add_order(connection, sign_order(load_signing(key), device, thief.now_ms), "u")
    tablet.line = thief.line
    await tablet.desk().check()
    await (await tablet.unlock()).close()
    thief.close()


async def test_unsent_work_without_a_way_back_is_kept_until_it_is_sent_and_then_all_goes(
    tablet: Tablet,
) -> None:
    await tablet.begin_a_visit()
    raw = json.loads(tablet.files.key.read_text())
    raw["slots"] = [slot for slot in raw["slots"] if slot["kind"] != "recovery"]
    tablet.files.key.write_text(json.dumps(raw))
    tablet.files.way_back.unlink()
    tablet.order()
    desk = tablet.desk()
    await desk.check()
    assert tablet.told() == [("nothing", 1, 0)]
    assert "Please unlock Hearthside" in sentence(desk.notices()[0])
    tablet.open = True
    before = tablet.files.directory.stat().st_mtime_ns
    await desk.check()
    assert tablet.files.directory.stat().st_mtime_ns == before, "nobody is locked out again and again"
    tablet.open = False
    await tablet.discard_it()
    await tablet.desk().check()
    assert tablet.told() == [("all", 0, 0)]


async def test_an_order_that_was_taken_back_leaves_no_word_on_the_screen(tablet: Tablet) -> None:
    await tablet.begin_a_visit()
    raw = json.loads(tablet.files.key.read_text())
    raw["slots"] = [slot for slot in raw["slots"] if slot["kind"] != "recovery"]
    tablet.files.key.write_text(json.dumps(raw))
    tablet.files.way_back.unlink()
    tablet.order()
    desk = tablet.desk()
    await desk.check()
    assert len(desk.notices()) == 1
    with write_transaction(tablet.plan.engine) as connection:
        connection.execute(
            update(DeviceOrder).where(col(DeviceOrder.did) == "nothing").values(withdrawn_ms=1)
        )
    await desk.check()
    assert desk.notices() == ()


class NoNetwork(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")


async def test_the_plan_is_told_as_soon_as_there_is_a_network_again(tablet: Tablet) -> None:
    order = tablet.order()
    asked = 0

    class OnlyTheFirst(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal asked
            asked += 1
            line = tablet.plan.line if asked == 1 else NoNetwork()
            return await line.handle_async_request(request)

    tablet.line = OnlyTheFirst()
    await tablet.desk().check()
    assert not tablet.files.directory.exists()
    assert tablet.told() == [("", None, 0)]
    tablet.line = tablet.plan.line
    await tablet.desk().check()
    assert tablet.told() == [("all", 0, 0)]
    assert order.id


async def test_without_a_network_and_with_odd_answers_the_tablet_goes_on(tablet: Tablet) -> None:
    answers: list[Callable[[httpx.Request], httpx.Response]] = [
        lambda request: httpx.Response(200, html="<p>Welcome to the hotel</p>"),
        lambda request: httpx.Response(200, json={"orders": "all"}),
        lambda request: httpx.Response(200, json={"orders": [1, None, {}, {"order": "!", "signature": 3}]}),
        lambda request: httpx.Response(200, json=["orders"]),
        lambda request: httpx.Response(500, json={}),
        lambda request: httpx.Response(302, headers={"location": "http://elsewhere/orders"}),
        lambda request: httpx.Response(
            200, json={"orders": [{"order": base64.b64encode(b"{}").decode()}] * 99}
        ),
    ]
    lines: list[httpx.AsyncBaseTransport] = [NoNetwork(), *map(httpx.MockTransport, answers)]
    for line in lines:
        tablet.line = line
        await tablet.desk().check()
    await (await tablet.unlock()).close()


async def test_a_plan_without_keys_gives_no_orders(plan: RescuePlan, nurse: Nurse, tmp_path: Path) -> None:
    tablet = Tablet(plan, nurse, tmp_path / "other")
    store = await plan.enrol(tablet.vault, nurse, with_keys=False)
    await keep_order_file(store, plan.url)
    assert find_order_file(store.path.parent) is None
    await store.write(partial(keep_keys, keys=read_keys(plan.key_text())))
    await keep_order_file(store, plan.url)
    assert find_order_file(store.path.parent) is not None, "keys that came later are known from then on"
    await store.close()
