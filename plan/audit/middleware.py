"""Keeps the trail of every request: before the first byte of an answer leaves, what it shows is written down."""

from __future__ import annotations

import re

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plan.audit.ledger import keep_trail
from plan.audit.trail import Trail, begin, note_refusal
from plan.fhir.http import respond_refusal
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import Clock

_PLAIN = re.compile(r"[^A-Za-z0-9$._/-]")


class KeepTrail:
    """An answer whose trace cannot be kept is not given: 503 instead, and nobody saw anything."""

    def __init__(self, app: ASGIApp, engine: Engine, clock: Clock) -> None:
        self._app = app
        self._engine = engine
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trail = begin()
        withheld = False

        async def send_traced(message: Message) -> None:
            nonlocal withheld
            if message["type"] == "http.response.start":
                _note_other_refusal(trail, scope, int(message["status"]))
                try:
                    if not trail.is_empty:
                        await run_in_threadpool(keep_trail, self._engine, self._clock)
                except Refusal as refusal:
                    withheld = True
                    await respond_refusal(refusal)(scope, receive, send)
            if not withheld:
                await send(message)

        await self._app(scope, receive, send_traced)


def _note_other_refusal(trail: Trail, scope: Scope, status: int) -> None:
    """A refusal that no read or write noted, of somebody who is known."""
    if trail.principal is not None and not trail.refused and status == 403:
        note_refusal(_PLAIN.sub("?", f"{scope['method']} {scope['path']}"[:100]), status)
