"""HTTP around the FHIR routes: bodies with limits, gzip, content types, and an OperationOutcome for every error."""

from __future__ import annotations

import logging
import traceback
import zlib
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InternalError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plan.database import ReadTooLong, WriteTooLong
from plan.fhir.json_text import NotJson, dumps, loads
from plan.fhir.outcomes import Refusal

JSON = "application/fhir+json"
READ_TYPES = (JSON, "application/json", "application/json+fhir", "text/json")
_WANTED = ("*/*", "application/*", "json", *READ_TYPES)
FORM = "application/x-www-form-urlencoded"
IDLE_TOO_LONG = "25P03"
"""SQLSTATE of idle_in_transaction_session_timeout."""
log = logging.getLogger("plan.fhir")


def respond(status: int, text: str | None, headers: dict[str, str] | None = None) -> Response:
    """A FHIR response. `text` is JSON."""
    if text is None:
        return Response(status_code=status, headers=headers)
    return Response(text.encode("utf-8"), status_code=status, headers=headers, media_type=JSON)


def respond_refusal(refusal: Refusal) -> Response:
    return respond(refusal.status, dumps(refusal.outcome()), refusal.headers)


def check_accept(request: Request) -> None:
    """Raise Refusal 406 when the caller wants something other than JSON."""
    wanted = request.query_params.get("_format")
    wanted = wanted.replace(" ", "+") if wanted else request.headers.get("accept")
    if wanted and not any(part.split(";")[0].strip().lower() in _WANTED for part in wanted.split(",")):
        raise Refusal(406, "This server speaks application/fhir+json.")


async def read_body(request: Request, limit: int) -> bytes:
    """The body, opened when it is gzip. Raises Refusal 413 above `limit` bytes, packed or opened, or 415."""
    too_long = Refusal(413, f"At most {limit} bytes are taken at once.")
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:18]) > limit:
        raise too_long
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise too_long
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return bytes(data)
    if encoding != "gzip":
        raise Refusal(415, "Only gzip is taken as Content-Encoding.")
    return _gunzip(bytes(data), limit, too_long)


def _gunzip(data: bytes, limit: int, too_long: Refusal) -> bytes:
    opener = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        opened = opener.decompress(data, limit + 1)
    except zlib.error as error:
        raise Refusal(400, "The body is not gzip.") from error
    if len(opened) > limit:
        raise too_long
    if not opener.eof:
        raise Refusal(400, "The gzip body is cut short.")
    return opened


async def read_json(request: Request, limit: int) -> Any:
    """The body as JSON. Raises Refusal 400, 413 or 415."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in READ_TYPES:
        raise Refusal(415, "The body must be application/fhir+json.")
    body = await read_body(request, limit)
    try:
        content = loads(body)
        dumps(content)  # refuses what could be parsed but not stored
    except NotJson as error:
        raise Refusal(400, f"The body is not JSON: {error}") from error
    return content


def add_error_answers(app: FastAPI) -> None:
    """Answer every error under /fhir with an OperationOutcome."""

    async def on_refusal(_request: Request, error: Exception) -> Response:
        return respond_refusal(error if isinstance(error, Refusal) else Refusal(500, "Something went wrong."))

    async def on_http(_request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        text = {404: "There is no such address.", 405: "That method is not for this address."}
        refusal = Refusal(
            error.status_code,
            text.get(error.status_code, "The request was refused."),
            headers=dict(error.headers or {}),
        )
        return respond_refusal(refusal)

    async def on_invalid(_request: Request, _error: Exception) -> Response:
        # FastAPI's own answer repeats what was sent.
        return respond_refusal(Refusal(400, "A parameter of the address cannot be read."))

    async def on_late(_request: Request, _error: Exception) -> Response:
        return respond_refusal(
            Refusal(503, "The database is busy. Nothing was stored.", headers={"Retry-After": "5"})
        )

    async def on_aborted(request: Request, error: Exception) -> Response:
        # PostgreSQL files its own time limit on an idle transaction among internal errors.
        if isinstance(error, InternalError) and getattr(error.orig, "sqlstate", None) == IDLE_TOO_LONG:
            return await on_late(request, error)
        raise error

    app.add_exception_handler(Refusal, on_refusal)
    app.add_exception_handler(HTTPException, on_http)

    async def on_too_much(_request: Request, _error: Exception) -> Response:
        text = "This took too long to find. Ask for less at once."
        return respond_refusal(Refusal(503, text, headers={"Retry-After": "30"}))

    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(WriteTooLong, on_late)
    app.add_exception_handler(ReadTooLong, on_too_much)
    # Only what passes by itself asks for patience: a record that no database takes would be sent for ever.
    app.add_exception_handler(OperationalError, on_late)
    app.add_exception_handler(InternalError, on_aborted)


class KeepFaults:
    """Answers 500 to what nobody else caught, and logs where it was.

    An exception handler would not do: Starlette raises the exception again after it, and uvicorn then writes its
    text, which can hold what somebody sent, to the terminal.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def send_watched(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except Exception as error:
            if scope["type"] != "http":
                raise
            frames = traceback.extract_tb(error.__traceback__)[-6:]
            places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
            log.error("unexpected %s at %s", type(error).__name__, places)
            if not began:
                await respond_refusal(Refusal(500, "Something went wrong on the server."))(
                    scope, receive, send
                )


class AnnounceGzip:
    """Says in every answer that gzip bodies are taken (RFC 7694)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"accept-encoding", b"gzip")]
            await send(message)

        await self._app(scope, receive, send_with_header)
