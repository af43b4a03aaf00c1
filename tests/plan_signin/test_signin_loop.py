"""The whole sign-in, from discovery to the end of a session."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from plan.app import make_app
from plan.database import read_transaction, write_transaction
from plan.signin.tokens import find_principal, find_token
from plan.users import find_user, set_disabled
from tests.plan_signin.signin_doubles import BASE, PASSWORD, REDIRECT, SCOPE, Browser, Clock, query_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the import says which HTTP library it will prefer one day
    from authlib.integrations.httpx_client import AsyncOAuth2Client


def make_oauth(transport: httpx.ASGITransport, **more: Any) -> AsyncOAuth2Client:
    return AsyncOAuth2Client(
        client_id="hearthside-app",
        token_endpoint_auth_method="none",
        scope=SCOPE,
        redirect_uri=REDIRECT,
        code_challenge_method="S256",
        transport=transport,
        base_url=BASE,
        **more,
    )


async def test_authlibs_own_client_signs_in_reads_fhir_refreshes_and_revokes(engine: Engine) -> None:
    transport = httpx.ASGITransport(make_app(engine, base_url=BASE))
    updated: list[Any] = []

    async def update_token(token: Any, refresh_token: Any = None, access_token: Any = None) -> None:
        updated.append(token)

    async with make_oauth(transport) as oauth, httpx.AsyncClient(transport=transport, base_url=BASE) as http:
        described = (await http.get("/fhir/.well-known/smart-configuration")).json()
        verifier = "z" * 64
        url, state = oauth.create_authorization_url(
            described["authorization_endpoint"], code_verifier=verifier
        )
        page = await http.get(url)
        answer = await Browser(http).submit(page, "ana.ruiz", PASSWORD)
        back = answer.headers["location"]
        assert query_of(back)["state"] == state
        token = await oauth.fetch_token(
            described["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
        )
        assert token["role"] == "nurse"
        assert token["name"] == "Ana Ruiz, RN"
        me = await oauth.get(f"{BASE}/fhir/{token['fhirUser']}")
        assert me.status_code == 200
        assert me.json()["name"][0]["family"] == "Ruiz"

    stale = {**token, "expires_at": 1}
    async with make_oauth(
        transport, token=stale, token_endpoint=described["token_endpoint"], update_token=update_token
    ) as oauth:
        assert (await oauth.get(f"{BASE}/fhir/{token['fhirUser']}")).status_code == 200
        assert updated[0]["refresh_token"] != token["refresh_token"]
        revoked = await oauth.revoke_token(described["revocation_endpoint"], updated[0]["refresh_token"])
        assert revoked.status_code == 200
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
        headers = {"Authorization": f"Bearer {updated[0]['access_token']}"}
        assert (await http.get(f"/fhir/{token['fhirUser']}", headers=headers)).status_code == 401


async def test_the_token_answer_says_who_signed_in_and_what_was_granted(
    browser: Browser, engine: Engine
) -> None:
    answer = await browser.exchange(await browser.sign_in("maria.ortiz"))
    token = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert token["token_type"] == "Bearer"
    assert token["expires_in"] == 900
    assert token["scope"] == "fhirUser offline_access user/*.cruds"
    assert token["role"] == "supervisor"
    with read_transaction(engine) as connection:
        user = find_user(connection, "maria.ortiz")
    assert user is not None
    assert token["fhirUser"] == f"Practitioner/{user.practitioner_id}"


async def test_without_offline_access_there_is_no_refresh_token(browser: Browser) -> None:
    answer = await browser.exchange(await browser.sign_in(scope="fhirUser user/*.rs"))
    assert "refresh_token" not in answer.json()
    assert answer.json()["scope"] == "fhirUser user/*.rs"


@pytest.mark.parametrize("redirect", ["http://[::1]:50001/callback", "hearthside://callback"])
async def test_the_other_allowed_redirects_work_from_page_to_token(browser: Browser, redirect: str) -> None:
    code = await browser.sign_in(redirect_uri=redirect)
    assert (await browser.exchange(code, redirect_uri=redirect)).status_code == 200


async def test_discovery_says_only_what_is_true(browser: Browser) -> None:
    described = (await browser.http.get("/fhir/.well-known/smart-configuration")).json()
    assert described["code_challenge_methods_supported"] == ["S256"]
    assert described["token_endpoint"] == f"{BASE}/oauth/token"
    assert described["ui_locales_supported"] == ["en", "es"]
    assert "sso-openid-connect" not in described["capabilities"]
    metadata = (await browser.http.get("/.well-known/oauth-authorization-server")).json()
    assert metadata["issuer"] == BASE


async def test_an_access_token_stops_after_its_time(browser: Browser, engine: Engine, clock: Clock) -> None:
    token = (await browser.tokens())["access_token"]
    with read_transaction(engine) as connection:
        principal = find_principal(connection, token, clock())
        assert principal is not None
        assert (principal.username, principal.role) == ("ana.ruiz", "nurse")
        assert "user/*.cruds" in principal.scopes
        assert find_principal(connection, token, clock() + 899_000) is not None
        assert find_principal(connection, token, clock() + 900_000) is None
        assert find_principal(connection, token + "x", clock()) is None


async def test_a_refresh_token_is_no_access_token(browser: Browser, engine: Engine, clock: Clock) -> None:
    token = (await browser.tokens())["refresh_token"]
    with read_transaction(engine) as connection:
        assert find_token(connection, token) is not None
        assert find_principal(connection, token, clock()) is None


async def test_a_disabled_users_tokens_stop_at_once(browser: Browser, engine: Engine, clock: Clock) -> None:
    token = await browser.tokens()
    code = await browser.sign_in()
    with write_transaction(engine) as connection:
        set_disabled(connection, "ana.ruiz", True)
    with read_transaction(engine) as connection:
        assert find_principal(connection, token["access_token"], clock()) is None
    assert (await browser.refresh(token["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await browser.exchange(code)).json()["error"] == "invalid_grant"
    with write_transaction(engine) as connection:
        set_disabled(connection, "ana.ruiz", False)
    assert (await browser.refresh(token["refresh_token"])).status_code == 400, "what ended stays ended"


async def test_codes_tokens_and_passwords_are_nowhere_in_the_database_files(
    browser: Browser, engine: Engine, tmp_path: Path
) -> None:
    code = await browser.sign_in()
    first = (await browser.exchange(code)).json()
    second = (await browser.refresh(first["refresh_token"])).json()
    unused = await browser.sign_in()
    secrets = [code, unused, PASSWORD]
    secrets += [token[name] for token in (first, second) for name in ("access_token", "refresh_token")]
    files = [file for file in tmp_path.iterdir() if file.name.startswith("plan.db")]
    assert any(file.name.endswith("-wal") for file in files)
    everything = b"".join(file.read_bytes() for file in files)
    assert b"ana.ruiz" in everything
    for secret in secrets:
        assert secret.encode() not in everything


async def test_revoking_an_access_token_leaves_the_sign_in(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    token = await browser.tokens()
    assert (await browser.revoke(token["access_token"])).status_code == 200
    with read_transaction(engine) as connection:
        assert find_principal(connection, token["access_token"], clock()) is None
    assert (await browser.refresh(token["refresh_token"])).status_code == 200


async def test_revoking_a_refresh_token_ends_the_sign_in(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    token = await browser.tokens()
    other = await browser.tokens()
    assert (await browser.revoke(token["refresh_token"], token_type_hint="refresh_token")).status_code == 200
    with read_transaction(engine) as connection:
        assert find_principal(connection, token["access_token"], clock()) is None
        assert find_principal(connection, other["access_token"], clock()) is not None
    assert (await browser.refresh(token["refresh_token"])).status_code == 400


async def test_revoking_an_unknown_token_answers_like_any_other(browser: Browser) -> None:
    assert (await browser.revoke("nothing-of-ours")).status_code == 200
    assert (await browser.http.post("/oauth/revoke", data={"token": "x"})).json()["error"] == "invalid_client"
