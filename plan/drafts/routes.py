"""`[base]/$hearthside-draft`: copies of visits that are not signed. PUT and DELETE by their author, GET by keeping.

Parameters resources, since that is what this server's callers send and read; no FHIR resource is made of a draft.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_read, noting_refusals
from plan.database import read_transaction, write_transaction
from plan.drafts.keeping import NAME, Copy, check_may_ask, get_draft, list_drafts, put_draft, remove_draft
from plan.fhir.context import Caller, Server
from plan.fhir.http import check_accept, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.fhir.types import ID
from plan.principal import Authenticate
from plan.signed_in import find_caller

OPERATION = "$hearthside-draft"
LARGEST = 600_000
"""Bytes of one copy as it travels; a long visit has about 60,000."""
_VISIT = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
_DEVICE = re.compile(r"[0-9a-f]{32}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
Json = dict[str, Any]


def make_drafts_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Drafts"])

    def caller_of(request: Request) -> Caller:
        caller = find_caller(request, server, authenticate)
        with noting_refusals(OPERATION):
            check_may_ask(caller)
        return caller

    @router.get(f"/{OPERATION}")
    async def listed(request: Request) -> Response:
        """The drafts that the caller may read, without what stands in them."""

        def run() -> str:
            caller = caller_of(request)
            with read_transaction(server.engine) as connection:
                rows = list_drafts(connection, caller)
            for row in rows:
                note_read(NAME, row.visit_id, row.patient_id)
            return dumps(_parameters([{"name": "draft", "part": _parts(row)} for row in rows]))

        check_accept(request)
        return respond(200, await run_in_threadpool(run))

    @router.get(f"/{OPERATION}/{{visit}}/{{device}}")
    async def one(request: Request, visit: str, device: str) -> Response:
        """One draft with all that stands in it."""

        def run() -> str:
            caller = caller_of(request)
            _check_key(visit, device)
            with noting_refusals(OPERATION), read_transaction(server.engine) as connection:
                row = get_draft(connection, caller, visit, device)
            note_read(NAME, row.visit_id, row.patient_id)
            return dumps(_parameters([*_parts(row), {"name": "body", "valueString": row.body}]))

        check_accept(request)
        return respond(200, await run_in_threadpool(run))

    @router.put(f"/{OPERATION}/{{visit}}/{{device}}")
    async def keep(request: Request, visit: str, device: str) -> Response:
        """Keep a copy in place of the last one. Parameters: patient, began, changed, body."""
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request)
        _check_key(visit, device)
        content = await read_json(request, LARGEST)

        def run() -> str:
            copy = _read_copy(visit, device, content)
            with noting_refusals(OPERATION), write_transaction(server.engine) as connection:
                refusal = None
                try:
                    digest = put_draft(connection, caller, copy)
                except Refusal as found:
                    # What a refusal removed (the draft of a signed visit) stays removed.
                    if found.status != 409:
                        raise
                    digest, refusal = "", found
            if refusal is not None:
                raise refusal
            return dumps(_parameters([{"name": "digest", "valueString": digest}]))

        return respond(200, await run_in_threadpool(run))

    @router.delete(f"/{OPERATION}/{{visit}}/{{device}}")
    async def remove(request: Request, visit: str, device: str) -> Response:
        """Take it away: the visit was signed or dropped. `If-Match: "<digest>"`: only if it is that version still."""

        def run() -> str:
            caller = caller_of(request)
            _check_key(visit, device)
            digest = _read_digest(request.headers.get("if-match"))
            with noting_refusals(OPERATION), write_transaction(server.engine) as connection:
                remove_draft(connection, caller, visit, device, digest)
            return dumps(_parameters([]))

        check_accept(request)
        return respond(200, await run_in_threadpool(run))

    return router


def _check_key(visit: str, device: str) -> None:
    if _VISIT.match(visit) is None or _DEVICE.match(device) is None:
        raise Refusal(404, "There is no such draft.")


def _read_digest(header: str | None) -> str | None:
    if header is None:
        return None
    digest = header.strip().removeprefix("W/").strip('"')
    if _DIGEST.match(digest) is None:
        raise Refusal(400, "If-Match names no version of a draft.")
    return digest


def _read_copy(visit: str, device: str, content: Any) -> Copy:
    if not isinstance(content, dict) or content.get("resourceType") != "Parameters":
        raise Refusal(400, "A Parameters resource was expected here.")
    parameters = content.get("parameter")
    said = {
        one["name"]: one
        for one in (parameters if isinstance(parameters, list) else ())
        if isinstance(one, dict) and isinstance(one.get("name"), str)
    }
    patient = _text(said, "patient", "valueString")
    body = _text(said, "body", "valueString")
    if ID.match(patient) is None or not body:
        raise Refusal(400, "A draft says whose visit it is, and what stands in it.")
    return Copy(visit, device, patient, _moment(said, "began"), _moment(said, "changed"), body)


def _text(said: dict[str, Json], name: str, value: str) -> str:
    found = said.get(name, {}).get(value)
    return found if isinstance(found, str) else ""


def _moment(said: dict[str, Json], name: str) -> int:
    try:
        at = datetime.fromisoformat(_text(said, name, "valueInstant"))
        found = None if at.tzinfo is None else round(at.timestamp() * 1000)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Refusal(400, f"{name} is no moment.")
    return found


def _parameters(parts: list[Json]) -> Json:
    return {"resourceType": "Parameters", **({"parameter": parts} if parts else {})}


def _parts(row: Any) -> list[Json]:
    who = {"reference": f"Practitioner/{row.author_id}"}
    if row.author_name:
        who["display"] = row.author_name
    return [
        {"name": "visit", "valueString": row.visit_id},
        {"name": "device", "valueString": row.device},
        {"name": "patient", "valueString": row.patient_id},
        {"name": "author", "valueReference": who},
        {"name": "began", "valueInstant": instant(row.began_ms)},
        {"name": "changed", "valueInstant": instant(row.changed_ms)},
        {"name": "kept", "valueInstant": instant(row.kept_ms)},
        {"name": "digest", "valueString": row.digest},
    ]
