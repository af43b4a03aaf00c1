"""An unexpected fault of the server: what the caller and the terminal get to see of it."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from plan.app import make_app
from tests.plan.plan_doubles import Clock, authenticate, load_panel

MARKER = "Wilhelmina Okonkwo"


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The app behind a real uvicorn on loopback, set up as `plan serve` does it."""
    ready = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready.set()

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = Server(uvicorn.Config(app, log_level="warning", access_log=False, proxy_headers=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(20)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


def test_the_text_of_an_unexpected_error_reaches_neither_caller_nor_terminal(
    engine: Engine, clock: Clock, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    load_panel(engine)
    app = make_app(engine, base_url="http://127.0.0.1", authenticate=authenticate, clock=clock)

    @app.get("/broken")
    def broken() -> None:
        raise KeyError(MARKER)

    with caplog.at_level(logging.WARNING), serving(app) as url:
        answer = httpx.get(f"{url}/broken")
    assert answer.status_code == 500
    assert answer.json()["resourceType"] == "OperationOutcome"
    seen = answer.text + caplog.text + "".join(capfd.readouterr())
    assert MARKER not in seen
    assert "unexpected KeyError at test_server_faults.py" in caplog.text
