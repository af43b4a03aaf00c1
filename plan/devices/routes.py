"""`POST /devices`: a device says which key it signs its writes with."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from plan.audit.ledger import DEVICE, add_event
from plan.database import write_transaction
from plan.devices.registry import check_proof, register
from plan.fhir.context import Server
from plan.fhir.outcomes import Refusal
from plan.principal import OPERATOR, Authenticate
from plan.signed_in import find_caller, read_document
from plan.signin.drain import bind_device, find_bound

LARGEST = 4_000
"""Bytes of the request."""


def make_devices_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """The route. `authenticate` finds the user of a bearer token."""
    router = APIRouter(tags=["Devices"])

    @router.post("/devices")
    async def register_device(request: Request) -> JSONResponse:
        """Takes `device`, `key` and `proof` (base64); told twice, it stands once."""
        caller = await run_in_threadpool(find_caller, request, server, authenticate)
        document = await read_document(request, LARGEST)

        def run() -> None:
            if caller.principal.role == OPERATOR:
                raise Refusal(403, "An operator documents nothing, so that her devices sign nothing.")
            if caller.principal.draining:
                # Who may no longer read may still send what she wrote; a new key for later is not part of that.
                raise Refusal(403, "A sign-in that only sends what is left takes no new device.")
            # What this key signs is written as hers (`POST /courier`): a sign-in that only reads gives none away.
            caller.check_scope("c", "Encounter")
            device, key = document.get("device"), read_bytes(document, "key")
            if not isinstance(device, str):
                raise Refusal(400, "The device is missing.")
            check_proof(device, caller.principal.reference, key, read_bytes(document, "proof"))
            with write_transaction(server.engine) as connection:
                bound = find_bound(connection, caller.principal.family_id)
                if bound not in (None, device):
                    # A token that was held for a minute is one of a tablet in use: it registers no other device.
                    raise Refusal(403, "This sign-in is another device's.")
                if register(connection, caller.principal.user_id, device, key, caller.now_ms):
                    add_event(
                        connection, caller.now_ms, DEVICE, who=caller.principal, what={"device": device}
                    )
                bind_device(connection, caller.principal, device, caller.now_ms)

        await run_in_threadpool(run)
        return JSONResponse({"registered": True}, headers={"Cache-Control": "no-store"})

    return router


def read_bytes(document: dict[str, Any], name: str) -> bytes:
    """Base64 of a member. Raises Refusal 400."""
    value = document.get(name)
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError) as error:
        raise Refusal(400, f"{name} is not base64.") from error
