"""The sign-in's requests at the plan: discovery, code and refresh token exchange, revocation.

The protocol's parts come from Authlib (PKCE challenge, grant and token request parameters); they travel over the
app's own httpx client, so that one place decides about redirects, proxies and errors.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app.errors import NotFhir, PlanDown, PlanError, SignInNeeded, SignInRefused
from app.language import N_
from app.sync.address import read_address
from app.sync.fhir import json_text, read
from app.sync.lines import TIMEOUT, make_http
from app.sync.transport_errors import looks_like_web_page, plan_error, shape_error

CLIENT_ID = "hearthside-app"
SCOPE = "openid fhirUser offline_access user/*.cruds"

AGAIN = 2
"""How often a lost answer to a refresh is asked for again, at once."""
SHORT = httpx.Timeout(connect=10.0, read=15.0, write=15.0, pool=15.0)
"""Of a refresh: with all that is asked again it stays below the minute that our plan gives."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_NO_SIGN_IN = N_("That server does not offer the sign-in that Hearthside needs.")
_log = logging.getLogger("app.sync")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a plan's sign-in happens, as its discovery document says; all https unless loopback."""

    authorize: str
    token: str
    revoke: str | None


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What a token endpoint granted. Tokens stay out of repr."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int | None
    members: Mapping[str, Any] = field(repr=False)


class GrantRefused(Exception):
    """The token endpoint said no in OAuth's own words; `code` is its error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make_secret() -> str:
    """256 random bits: for state and PKCE verifier."""
    return secrets.token_urlsafe(32)


def authorize_url(
    endpoints: Endpoints, *, plan_url: str, redirect_uri: str, state: str, verifier: str, language: str
) -> str:
    """The address to open in the system browser: code flow, PKCE S256, audience the plan's FHIR base.

    `language` is a BCP 47 tag: the plan's page should speak as the screen does from which she comes.
    """
    return str(
        prepare_grant_uri(
            endpoints.authorize,
            client_id=CLIENT_ID,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=SCOPE,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            aud=plan_url,
            ui_locales=language,
        )
    )


async def find_endpoints(plan_url: str, transport: httpx.AsyncBaseTransport | None = None) -> Endpoints:
    """SMART discovery. Raises NotFhir when the server offers no sign-in with PKCE S256, and connection errors."""
    url = f"{plan_url}/.well-known/smart-configuration"
    status, document = await _ask("GET", url, None, transport)
    methods = read.find(document, "code_challenge_methods_supported")
    authorize, token = read.text(document, "authorization_endpoint"), read.text(document, "token_endpoint")
    if status != 200 or authorize is None or token is None:
        raise NotFhir(_NO_SIGN_IN, detail=f"HTTP {status} discovery")
    if isinstance(methods, list) and "S256" not in methods:
        raise NotFhir(_NO_SIGN_IN, detail="no S256")
    revoke = read.text(document, "revocation_endpoint")
    return Endpoints(read_address(authorize), read_address(token), read_address(revoke) if revoke else None)


async def exchange_code(
    endpoint: str,
    code: str,
    redirect_uri: str,
    verifier: str,
    transport: httpx.AsyncBaseTransport | None = None,
) -> TokenAnswer:
    """Raises SignInRefused when the plan does not accept the code, and connection errors."""
    body = prepare_token_request(
        "authorization_code",
        code=code,
        redirect_uri=redirect_uri,
        client_id=CLIENT_ID,
        code_verifier=verifier,
    )
    try:
        return await _grant(endpoint, str(body), transport)
    except GrantRefused as refused:
        raise SignInRefused(detail=refused.code) from None


async def refresh(
    endpoint: str, refresh_token: str, client_id: str, transport: httpx.AsyncBaseTransport | None = None
) -> TokenAnswer:
    """Raises SignInNeeded when the plan no longer accepts the refresh token, and connection errors.

    A plan that gives the successors of the token just used once more does so for a minute only. So an answer is waited
    for a short time, and one that was lost is asked for again at once: an hour later it would end the sign-in.
    """
    body = prepare_token_request("refresh_token", refresh_token=refresh_token, client_id=client_id)
    left = AGAIN
    while True:
        try:
            return await _grant(endpoint, str(body), transport, SHORT)
        except GrantRefused as refused:
            raise SignInNeeded(detail=refused.code) from None
        except PlanDown as error:
            if left == 0 or not _was_lost(error):
                raise
            left -= 1


def _was_lost(error: PlanDown) -> bool:
    """The request may have been carried out, and no whole answer came. A server that said no is not asked again."""
    return error.may_have_arrived and (
        not error.detail.startswith("HTTP") or error.detail.endswith("cut off")
    )


async def revoke(
    endpoint: str, token: str, client_id: str, transport: httpx.AsyncBaseTransport | None = None
) -> bool:
    """True when the plan confirms; a plan that cannot be reached does not keep anyone from signing out."""
    body = str(
        httpx.QueryParams({"token": token, "token_type_hint": "refresh_token", "client_id": client_id})
    )
    try:
        async with make_http(endpoint, transport) as http:
            answer = await http.post(endpoint, content=body.encode("ascii"), headers=_FORM)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        _log.info("revocation not confirmed: %s", type(error).__name__)
        return False
    # A guest network's page answers 200 to anything.
    portal = looks_like_web_page(answer.headers.get("content-type", "").casefold(), answer.content)
    return answer.status_code == 200 and not portal


async def _grant(
    endpoint: str, body: str, transport: httpx.AsyncBaseTransport | None, waits: httpx.Timeout = TIMEOUT
) -> TokenAnswer:
    status, document = await _ask("POST", endpoint, body, transport, waits)
    if status >= 500 or status in (408, 425, 429):
        raise PlanDown(detail=f"HTTP {status} token")
    if status != 200:
        raise GrantRefused(_error_code(document))
    access_token = read.text(document, "access_token")
    if access_token is None or (read.text(document, "token_type") or "bearer").casefold() != "bearer":
        raise PlanDown(detail="token answer without a bearer token")
    return TokenAnswer(
        access_token=access_token,
        refresh_token=read.text(document, "refresh_token"),
        expires_in=read.whole(document, "expires_in"),
        members=document,
    )


def _error_code(document: Mapping[str, Any]) -> str:
    code = read.text(document, "error") or "unknown"
    # Error codes are short ASCII words; anything else is not put where it might be logged.
    return code if code.isascii() and len(code) <= 40 and " " not in code else "unknown"


async def _ask(
    method: str,
    url: str,
    body: str | None,
    transport: httpx.AsyncBaseTransport | None,
    waits: httpx.Timeout = TIMEOUT,
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object. Raises PlanError for lost connections and for answers that are no JSON object."""
    try:
        async with make_http(url, transport) as http:
            content = body.encode("ascii") if body is not None else None
            headers = _FORM if body else None
            response = await http.request(method, url, content=content, headers=headers, timeout=waits)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise plan_error(error) from None
    status = response.status_code
    try:
        document = json_text.loads(response.content)
    except json_text.BadJson:
        document = None
    if isinstance(document, dict):
        return status, document
    problem: PlanError = shape_error(
        status, response.headers.get("content-type", "").casefold(), response.content
    )
    raise problem


def claims_of(id_token: str | None) -> Mapping[str, Any]:
    """The claims of an id_token that came straight from the token endpoint over TLS; {} when unreadable.

    OpenID Connect Core 3.1.3.7 lets a client trust the connection instead of the signature in this case.
    """
    parts = (id_token or "").split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
