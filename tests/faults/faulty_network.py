"""A network between an app and a plan in one process: each request may meet a fault, which is then counted.

A fault counts as effective when the app was told something else than the server had to say, or the server heard
something else than the app said once. Faults "after" on a write first make sure that the write is really stored.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

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
    TOO_MANY = "429 with Retry-After"
    WAIT = "503 with Retry-After"
    TIMEOUT_AFTER = "timeout after"
    THROTTLED = "timeout for more than four kilobytes"
    LATE = "timeout, arrives after the next request"
    AGAIN_LATE = "arrives once more after the next request"
    UNAUTHORIZED = "401"
    NOTHING = "pages without entries"
    STALE = "the page of an earlier answer"


LATER = frozenset({Fault.TOO_MANY, Fault.WAIT, Fault.UNAUTHORIZED, Fault.NOTHING, Fault.STALE})
"""Faults that make sense only with two devices, tokens or several passes: the single-fault tests leave them out."""
EPOCH = "hearthside-store-epoch"
NO_ENTRIES = b'{"resourceType":"Bundle","type":"transaction-response"}'
PAGES = ("searchset", "batch-response")
SMALL, MANY = 4_000, 5
"""Bytes and entries up to which a request is not too large for anybody."""
PAGES_KEPT = 4
"""How many answers back the oldest is that a stale page may bring."""
Judge = Callable[[httpx.Request], Fault]


def is_write(request: httpx.Request) -> bool:
    return request.method == "POST" and b'"transaction"' in request.content


def no_fault(_request: httpx.Request) -> Fault:
    return Fault.NONE


def bites(fault: Fault, request: httpx.Request) -> bool:
    """False for a fault of large requests that this one is too small to meet."""
    if fault is Fault.TOO_BIG:
        return len(_bundle(request.content).get("entry", ())) > MANY
    return fault is not Fault.THROTTLED or len(request.content) > SMALL


def write_id(request: httpx.Request) -> str | None:
    """The id of the write that a transaction brings whole: that of its Provenance, which is the last entry."""
    last = json.loads(request.content)["entry"][-1]["resource"]
    return str(last["id"]) if last["resourceType"] == "Provenance" else None


def system_date() -> datetime:
    return datetime.now(UTC)


class FaultyNetwork(httpx.AsyncBaseTransport):
    """Hands requests to an ASGI app. `judge` says which fault each one meets; `fired` and `effective` count them."""

    def __init__(
        self,
        app: httpx.AsyncBaseTransport,
        *,
        date: Callable[[], datetime] = system_date,
        is_stored: Callable[[str], bool] | None = None,
    ) -> None:
        """`date` is the server's clock; `is_stored` asks its database, past everything, for a write's Provenance."""
        self._app = app
        self._date = date
        self._is_stored = is_stored
        self._earlier: bytes | None = None
        self._epoch: dict[str, str] = {}
        self._pages: dict[str, deque[bytes]] = {}
        self._delayed: list[tuple[Fault, httpx.Request]] = []
        self.judge: Judge = no_fault
        self.after: Callable[[httpx.Request], Awaitable[None]] | None = None
        """Awaited once a request was carried out and before its answer arrives: what happens meanwhile."""
        self.fired: Counter[Fault] = Counter()
        self.effective: Counter[Fault] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        delayed, self._delayed = self._delayed, []
        fault = self.judge(request)
        if fault is not Fault.NONE:
            self.fired[fault] += 1
        try:
            return await self._meet(fault, request)
        finally:
            for kind, earlier in delayed:
                status, _, _ = await self._carry_out(earlier)
                self.effective[kind] += status < 500

    async def _meet(self, fault: Fault, request: httpx.Request) -> httpx.Response:
        before = self._before(fault, request)
        if before is not None:
            self.effective[fault] += fault is not Fault.LATE
            if isinstance(before, Exception):
                raise before
            return before
        status, body, kind = await self._carry_out(request)
        if self.after is not None:
            await self.after(request)
        earlier, self._earlier = self._earlier, body if is_write(request) else self._earlier
        pages = self._pages.setdefault(_question(request), deque(maxlen=PAGES_KEPT))
        page = pages[0] if pages else None
        pages.append(body)
        self._assert_stored(fault, request, status, body)
        told = await self._after(fault, request, (status, body, kind), earlier, page)
        self.effective[fault] += fault is not Fault.NONE and told != (status, body, kind)
        if isinstance(told, Exception):
            raise told
        return self._answer(*told, self._epoch)

    def _before(self, fault: Fault, request: httpx.Request) -> httpx.Response | Exception | None:
        """What the app hears of a request that the server never gets (or, for one that is late, not yet)."""
        match fault:
            case Fault.CUT_BEFORE:
                return httpx.ConnectError("no route")
            case Fault.LOST:
                return httpx.ReadError("connection reset")
            case Fault.ERROR_BEFORE:
                return self._answer(503, b"busy", "text/plain")
            case Fault.PORTAL:
                return self._answer(200, b"<html>Welcome to Guest WiFi</html>", "text/html")
            case Fault.TOO_BIG if bites(fault, request):
                return self._answer(413, b"", "text/plain")
            case Fault.TOO_MANY:
                return self._answer(429, b"", "text/plain", {"retry-after": "2"})
            case Fault.WAIT:
                return self._answer(503, b"", "text/plain", {"retry-after": "2"})
            case Fault.UNAUTHORIZED if "authorization" in request.headers:
                return self._answer(401, b"", "text/plain")
            case Fault.THROTTLED if bites(fault, request):
                return httpx.WriteTimeout("too slow")
            case Fault.LATE:
                self._delayed.append((fault, request))
                return httpx.ReadTimeout("no answer")
            case Fault.EMPTY:
                return self._answer(200, NO_ENTRIES, "application/fhir+json")
            case Fault.CACHED:
                return self._answer(200, self._earlier or NO_ENTRIES, "application/fhir+json")
        return None

    async def _after(
        self,
        fault: Fault,
        request: httpx.Request,
        said: tuple[int, bytes, str],
        earlier: bytes | None,
        page: bytes | None,
    ) -> tuple[int, bytes, str] | Exception:
        """What the app hears of a request that was carried out."""
        status, body, kind = said
        match fault:
            case Fault.CUT_AFTER:
                return httpx.ReadError("connection reset")
            case Fault.TIMEOUT_AFTER:
                return httpx.ReadTimeout("no answer")
            case Fault.TWICE:
                return await self._carry_out(request)
            case Fault.AGAIN_LATE:
                self._delayed.append((fault, request))
            case Fault.ERROR_AFTER:
                return 500, b"<html>oops</html>", "text/html"
            case Fault.PORTAL_AFTER:
                return 200, b"<html>Welcome to Guest WiFi</html>", "text/html"
            case Fault.TRUNCATED:
                return status, body[: len(body) // 2], kind
            case Fault.PARTIAL:
                return status, _without_one_entry(body), kind
            case Fault.OTHER if is_write(request):
                return 200, earlier or NO_ENTRIES, kind
            case Fault.NOTHING:
                return status, _without_matches(body), kind
            case Fault.STALE if page is not None and not is_write(request):
                return 200, page, kind
        return said

    def _assert_stored(self, fault: Fault, request: httpx.Request, status: int, body: bytes) -> None:
        """An answer that is lost "after the commit" must be one: else the fault proves nothing."""
        if fault is Fault.NONE or self._is_stored is None or not is_write(request) or status != 200:
            return
        found = write_id(request)
        answers = json.loads(body).get("entry", ())
        if found is not None and all(one["response"]["status"][:1] == "2" for one in answers):
            assert self._is_stored(found), "answered, and not in the database"

    async def _carry_out(self, request: httpx.Request) -> tuple[int, bytes, str]:
        request.headers["accept-encoding"] = "identity"
        response = await self._app.handle_async_request(request)
        body = await response.aread()
        self._epoch = {EPOCH: said} if (said := response.headers.get(EPOCH)) is not None else {}
        return response.status_code, body, response.headers.get("content-type", "")

    def _answer(
        self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None
    ) -> httpx.Response:
        date = format_datetime(self._date(), usegmt=True)
        return httpx.Response(
            status, headers={"content-type": kind, "date": date, **(more or {})}, content=body
        )


def _question(request: httpx.Request) -> str:
    """Requests that ask the same but for how far they have come: the types of a batch's searches, in order."""
    if not request.content.startswith(b"{"):
        return str(request.url)
    entries = json.loads(request.content).get("entry", ())
    return " ".join(one["request"]["url"].partition("?")[0] for one in entries)


def _without_one_entry(body: bytes) -> bytes:
    """An answer that lost its first entry, as a proxy that merges or a server that is odd may send."""
    answer = _bundle(body)
    if not answer.get("entry"):
        return body
    answer["entry"] = answer["entry"][1:]
    return json.dumps(answer).encode()


def _without_matches(body: bytes) -> bytes:
    """A server that suddenly finds nothing: every searchset is empty."""
    answer = _bundle(body)
    if answer.get("type") not in PAGES:
        return body
    sets = (
        [answer]
        if answer["type"] == "searchset"
        else [e.get("resource", {}) for e in answer.get("entry", ())]
    )
    found = [one for one in sets if one.get("type") == "searchset" and one.get("entry")]
    for one in found:
        one["entry"], one["link"] = [], []
    return json.dumps(answer).encode() if found else body


def _bundle(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
