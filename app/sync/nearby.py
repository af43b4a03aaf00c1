"""Two devices that see each other on one network hand sealed writes to each other, both ways at once.

One shows a code, the other types it: it holds where to knock (address, port) and a secret that lets this hand-over in
and no other. What goes over the air is what a file would hold: sealed to the plan, unreadable to both. The one that
shows the code listens for ten minutes at most, on the address of that network only, and shuts after five wrong codes.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import logging
import secrets
import socket
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from app.errors import HearthsideError
from app.language import N_
from app.sync.carrying import LARGEST_FILE

OPEN_FOR = 600.0
"""Seconds that a code is good for."""
MOST_WRONG = 5
SECONDS = 60.0
"""How long one step of a hand-over may take."""
_PATH = "/hand-over"
_SECRET_BYTES = 6
_HEADER = "Hearthside-Code"
_GROUPS = 5
log = logging.getLogger("app.sync")

Exchange = Callable[[bytes], Awaitable[bytes]]
"""Takes what the other device hands over; returns what this one does."""


class NoNetworkHere(HearthsideError):
    sentence = N_("This tablet is on no network that another one could be on. Use a file instead.")


class NotACode(HearthsideError):
    sentence = N_("That is not the code of another tablet. Please look at it again.")


class NobodyThere(HearthsideError):
    sentence = N_(
        "The other tablet did not answer. Are both on the same network, and does it still show the code?"
    )


def make_code(host: str, port: int, secret: bytes) -> str:
    """Twenty letters and digits in groups of five: IPv4 address, port and secret in base32 (RFC 4648)."""
    packed = ipaddress.IPv4Address(host).packed + port.to_bytes(2) + secret
    letters = base64.b32encode(packed).decode().rstrip("=")
    return " ".join(letters[at : at + _GROUPS] for at in range(0, len(letters), _GROUPS))


def read_code(typed: str) -> tuple[str, int, bytes]:
    """Address, port, secret. 0 and 1 are read as the letters they look like. Raises NotACode.

    Only addresses of a local network are taken: a code is no way to send anything out into the world.
    """
    letters = "".join(one for one in typed.upper() if one.isalnum())
    try:
        packed = base64.b32decode(letters + "=" * (-len(letters) % 8), map01="I")
    except (binascii.Error, ValueError):
        raise NotACode(detail="no base32") from None
    if len(packed) != 4 + 2 + _SECRET_BYTES:
        raise NotACode(detail="wrong length")
    address = ipaddress.IPv4Address(packed[:4])
    if not (address.is_private or address.is_loopback) or address.is_unspecified or address.is_multicast:
        raise NotACode(detail="no local address")
    return str(address), int.from_bytes(packed[4:6]), packed[6:]


def find_own_address() -> str:
    """This device's address on the network that it would use. Nothing is sent. Raises NoNetworkHere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
            found = str(probe.getsockname()[0])
        except OSError:
            raise NoNetworkHere(detail="no route") from None
    address = ipaddress.IPv4Address(found)
    if not address.is_private or address.is_loopback:
        raise NoNetworkHere(detail="no local network")
    return found


class Listener:
    """Waits for another device. `exchange` runs on the event loop that started it."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._closing: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        return self._server is not None

    async def start(self, host: str | None = None) -> str:
        """Begin, and return the code to show. Raises NoNetworkHere."""
        await self.stop()
        secret = secrets.token_bytes(_SECRET_BYTES)
        address = host if host is not None else await asyncio.to_thread(find_own_address)
        loop = asyncio.get_running_loop()

        def give(data: bytes) -> bytes:
            return asyncio.run_coroutine_threadsafe(self._take(data), loop).result(SECONDS)

        def shut() -> None:
            loop.call_soon_threadsafe(self.close)

        try:
            server = ThreadingHTTPServer((address, 0), _make_handler(secret.hex(), give, shut))
        except OSError as error:
            raise NoNetworkHere(detail=type(error).__name__) from None
        server.daemon_threads = True
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, name="nearby", daemon=True)
        self._thread.start()
        self._closing = loop.call_later(OPEN_FOR, self.close)
        return make_code(address, int(server.server_address[1]), secret)

    async def _take(self, data: bytes) -> bytes:
        return await self._exchange(data)

    def close(self) -> None:
        """Take no more; what is under way ends by itself. May be called twice."""
        server, self._server = self._server, None
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None
        if server is not None:
            # `shutdown` waits for the serving thread, so it has one of its own.
            threading.Thread(target=_end, args=(server,), name="nearby-end", daemon=True).start()

    async def stop(self) -> None:
        """Close, and wait until the port is free."""
        thread, self._thread = self._thread, None
        self.close()
        if thread is not None:
            await asyncio.to_thread(thread.join, SECONDS)


def _end(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()


def _make_handler(
    secret: str, give: Callable[[bytes], bytes], shut: Callable[[], None]
) -> type[BaseHTTPRequestHandler]:
    wrong: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        server_version, sys_version = "Hearthside", ""

        def do_POST(self) -> None:
            offered = self.headers.get(_HEADER, "")
            if self.path != _PATH or not hmac.compare_digest(offered.encode(), secret.encode()):
                wrong.append(1)
                if len(wrong) >= MOST_WRONG:
                    shut()
                self._answer(403)
                return
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > LARGEST_FILE:
                self._answer(413)
                return
            data = self.rfile.read(int(length))
            try:
                back = give(data)
            except (HearthsideError, TimeoutError, CancelledError) as error:
                log.warning("a hand-over was not taken: %s", type(error).__name__)
                self._answer(422)
                return
            self._answer(200, back)

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: an address of a colleague's tablet is nobody's business."""

    return Handler


async def call(typed: str, data: bytes) -> bytes:
    """Hand over to the device that shows this code; returns what it hands back. Raises NotACode, NobodyThere."""
    host, port, secret = read_code(typed)
    try:
        async with (
            httpx.AsyncClient(
                trust_env=False, follow_redirects=False, timeout=httpx.Timeout(SECONDS, connect=10.0)
            ) as client,
            client.stream(
                "POST", f"http://{host}:{port}{_PATH}", content=data, headers={_HEADER: secret.hex()}
            ) as answer,
        ):
            if answer.status_code != 200:
                raise NobodyThere(detail=f"HTTP {answer.status_code}")
            back = bytearray()
            async for piece in answer.aiter_raw():
                back += piece
                if len(back) > LARGEST_FILE:
                    raise NobodyThere(detail="too large")
            return bytes(back)
    except httpx.HTTPError as error:
        raise NobodyThere(detail=type(error).__name__) from None
