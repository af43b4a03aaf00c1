"""The doors of a device whose PIN is lost: ask, look for the answer, say that it came; and which rescue key it uses.

`POST /recovery` wants a sign-in of the last quarter of an hour: a token that lay on a device for days, or was copied
from it, does not do. `POST /recovery/slots` is for ordinary passes.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from sqlmodel import col
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from plan.database import read_transaction, write_transaction
from plan.fhir.context import Caller, Server
from plan.fhir.outcomes import Refusal
from plan.keys.held import find_key_set, keep_rescue_keys
from plan.principal import OPERATOR, Authenticate
from plan.recovery import requests
from plan.recovery.opening import BadAsk, read_ask
from plan.recovery.tables import ANSWERED, REFUSED
from plan.signed_in import find_caller, read_document
from plan.signin.tables import SignInFamily
from plan.signin.tokens import OPERATOR_CLIENT

LARGEST = 16_000
"""Bytes of a request."""
FRESH_MS = 15 * 60_000
_NEVER_KEPT = {"Cache-Control": "no-store"}
_KEY_ID = re.compile(r"[0-9a-f]{16}\Z")
_DEVICE = re.compile(r"[0-9a-f]{32}\Z")
_GONE = "There is no such request, or its time is over."


def make_recovery_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """All routes under /recovery. `authenticate` finds the user of a bearer token."""
    router = APIRouter(tags=["Recovery"])

    async def find_user(request: Request) -> Caller:
        caller = await run_in_threadpool(find_caller, request, server, authenticate)
        if caller.principal.role == OPERATOR or caller.principal.draining:
            raise Refusal(403, "This sign-in does not include that right.")
        # What a recovery opens is read and written as hers: a narrower sign-in opens nothing.
        caller.check_scope("r", "Patient")
        caller.check_scope("c", "Encounter")
        return caller

    @router.post("/recovery")
    async def ask(request: Request) -> JSONResponse:
        """Takes `device`, `public`, `nonce` and `slots`; answers `id` and `seconds`."""
        caller = await find_user(request)
        document = await read_document(request, LARGEST)
        return JSONResponse(
            await run_in_threadpool(_begin, caller, document), status_code=201, headers=_NEVER_KEPT
        )

    @router.get("/recovery/{request_id}")
    async def look(request: Request, request_id: str) -> JSONResponse:
        """`state` is waiting, answered (with `answer`) or refused; 404 once it is over."""
        caller = await find_user(request)
        return JSONResponse(await run_in_threadpool(_look, caller, request_id), headers=_NEVER_KEPT)

    @router.delete("/recovery/{request_id}")
    async def end(request: Request, request_id: str) -> Response:
        """The answer came, or is not wanted any more."""
        caller = await find_user(request)
        await run_in_threadpool(_finish, caller, request_id)
        return Response(status_code=204)

    @router.post("/recovery/slots")
    async def tell(request: Request) -> JSONResponse:
        """Takes `device` and `rescue`, the ids of the rescue keys to which it has sealed its data keys."""
        caller = await find_user(request)
        document = await read_document(request, LARGEST)
        await run_in_threadpool(_tell, caller, document)
        return JSONResponse({"kept": True}, headers=_NEVER_KEPT)

    return router


def _begin(caller: Caller, document: dict[str, Any]) -> dict[str, Any]:
    try:
        ask = read_ask(document, caller.principal.reference)
    except BadAsk as error:
        raise Refusal(400, str(error)) from None
    with write_transaction(caller.server.engine) as connection:
        _check_fresh(connection, caller)
        if find_key_set(connection) is None:
            raise Refusal(404, "This plan has no keys in force, so that nothing can be recovered with it.")
        try:
            request = requests.begin(connection, caller.principal.user_id, ask, caller.now_ms)
        except requests.TooMany:
            raise Refusal(429, "Too many requests within the hour.", headers={"Retry-After": "600"}) from None
    return {"id": request.id, "seconds": requests.LIFE_MS // 1000}


def _check_fresh(connection: Connection, caller: Caller) -> None:
    signed_in = (
        col(SignInFamily.id) == caller.principal.family_id,
        col(SignInFamily.client_id) != OPERATOR_CLIENT,  # made at the database: nobody typed a password
    )
    began = connection.execute(select(col(SignInFamily.began_ms)).where(*signed_in)).scalar()
    if began is None or caller.now_ms - began > FRESH_MS:
        raise Refusal(403, "Please sign in anew: this sign-in is too old to ask for records to be opened.")


def _look(caller: Caller, request_id: str) -> dict[str, Any]:
    with read_transaction(caller.server.engine) as connection:
        request = requests.find(connection, caller.principal.user_id, request_id, caller.now_ms)
    if request is None:
        raise Refusal(404, _GONE)
    found: dict[str, Any] = {
        "state": request.state,
        "seconds": max(0, (request.expires_ms - caller.now_ms) // 1000),
    }
    if request.state == ANSWERED:
        found["answer"] = request.answer
    elif request.state == REFUSED:
        found["seconds"] = 0
    return found


def _finish(caller: Caller, request_id: str) -> None:
    with write_transaction(caller.server.engine) as connection:
        if not requests.finish(connection, caller.principal.user_id, request_id):
            raise Refusal(404, _GONE)


def _tell(caller: Caller, document: dict[str, Any]) -> None:
    device, told = document.get("device"), document.get("rescue")
    if not isinstance(device, str) or not _DEVICE.match(device):
        raise Refusal(400, "The device is missing.")
    if not isinstance(told, list) or len(told) > 8:
        raise Refusal(400, "The ids of rescue keys are a list of at most 8.")
    if not all(isinstance(one, str) and _KEY_ID.match(one) for one in told):
        raise Refusal(400, "The id of a rescue key has 16 hexadecimal digits.")
    with write_transaction(caller.server.engine) as connection:
        keep_rescue_keys(connection, caller.principal.user_id, device, told, caller.now_ms)
