"""`POST /courier`: any signed-in person's device brings a sealed write, her own or somebody else's.

`POST /courier/taken-back`: an author's device says which of its writes are over.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from fastapi import APIRouter, Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from plan.courier.delivering import Bearer, Outcome, deliver
from plan.courier.taking_back import read_taken_back, take_back
from plan.database import write_transaction
from plan.devices.routes import read_bytes
from plan.fhir.context import Server
from plan.keys.courier_key import load_courier_keys, secrets_directory
from plan.principal import Authenticate
from plan.signed_in import find_caller, read_document

LOOK_AGAIN_SECONDS = 5.0
LARGEST_WORD = 20_000
"""Bytes of a word about writes that are over."""


class KeyShelf:
    """The courier's private keys, read from their files when they are first needed, and again for an unknown one."""

    def __init__(self, engine: Engine) -> None:
        self._url = engine.url.render_as_string(hide_password=False)
        self._guard = threading.Lock()
        self._keys: dict[str, X25519PrivateKey] = {}
        self._looked_at = float("-inf")

    def find(self, key_id: str) -> dict[str, X25519PrivateKey]:
        """All keys; the files are read anew when this one is not among them, at most every few seconds."""
        with self._guard:
            now = time.monotonic()
            if key_id not in self._keys and now - self._looked_at > LOOK_AGAIN_SECONDS:
                self._looked_at = now
                self._keys = load_courier_keys(secrets_directory(self._url))
            return dict(self._keys)


def make_courier_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """The route. `authenticate` finds the user of a bearer token."""
    router = APIRouter(tags=["Courier"])
    shelf = KeyShelf(server.engine)

    @router.post("/courier")
    async def bring(request: Request) -> JSONResponse:
        """Takes the document of docs/courier.md; says what became of it, and nothing of what was in it."""
        caller = await run_in_threadpool(find_caller, request, server, authenticate)
        document = await read_document(request, 2 * server.settings.max_body_bytes)

        def run() -> Outcome:
            keys = shelf.find(str(document.get("key")))
            return deliver(server, keys, Bearer(caller.principal.user_id), document)

        outcome = await run_in_threadpool(run)
        said: dict[str, Any] = {"state": outcome.state.value, "reason": outcome.reason}
        if outcome.receipt is not None:
            said["receipt"] = outcome.receipt
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    @router.post("/courier/taken-back")
    async def taken_back(request: Request) -> JSONResponse:
        """Takes `device`, `writes` (ids) and `proof`: writes of the caller's that no copy is to bring in any more."""
        caller = await run_in_threadpool(find_caller, request, server, authenticate)
        document = await read_document(request, LARGEST_WORD)

        def run() -> int:
            word = read_taken_back(document, read_bytes(document, "proof"))
            with write_transaction(server.engine) as connection:
                return take_back(connection, caller.principal, word, caller.now_ms)

        said = {"taken_back": await run_in_threadpool(run)}
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    return router
