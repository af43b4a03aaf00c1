"""`[base]/$hearthside-visit-log`: a page of the team's visits, for supervisors where a tablet cannot hold them all.

`GET` with codes, ids and times; `POST` with the same in a form, and there a name too, which never stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_refusal, note_rows
from plan.database import read_transaction
from plan.fhir.context import Server
from plan.fhir.http import FORM, check_accept, read_body, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.principal import SUPERVISOR, Authenticate
from plan.rls import enter
from plan.signed_in import find_caller
from plan.visit_log.asking import MOST_PARAMETERS, read_asked
from plan.visit_log.reading import LogLines, read_lines

OPERATION = "$hearthside-visit-log"
SECONDS = 10.0
"""A page takes some hundredths of a second; what takes longer is cut off."""
LARGEST_FORM = 20_000
"""Bytes."""
Json = dict[str, Any]


def make_visit_log_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Visit log"])

    def answer(request: Request, pairs: list[tuple[str, str]]) -> str:
        caller = find_caller(request, server, authenticate)
        caller.check_scope("s", "Encounter")
        if caller.principal.role != SUPERVISOR or not caller.principal.team_id:
            note_refusal(OPERATION, 403)
            raise Refusal(403, "The visit log is for the supervisors of a team.")
        asked = read_asked(pairs, caller.allowed())
        with read_transaction(server.engine, seconds=SECONDS) as connection:
            enter(connection, caller)
            found = read_lines(connection, asked, caller)
        note_rows(_Shown(row.encounter_id, row.patient_id) for row in found.rows)
        return dumps(make_answer(found, caller.now_ms))

    @router.get(f"/{OPERATION}")
    async def visit_log(request: Request) -> Response:
        """Visits of the people whom the caller's team has now. Its filters are in docs/plan-operation.md."""
        check_accept(request)
        pairs = request.query_params.multi_items()
        if any(name == "name" for name, _ in pairs):
            raise Refusal(400, "A name is searched for by POST, so that it stands in no address.")
        return respond(200, await run_in_threadpool(answer, request, pairs))

    @router.post(f"/{OPERATION}")
    async def visit_log_by_post(request: Request) -> Response:
        """The same with the parameters in a form."""
        check_accept(request)
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
            raise Refusal(415, f"The parameters must be {FORM}.")
        body = await read_body(request, LARGEST_FORM)
        try:
            pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
        except ValueError as error:
            raise Refusal(400, "The form cannot be read.") from error
        return respond(200, await run_in_threadpool(answer, request, pairs))

    return router


@dataclass(frozen=True, slots=True)
class _Shown:
    """A visit in a page, as the trail counts it."""

    id: str
    patient_id: str
    type: str = "Encounter"


def make_answer(found: LogLines, now_ms: int) -> Json:
    """The Parameters resource. `at` is the plan's time of this answer; `after` goes with the next page as `_after`.

    `more`: there are more than `total` says.
    """
    parameters: list[Json] = [{"name": "at", "valueInstant": instant(now_ms)}]
    if found.total is not None:
        parameters.append({"name": "total", "valueUnsignedInt": found.total})
    if found.more:
        parameters.append({"name": "more", "valueBoolean": True})
    parameters += [
        {"name": "visit", "part": _line(row, found.names.get(row.patient_id, ""))} for row in found.rows
    ]
    if found.last is not None:
        parameters.append({"name": "after", "valueString": found.last})
    return {"resourceType": "Parameters", "parameter": parameters}


def _line(row: Row[Any], name: str) -> list[Json]:
    parts: list[Json] = [
        _reference("visit", f"Encounter/{row.encounter_id}", ""),
        _reference("patient", f"Patient/{row.patient_id}", name),
        _reference("nurse", f"Practitioner/{row.nurse_id}" if row.nurse_id else "", row.nurse_name),
        {"name": "began", "valueInstant": instant(row.began_ms)},
    ]
    for which, ms in (("left", row.left_ms), ("signed", row.signed_ms)):
        if ms is not None:
            parts.append({"name": which, "valueInstant": instant(ms)})
    if row.offset_ms is not None:
        # As FHIR's 32 bits would not hold a tablet that is a month off.
        parts.append({"name": "clock-offset", "valueDecimal": row.offset_ms})
    codes = {"modality": row.modality, "setting": row.setting, "place": row.place, "kind": row.kind}
    parts += [{"name": which, "valueCode": code} for which, code in codes.items() if code]
    words = {"line": row.line, "organisation": row.organisation}
    parts += [{"name": which, "valueString": said} for which, said in words.items() if said]
    if row.score is not None:
        parts.append({"name": "score", "valueInteger": row.score})
    flags = {
        "act-now": row.act_now,
        "alert-open": row.alert_open,
        "not-seen": not row.met,
        "evv": row.evv,
        "arriving": not row.whole,
    }
    return parts + [{"name": "flag", "valueCode": which} for which, is_set in flags.items() if is_set]


def _reference(name: str, to: str, shown: str) -> Json:
    value = ({"reference": to} if to else {}) | ({"display": shown} if shown else {})
    return {"name": name, "valueReference": value or {"display": "unknown"}}
