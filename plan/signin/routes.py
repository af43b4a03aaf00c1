"""The sign-in's routes. Mounted at the root; discovery lies beneath the FHIR base, as SMART wants it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from plan.clients.proof import add_backend_services
from plan.fhir.stamps import clock_ms
from plan.settings import PlanSettings
from plan.signin.adapter import BadForm, SignInServer, read_ask
from plan.signin.address import check_base_url, is_own_host, is_own_origin
from plan.signin.discovery import AUTHORIZE, REVOKE, TOKEN, describe
from plan.signin.forms import COOKIE, FIELDS
from plan.signin.grants import CodeGrant, RefreshGrant, Revocation, S256Only
from plan.signin.known import COOKIE as KNOWN_COOKIE
from plan.signin.languages import PARAMETER, find_words, settle
from plan.signin.login import Login
from plan.signin.page import error_page
from plan.signin.secret import load_secrets

ASKED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "aud",
    "code_challenge",
    "code_challenge_method",
    PARAMETER,
)
EXCHANGED = (
    "grant_type",
    "code",
    "redirect_uri",
    "client_id",
    "code_verifier",
    "refresh_token",
    "scope",
    "client_assertion_type",
    "client_assertion",
)


def make_router(
    engine: Engine, base_url: str, settings: PlanSettings, *, clock: Callable[[], int] = clock_ms
) -> APIRouter:
    """Everything about signing in. `base_url` is without `/fhir`; `clock` gives ms since 1970.

    Raises PlanProblem for a base URL without TLS that is not on loopback.
    """
    base_url = base_url.rstrip("/")
    check_base_url(base_url)
    server = SignInServer(engine, settings, clock)
    server.register_grant(CodeGrant, [S256Only(required=True)])
    server.register_grant(RefreshGrant)
    server.register_endpoint(Revocation)
    add_backend_services(server, f"{base_url}{TOKEN}")
    router = APIRouter(tags=["Sign-in"])

    def login() -> Login:
        # Read for each page: a secret that was changed counts at once, without a restart.
        return Login(engine, base_url, settings, clock, server, load_secrets(engine, clock()))

    @router.get("/fhir/.well-known/smart-configuration")
    def smart_configuration() -> JSONResponse:
        """Where and how to sign in (SMART App Launch 2)."""
        return JSONResponse(describe(base_url))

    @router.get("/.well-known/oauth-authorization-server")
    def authorization_server() -> JSONResponse:
        """The same as RFC 8414 metadata."""
        return JSONResponse({"issuer": base_url, **describe(base_url)})

    @router.get(AUTHORIZE, openapi_extra=_asked(*ASKED))
    async def authorize(request: Request) -> Response:
        """The login page, for a browser that the app sent here."""
        return await _page(request)

    @router.post(AUTHORIZE, openapi_extra=_form(*ASKED, *FIELDS))
    async def sign_in(request: Request) -> Response:
        """The login form, sent off."""
        return await _page(request)

    async def _page(request: Request) -> Response:
        try:
            ask, words = settle(await read_ask(request, base_url))
        except BadForm:
            words = find_words("", request.headers.get("accept-language", ""))
            return error_page(base_url, words, words.bad_form)
        if not is_own_host(request.headers.get("host", ""), base_url):
            return error_page(base_url, words, words.wrong_host, 421)
        address = request.client.host if request.client else ""
        nonce, known = request.cookies.get(COOKIE), request.cookies.get(KNOWN_COOKIE)
        same_origin = _is_same_origin(request)
        return await run_in_threadpool(
            lambda: login().respond(ask, words, address, nonce, same_origin, known)
        )

    @router.post(TOKEN, openapi_extra=_form(*EXCHANGED))
    async def token(request: Request) -> Response:
        """A code or a refresh token for tokens."""
        return await _answer(request, server.create_token_response)

    @router.post(REVOKE, openapi_extra=_form("token", "token_type_hint", "client_id"))
    async def revoke(request: Request) -> Response:
        """End a token, or the whole sign-in (RFC 7009)."""
        return await _answer(
            request, functools.partial(server.create_endpoint_response, Revocation.ENDPOINT_NAME)
        )

    async def _answer(request: Request, work: Callable[[Any], Response]) -> Response:
        try:
            ask = await read_ask(request, base_url, once=True)
        except BadForm as error:
            body = {"error": "invalid_request", "error_description": str(error)}
            return JSONResponse(body, status_code=400, headers={"Cache-Control": "no-store"})
        return await run_in_threadpool(work, ask)

    def _is_same_origin(request: Request) -> bool:
        """What a browser says of a form. What does not send these headers has no cookies of ours either."""
        # Browsers say "null" for a page that sends no referrer, like ours.
        origin = request.headers.get("origin", "null")
        site = request.headers.get("sec-fetch-site", "same-origin")
        return site == "same-origin" and (origin == "null" or is_own_origin(origin, base_url))

    return router


def _asked(*names: str) -> dict[str, Any]:
    """For the OpenAPI document: parameters in the address."""
    return {"parameters": [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]}


def _form(*names: str) -> dict[str, Any]:
    """For the OpenAPI document: a form with these fields."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}
