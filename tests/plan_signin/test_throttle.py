"""Guessing is slowed down, for names that exist and names that do not alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from plan.settings import PlanSettings
from plan.signin.secret import load_secrets
from plan.signin.throttle import LONGEST_WAIT_SECONDS, Throttle
from tests.plan_signin.signin_doubles import PASSWORD, Browser, Clock


async def test_after_five_wrong_passwords_even_the_right_one_waits(browser: Browser, clock: Clock) -> None:
    page = await browser.open()
    for _ in range(5):
        assert (await browser.submit(page, "ana.ruiz", "a-wrong-password")).status_code == 403
    slowed = await browser.submit(page, "ana.ruiz", PASSWORD)
    assert slowed.status_code == 429
    assert slowed.headers["retry-after"] == "5"
    assert "Too many tries. Please wait 5 seconds" in slowed.text
    clock.pass_seconds(5)
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 303
    clock.pass_seconds(1)
    page = await browser.open()
    assert (await browser.submit(page, "ana.ruiz", "a-wrong-password")).status_code == 403, (
        "a right one forgives"
    )


@pytest.mark.parametrize("name", ["ana.ruiz", "nobody.here"])
async def test_a_name_that_does_not_exist_is_slowed_like_one_that_does(browser: Browser, name: str) -> None:
    page = await browser.open()
    statuses = [(await browser.submit(page, name, "a-wrong-password")).status_code for _ in range(7)]
    assert statuses == [403] * 5 + [429] * 2


async def test_another_user_is_not_slowed(browser: Browser) -> None:
    page = await browser.open()
    for _ in range(6):
        await browser.submit(page, "ana.ruiz", "a-wrong-password")
    assert (await browser.submit(page, "maria.ortiz", PASSWORD)).status_code == 303


def test_one_address_that_tries_many_names_is_slowed(engine: Engine) -> None:
    throttle = Throttle(engine, PlanSettings(address_tries=10), load_secrets(engine).newest)
    waits = [throttle.begin(f"user{number}", "203.0.113.9", 1_000_000) for number in range(12)]
    assert waits == [0] * 10 + [5, 5]
    assert throttle.begin("user1", "203.0.113.10", 1_000_000) == 0


def test_an_ipv6_network_counts_as_one_address(engine: Engine) -> None:
    throttle = Throttle(engine, PlanSettings(address_tries=2), load_secrets(engine).newest)
    assert [throttle.begin(f"u{n}", f"2001:db8::{n}", 1_000_000) for n in range(1, 4)] == [0, 0, 5]
    assert throttle.begin("u9", "2001:db8:0:1::1", 1_000_000) == 0


def test_waits_double_up_to_five_minutes_and_are_forgotten_after_half_an_hour(engine: Engine) -> None:
    throttle = Throttle(engine, PlanSettings(user_tries=1), load_secrets(engine).newest)
    now, waits = 1_000_000, []
    for _ in range(9):
        assert throttle.begin("ana.ruiz", "", now) == 0
        waits.append(throttle.begin("ana.ruiz", "", now))
        now += waits[-1] * 1000
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert max(waits) == LONGEST_WAIT_SECONDS
    now += 31 * 60_000
    assert throttle.begin("ana.ruiz", "", now) == 0
    assert throttle.begin("ana.ruiz", "", now) == 5


async def test_a_password_typed_as_user_name_is_in_no_file(browser: Browser, tmp_path: Path) -> None:
    await browser.submit(await browser.open(), PASSWORD, "")
    for file in tmp_path.iterdir():
        assert PASSWORD.encode() not in file.read_bytes()
