"""The door in front of Flet's ASGI app.

Every request needs the exact Host; every WebSocket the exact Origin too; and both need the cookie that only a
launch link gives. What fails gets a short answer of ours and never reaches Flet.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from app.logs import describe
from app.web.headers import NO_KEY_PAGE, NO_KEY_POLICY, NOT_HERE, Header, page_policy, secured
from app.web.keys import DoorKey, LaunchDoor
from app.web.windows import begin_socket

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("app.web")

LAUNCH_PATH = "/open/"
CLOSED_PATHS = ("/docs/", "/redoc/", "/openapi.json/", "/oauth_callback/", "/upload/")
"""Flet's own pages that Hearthside does not use."""
_REFUSED = 1008
_LEAVE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Address:
    """The one address of this server."""

    host: str
    """As browsers write it: 127.0.0.1, localhost, [::1] or a public name."""
    port: int
    tls: bool = False

    @property
    def authority(self) -> str:
        """What the Host header must say. Browsers leave a scheme's own port out."""
        return self.host if self.port == (443 if self.tls else 80) else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.authority}"

    @property
    def socket_origin(self) -> str:
        return f"{'wss' if self.tls else 'ws'}://{self.authority}"

    @property
    def cookie_name(self) -> str:
        """Cookies do not tell ports apart, so their names do."""
        return f"hearthside_{self.port}"


class WebGuard:
    """ASGI middleware; `app` sees only what was let in."""

    def __init__(
        self,
        app: Asgi,
        key: DoorKey,
        address: Address,
        *,
        on_socket_end: Callable[[int], None],
        before_socket: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`before_socket` is awaited for each WebSocket that is let in, before Flet sees it.

        `on_socket_end` is called with its number when it has ended.
        """
        self._app = app
        self._key = key
        self._address = address
        self._door = LaunchDoor(key, address.origin)
        self._on_socket_end = on_socket_end
        self._before_socket = before_socket
        self._policy = page_policy(address.socket_origin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            raise RuntimeError("unknown kind of ASGI scope")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        origins = _values(scope, b"origin")
        if not self._is_our_host(scope) or any(origin != self._address.origin for origin in origins):
            await self._answer(send, 403, NOT_HERE)
            return
        path: str = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            await self._answer(send, 405, "Only reading is possible here.\n", [(b"allow", b"GET, HEAD")])
            return
        if path.startswith(LAUNCH_PATH):
            await self._launch(scope, send, path.removeprefix(LAUNCH_PATH))
            return
        if not self._has_cookie(scope):
            await self._answer(send, 403, NO_KEY_PAGE)
            return
        if f"{path.rstrip('/')}/".startswith(CLOSED_PATHS):
            await self._answer(send, 404, "There is nothing here.\n")
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = secured(message.get("headers", []), policy=self._policy, tls=self._address.tls)
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_secured)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = (
            scope["path"] == "/ws"
            and self._is_our_host(scope)
            and _values(scope, b"origin") == [self._address.origin]
            and self._has_cookie(scope)
        )
        if allowed:
            await self._serve_socket(scope, receive, send)
            return
        log.warning("a WebSocket was refused at the door")
        await receive()
        await send({"type": "websocket.close", "code": _REFUSED})

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let Flet serve a connection, and end it for Flet where Flet would wait for ever.

        Flet 1.0.5 waits without end for a client that left before it registered.
        """
        gone = asyncio.Event()

        async def receive_watched() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                gone.set()
            return message

        if self._before_socket is not None:
            await self._before_socket()
        number = begin_socket()
        serving = asyncio.ensure_future(self._app(scope, receive_watched, send))
        leaving = asyncio.create_task(gone.wait())
        try:
            await asyncio.wait({serving, leaving}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({serving}, timeout=_LEAVE_SECONDS)
        finally:
            leaving.cancel()
            if not serving.done():
                serving.cancel()
            elif not serving.cancelled() and (error := serving.exception()) is not None:
                log.warning("a connection broke: %s", describe(error))
            self._on_socket_end(number)

    async def _launch(self, scope: Scope, send: Send, token: str) -> None:
        """Trade a launch token for the cookie. A HEAD (link checkers send one) must not use the token up."""
        if scope["method"] == "HEAD":
            await self._answer(send, 405, "", [(b"allow", b"GET")])
            return
        headers: list[Header] = [(b"location", b"/")]
        if self._door.take(token):
            headers.append((b"set-cookie", self._cookie_header()))
        elif not self._has_cookie(scope):
            await self._answer(send, 403, NO_KEY_PAGE)
            return
        await self._answer(send, 303, "", headers)

    def _cookie_header(self) -> bytes:
        value = f"{self._address.cookie_name}={self._key.make_cookie(self._address.origin)}"
        secure = "; Secure" if self._address.tls else ""
        return f"{value}; Path=/; HttpOnly; SameSite=Strict{secure}".encode("ascii")

    def _is_our_host(self, scope: Scope) -> bool:
        return _values(scope, b"host") == [self._address.authority]

    def _has_cookie(self, scope: Scope) -> bool:
        # split by hand: one odd cookie of another local program must not hide ours from a strict parser
        for part in ";".join(_values(scope, b"cookie")).split(";"):
            name, _, value = part.strip().partition("=")
            if name == self._address.cookie_name and self._key.is_cookie(self._address.origin, value):
                return True
        return False

    async def _answer(self, send: Send, status: int, body: str, headers: list[Header] | None = None) -> None:
        content = body.encode()
        kind = b"text/html; charset=utf-8" if body.startswith("<") else b"text/plain; charset=utf-8"
        own = [
            (b"content-type", kind),
            (b"content-length", str(len(content)).encode()),
            (b"cache-control", b"no-store"),
            *(headers or []),
        ]
        start = secured(own, policy=NO_KEY_POLICY, tls=self._address.tls)
        await send({"type": "http.response.start", "status": status, "headers": start})
        await send({"type": "http.response.body", "body": content})


def _values(scope: Scope, name: bytes) -> list[str]:
    """Every value of a header, as sent; a second Host or Origin makes the list longer and so unequal."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]
