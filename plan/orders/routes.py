"""`/orders/…`: a device fetches its orders and says what it did, without a sign-in, since its store is locked.

Whoever knows a device's id learns whether an order for it stands, and nothing else; an id that nobody has is answered
like one without orders. What is said without the proof of the device's own key is noted as somebody's word.
"""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from plan.database import read_transaction, write_transaction
from plan.fhir.context import Server
from plan.orders.keeping import list_standing, note_told
from plan.orders.order import is_device, is_order
from plan.orders.reports import read_told
from plan.signed_in import read_document

LARGEST = 2_000
"""Bytes of a report."""
_log = logging.getLogger("plan.orders")


def make_orders_router(server: Server) -> APIRouter:
    """Both routes."""
    router = APIRouter(tags=["Device orders"])

    @router.get("/orders/{device}")
    async def orders(device: str) -> JSONResponse:
        """What this device is to do: `{"orders": [envelope, …]}`. Needs no sign-in."""

        def run() -> list[dict[str, str]]:
            if not is_device(device):
                return []
            with read_transaction(server.engine) as connection:
                return [one.envelope for one in list_standing(connection, device, server.clock())]

        return JSONResponse({"orders": await run_in_threadpool(run)}, headers={"Cache-Control": "no-store"})

    @router.post("/orders/{device}/{order_id}", status_code=204)
    async def report(request: Request, device: str, order_id: str) -> Response:
        """Takes `did` (all, keys, nothing), `visits`, `sealed`, `proof`. An order nobody gave is answered alike."""
        told = read_told(await read_document(request, LARGEST))

        def run() -> None:
            if not is_device(device) or not is_order(order_id):
                return
            with write_transaction(server.engine) as connection:
                if note_told(connection, device, order_id, told, server.clock()):
                    _log.info("a word on order %s: %s", order_id, told.did)

        await run_in_threadpool(run)
        return Response(status_code=204)

    return router
