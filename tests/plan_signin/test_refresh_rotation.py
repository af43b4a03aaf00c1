"""Refresh tokens: exchanged once, with a minute's grace for a lost answer, and a copy of an old one ends it all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from plan.database import read_transaction, write_transaction
from plan.settings import PlanSettings
from plan.signin.tables import SignInToken
from plan.signin.tokens import (
    TokenPair,
    begin_family,
    find_principal,
    hash_secret,
    issue_pair,
    make_token,
    rotate,
)
from plan.users import get_user
from tests.plan_signin.signin_doubles import Browser, Clock

SCOPE = "fhirUser offline_access user/*.cruds"


def first_pair(engine: Engine, settings: PlanSettings, now_ms: int) -> TokenPair:
    with write_transaction(engine) as connection:
        family = begin_family(connection, get_user(connection, "ana.ruiz").id, "hearthside-app", now_ms)
        return issue_pair(connection, family, SCOPE, settings, now_ms)


async def test_each_refresh_gives_new_tokens_and_says_again_who_it_is(browser: Browser) -> None:
    first = await browser.tokens()
    second = (await browser.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert (second["fhirUser"], second["role"]) == (first["fhirUser"], first["role"])


async def test_a_lost_answer_is_given_again_within_a_minute(browser: Browser, clock: Clock) -> None:
    first = await browser.tokens()
    second = (await browser.refresh(first["refresh_token"])).json()
    clock.pass_seconds(45)
    again = (await browser.refresh(first["refresh_token"])).json()
    assert again["access_token"] == second["access_token"]
    assert again["refresh_token"] == second["refresh_token"]
    assert again["expires_in"] == 900 - 45


async def test_after_the_minute_the_same_token_ends_the_sign_in(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    first = await browser.tokens()
    second = (await browser.refresh(first["refresh_token"])).json()
    clock.pass_seconds(61)
    assert (await browser.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await browser.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"
    with read_transaction(engine) as connection:
        assert find_principal(connection, second["access_token"], clock()) is None


async def test_a_token_older_than_the_previous_one_ends_the_sign_in_at_once(browser: Browser) -> None:
    first = await browser.tokens()
    second = (await browser.refresh(first["refresh_token"])).json()
    third = (await browser.refresh(second["refresh_token"])).json()
    assert (await browser.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await browser.refresh(third["refresh_token"])).json()["error"] == "invalid_grant"


async def test_an_ended_sign_in_leaves_the_users_other_devices_alone(browser: Browser) -> None:
    tablet, phone = await browser.tokens(), await browser.tokens()
    await browser.revoke(tablet["refresh_token"])
    assert (await browser.refresh(phone["refresh_token"])).status_code == 200


async def test_a_refresh_token_unused_for_thirty_days_expires(browser: Browser, clock: Clock) -> None:
    kept, left = await browser.tokens(), await browser.tokens()
    clock.pass_seconds(30 * 86_400 - 1)
    kept = (await browser.refresh(kept["refresh_token"])).json()
    clock.pass_seconds(1)
    assert (await browser.refresh(left["refresh_token"])).json()["error"] == "invalid_grant"
    clock.pass_seconds(29 * 86_400)
    assert (await browser.refresh(kept["refresh_token"])).status_code == 200


async def test_asking_again_for_more_than_was_granted_gives_what_was_granted(browser: Browser) -> None:
    first = await browser.tokens()
    answer = (
        await browser.refresh(first["refresh_token"], scope="openid offline_access user/*.cruds")
    ).json()
    assert answer["scope"] == "offline_access user/*.cruds"
    nothing = await browser.refresh(answer["refresh_token"], scope="system/*.cruds")
    assert nothing.json()["error"] == "invalid_scope"


@pytest.mark.parametrize("grace", [0, 60])
def test_two_threads_with_one_token_make_one_pair(engine: Engine, grace: int) -> None:
    settings = PlanSettings(refresh_grace_seconds=grace)
    presented = first_pair(engine, settings, 1_000).refresh_token
    assert presented is not None
    found: list[TokenPair | None] = []
    start = threading.Barrier(2)

    def refresh(now_ms: int) -> None:
        start.wait(10)
        with write_transaction(engine) as connection:
            answer = rotate(connection, presented, None, settings, now_ms)
        found.append(answer[1] if answer else None)

    threads = [threading.Thread(target=refresh, args=(2_000 + number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    made = {pair.access_token for pair in found if pair is not None}
    assert len(made) == 1
    with read_transaction(engine) as connection:
        mine = col(SignInToken.parent_hash) == hash_secret(presented)
        count = connection.execute(select(func.count()).select_from(SignInToken).where(mine)).scalar()
    assert count == 1, "one successor, whoever asked"
    assert found.count(None) in ((0, 1) if grace == 0 else (0,))


def test_the_sealed_successors_open_only_with_the_token(engine: Engine, tmp_path: Path) -> None:
    settings = PlanSettings()
    presented = first_pair(engine, settings, 1_000).refresh_token
    assert presented is not None
    with write_transaction(engine) as connection:
        answer = rotate(connection, presented, None, settings, 2_000)
    assert answer is not None
    everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (presented, answer[1].access_token, answer[1].refresh_token or "-"):
        assert secret.encode() not in everything
    with write_transaction(engine) as connection:
        rotate(connection, answer[1].refresh_token or "", None, settings, 3_000)
        statement = select(col(SignInToken.sealed_successors)).where(
            col(SignInToken.token_hash) == hash_secret(presented)
        )
        assert connection.execute(statement).scalar() is None, "gone with the next exchange"


def test_what_nobody_can_use_is_swept_out(engine: Engine) -> None:
    settings = PlanSettings()
    first_pair(engine, settings, 1_000)
    later = 1_000 + 40 * 86_400_000
    first_pair(engine, settings, later)
    with read_transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(SignInToken)).scalar() == 2


def test_a_token_made_at_the_database_works_and_cannot_be_refreshed(engine: Engine) -> None:
    with write_transaction(engine) as connection:
        token = make_token(connection, "records", 10)
    with write_transaction(engine) as connection:
        principal = find_principal(connection, token)
        assert principal is not None
        assert principal.role == "operator"
        assert rotate(connection, token, None, PlanSettings(), 1_000) is None
