"""Authlib's framework-neutral authorization server, fitted to Starlette.

A route reads the request (async) into an `Ask`; Authlib, whose code and database are synchronous, then works on it
in the thread pool and answers with a Starlette Response.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import AuthorizationServer as AuthlibServer
from authlib.oauth2.rfc6749 import OAuth2Request
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from plan.settings import PlanSettings
from plan.signin.client import find_client

LARGEST_FORM = 32_768
"""Bytes of a form; the longest true one is below 4 kB."""

_log = logging.getLogger("plan.signin")


class BadForm(Exception):
    """A body that is no form, or too large. The message is for the client's developer."""


@dataclass(frozen=True)
class Ask:
    """A request without its framework. `pairs` are the parameters of its query, or of its form when it has one."""

    method: str
    url: str
    headers: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]

    @property
    def values(self) -> dict[str, str]:
        """The first value of each parameter."""
        return dict(reversed(self.pairs))

    def repeated(self) -> str | None:
        """The first parameter that is there twice, which OAuth forbids."""
        seen: set[str] = set()
        for name, _ in self.pairs:
            if name in seen:
                return name
            seen.add(name)
        return None


async def read_ask(request: Request, base_url: str, *, once: bool = False) -> Ask:
    """Read the parameters. The URL is the plan's own, whatever the Host header says.

    Raises BadForm; with `once` also for a parameter that is there twice.
    """
    url = f"{base_url}{request.url.path}"
    if request.method != "POST":
        return Ask(request.method, url, request.headers, request.query_params.multi_items())
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadForm("Send application/x-www-form-urlencoded.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise BadForm("That form is too large.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=60)
    except ValueError as error:
        raise BadForm("That form cannot be read.") from error
    ask = Ask("POST", url, request.headers, pairs)
    if once and ask.repeated() is not None:
        raise BadForm("A parameter is there twice.")
    return ask


class _Payload:
    """Parameters in the shape that Authlib's grants read."""

    def __init__(self, ask: Ask) -> None:
        self.data = ask.values
        self.datalist: dict[str, list[str]] = {}
        for name, value in ask.pairs:
            self.datalist.setdefault(name, []).append(value)

    def __getattr__(self, name: str) -> str | None:
        if name in ("client_id", "response_type", "grant_type", "redirect_uri", "scope", "state"):
            return self.data.get(name)
        raise AttributeError(name)


class SignInRequest(OAuth2Request):  # type: ignore[misc]  # Authlib ships no types
    """An Ask as Authlib's request."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask.method, ask.url, headers=ask.headers)
        self.payload = _Payload(ask)

    @property
    def args(self) -> dict[str, str]:
        return {} if self.method == "POST" else self.payload.data

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data if self.method == "POST" else {}


class SignInServer(AuthlibServer):  # type: ignore[misc]  # Authlib ships no types
    """The authorization server of one plan. Grants reach database, settings and clock through it."""

    def __init__(self, engine: Engine, settings: PlanSettings, clock: Callable[[], int]) -> None:
        super().__init__()
        self.engine = engine
        self.settings = settings
        self.clock = clock
        self.find_backend_client: Callable[[str], Any] = lambda _client_id: None
        """Finds a registered program; `plan.clients.proof` sets it."""

    def query_client(self, client_id: str) -> Any:
        return find_client(client_id) or self.find_backend_client(client_id)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        raise NotImplementedError("grants store tokens with what they spend, in one transaction")

    def create_oauth2_request(self, request: Ask | SignInRequest) -> SignInRequest:
        return request if isinstance(request, SignInRequest) else SignInRequest(request)

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Response:
        sent = {
            **dict(headers),
            "Cache-Control": "no-store",
            "Pragma": "no-cache",
            "Referrer-Policy": "no-referrer",
        }
        if status == 302:
            return Response(status_code=303, headers=sent)
        if isinstance(body, str):
            body = json.loads(body) if body else {}
        return JSONResponse(body, status_code=status, headers=sent)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        _log.debug("%s", name)
