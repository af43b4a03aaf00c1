"""Withdrawing a device or a user: its sign-ins drain for a day, others go on, and nobody signs in as her anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from plan.database import read_transaction, write_transaction
from plan.devices.registry import find_device, register
from plan.principal import Principal
from plan.signin.drain import (
    DRAIN_SECONDS,
    SignInDevice,
    accept_device,
    bind_device,
    withdraw_device,
    withdraw_user,
)
from plan.signin.tokens import find_principal
from plan.users import get_user, set_disabled
from tests.plan_signin.signin_doubles import PASSWORD, Browser, Clock

TABLET, PHONE = "a" * 32, "b" * 32
HOUR = 3600


def who(engine: Engine, tokens: dict[str, Any], clock: Clock) -> Principal | None:
    with read_transaction(engine) as connection:
        return find_principal(connection, tokens["access_token"], clock.now)


def drains(engine: Engine, tokens: dict[str, Any], clock: Clock) -> bool:
    found = who(engine, tokens, clock)
    assert found is not None, "the sign-in has ended"
    return found.draining


def name_device(engine: Engine, tokens: dict[str, Any], device: str, clock: Clock) -> None:
    """As at the contact of a pass."""
    found = who(engine, tokens, clock)
    assert found is not None
    with write_transaction(engine) as connection:
        bind_device(connection, found, device, clock.now)


def withdraw(engine: Engine, clock: Clock, device: str | None = None, user: str = "ana.ruiz") -> int:
    with write_transaction(engine) as connection:
        user_id = get_user(connection, user).id
        if device is None:
            return withdraw_user(connection, user_id, clock.now)
        return withdraw_device(connection, user_id, device, clock.now)


async def test_a_withdrawn_user_drains_for_a_day_and_then_the_sign_in_is_over(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    tokens = await browser.tokens()
    assert not drains(engine, tokens, clock)
    assert withdraw(engine, clock) == 1
    assert drains(engine, tokens, clock)
    until = clock.now + DRAIN_SECONDS * 1000
    clock.pass_seconds(23 * HOUR)
    answer = await browser.refresh(tokens["refresh_token"])
    assert answer.status_code == 200, "a tablet that was out of reach all day still sends"
    tokens = answer.json()
    found = who(engine, tokens, clock)
    assert found is not None
    assert found.drain_until_ms == until
    assert withdraw(engine, clock) == 0, "told twice, nobody gets more time"
    clock.pass_seconds(HOUR - 600)
    answer = await browser.refresh(tokens["refresh_token"])
    assert answer.status_code == 200
    clock.pass_seconds(600)
    assert who(engine, answer.json(), clock) is None, "the access token is younger than its life"
    assert (await browser.refresh(answer.json()["refresh_token"])).status_code == 400


async def test_nobody_signs_in_as_a_withdrawn_user(browser: Browser, engine: Engine, clock: Clock) -> None:
    code = await browser.sign_in()
    withdraw(engine, clock)
    assert (await browser.exchange(code)).status_code == 400, "a code that was on its way is none"
    page = await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)
    assert page.status_code == 403


async def test_disabling_still_ends_everything_at_once(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    tokens = await browser.tokens()
    withdraw(engine, clock)
    with write_transaction(engine) as connection:
        set_disabled(connection, "ana.ruiz", True)
    assert who(engine, tokens, clock) is None
    assert (await browser.refresh(tokens["refresh_token"])).status_code == 400


async def test_only_the_withdrawn_device_drains_and_what_named_none_yet(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    tablet, phone, unnamed = [await browser.tokens() for _ in range(3)]
    other = await browser.tokens("maria.ortiz")
    name_device(engine, tablet, TABLET, clock)
    name_device(engine, phone, PHONE, clock)
    name_device(
        engine, tablet, PHONE, clock
    )  # a copied token says that it is another device: the first one stands
    assert withdraw(engine, clock, TABLET) == 2
    found = [drains(engine, one, clock) for one in (tablet, phone, unnamed, other)]
    assert found == [True, False, True, False]


async def test_a_code_on_its_way_while_a_device_is_withdrawn_begins_nothing(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    code = await browser.sign_in()
    withdraw(engine, clock, TABLET)
    assert (await browser.exchange(code)).status_code == 400
    assert not drains(engine, await browser.tokens(), clock), "she signs in again elsewhere"


async def test_a_later_sign_in_on_a_withdrawn_device_drains_until_it_was_found(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    withdraw(engine, clock, TABLET)
    again, elsewhere = await browser.tokens(), await browser.tokens()
    name_device(engine, again, TABLET, clock)
    name_device(engine, elsewhere, PHONE, clock)
    assert (drains(engine, again, clock), drains(engine, elsewhere, clock)) == (True, False)
    with write_transaction(engine) as connection:
        assert accept_device(connection, get_user(connection, "ana.ruiz").id, TABLET)
    third = await browser.tokens()
    name_device(engine, third, TABLET, clock)
    assert not drains(engine, third, clock)
    assert drains(engine, again, clock), "the old one goes on draining"


async def test_a_users_registered_keys_are_withdrawn_with_her_and_taken_back_with_the_device(
    engine: Engine, clock: Clock
) -> None:
    with write_transaction(engine) as connection:
        user_id = get_user(connection, "ana.ruiz").id
        for device in (TABLET, PHONE):
            register(connection, user_id, device, b"k" * 32, clock.now)
        withdraw_device(connection, user_id, TABLET, clock.now)
        states = [find_device(connection, user_id, device) for device in (TABLET, PHONE)]
        assert [one.revoked_ms if one else -1 for one in states] == [clock.now, None]
        accept_device(connection, user_id, TABLET)
        withdraw_user(connection, user_id, clock.now + 5)
        states = [find_device(connection, user_id, device) for device in (TABLET, PHONE)]
        assert [one.revoked_ms if one else -1 for one in states] == [clock.now + 5] * 2


def test_a_caller_without_a_sign_in_of_ours_is_bound_to_nothing(engine: Engine, clock: Clock) -> None:
    caller = Principal("u", "u", "nurse", "p", None, frozenset())
    with write_transaction(engine) as connection:
        bind_device(connection, caller, TABLET, clock.now)
        bind_device(connection, replace(caller, family_id="f"), TABLET, clock.now)
    with read_transaction(engine) as connection, Session(connection) as session:
        assert [one.family_id for one in session.exec(select(SignInDevice))] == ["f"]


@pytest.mark.parametrize("grant", ["refresh", "access"])
async def test_a_withdrawn_sign_in_can_still_be_signed_out(
    browser: Browser, engine: Engine, clock: Clock, grant: str
) -> None:
    tokens = await browser.tokens()
    withdraw(engine, clock)
    assert (await browser.revoke(tokens[f"{grant}_token"])).status_code == 200
    assert who(engine, tokens, clock) is None
