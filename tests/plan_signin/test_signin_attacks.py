"""Attempts at the sign-in that go around a rule instead of against it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine

from plan.database import read_transaction, write_transaction
from plan.signin.codes import find_code, spend_code
from plan.signin.tokens import find_principal
from plan.users import reset_password, set_disabled
from tests.plan_signin.signin_doubles import PASSWORD, Browser, Clock

OTHER = "another-good-password-77"


def is_good(engine: Engine, token: str, clock: Clock) -> bool:
    with read_transaction(engine) as connection:
        return find_principal(connection, token, clock.now) is not None


async def test_a_code_from_before_a_password_reset_is_worth_nothing(browser: Browser, engine: Engine) -> None:
    code = await browser.sign_in()
    with write_transaction(engine) as connection:
        reset_password(connection, "ana.ruiz", OTHER)
    assert (await browser.exchange(code)).json()["error"] == "invalid_grant"


async def test_a_code_from_before_an_account_was_shut_is_worth_nothing_after(
    browser: Browser, engine: Engine
) -> None:
    code = await browser.sign_in()
    for disabled in (True, False):
        with write_transaction(engine) as connection:
            set_disabled(connection, "ana.ruiz", disabled)
    assert (await browser.exchange(code)).json()["error"] == "invalid_grant"


async def test_a_code_exchanged_twice_at_once_ends_what_it_began(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    """Both found the code good; the one that came second to spend it shows that it was copied."""
    code = await browser.sign_in()
    with read_transaction(engine) as connection:
        found = find_code(connection, code, "hearthside-app", clock.now)
    assert found is not None
    first = await browser.exchange(code)
    token = first.json()["access_token"]
    assert is_good(engine, token, clock)
    with write_transaction(engine) as connection:
        assert spend_code(connection, found, clock.now) is None
    assert not is_good(engine, token, clock)


async def test_eight_exchanges_of_one_code_leave_at_most_one_and_then_none(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    code = await browser.sign_in()
    answers = await asyncio.gather(*(browser.exchange(code) for _ in range(8)))
    good = [answer.json()["access_token"] for answer in answers if answer.status_code == 200]
    assert len(good) == 1
    assert not is_good(engine, good[0], clock)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
    ],
)
async def test_neither_spelling_nor_forwarded_addresses_spare_a_wait(
    browser: Browser, headers: dict[str, str]
) -> None:
    spellings = ["ana.ruiz", "ANA.RUIZ", " Ana.Ruiz\t", "\u00a0ana.ruiz\u3000", "aNA.ruiZ"]
    browser.http.headers.update(headers)
    for name in spellings:
        assert (await browser.submit(await browser.open(), name, "wrong-password-1")).status_code == 403
    assert (await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)).status_code == 429


async def test_tries_side_by_side_are_each_counted(browser: Browser) -> None:
    page = await browser.open()
    answers = await asyncio.gather(*(browser.submit(page, "ana.ruiz", "wrong-password-1") for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [403] * 5 + [429] * 7


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8600", 200),
        ("localhost:8600", 200),
        ("[::1]:8600", 200),
        ("evil.example", 421),
        ("evil.example:8600", 421),
        ("127.0.0.1.evil.example:8600", 421),
        ("127.0.0.1@evil.example", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
async def test_a_name_pointed_at_the_plan_gets_no_login_page(
    browser: Browser, host: str, status: int
) -> None:
    browser.http.headers["Host"] = host
    answer = await browser.open()
    assert answer.status_code == status
    assert ("password" in answer.text) is (status == 200)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1.evil.example:8600", "http://[", "file://", "x", "null "],
)
async def test_a_form_of_another_origin_does_not_count(browser: Browser, origin: str) -> None:
    page = await browser.open()
    browser.http.headers["Origin"] = origin
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 400
    for own in ("null", "http://127.0.0.1:8600"):
        browser.http.headers["Origin"] = own
        answer = await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)
        assert answer.status_code == 303


async def test_a_sign_in_ends_after_ninety_days_however_often_it_was_renewed(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    pair = await browser.tokens()
    for _ in range(4):
        clock.pass_seconds(22 * 86_400)
        answer = await browser.refresh(pair["refresh_token"])
        assert answer.status_code == 200
        pair = answer.json()
    clock.pass_seconds(2 * 86_400)
    answer = await browser.refresh(pair["refresh_token"])
    assert answer.json()["error"] == "invalid_grant"
    assert not is_good(engine, pair["access_token"], clock)
