"""One plan application that serves a world, or many one after another: making it takes longer than a whole schedule."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection
from starlette.types import ASGIApp, Message

from plan.app import make_app
from plan.database import make_engine
from plan.limits import Limits, WatchAddresses
from plan.principal import Principal
from plan.settings import PlanSettings
from tests.faults.token_desk import Clock, TokenDesk

BASE = "http://127.0.0.1:8600"


class Door(httpx.AsyncBaseTransport):
    """As `httpx.ASGITransport`, for requests and answers that are whole: a schedule knocks here forty times."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body, url = await request.aread(), request.url
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.partition(b"?")[0],
            "query_string": url.query,
            "server": (url.host, url.port),
            "client": ("127.0.0.1", 123),
            "root_path": "",
        }
        begun: list[Message] = []
        parts: list[bytes] = []
        answered = asyncio.Event()
        heard = False

        async def receive() -> Message:
            nonlocal heard
            if heard:
                await answered.wait()
                return {"type": "http.disconnect"}
            heard = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                answered.set()

        await self._app(scope, receive, send)
        (start,) = begun
        return httpx.Response(start["status"], headers=start["headers"], content=b"".join(parts))


class Serving:
    """Its database is always the file at `path`: whoever takes it puts a template there first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._desk, self._clock = TokenDesk(), Clock()
        self.engine = make_engine(f"sqlite:///{path}")
        app = make_app(self.engine, base_url=BASE, authenticate=self._find, clock=lambda: self._clock.ms())
        self.transport = Door(app)
        kinds: list[tuple[Any, Any]] = [(one.cls, one.kwargs) for one in app.user_middleware]
        (self._limits,) = (given["limits"] for kind, given in kinds if kind is WatchAddresses)

    def take(self, template: Path, desk: TokenDesk, clock: Clock) -> None:
        """From now on it serves a world that begins with this database, and nothing of the last one is left."""
        self.close()
        # A judge who only reads leaves a log behind where nobody wrote; over another file it would be believed.
        for suffix in ("-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{suffix}").unlink(missing_ok=True)
        shutil.copy(template, self.path)
        self._desk, self._clock = desk, clock
        vars(self._limits).update(vars(Limits(PlanSettings())))

    def close(self) -> None:
        self.engine.dispose()

    def _find(self, connection: Connection, token: str) -> Principal | None:
        return self._desk.find_principal(connection, token)
