"""The page a nurse meets: words, safety headers, and forms that only count when they are hers."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.signin.login import STALE, WRONG
from plan.users import set_disabled
from tests.plan_signin.signin_doubles import (
    PASSWORD,
    REDIRECT,
    Browser,
    Clock,
    authorize_parameters,
    fields_of,
    query_of,
)


async def test_the_page_names_app_and_plan_and_labels_its_fields(browser: Browser) -> None:
    page = (await browser.open()).text
    assert "<strong>Hearthside</strong>" in page
    assert "127.0.0.1:8600" in page
    assert '<html lang="en">' in page
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in page
    assert "prefers-color-scheme: dark" in page
    for field in ("username", "password"):
        assert f'<label for="{field}">' in page
        assert f'id="{field}"' in page
    assert 'autocomplete="current-password"' in page
    assert "<script" not in page


async def test_the_page_is_closed_to_frames_caches_scripts_and_other_sites(browser: Browser) -> None:
    answer = await browser.open()
    policy = answer.headers["content-security-policy"]
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self' http://127.0.0.1:49152; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/oauth" in cookie


async def test_the_way_back_carries_the_state_and_leaves_no_referrer(browser: Browser) -> None:
    answer = await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{REDIRECT}?code=")
    assert query_of(answer.headers["location"])["state"] == "a-state-nobody-guesses"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_case_and_spaces_around_a_user_name_do_not_matter(browser: Browser) -> None:
    assert (await browser.submit(await browser.open(), " Ana.Ruiz ", PASSWORD)).status_code == 303


@pytest.mark.parametrize("name", ["ana.ruiz", "nobody.here", "records", "", "x" * 5000, "a\x00b"])
async def test_wrong_unknown_and_odd_names_get_the_same_words(browser: Browser, name: str) -> None:
    answer = await browser.submit(await browser.open(), name, "not-the-password")
    assert answer.status_code == 403
    assert WRONG in answer.text
    assert 'role="alert"' in answer.text
    assert "not-the-password" not in answer.text
    shape = re.sub(r'value="[^"]*"|<title>.*?</title>| autofocus', "", answer.text)
    other = await browser.submit(await browser.open(), "somebody.else", "not-the-password")
    assert shape == re.sub(r'value="[^"]*"|<title>.*?</title>| autofocus', "", other.text)


async def test_a_disabled_user_gets_the_words_of_a_wrong_password(browser: Browser, engine: Engine) -> None:
    with write_transaction(engine) as connection:
        set_disabled(connection, "ana.ruiz", True)
    answer = await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)
    assert answer.status_code == 403
    assert WRONG in answer.text


async def test_what_was_typed_as_a_name_comes_back_harmless(browser: Browser) -> None:
    answer = await browser.submit(await browser.open(), '"><script>alert(1)</script>', "not-the-password")
    assert "<script" not in answer.text
    assert fields_of(answer.text)["username"].startswith('"><script>')


async def test_what_the_app_sent_comes_back_harmless(browser: Browser) -> None:
    answer = await browser.open(state='"><img src=x onerror=alert(1)>')
    assert answer.status_code == 200
    assert "<img" not in answer.text


async def test_cancel_tells_the_app(browser: Browser) -> None:
    answer = await browser.submit(await browser.open(), "", "", action="cancel")
    assert query_of(answer.headers["location"])["error"] == "access_denied"
    assert query_of(answer.headers["location"])["state"] == "a-state-nobody-guesses"


async def test_a_form_without_its_token_or_cookie_does_not_count(browser: Browser) -> None:
    page = await browser.open()
    for broken in ({"form_token": ""}, {"form_token": "9999999999999.00"}, {"form_token": "x.y"}):
        answer = await browser.submit(page, "ana.ruiz", PASSWORD, **broken)
        assert answer.status_code == 400
        assert STALE in answer.text
    browser.http.cookies.clear()
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 400


async def test_a_form_made_in_another_browser_does_not_count(browser: Browser) -> None:
    theirs = await browser.open()
    browser.http.cookies.clear()
    await browser.open()
    assert (await browser.submit(theirs, "ana.ruiz", PASSWORD)).status_code == 400


async def test_a_form_for_another_request_does_not_count(browser: Browser) -> None:
    page = await browser.open()
    other = authorize_parameters(redirect_uri="http://127.0.0.1:50000/callback")
    answer = await browser.submit(page, "ana.ruiz", PASSWORD, redirect_uri=other["redirect_uri"])
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_form_sent_off_by_another_site_does_not_count(browser: Browser) -> None:
    page = await browser.open()
    browser.http.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 400


async def test_a_page_left_open_too_long_asks_again_and_then_works(browser: Browser, clock: Clock) -> None:
    page = await browser.open()
    clock.pass_seconds(3_601)
    again = await browser.submit(page, "ana.ruiz", PASSWORD)
    assert again.status_code == 400
    assert STALE in again.text
    assert (await browser.submit(again, "ana.ruiz", PASSWORD)).status_code == 303
