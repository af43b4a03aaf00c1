"""The page a nurse meets: words, safety headers, and forms that only count when they are hers."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import asdict

import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.signin.words import ENGLISH, LANGUAGES, SPANISH
from plan.users import set_disabled
from tests.plan_signin.signin_doubles import (
    PASSWORD,
    REDIRECT,
    Browser,
    Clock,
    authorize_parameters,
    fields_of,
    query_of,
    words_seen,
)

STALE, WRONG = ENGLISH.stale, ENGLISH.wrong


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


@pytest.mark.parametrize(
    ("asked", "accepted", "spoken"),
    [
        ("es", "en", "es"),
        ("fr ES-419 en", "", "es"),
        ("en es", "es", "en"),
        ("fr", "es", "es"),
        (None, "es-US,es;q=0.9,en;q=0.8", "es"),
        (None, "en;q=0.5, de, es ; q=0.7", "es"),
        (None, "es;q=0, *", "en"),
        (None, "", "en"),
        ("es_MX", "", "en"),
        ("es\n", "", "en"),
        pytest.param("café \x00", "es;q=2,es;;,=es,;q=1,", "en", id="scribble"),
        pytest.param("x" * 9_000 + " es", "x" * 9_000 + ",es", "en", id="endless"),
    ],
)
async def test_the_page_speaks_as_the_app_asks_else_as_the_browser_does_else_english(
    browser: Browser, asked: str | None, accepted: str, spoken: str
) -> None:
    browser.http.headers["Accept-Language"] = accepted
    page = await browser.open(ui_locales=asked)
    assert page.status_code == 200
    assert f'<html lang="{spoken}">' in page.text
    assert LANGUAGES[spoken].user_name in page.text


async def test_a_language_that_is_asked_for_twice_keeps_nobody_out(browser: Browser) -> None:
    twice = [*authorize_parameters(ui_locales="es").items(), ("ui_locales", "en")]
    page = await browser.http.get("/oauth/authorize", params=twice)
    assert (page.status_code, '<html lang="es">' in page.text) == (200, True)
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 303


@pytest.mark.parametrize("asked", ["es", None])
async def test_the_language_stays_through_the_form_and_what_went_wrong_is_said_in_it(
    browser: Browser, asked: str | None
) -> None:
    browser.http.headers["Accept-Language"] = "es" if asked is None else "en"
    page = await browser.open(ui_locales=asked)
    del browser.http.headers["Accept-Language"]
    for _ in range(5):
        page = await browser.submit(page, "ana.ruiz", "not-the-password")
        assert '<html lang="es">' in page.text
        assert SPANISH.wrong in page.text
    slowed = await browser.submit(page, "ana.ruiz", PASSWORD)
    assert "Demasiados intentos. Espere 5 segundos e inténtelo de nuevo." in slowed.text


async def test_no_word_of_a_spanish_page_is_english(browser: Browser, clock: Clock) -> None:
    async def pages(language: str) -> list[str]:
        form = await browser.open(ui_locales=language)
        wrong = await browser.submit(form, "ana.ruiz", "not-the-password")
        stale = await browser.submit(form, "ana.ruiz", PASSWORD, form_token="")
        browser.http.headers["Accept-Language"] = language
        refused = [
            await browser.open(ui_locales=language, **changed)
            for changed in (
                {"client_id": "somebody-else"},
                {"redirect_uri": "https://evil.example/callback"},
                {"state": "a\nb"},
                {"response_type": 'co"de'},
            )
        ]
        unreadable = await browser.http.post("/oauth/authorize", json={})
        moved = {"Host": "evil.example"}
        elsewhere = await browser.http.get("/oauth/authorize", params={"ui_locales": language}, headers=moved)
        pairs = [*authorize_parameters(ui_locales=language).items(), ("state", "b")]
        twice = await browser.http.get("/oauth/authorize", params=pairs)
        slowed = wrong
        while slowed.status_code != 429:
            slowed = await browser.submit(form, f"a.{language}", "not-the-password")
        return [one.text for one in (form, wrong, stale, slowed, *refused, unreadable, elsewhere, twice)]

    alike = {"hearthside", "plan", "cookies", "a"}
    for english, spanish in zip(await pages("en"), await pages("es"), strict=True):
        assert '<html lang="es">' in spanish
        assert words_seen(english) & words_seen(spanish) <= alike


def test_no_sentence_lacks_a_language() -> None:
    def places(said: str) -> list[str]:
        return sorted(re.findall(r"\{\w+\}", said))

    for words in LANGUAGES.values():
        assert len(words.months) == 12
        for name, english in asdict(ENGLISH).items():
            said = asdict(words)[name]
            assert all(said) if name == "months" else said, name
            assert words is ENGLISH or said != english, name
            assert name == "months" or places(said) == places(english), name
