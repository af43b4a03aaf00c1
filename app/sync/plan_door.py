"""The plan's own doors beside FHIR: keys, recovery, courier, orders. Plain JSON below the plan's root.

The root is the FHIR base without `/fhir`. Redirects are not followed and a token goes to that root only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

from app.errors import BadPlanAddress, PlanDown, PlanError, SignInNeeded
from app.sync.address import read_address
from app.sync.answer import TRANSIENT
from app.sync.fhir import json_text
from app.sync.lines import make_http
from app.sync.transport import FhirClient, Tokens, read_body
from app.sync.transport_errors import plan_error, shape_error

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    """A status and a JSON object; {} where the answer has no body."""

    status: int
    document: Mapping[str, Any]
    raw: bytes = b""
    """The body as it came."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class FixedToken:
    """A token that is not renewed: of a sign-in that belongs to no open store yet."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def access_token(self) -> str:
        return self._token

    async def renew(self, rejected: str) -> str:
        """Raises SignInNeeded."""
        raise SignInNeeded(detail="HTTP 401")

    async def renew_early(self) -> None:
        """There is nothing to renew it with."""


class PlanDoor:
    """Requests to the doors of one plan. Every method raises PlanError classes only. Close it with `aclose`."""

    def __init__(
        self,
        plan_url: str,
        tokens: Tokens | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`plan_url`: the FHIR base. Raises BadPlanAddress."""
        self.root = read_address(plan_url).removesuffix("/fhir")
        self._tokens = tokens
        self._transport = transport
        self._http: httpx.AsyncClient | None = None
        """Made with the first request: most passes ask nothing, and reading the system's certificates takes a while."""

    async def __aenter__(self) -> PlanDoor:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, signed: bool = False
    ) -> DoorAnswer:
        """One request; `signed` ones carry the token, renewed once at a 401. Answers with 4xx are returned.

        Raises NoNetwork, PlanDown (5xx and what passes by itself), WrongClock, UntrustedCertificate, CaptivePortal,
        NotFhir (somebody else's server), SignInNeeded.
        """
        token = await self._tokens.access_token() if signed and self._tokens is not None else None
        if signed and token is None:
            raise SignInNeeded(detail="no token")
        answer = await self._once(method, path, body, token)
        if answer.status == 401 and token is not None and self._tokens is not None:
            answer = await self._once(method, path, body, await self._tokens.renew(token))
        if answer.status == 401 and signed:
            raise SignInNeeded(detail="HTTP 401")
        return answer

    async def _once(
        self, method: str, path: str, body: Mapping[str, Any] | None, token: str | None
    ) -> DoorAnswer:
        if "://" in path or path.startswith(("/", "\\")) or ".." in path.split("/"):
            raise BadPlanAddress(detail="not below the root")
        headers = {"Accept": _JSON}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        content = None
        if body is not None:
            headers["Content-Type"] = _JSON
            content = json_text.dumps(dict(body)).encode()
        if self._http is None:
            self._http = make_http(self.root, self._transport)
        try:
            async with self._http.stream(
                method, f"{self.root}/{path}", content=content, headers=headers
            ) as response:
                raw = await read_body(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise plan_error(error) from None
        return _believe(response, raw)


def door_of(client: FhirClient) -> PlanDoor:
    """The doors of the plan that this client talks to, with its tokens: two owners of one refresh token would end each
    other's sign-in.
    """
    return PlanDoor(client.base_url, client.tokens, transport=client.line)


def _believe(response: httpx.Response, raw: bytes) -> DoorAnswer:
    status, kind = response.status_code, response.headers.get("content-type", "").casefold()
    if status >= 500 or (status in TRANSIENT and status != 429):
        raise PlanDown(detail=f"HTTP {status}")
    if status in (204, 304) and not raw:
        return DoorAnswer(status, {})
    problem: PlanError = shape_error(status, kind, raw)
    if "json" not in kind or 300 <= status < 400:
        raise problem
    try:
        document = json_text.loads(raw)
    except json_text.BadJson:
        raise problem from None
    if not isinstance(document, dict):
        raise problem
    return DoorAnswer(status, document, raw)
