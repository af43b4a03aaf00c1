"""Listening: a socket of ours, uvicorn on it, and a clean end on SIGINT and SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from app.config import DEFAULT_PORT, BadSetting, Settings
from app.web.guard import Address, Asgi

if TYPE_CHECKING:
    import uvicorn

STOP_SECONDS = 3
LARGEST_MESSAGE = 64 * 1024 * 1024
"""Bytes of one message of the window: a picture that is too large still arrives, to be refused with a sentence."""
_PORTS_TO_TRY = 20
_FLET_OVERRIDES = (
    "FLET_SESSION_TIMEOUT",
    "FLET_WEBSOCKET_HANDLER_ENDPOINT",
    "FLET_UPLOAD_DIR",
    "FLET_UPLOAD_HANDLER_ENDPOINT",
    "FLET_OAUTH_CALLBACK_HANDLER_ENDPOINT",
    "FLET_ASSETS_DIR",
    "FLET_WEB_NO_CDN",
    "FLET_WEB_ROUTE_URL_STRATEGY",
    "FLET_LOG_LEVEL",
    "FLET_SECRET_KEY",
)


def ignore_flet_environment() -> None:
    """Flet lets its environment overrule its arguments; a stray variable must not open a door here."""
    for name in _FLET_OVERRIDES:
        os.environ.pop(name, None)


def listen(settings: Settings) -> socket.socket:
    """Bind before anything is printed. Raises BadSetting when the address or a given port cannot be had."""
    if settings.port is not None:
        return _bind(settings.host, settings.port)
    for port in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TO_TRY):
        try:
            return _bind(settings.host, port)
        except _PortTaken:
            continue
    return _bind(settings.host, 0)


class _PortTaken(BadSetting):
    pass


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named because asyncio sets TCP_NODELAY only then, which saves 40 ms an answer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option lets two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise _PortTaken(f"Port {port} is taken by another program. Choose one with --port.") from error
        raise BadSetting(f"Hearthside cannot listen on {host} port {port} ({error.strerror}).") from error
    return listener


def address_of(listener: socket.socket, settings: Settings) -> Address:
    """How browsers must write this server."""
    port = listener.getsockname()[1]
    host = settings.public_host or settings.host
    return Address(f"[{host}]" if ":" in host else host, port, tls=settings.tls_certificate is not None)


def _make_server(config: uvicorn.Config, on_ready: Callable[[], None]) -> uvicorn.Server:
    """Tells when it listens, and leaves signals to us: uvicorn raises them again before the vaults lock."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_ready()

    return Server(config)


async def serve(
    app: Asgi,
    listener: socket.socket,
    stop: asyncio.Event,
    *,
    on_ready: Callable[[], None],
    settings: Settings,
) -> None:
    """Serve until `stop` is set; then close every connection and return."""
    import uvicorn  # a phone has none

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        # Compression would keep the last 32 kB that were typed and shown in its window, past every lock.
        ws_per_message_deflate=False,
        lifespan="on",
        timeout_graceful_shutdown=STOP_SECONDS,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    server = _make_server(config, on_ready)

    async def end_on_stop() -> None:
        await stop.wait()
        server.should_exit = True

    ending = asyncio.create_task(end_on_stop())
    try:
        await server.serve(sockets=[listener])
    finally:
        ending.cancel()
        listener.close()


@contextlib.contextmanager
def stop_on_signals(stop: asyncio.Event) -> Generator[None, None, None]:
    """Set `stop` on SIGINT, SIGTERM and SIGHUP (the terminal was closed) while inside.

    A second signal ends the process the system's way.
    """
    loop = asyncio.get_running_loop()
    old: dict[signal.Signals, object] = {}

    def handle(number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stop.set)
        signal.signal(number, signal.SIG_DFL)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) is not None:  # Windows has no SIGHUP
            old[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what signal() itself gave back
