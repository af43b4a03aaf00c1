"""An ASGI application on a real port, in a thread of the test process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn


def free_socket() -> socket.socket:
    """A listening socket on a free port of 127.0.0.1.

    The protocol is named, since asyncio sets TCP_NODELAY only then; without it an answer takes 40 ms.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", 0))
    found.listen(64)
    return found


@contextmanager
def serve_app(make: Callable[[str], Any]) -> Iterator[str]:
    """Run `make(base_url)` and yield the base URL (`http://127.0.0.1:<port>`), once it answers."""
    listener = free_socket()
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(make(base_url), log_level="warning", access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        # The socket listens already, so the first request simply waits until the server takes it.
        httpx.get(f"{base_url}/health", timeout=20)
        yield base_url
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()
