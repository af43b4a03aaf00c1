"""The reference backend as a process of its own, on a clock that goes by what tablets say the time is.

`python -m benchmarks.fleet.backend DATABASE PORT`. Application, sign-in, database and server settings are the
product's; only the clock is another, and what one user may ask for in a real second is not limited, since many
simulated minutes pass in it.
"""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from dataclasses import replace

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Connection, Engine
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.fleet.link import NOW
from plan.app import make_app
from plan.database import make_engine
from plan.fhir.stamps import http_date
from plan.principal import Principal
from plan.serving import make_config
from plan.settings import PlanSettings
from plan.signin.routes import make_router
from plan.signin.tokens import find_principal

READY = "fleet backend ready"
UNLIMITED = replace(
    PlanSettings(),
    user_units=1e12,
    user_units_per_second=1e9,
    address_units=1e12,
    address_units_per_second=1e9,
)


class FleetClock:
    """ms since 1970: the latest that any tablet has said. It never goes back."""

    def __init__(self, start_ms: int) -> None:
        self._at = start_ms
        self._guard = threading.Lock()

    def reach(self, at_ms: int) -> None:
        with self._guard:
            self._at = max(self._at, at_ms)

    def __call__(self) -> int:
        return self._at


class TellTime:
    """Moves the clock by each request's header, and answers with the Date of that clock."""

    def __init__(self, app: ASGIApp, clock: FleetClock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get(NOW)
        if said is not None:
            self._clock.reach(int(said))

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = http_date(self._clock()).encode("ascii")
                message["headers"] = [*message.get("headers", []), (b"date", date)]
            await send(message)

        await self._app(scope, receive, dated)


def make_fleet_app(engine: Engine, base_url: str, start_ms: int) -> ASGIApp:
    """The plan's application on the fleet's clock, with its own sign-in."""
    clock = FleetClock(start_ms)

    def authenticate(connection: Connection, token: str) -> Principal | None:
        return find_principal(connection, token, clock())

    app: FastAPI = make_app(
        engine, base_url=base_url, settings=UNLIMITED, authenticate=authenticate, clock=clock
    )
    app.include_router(make_router(engine, base_url, UNLIMITED, clock=clock))
    return TellTime(app, clock)


def main() -> int:
    database, port, start_ms = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    engine = make_engine(database)
    config = make_config(
        make_fleet_app(engine, f"http://127.0.0.1:{port}", start_ms),
        Namespace(proxy=[], tls_cert=None, tls_key=None),
    )
    config.host, config.port, config.date_header = "127.0.0.1", port, False
    server = _Server(config)
    server.run()
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(None)
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
