"""A network between an app and a plan in one process: each request may meet a fault, which is then counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum

import httpx


class Fault(StrEnum):
    """What happens to one request. Those "after" lose or spoil the answer of a request that was carried out."""

    NONE = "none"
    CUT_BEFORE = "no connection at all"
    LOST = "cut on the way there"
    CUT_AFTER = "cut after"
    TWICE = "twice, the first answer lost"
    ERROR_BEFORE = "503 before"
    ERROR_AFTER = "500 after"
    PORTAL = "a web page, nothing carried out"
    PORTAL_AFTER = "a web page after"
    TRUNCATED = "half an answer"
    PARTIAL = "an answer with entries missing"
    OTHER = "the answer of another write"
    EMPTY = "an empty bundle, nothing carried out"
    CACHED = "the answer of an earlier write, nothing carried out"
    TOO_BIG = "413 for more than five entries"


NO_ENTRIES = b'{"resourceType":"Bundle","type":"transaction-response"}'
Judge = Callable[[httpx.Request], Fault]


def is_write(request: httpx.Request) -> bool:
    return request.method == "POST" and b'"transaction"' in request.content


class FaultyNetwork(httpx.AsyncBaseTransport):
    """Hands requests to an ASGI app. `judge` says which fault each one meets; `fired` counts those that had effect."""

    def __init__(self, app: httpx.ASGITransport) -> None:
        self._app = app
        self._earlier: bytes | None = None
        self.judge: Judge = lambda request: Fault.NONE
        self.fired: Counter[Fault] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        fault = self.judge(request)
        if fault is not Fault.NONE:
            self.fired[fault] += 1
        if fault is Fault.CUT_BEFORE:
            raise httpx.ConnectError("no route")
        if fault is Fault.LOST:
            raise httpx.ReadError("connection reset")
        if fault is Fault.ERROR_BEFORE:
            return _answer(503, b"busy", "text/plain")
        if fault is Fault.PORTAL:
            return _answer(200, b"<html>Welcome to Guest WiFi</html>", "text/html")
        if fault is Fault.TOO_BIG and len(json.loads(request.content)["entry"]) > 5:
            return _answer(413, b"", "text/plain")
        if fault in (Fault.EMPTY, Fault.CACHED):
            body = self._earlier if fault is Fault.CACHED and self._earlier else NO_ENTRIES
            return _answer(200, body, "application/fhir+json")
        status, body, kind = await self._carry_out(request)
        earlier, self._earlier = self._earlier, body if is_write(request) else self._earlier
        match fault:
            case Fault.CUT_AFTER:
                raise httpx.ReadError("connection reset")
            case Fault.TWICE:
                status, body, kind = await self._carry_out(request)
            case Fault.ERROR_AFTER:
                return _answer(500, b"<html>oops</html>", "text/html")
            case Fault.PORTAL_AFTER:
                return _answer(200, b"<html>Welcome to Guest WiFi</html>", "text/html")
            case Fault.TRUNCATED:
                body = body[: len(body) // 2]
            case Fault.PARTIAL:
                body = _without_one_entry(body)
            case Fault.OTHER:
                body = earlier or NO_ENTRIES
            case _:
                pass
        return _answer(status, body, kind)

    async def _carry_out(self, request: httpx.Request) -> tuple[int, bytes, str]:
        headers = {**request.headers, "accept-encoding": "identity"}
        again = httpx.Request(request.method, request.url, headers=headers, content=request.content)
        response = await self._app.handle_async_request(again)
        body = b"".join([part async for part in response.aiter_bytes()])
        return response.status_code, body, response.headers.get("content-type", "")


def _answer(status: int, body: bytes, kind: str) -> httpx.Response:
    date = format_datetime(datetime.now(UTC), usegmt=True)
    return httpx.Response(status, headers={"content-type": kind, "date": date}, content=body)


def _without_one_entry(body: bytes) -> bytes:
    """A transaction's answer that lost its first entry, as a proxy that merges or a server that is odd may send."""
    answer = json.loads(body)
    answer["entry"] = answer.get("entry", [])[1:]
    return json.dumps(answer).encode()
