"""Orders have an end, and what a tablet reports is signed: by a key that is made anew when somebody spoilt it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from app.store.order_files import find_order_file, save_order_file
from app.sync.orders import keep_order_file
from hearthside.cli import main
from tests.plan_orders.order_tablet import Tablet
from tests.support.rescue import Nurse, RescuePlan


@pytest.fixture
async def tablet(plan: RescuePlan, nurse: Nurse, tmp_path: Path) -> Tablet:
    made = Tablet(plan, nurse, tmp_path / "tablet")
    await made.set_up()
    return made


async def test_what_was_taken_back_is_no_order_for_ever_to_whoever_kept_it_and_answers_as_the_plan(
    tablet: Tablet, caplog: pytest.LogCaptureFixture
) -> None:
    kept = tablet.order()

    def keep(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"orders": [kept.envelope]})

    tablet.line = httpx.MockTransport(keep)
    tablet.ahead = timedelta(days=31)
    await tablet.desk().check()
    assert "an order was refused: over" in caplog.messages
    store = await tablet.unlock()
    await keep_order_file(store, tablet.plan.url, tablet.now)
    await store.close()
    tablet.ahead = timedelta(days=-3)
    caplog.clear()
    await tablet.desk().check()
    assert "an order was refused: over" in caplog.messages, "nor by setting the tablet's date back"
    await (await tablet.unlock()).close()


async def test_an_order_that_officers_renewed_is_obeyed(tablet: Tablet) -> None:
    (key,) = tablet.plan.officers.glob("orders-*.key")
    tablet.order()
    tablet.plan.now_ms += 31 * 86_400_000
    await tablet.desk().check()
    assert tablet.files.directory.exists()
    assert main(["plan", "wipe", "--renew", "--db", tablet.plan.db, "--key", str(key), "--days", "60"]) == 0
    await tablet.desk().check()
    assert not tablet.files.directory.exists()
    assert tablet.told() == [("all", 0, 0)], "by the key that lay beside the store, which is gone"


async def test_what_reports_are_signed_with_is_made_anew_when_somebody_changed_it(tablet: Tablet) -> None:
    good = find_order_file(tablet.files.directory)
    assert good is not None
    for spoilt in ("", "AAAA", good.voucher.replace(" ", " AAAA"), good.voucher[:-8], "x y"):
        save_order_file(tablet.files.directory, replace(good, voucher=spoilt))
        store = await tablet.unlock()
        await keep_order_file(store, tablet.plan.url)
        await store.close()
        again = find_order_file(tablet.files.directory)
        assert again is not None
        assert again.voucher not in ("", spoilt)
    tablet.order()
    await tablet.desk().check()
    assert tablet.told() == [("all", 0, 0)]
    assert not any(path.is_file() and good.voucher in path.read_text() for path in tablet.data.rglob("*"))
