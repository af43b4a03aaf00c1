"""`Group/[id]/$export` (Bulk Data Access): ask, look how it stands, read the files, call it off.

The addresses ask for the token of a registered client (`plan.clients`); nobody else's opens them, and that token opens
nothing beside them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from plan.audit.ledger import EXPORT, add_event
from plan.bulk.asking import make_job, read_ask
from plan.bulk.files import Span, find_span, get_file, get_job, read_span
from plan.bulk.manifest import make_manifest
from plan.bulk.parameters import LARGEST, read_parameters
from plan.bulk.tables import DONE, FAILED
from plan.bulk.taking import note_taken
from plan.bulk.worker import BulkWorker, drop_expired, drop_job
from plan.clients.registry import find_client
from plan.clients.tokens import find_backend
from plan.database import read_transaction, write_transaction
from plan.fhir.context import Caller, Server
from plan.fhir.http import JSON, check_accept, read_body, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal, not_found
from plan.fhir.stamps import http_date
from plan.signed_in import find_caller

STATUS, FILE = "$export-status", "$export-file"
NDJSON = "application/fhir+ndjson"
_SECONDS_BETWEEN_LOOKS = "2"


def make_bulk_router(server: Server, worker: BulkWorker) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Bulk export"])
    authenticate = server.limits.watch(find_backend)

    def caller_of(request: Request) -> Caller:
        return find_caller(request, server, authenticate)

    def get_mine(caller: Caller, job_id: str) -> Any:
        """The export, while its client may still have this group. Raises Refusal 404."""
        with read_transaction(server.engine) as connection:
            job = get_job(connection, job_id, caller.principal.user_id, caller.now_ms)
            client = find_client(connection, job.client_id)
            if client is None or job.group_id not in client.groups:
                raise not_found()
        return job

    def kick_off(request: Request, group_id: str, body: bytes | None) -> Response:
        caller = caller_of(request)
        words = {word.strip().lower() for word in request.headers.get("prefer", "").split(",")}
        if "respond-async" not in words:
            raise Refusal(400, "An export is prepared apart: send Prefer: respond-async.")
        pairs = list(request.query_params.multi_items()) if body is None else read_parameters(body)
        ask = read_ask(pairs, caller, lenient="handling=lenient" in words)
        path = f"Group/{group_id}/$export"
        query = f"?{request.url.query}" if request.url.query else ""
        with write_transaction(server.engine) as connection:
            drop_expired(connection, caller.now_ms)
            job_id = make_job(connection, caller, group_id, ask, f"{server.base}/{path}{query}")
            what = {"asked": job_id, "group": group_id, "types": list(ask.types)}
            add_event(connection, caller.now_ms, EXPORT, who=caller.principal, what=what, outcome=202)
        worker.wake()
        return respond(202, None, {"Content-Location": f"{server.base}/{STATUS}/{job_id}"})

    @router.get("/Group/{group_id}/$export")
    async def export(request: Request, group_id: str) -> Response:
        """Ask for an export. Parameters: _type, _since, _outputFormat. Needs `Prefer: respond-async`."""
        check_accept(request)
        return await run_in_threadpool(kick_off, request, group_id, None)

    @router.post("/Group/{group_id}/$export")
    async def export_by_post(request: Request, group_id: str) -> Response:
        """The same with the parameters in a Parameters resource, and none in the address."""
        check_accept(request)
        if request.url.query:
            raise Refusal(400, "The parameters of a POST stand in its body.")
        kind = request.headers.get("content-type", JSON).split(";")[0].strip().lower()
        if kind not in (JSON, "application/json"):
            raise Refusal(415, f"The parameters must be {JSON}.")
        body = await read_body(request, LARGEST)
        return await run_in_threadpool(kick_off, request, group_id, body)

    @router.get(f"/{STATUS}/{{job_id}}")
    async def status(request: Request, job_id: str) -> Response:
        """How an export stands: 202 while it is prepared, then the list of its files."""

        def run() -> Response:
            caller = caller_of(request)
            job = get_mine(caller, job_id)
            if job.state == FAILED:
                raise Refusal(500, "This export could not be prepared. Please ask anew.")
            if job.state != DONE:
                worker.wake()
                progress = f"{job.steps_done} of {job.steps} steps"
                return respond(202, None, {"X-Progress": progress, "Retry-After": _SECONDS_BETWEEN_LOOKS})
            with read_transaction(server.engine) as connection:
                text = dumps(make_manifest(connection, job, f"{server.base}/{FILE}"))
            expires = {"Expires": http_date(job.expires_ms)}
            return Response(text.encode(), headers=expires, media_type="application/json")

        return await run_in_threadpool(run)

    @router.delete(f"/{STATUS}/{{job_id}}")
    async def call_off(request: Request, job_id: str) -> Response:
        """Call it off, or say that its files are no longer needed."""

        def run() -> Response:
            caller = caller_of(request)
            job = get_mine(caller, job_id)
            with write_transaction(server.engine) as connection:
                drop_job(connection, job.id)
            return respond(202, None)

        return await run_in_threadpool(run)

    @router.get(f"/{FILE}/{{job_id}}/{{number}}")
    async def file(request: Request, job_id: str, number: int) -> Response:
        """One file, NDJSON. Takes Range with If-Range, so that a download goes on where it broke off."""

        def begin() -> tuple[Span, int, dict[str, str], Iterator[bytes], bytes]:
            caller = caller_of(request)
            job = get_mine(caller, job_id)
            with read_transaction(server.engine) as connection:
                held = get_file(connection, job, number)
            # A token of fewer types than the export was asked for with reads those types' files.
            for kind in job.types.split() if held.kind == "deleted" else [held.type]:
                caller.check_scope("r", kind)
            # The same bytes for as long as it is there, so its name is a strong validator.
            mark = f'"{job.id}-{number}"'
            wanted = request.headers.get("range")
            if request.headers.get("if-range", mark) != mark:
                wanted = None
            span = find_span(held.size, wanted)
            headers = {"ETag": mark, "Accept-Ranges": "bytes", "Cache-Control": "no-store"}
            # Ranges count the bytes as they are: a packed answer could not be gone on with.
            headers |= {"Content-Encoding": "identity", "Content-Length": str(span.length)}
            if not span.is_whole:
                headers["Content-Range"] = f"bytes {span.first}-{span.last}/{span.size}"
            parts = read_span(server.engine, job, number, span)
            first = next(parts)
            note_taken(server.engine, caller, job, held.type, number)
            return span, 200 if span.is_whole else 206, headers, parts, first

        _, code, headers, parts, first = await run_in_threadpool(begin)

        async def body() -> AsyncIterator[bytes]:
            data: bytes | None = first
            while data is not None:
                yield data
                data = await run_in_threadpool(next, parts, None)

        return StreamingResponse(body(), code, headers=headers, media_type=NDJSON)

    return router
