"""The app's own sign-in against the plan's own: two halves that share no code."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import Engine

from app.errors import SignInNeeded, SignInRefused
from app.language import ENGLISH, LANGUAGES, Language, speak, tr
from app.sync import oauth
from app.sync.auth import check_plan, revoke, start_sign_in
from plan.app import make_app
from tests.plan_signin.signin_doubles import BASE, PASSWORD, Browser


async def test_the_app_checks_the_plan_signs_in_refreshes_and_signs_out(engine: Engine) -> None:
    transport = httpx.ASGITransport(make_app(engine, base_url=BASE))
    plan = await check_plan(BASE, transport=transport)
    assert plan.url == f"{BASE}/fhir"
    attempt = await start_sign_in(plan, transport=transport, now=lambda: datetime(2026, 11, 22, tzinfo=UTC))
    async with (
        httpx.AsyncClient(transport=transport, base_url=BASE) as http,
        httpx.AsyncClient(trust_env=False) as way_back,
    ):
        answer = await Browser(http).submit(await http.get(attempt.authorize_url), "maria.ortiz", PASSWORD)
        waiting = asyncio.create_task(attempt.wait(20))
        assert (await way_back.get(answer.headers["location"])).status_code == 200
        signed_in = await waiting
    row = signed_in.sign_in
    assert (signed_in.role, signed_in.user_name) == ("supervisor", "Maria Ortiz")
    assert row.refresh_token is not None
    fresh = await oauth.refresh(row.token_endpoint, row.refresh_token, row.client_id, transport)
    assert fresh.refresh_token not in (None, row.refresh_token)
    assert await revoke(row, transport=transport)
    with pytest.raises(SignInNeeded):
        await oauth.refresh(row.token_endpoint, fresh.refresh_token or "", row.client_id, transport)


async def test_cancel_on_the_page_ends_the_apps_waiting_in_words(engine: Engine) -> None:
    transport = httpx.ASGITransport(make_app(engine, base_url=BASE))
    attempt = await start_sign_in(await check_plan(BASE, transport=transport), transport=transport)
    async with (
        httpx.AsyncClient(transport=transport, base_url=BASE) as http,
        httpx.AsyncClient(trust_env=False) as way_back,
    ):
        page = await http.get(attempt.authorize_url)
        answer = await Browser(http).submit(page, "", "", action="cancel")
        waiting = asyncio.create_task(attempt.wait(20))
        await way_back.get(answer.headers["location"])
        with pytest.raises(SignInRefused):
            await waiting


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
async def test_both_pages_of_signing_in_speak_each_language_that_the_app_can_speak(
    engine: Engine, language: Language
) -> None:
    transport = httpx.ASGITransport(make_app(engine, base_url=BASE))
    speak(language.code)
    try:
        attempt = await start_sign_in(await check_plan(BASE, transport=transport), transport=transport)
        asked = parse_qs(urlsplit(attempt.authorize_url).query)
        async with httpx.AsyncClient(trust_env=False) as way_back:
            nothing = await way_back.get(asked["redirect_uri"][0], params={"state": "of somebody else"})
        await attempt.cancel()
        assert f'<html lang="{language.code}">' in nothing.text
        assert tr("That was not this sign-in") in nothing.text
    finally:
        speak(ENGLISH)
    assert asked["ui_locales"] == [language.code]
    async with httpx.AsyncClient(transport=transport) as http:
        page = await http.get(attempt.authorize_url)
    assert f'<html lang="{language.code}">' in page.text
