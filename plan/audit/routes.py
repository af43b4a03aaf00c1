"""`GET [base]/Patient/<id>/$hearthside-seen`: who saw a person's record. For supervisors of her team, and operators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.seen import list_events, make_bundle
from plan.audit.trail import note_read, note_refusal
from plan.database import read_transaction
from plan.fhir.access import works_with
from plan.fhir.context import Server
from plan.fhir.http import respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal, not_found
from plan.fhir.store import find_current
from plan.principal import OPERATOR, SUPERVISOR, Authenticate
from plan.signed_in import find_caller

SEEN = "$hearthside-seen"

Moment = Annotated[int | None, Query(ge=0, le=253_402_300_799_999)]
"""Ms since 1970, up to the end of the year 9999: what no database could compare is refused."""


def make_seen_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Audit"])

    @router.get(f"/Patient/{{patient_id}}/{SEEN}")
    async def seen(request: Request, patient_id: str, before: Moment = None) -> Response:
        """AuditEvents about this person's record, newest first. `before`: ms since 1970, for the next page."""

        def run() -> str:
            caller = find_caller(request, server, authenticate)
            caller.check_scope("s", "AuditEvent")
            who = caller.principal
            with read_transaction(server.engine) as connection:
                row = find_current(connection, "Patient", patient_id, caller.allowed())
                if row is None:
                    note_refusal(f"Patient/{patient_id}", 404)
                    raise not_found()
                allowed = who.role == OPERATOR or (
                    who.role == SUPERVISOR and works_with(connection, who, patient_id, caller.now_ms)
                )
                if not allowed:
                    note_refusal(f"Patient/{patient_id}", 403)
                    raise Refusal(403, "Who saw a record is for supervisors of the team to read.")
                events = list_events(connection, patient_id, before_ms=before)
            note_read("AuditEvent", SEEN, patient_id)
            return dumps(make_bundle(server.base, patient_id, events))

        return respond(200, await run_in_threadpool(run))

    return router
