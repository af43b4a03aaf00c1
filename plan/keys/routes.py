"""`GET /keys`: the plan's public keys, for everybody. They are signed, and say nothing about anybody."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.database import read_transaction
from plan.fhir.outcomes import Refusal
from plan.keys.held import find_key_set


def make_keys_router(engine: Engine) -> APIRouter:
    """The one route. A plan without a key set answers 404."""
    router = APIRouter(tags=["Keys"])

    def find() -> str | None:
        with read_transaction(engine) as connection:
            held = find_key_set(connection)
        return None if held is None else held.text

    @router.get("/keys")
    async def keys() -> Response:
        """The plan's public keys, signed by its root. Needs no sign-in."""
        text = await run_in_threadpool(find)
        if text is None:
            raise Refusal(404, "This plan has no keys in force.")
        return Response(text.encode(), media_type="application/json")

    return router
