"""FhirClient: the one place from which FHIR requests leave, and where their answers are doubted first.

Nothing but ids stands in an address: searches go out as POST _search. Redirects are not followed, and a token only
travels to the plan's own origin because only paths below its base are ever asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import httpx
from sqlalchemy import Connection

from app.errors import BadPlanAddress, NotFhir, PlanDown, PlanError, SignInNeeded
from app.sync.address import read_address, same_origin
from app.sync.answer import TRANSIENT, Answer, server_time
from app.sync.capabilities import Capabilities
from app.sync.fhir import json_text
from app.sync.lines import make_http
from app.sync.packing import DOUBTFUL, Packing, pack
from app.sync.transport_errors import plan_error, shape_error

FHIR_JSON = "application/fhir+json"
LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes; a larger answer is not read to its end."""
FIRST_DAY = "1970-01-01T00:00:00Z"
STORE_EPOCH = "hearthside-store-epoch"
PATIENCE, SLOWEST = 120.0, 1024
"""After so many seconds an answer must have come at so many bytes a second, on the average."""

_SHAPELESS = TRANSIENT | {401, 413}
_BUSY = frozenset({429, 503})
_log = logging.getLogger("app.sync")


class Tokens(Protocol):
    """Where access tokens come from; see `app.sync.tokens`."""

    async def access_token(self) -> str:
        """Raises SignInNeeded when there is none."""
        ...

    async def renew(self, rejected: str) -> str:
        """A newer token than the one the server rejected. Raises SignInNeeded when the sign-in is over."""
        ...

    async def renew_early(self) -> None:
        """Renew a token that is about to end; raises nothing."""
        ...


def utc_now() -> datetime:
    return datetime.now(UTC)


