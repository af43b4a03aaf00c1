"""What the sign-in does not do, and where the person or the app ends up instead."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from plan.problems import PlanProblem
from plan.settings import PlanSettings
from plan.signin.client import is_redirect
from plan.signin.routes import make_router
from tests.plan_signin.signin_doubles import (
    BASE,
    REDIRECT,
    VERIFIER,
    Browser,
    Clock,
    authorize_parameters,
    query_of,
)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": "system/*.read"}, "invalid_scope"),
        ({"scope": "user/*."}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"aud": "https://elsewhere.example/fhir"}, "invalid_request"),
        ({"aud": f"{BASE}/fhir?x=1"}, "invalid_request"),
    ],
)
async def test_a_wrong_request_of_the_app_is_told_to_the_app(
    browser: Browser, changed: dict[str, str | None], error: str
) -> None:
    answer = await browser.open(**changed)
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location.startswith(f"{REDIRECT}?")
    assert query_of(location)["error"] == error
    assert query_of(location)["state"] == "a-state-nobody-guesses"


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "somebody-else"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "http://localhost:49152/callback"},
        {"redirect_uri": "http://127.0.0.1:49152/other"},
        {"state": "a\nb"},
        {"response_type": 'co"de'},
        {"scope": "user/*.rs café"},
    ],
)
async def test_an_unknown_app_or_address_gets_a_page_and_no_redirect(
    browser: Browser, changed: dict[str, str | None]
) -> None:
    answer = await browser.open(**changed)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "This sign-in cannot go on" in answer.text


async def test_a_repeated_parameter_gets_a_page(browser: Browser) -> None:
    pairs: list[tuple[str, str | int | float | bool | None]] = [
        *authorize_parameters().items(),
        ("redirect_uri", "https://evil.example/callback"),
    ]
    answer = await browser.http.get("/oauth/authorize", params=pairs)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("uri", "allowed"),
    [
        ("http://127.0.0.1:1/callback", True),
        ("http://127.0.0.1/callback", True),
        ("http://127.0.0.1:65535/callback", True),
        ("http://[::1]:8080/callback", True),
        ("hearthside://callback", True),
        ("http://127.0.0.1:65536/callback", False),
        ("http://127.0.0.1:0/callback", False),
        ("http://127.0.0.1:080/callback", False),
        ("https://127.0.0.1:1/callback", False),
        ("http://localhost:1/callback", False),
        ("http://127.0.0.2:1/callback", False),
        ("http://127.0.0.1.evil.example:1/callback", False),
        ("http://127.0.0.1:1@evil.example/callback", False),
        ("http://user@127.0.0.1:1/callback", False),
        ("http://127.0.0.1:1/callback/", False),
        ("http://127.0.0.1:1/callback?x=1", False),
        ("http://127.0.0.1:1/callback#x", False),
        ("http://127.0.0.1:1/callback\n", False),
        ("http://127.0.0.1:\u0661/callback", False),
        ("http://127.1:1/callback", False),
        ("http://[::ffff:127.0.0.1]:1/callback", False),
        ("hearthside://callback/x", False),
        ("hearthside://CALLBACK", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_only_loopback_by_number_and_the_apps_own_scheme_are_redirects(uri: str, allowed: bool) -> None:
    assert is_redirect(uri) is allowed


async def test_a_wrong_verifier_gets_no_token(browser: Browser) -> None:
    code = await browser.sign_in()
    answer = await browser.exchange(code, code_verifier="w" * 50)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
    assert (await browser.exchange(code, code_verifier="")).json()["error"] == "invalid_request"


async def test_a_code_works_once_and_its_second_use_ends_what_it_began(browser: Browser) -> None:
    code = await browser.sign_in()
    token = (await browser.exchange(code)).json()
    assert (await browser.exchange(code)).json()["error"] == "invalid_grant"
    assert (await browser.refresh(token["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_code_is_good_for_a_minute(browser: Browser, clock: Clock) -> None:
    early, late = await browser.sign_in(), await browser.sign_in()
    clock.pass_seconds(59)
    assert (await browser.exchange(early)).status_code == 200
    clock.pass_seconds(1)
    assert (await browser.exchange(late)).json()["error"] == "invalid_grant"


async def test_a_code_is_bound_to_its_redirect(browser: Browser) -> None:
    code = await browser.sign_in()
    answer = await browser.exchange(code, redirect_uri="http://127.0.0.1:49153/callback")
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"client_id": "hearthside-app"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "ana.ruiz", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": 'strän"ge'}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_id": "hearthside-app"}, "invalid_client"),
        ({"grant_type": "authorization_code", "client_id": "hearthside-app"}, "invalid_request"),
        ({"grant_type": "authorization_code", "client_id": "other", "code": "x"}, "invalid_client"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_client"),
        (
            {
                "grant_type": "authorization_code",
                "client_id": "hearthside-app",
                "client_secret": "s",
                "code": "x",
            },
            "invalid_client",
        ),
        ({"grant_type": "refresh_token", "client_id": "hearthside-app"}, "invalid_request"),
        (
            {"grant_type": "refresh_token", "client_id": "hearthside-app", "refresh_token": "x"},
            "invalid_grant",
        ),
        ({"grant_type": "refresh_token", "client_id": "other", "refresh_token": "x"}, "invalid_client"),
    ],
)
async def test_the_token_endpoint_names_what_is_wrong(
    browser: Browser, form: dict[str, str], error: str
) -> None:
    answer = await browser.http.post("/oauth/token", data=form)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.headers["cache-control"] == "no-store"


async def test_the_token_endpoint_reads_forms_of_a_decent_size_only(browser: Browser) -> None:
    assert (await browser.http.post("/oauth/token", json={"grant_type": "x"})).status_code == 400
    large = await browser.http.post("/oauth/token", data={"grant_type": "x" * 40_000})
    assert large.json()["error_description"] == "That form is too large."
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    twice = await browser.http.post("/oauth/token", content="grant_type=a&grant_type=b", headers=kind)
    assert twice.json()["error"] == "invalid_request"
    broken = await browser.http.post("/oauth/token", content=b"grant_type=\xff", headers=kind)
    assert broken.status_code == 400
    assert (await browser.http.get("/oauth/token")).status_code == 405


@pytest.mark.parametrize(
    "base_url",
    [
        "http://plan.example",
        "http://10.0.0.4:8600",
        "ftp://127.0.0.1",
        "https://plan.example/fhir",
        "plan.example",
    ],
)
def test_a_base_url_without_tls_beyond_loopback_is_refused(engine: Engine, base_url: str) -> None:
    with pytest.raises(PlanProblem):
        make_router(engine, base_url, PlanSettings())


def test_https_and_loopback_are_taken_as_base_url(engine: Engine) -> None:
    for base_url in (
        "https://plan.example",
        "http://127.0.0.1:8600",
        "http://[::1]:8600",
        "http://localhost:8600",
    ):
        make_router(engine, base_url, PlanSettings())


async def test_the_audience_may_name_loopback_in_any_way(browser: Browser) -> None:
    for audience in (f"{BASE}/fhir/", "http://localhost:8600/fhir", "http://[::1]:8600/fhir"):
        assert (await browser.open(aud=audience)).status_code == 200
    assert (await browser.open(aud="http://localhost:8601/fhir")).status_code == 303


async def test_a_missing_method_means_s256_and_never_plain(browser: Browser) -> None:
    code = await browser.sign_in(code_challenge_method=None)
    challenge = authorize_parameters()["code_challenge"]
    assert (await browser.exchange(code, code_verifier=challenge)).status_code == 400
    assert (await browser.exchange(code, code_verifier=VERIFIER)).status_code == 200
