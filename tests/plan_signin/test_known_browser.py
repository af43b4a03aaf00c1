"""Whoever fails on purpose in a nurse's name, or beside her, does not keep her from signing in where she did before."""

from __future__ import annotations

from base64 import b64encode

import httpx
import pytest

from plan.settings import PlanSettings
from plan.signin.known import COOKIE, DAYS, find_known, make_known
from tests.plan_signin.signin_doubles import BASE, PASSWORD, Browser, Clock

WRONG = "a-wrong-password"


async def tries(browser: Browser, name: str, times: int) -> list[int]:
    page = await browser.open()
    return [(await browser.submit(page, name, WRONG)).status_code for _ in range(times)]


def stranger_beside(browser: Browser) -> Browser:
    """Another browser at the same address."""
    transport = browser.http._transport
    return Browser(httpx.AsyncClient(transport=transport, base_url=BASE))


@pytest.fixture
def settings() -> PlanSettings:
    return PlanSettings(address_tries=8)


async def test_failing_in_her_name_does_not_lock_her_out_where_she_signed_in_before(browser: Browser) -> None:
    await browser.sign_in()
    assert COOKIE in browser.http.cookies
    assert await tries(stranger_beside(browser), "ana.ruiz", 7) == [403] * 5 + [429] * 2
    assert (await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)).status_code == 303


async def test_failing_beside_her_at_one_address_does_not_either(browser: Browser) -> None:
    await browser.sign_in()
    stranger = stranger_beside(browser)
    for name in ("one.user", "two.user"):
        await tries(stranger, name, 5)
    assert (await tries(stranger, "three.user", 1)) == [429]
    assert (await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)).status_code == 303


async def test_a_known_browser_has_five_tries_and_waits_like_any_other(browser: Browser) -> None:
    await browser.sign_in()
    assert await tries(browser, "ana.ruiz", 7) == [403] * 5 + [429] * 2


async def test_what_is_known_of_her_helps_with_no_other_name(browser: Browser) -> None:
    await browser.sign_in()
    assert await tries(stranger_beside(browser), "maria.ortiz", 6) == [403] * 5 + [429]
    assert await tries(browser, "maria.ortiz", 1) == [429]


async def test_a_right_password_there_does_not_forgive_who_failed_elsewhere(browser: Browser) -> None:
    await browser.sign_in()
    stranger = stranger_beside(browser)
    assert await tries(stranger, "ana.ruiz", 6) == [403] * 5 + [429]
    await browser.sign_in()
    assert await tries(stranger, "ana.ruiz", 1) == [429]


async def test_the_cookie_says_nobodys_name_and_is_kept_from_scripts_and_other_sites(
    browser: Browser,
) -> None:
    answer = await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith(COOKIE))
    # Her whole name, bare or in Base64: "ana" alone turns up by chance in what is random.
    assert "ana.ruiz" not in cookie
    assert b64encode(b"ana.ruiz")[:10].decode() not in cookie
    assert all(word in cookie.lower() for word in ("httponly", "samesite=strict", "path=/oauth"))


def test_it_ends_and_cannot_be_made_up() -> None:
    secrets, now = (b"new" * 11, b"old" * 11), Clock().now
    cookie = make_known(secrets[1], "Ana.Ruiz ", now)
    assert find_known(secrets, "ana.ruiz", cookie, now) == cookie.partition(".")[0]
    assert find_known(secrets[:1], "ana.ruiz", cookie, now) is None
    assert find_known(secrets, "ana.ruiz", cookie, now + DAYS * 86_400_000) is None
    nonce, expires, signature = cookie.split(".")
    for forged in (
        "",
        "x",
        f"{nonce}.{int(expires) + 1}.{signature}",
        f"{'A' * 22}.{expires}.{signature}",
        f"{cookie}x",
    ):
        assert find_known(secrets, "ana.ruiz", forged, now) is None