class FhirClient:
    """Requests to one plan's FHIR base.

    Every method raises PlanError classes only. `clock_offset_ms` is server time minus device time as last measured
    from a Date header (good to about a second), None before the first answer.
    """

    def __init__(
        self,
        base_url: str,
        tokens: Tokens | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = utc_now,
        packs: bool = False,
    ) -> None:
        """`packs`: large bodies go out packed where the server says that it takes them so."""
        self.base_url = read_address(base_url)
        self._tokens = tokens
        self.line = transport
        """What carries the requests, where it is not the usual one."""
        self._now = now
        self._http = make_http(self.base_url, transport)
        self.clock_offset_ms: int | None = None
        self.capabilities: Capabilities | None = None
        """What the server can do, once `app.sync.probe` has asked."""
        self.server_at: datetime | None = None
        self.store_epoch: str | None = None
        """The epoch of the server's database, as its last answer said; only our backend says one."""
        self.wait_asked: float | None = None
        """Seconds that the last answer asked to wait for (429 or 503); None when it asked for nothing, or none came."""
        self._packing = Packing(wanted=packs)

    async def __aenter__(self) -> FhirClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    def keep_ids(self, connection: Connection) -> None:
        """Called in the transaction that settles a write. Here the ids are ours; see `app.sync.mapped`."""

    @property
    def tokens(self) -> Tokens | None:
        """Where the access tokens come from, for the plan's other doors (`app.sync.plan_door`)."""
        return self._tokens

    async def renew_early(self) -> None:
        """Before much is sent: a token that is about to end is renewed first. Raises nothing."""
        if self._tokens is not None:
            await self._tokens.renew_early()

    async def read(self, kind: str, record_id: str) -> Answer:
        return await self.send("GET", f"{kind}/{quote(record_id, safe='')}")

    async def history(self, kind: str, record_id: str, *, count: int = 100) -> Answer:
        """One record's versions, the newest first.

        HAPI remembers for a minute how many versions there were, and leaves the oldest out when one was added since,
        unless it is asked from a day on. A server that knows no `_since` (400) is asked without.
        """
        path = f"{kind}/{quote(record_id, safe='')}/_history?_count={count}"
        answer = await self.send("GET", f"{path}&_since={FIRST_DAY}")
        return await self.send("GET", path) if answer.status == 400 else answer

    async def metadata(self) -> Answer:
        """The CapabilityStatement, asked without a token."""
        return await self.send("GET", "metadata", signed=False)

    async def search(
        self, kind: str, parameters: Sequence[tuple[str, str]], *, unless: str | None = None
    ) -> Answer:
        """POST _search with strict handling, so that a parameter the server does not know is an error.

        `unless`: the ETag of an answer that is here; our own backend says 304 where it would be the same again.
        """
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Prefer": "handling=strict"}
        if unless is not None:
            headers["If-None-Match"] = unless
        body = urlencode(parameters).encode("ascii")
        return await self.send("POST", f"{kind}/_search", body, headers)

    async def transaction(self, body: str | bytes) -> Answer:
        """POST a Bundle to the base, asking for the stored representations in return."""
        raw = body.encode("utf-8") if isinstance(body, str) else body
        headers = {"Content-Type": FHIR_JSON, "Prefer": "return=representation"}
        return await self.send("POST", "", raw, headers)

    async def batch(self, body: str) -> Answer:
        """POST a batch of reads and searches; a parameter that the server does not know is an error there."""
        headers = {"Content-Type": FHIR_JSON, "Prefer": "handling=strict"}
        return await self.send("POST", "", body.encode("utf-8"), headers)

    async def follow(self, link: str) -> Answer:
        """A page's next link as the server wrote it. Raises BadPlanAddress when it leads away from the plan.

        HAPI's lead to the base itself, with a query.
        """
        below = link.removeprefix(self.base_url)
        if below == link or below[:1] not in ("/", "?") or not same_origin(link, self.base_url):
            raise BadPlanAddress(detail="next link leads away")
        return await self.send("GET", below.removeprefix("/"))

    async def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> Answer:
        """One request; one 401 renews the token once and asks again. Answers with error statuses are returned.

        Raises NoNetwork, PlanDown, WrongClock, CaptivePortal, NotFhir, SignInNeeded.
        """
        token = await self._tokens.access_token() if self._tokens is not None and signed else None
        answer = await self._once(method, path, body, headers or {}, token)
        if answer.status == 401 and token is not None and self._tokens is not None:
            token = await self._tokens.renew(token)
            answer = await self._once(method, path, body, headers or {}, token)
        if answer.status == 401 and signed:
            raise SignInNeeded(detail="HTTP 401")
        return answer

    def _url(self, path: str) -> str:
        # A path that could name another server would carry the token there.
        if "://" in path or path.startswith(("/", "\\")) or ".." in path.split("/"):
            raise BadPlanAddress(detail="not below the base")
        return f"{self.base_url}/{path}" if path and path[0] != "?" else f"{self.base_url}{path}"

    async def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], token: str | None
    ) -> Answer:
        # HAPI answers a search that it heard within the last minute from what it found then, unless told not to.
        sent = {"Accept": FHIR_JSON, "Cache-Control": "no-cache", **headers}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        packed = self._packing.wants(body, sent)
        if not packed or body is None:
            return await self._exchange(method, path, body, sent)
        try:
            whole = await pack(body)
            answer = await self._exchange(method, path, whole, sent | {"Content-Encoding": "gzip"})
        except (NotFhir, PlanDown):
            # Perhaps carried out, so it is not sent again here; what comes after goes plain.
            self._packing.stumbled()
            raise
        if answer.status >= 500:
            self._packing.stumbled()
        if answer.status not in DOUBTFUL:
            return answer
        # A refusal counts only against plain bytes.
        self._packing.stumbled()
        return await self._exchange(method, path, body, sent)

    async def _exchange(self, method: str, path: str, body: bytes | None, sent: Mapping[str, str]) -> Answer:
        self.wait_asked = None
        try:
            async with self._http.stream(
                method, self._url(path), content=body, headers=dict(sent)
            ) as response:
                raw = await read_body(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise plan_error(error) from None
        self._measure(response.headers)
        self.store_epoch = response.headers.get(STORE_EPOCH, self.store_epoch)
        self._packing.hear(response.headers)
        answer = _believe(response, raw)
        if answer.status in _BUSY:
            self.wait_asked = answer.retry_after
        return answer

    def _measure(self, headers: Mapping[str, str]) -> None:
        at = server_time(headers)
        if at is not None:
            self.server_at = at
            self.clock_offset_ms = round((at - self._now()).total_seconds() * 1000)


async def read_body(response: httpx.Response, seconds: Callable[[], float] = monotonic) -> bytes:
    """The whole body. Raises DecodingError for one that is too large, ReadTimeout for one that only drips.

    A read timeout starts anew with each byte; a server that sends one a minute would hold a pass, and with it every
    visit, for days.
    """
    parts: list[bytes] = []
    size, began = 0, seconds()
    async for part in response.aiter_bytes():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise httpx.DecodingError("too large")
        took = seconds() - began
        if took > PATIENCE and size < took * SLOWEST:
            raise httpx.ReadTimeout("drips")
        parts.append(part)
    return b"".join(parts)


def _believe(response: httpx.Response, raw: bytes) -> Answer:
    """An Answer when this has the shape of FHIR; raises otherwise."""
    status, content_type = response.status_code, response.headers.get("content-type", "").casefold()
    headers = {name.casefold(): value for name, value in response.headers.items()}
    resource, problem = _resource(status, content_type, raw)
    # Proxies answer these before any FHIR server sees the request, with whatever body they like.
    if problem is None or status in _SHAPELESS or (status >= 500 and status != 511):
        return Answer(status, headers, resource)
    _log.info("no FHIR answer: %s %s", type(problem).__name__, problem.detail)
    raise problem


def _resource(status: int, content_type: str, raw: bytes) -> tuple[dict[str, Any] | None, PlanError | None]:
    if status in (204, 304):
        return None, None
    if "json" not in content_type:
        return None, shape_error(status, content_type, raw)
    try:
        value = json_text.loads(raw)
    except json_text.BadJson:
        return None, shape_error(status, content_type, raw)
    if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
        return value, None
    return None, NotFhir(detail=f"HTTP {status}")


__all__ = ["FHIR_JSON", "FhirClient", "Tokens", "utc_now"]
