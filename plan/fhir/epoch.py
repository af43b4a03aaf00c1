"""The store's epoch in every FHIR answer, so that a device hears of a restore with the next word it gets."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plan.database import read_transaction
from plan.fhir.stamps import find_epoch

HEADER = b"hearthside-store-epoch"


class SayEpoch:
    """Adds the header; an answer without it says nothing about the store."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/fhir"):
            await self._app(scope, receive, send)
            return
        epoch = await run_in_threadpool(self._read)

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start" and epoch is not None:
                message["headers"] = [*message.get("headers", []), (HEADER, epoch.encode("ascii"))]
            await send(message)

        await self._app(scope, receive, send_with_header)

    def _read(self) -> str | None:
        try:
            with read_transaction(self._engine) as connection:
                return find_epoch(connection)
        except SQLAlchemyError:
            # The request itself will tell what is wrong with the database.
            return None
