"""`[base]/$hearthside-emergency`: POST opens one person's record; GET says what stands open to the caller."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_refusal
from plan.database import read_transaction, write_transaction
from plan.emergency.opening import Ask, Opened, check_ask, list_open, open_record
from plan.fhir.context import Caller, Server
from plan.fhir.http import check_accept, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.principal import Authenticate
from plan.signed_in import find_caller

OPERATION = "$hearthside-emergency"
_LARGEST = 8_000


def make_emergency_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Emergency"])

    def caller_of(request: Request) -> Caller:
        caller = find_caller(request, server, authenticate)
        # What opening gives: to read, and to make a visit. A sign-in that lacks either opens nothing.
        caller.check_scope("r", "Patient")
        caller.check_scope("c", "Encounter")
        return caller

    @router.get(f"/{OPERATION}")
    async def standing(request: Request) -> Response:
        """The records that stand open to the caller now."""

        def run() -> str:
            caller = caller_of(request)
            with read_transaction(server.engine) as connection:
                found = list_open(connection, caller.principal, caller.now_ms)
            return dumps(_parameters(found))

        check_accept(request)
        return respond(200, await run_in_threadpool(run))

    @router.post(f"/{OPERATION}")
    async def opening(request: Request) -> Response:
        """Open a record by exact name and birth date. Parameters: given, family, birthDate, reason."""
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request)
        content = await read_json(request, _LARGEST)

        def run() -> Opened:
            ask = read_ask(content)
            check_ask(ask)
            with write_transaction(server.engine) as connection:
                answer = open_record(connection, caller.principal, ask, caller.now_ms, server.settings)
            if isinstance(answer, Refusal):
                note_refusal(OPERATION, answer.status)
                raise answer
            return answer

        return respond(200, dumps(_parameters([await run_in_threadpool(run)])))

    return router


def read_ask(content: Any) -> Ask:
    """The ask in a Parameters resource. Raises Refusal 400."""
    if not isinstance(content, dict) or content.get("resourceType") != "Parameters":
        raise Refusal(400, "A Parameters resource was expected here.")
    parameters = content.get("parameter")
    said: dict[str, str] = {}
    for one in parameters if isinstance(parameters, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            value = one.get("valueDate") if one["name"] == "birthDate" else one.get("valueString")
            said[one["name"]] = value if isinstance(value, str) else ""
    return Ask(*(said.get(name, "") for name in ("given", "family", "birthDate", "reason")))


def _parameters(found: list[Opened]) -> dict[str, Any]:
    return {
        "resourceType": "Parameters",
        "parameter": [
            {
                "name": "open",
                "part": [
                    {"name": "patient", "valueReference": {"reference": f"Patient/{one.patient_id}"}},
                    {"name": "until", "valueInstant": instant(one.until_ms)},
                ],
            }
            for one in found
        ],
    }
