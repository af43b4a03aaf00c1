"""The sign-in's routes. Mounted at the root; discovery lies beneath the FHIR base, as SMART wants it."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from plan.fhir.stamps import clock_ms
from plan.settings import PlanSettings
from plan.signin.adapter import BadForm, SignInServer, read_ask
from plan.signin.address import check_base_url
from plan.signin.discovery import AUTHORIZE, REVOKE, TOKEN, describe
from plan.signin.forms import COOKIE
from plan.signin.grants import CodeGrant, RefreshGrant, Revocation, S256Only
from plan.signin.login import Login
from plan.signin.page import error_page
from plan.signin.secret import load_secret


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
    router = APIRouter(include_in_schema=False)
    guard = threading.Lock()

    @functools.cache
    def make_login() -> Login:
        return Login(engine, base_url, settings, clock, server, load_secret(engine))

    def login() -> Login:
        with guard:  # the database may have no tables yet when the router is made
            return make_login()

    @router.get("/fhir/.well-known/smart-configuration")
    def smart_configuration() -> JSONResponse:
        return JSONResponse(describe(base_url))

    @router.get("/.well-known/oauth-authorization-server")
    def authorization_server() -> JSONResponse:
        return JSONResponse({"issuer": base_url, **describe(base_url)})

    @router.api_route(AUTHORIZE, methods=["GET", "POST"])
    async def authorize(request: Request) -> Response:
        try:
            ask = await read_ask(request, base_url)
        except BadForm:
            return error_page(base_url, "The form cannot be read.")
        address = request.client.host if request.client else ""
        # Sent by browsers only; what does not send it has no cookies of ours either.
        same_origin = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
        nonce = request.cookies.get(COOKIE)
        return await run_in_threadpool(lambda: login().respond(ask, address, nonce, same_origin))

    @router.post(TOKEN)
    async def token(request: Request) -> Response:
        return await _answer(request, server.create_token_response)

    @router.post(REVOKE)
    async def revoke(request: Request) -> Response:
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

    return router
