"""`GET [base]/$hearthside-worklist`: who of the roster was not reached yet, and why each is on the list."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_read, noting_refusals
from plan.database import read_transaction
from plan.fhir.access import IS_CURRENT
from plan.fhir.context import Caller, Server
from plan.fhir.http import check_accept, respond
from plan.fhir.json_text import dumps, loads
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.fhir.store import versions
from plan.fhir.tables import resource
from plan.outcomes.refresh import find_freshness
from plan.principal import OPERATOR, SUPERVISOR, Authenticate
from plan.signed_in import find_caller
from plan.worklist.finding import Row, count_teamless, find_rows

OPERATION = "$hearthside-worklist"
MOST = 500
"""People in one answer; how many there are in all is said beside it."""
SMALL = 10
"""A number of people up to this is not told of those whom the asker may not read (as CMS habit has it: under 11)."""
_AT_ONCE = 200
Json = dict[str, Any]


def make_worklist_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Worklist"])

    @router.get(f"/{OPERATION}")
    async def worklist(request: Request) -> Response:
        """Members of the caller's team who could be helped and have no visit, no conversation and no referral."""

        def run() -> str:
            caller = find_caller(request, server, authenticate)
            with noting_refusals(OPERATION):
                check_caller(caller)
            with read_transaction(server.engine, seconds=server.settings.read_seconds) as connection:
                return dumps(make_answer(connection, caller))

        check_accept(request)
        return respond(200, await run_in_threadpool(run))

    return router


def check_caller(caller: Caller) -> None:
    """Raises Refusal 403 unless this is a team's supervisor, or the plan's own system."""
    caller.check_scope("s", "Patient")
    who = caller.principal
    if who.role != OPERATOR and not (who.role == SUPERVISOR and who.team_id):
        raise Refusal(403, "The worklist is for the supervisors of a team.")


def make_answer(connection: Connection, caller: Caller) -> Json:
    """The Parameters resource. Each person stands in the audit trail as read."""
    rows = find_rows(connection, caller.now_ms)
    teamless = count_teamless(connection, rows, caller.now_ms)
    people = _read_people(connection, caller, rows)
    mine = [row for row in rows if row.patient_id in people]
    as_of = find_freshness(connection).as_of(caller.now_ms)
    parts: list[Json] = [
        {"name": "at", "valueInstant": instant(caller.now_ms)},
        {"name": "as-of", "valueInstant": instant(as_of)},
        {"name": "total", "valueUnsignedInt": len(mine)},
    ]
    if caller.principal.role == OPERATOR or not 0 < teamless <= SMALL:
        parts.append({"name": "no-team", "valueUnsignedInt": teamless})
    for row in mine[:MOST]:
        note_read("Patient", row.patient_id, row.patient_id)
        parts.append({"name": "member", "part": _member(row, people[row.patient_id])})
    return {"resourceType": "Parameters", "parameter": parts}


def _read_people(connection: Connection, caller: Caller, rows: list[Row]) -> dict[str, Json]:
    """Patients among them whom the caller may read, through the one access predicate."""
    found: dict[str, Json] = {}
    ids = [row.patient_id for row in rows]
    for start in range(0, len(ids), _AT_ONCE):
        wanted = resource.c.id.in_(ids[start : start + _AT_ONCE])
        statement = versions(caller.allowed()).where(
            IS_CURRENT, resource.c.type == "Patient", resource.c.deleted == 0, wanted
        )
        for one in connection.execute(statement.with_only_columns(resource.c.id, resource.c.body)):
            found[one.id] = loads(one.body)
    return found


def _member(row: Row, patient: Json) -> list[Json]:
    who = {"reference": f"Patient/{row.patient_id}", "display": _name(patient)}
    parts: list[Json] = [
        {"name": "who", "valueReference": who},
        {"name": "since", "valueInstant": instant(row.since_ms)},
        {"name": "line", "valueCode": row.line},
        {"name": "target", "valueCode": row.target},
        {"name": "sb1004", "valueBoolean": row.sb1004},
    ]
    for one in row.reasons:
        said: list[Json] = [
            {"name": "code", "valueCode": one.code},
            {"name": "asked", "valueBoolean": one.asked},
        ]
        if one.at_ms is not None:
            said.append({"name": "when", "valueInstant": instant(one.at_ms)})
        parts.append({"name": "reason", "part": said})
    return parts


def _name(patient: Json) -> str:
    names = patient.get("name") or [{}]
    first = next((one for one in names if one.get("use") == "official"), names[0])
    words = [*(first.get("given") or ()), first.get("family")]
    return str(first.get("text") or " ".join(str(one) for one in words if one))
