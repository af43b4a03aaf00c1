"""The FHIR routes. Each reads the request, then works in a thread, since the database calls block."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.contacts import keep_report
from plan.database import read_transaction, write_transaction
from plan.fhir import files, reads
from plan.fhir.answers import Answer
from plan.fhir.bundles import run_bundle, run_writes
from plan.fhir.capability import make_capability
from plan.fhir.contact import OPERATION, read_report
from plan.fhir.context import Caller, Preferences, Server
from plan.fhir.http import FORM, check_accept, read_body, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal, done, sign_in
from plan.fhir.rights import find_type
from plan.fhir.stamps import find_epoch, renew_epoch
from plan.fhir.writes import Write, check_content
from plan.principal import Authenticate

T = TypeVar("T")
Read = Callable[[Connection, Caller], Answer]


def make_fhir_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """All routes under /fhir. `authenticate` finds the user of a bearer token."""
    router = APIRouter(prefix="/fhir", tags=["FHIR R4"])
    started_ms = server.clock()

    def find_caller(request: Request, strict: bool) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise sign_in()
        with read_transaction(server.engine) as connection:
            principal = authenticate(connection, token.strip())
        if principal is None:
            raise sign_in()
        return Caller(server, principal, server.clock(), strict)

    async def with_caller(request: Request, work: Callable[[Caller], T], *, bare: bool = False) -> T:
        if not bare:
            check_accept(request)
        strict = Preferences.read(request.headers.get("prefer")).strict
        return await run_in_threadpool(lambda: work(find_caller(request, strict)))

    async def answer_read(
        request: Request, work: Read, caller: Caller | None = None, *, bare: bool = False
    ) -> Response:
        def run(caller: Caller) -> Answer:
            with read_transaction(server.engine) as connection:
                return work(connection, caller)

        if caller is None:
            answer = await with_caller(request, run, bare=bare)
        else:
            answer = await run_in_threadpool(run, caller)
        headers = answer.http_headers(server.base)
        etag = headers.get("ETag")
        if etag and etag in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]:
            return respond(304, None, headers)
        if bare and answer.text is not None:
            wanted = request.headers.get("accept", "")
            data, kind = await run_in_threadpool(files.bare_answer, answer.text, wanted)
            return Response(data, headers=headers | files.BARE_HEADERS, media_type=kind)
        return respond(answer.status, answer.text, headers)

    async def answer_write(request: Request, write: Write, *, body: bool = True) -> Response:
        preferences = Preferences.read(request.headers.get("prefer"))
        # Who asks is known before the body is read: nobody unknown makes the server take in megabytes.
        caller = await with_caller(request, lambda caller: caller)
        largest = server.settings.max_file_bytes
        if body and write.kind.name == files.BINARY and files.is_bare(request):
            write.content = await files.read_bare(request, write.id, largest)
        elif body:
            content = await read_json(request, server.settings.max_body_bytes)
            if not isinstance(content, dict):
                raise Refusal(400, "A resource was expected here.")
            write.content = content

        def run() -> Answer:
            check_content(write, largest)
            return run_writes(caller, [write])[0]

        answer = await run_in_threadpool(run)
        text = None if preferences.returns == "minimal" else answer.text
        if preferences.returns == "operationoutcome" and answer.version is not None:
            text = dumps(done())
        return respond(answer.status, text, answer.http_headers(server.base))

    @router.get("/metadata")
    async def capability() -> Response:
        """The CapabilityStatement. Needs no sign-in."""

        def run() -> str:
            with read_transaction(server.engine) as connection:
                epoch = find_epoch(connection)
            if epoch is None:
                with write_transaction(server.engine) as connection:
                    epoch = find_epoch(connection) or renew_epoch(connection)
            statement = make_capability(server.base, server.settings, epoch=epoch, started_ms=started_ms)
            return dumps(statement)

        return respond(200, await run_in_threadpool(run))

    @router.post("")
    @router.post("/", include_in_schema=False)
    async def bundle(request: Request) -> Response:
        """Take a transaction or batch Bundle."""
        preferences = Preferences.read(request.headers.get("prefer"))
        caller = await with_caller(request, lambda caller: caller)
        content = await read_json(request, server.settings.max_body_bytes)
        answer = await run_in_threadpool(lambda: run_bundle(caller, content, preferences))
        return respond(answer.status, answer.text)

    @router.post(f"/{OPERATION}")
    async def contact(request: Request) -> Response:
        """A device says what waits on it and how its last passes ended."""
        caller = await with_caller(request, lambda caller: caller)
        content = await read_json(request, server.settings.max_body_bytes)

        def run() -> None:
            report = read_report(content, caller.principal.user_id, caller.now_ms)
            with write_transaction(server.engine) as connection:
                keep_report(connection, report)

        await run_in_threadpool(run)
        return respond(204, None)

    @router.get("/{type_name}")
    async def search(request: Request, type_name: str) -> Response:
        """Search a type."""
        pairs = list(request.query_params.multi_items())
        return await answer_read(
            request, lambda connection, who: reads.search(connection, who, type_name, pairs)
        )

    @router.post("/{type_name}/_search")
    async def search_by_post(request: Request, type_name: str) -> Response:
        """Search a type with the parameters in a form, so that no name is in an address."""
        caller = await with_caller(request, lambda caller: caller)
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        body = await read_body(request, server.settings.max_body_bytes)
        if body and kind != FORM:
            raise Refusal(415, f"The parameters must be {FORM}.")
        try:
            form = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=200)
        except ValueError as error:
            raise Refusal(400, "The form cannot be read.") from error
        pairs = [*request.query_params.multi_items(), *form]
        return await answer_read(
            request, lambda connection, who: reads.search(connection, who, type_name, pairs), caller
        )

    @router.post("/{type_name}")
    async def create(request: Request, type_name: str) -> Response:
        """Create; the server gives the id."""
        exist = request.headers.get("if-none-exist")
        return await answer_write(request, Write("POST", find_type(type_name), "", if_none_exist=exist))

    @router.get("/{type_name}/_history")
    async def history_of_type(request: Request, type_name: str) -> Response:
        """Versions of every resource of a type, newest first."""
        pairs = list(request.query_params.multi_items())
        return await answer_read(
            request, lambda connection, who: reads.history(connection, who, type_name, None, pairs)
        )

    @router.get("/{type_name}/{resource_id}")
    async def read(request: Request, type_name: str, resource_id: str) -> Response:
        """The current version; of a file its bare bytes, unless FHIR is asked for by name."""
        bare = type_name == files.BINARY and files.wants_bare(request)
        return await answer_read(
            request, lambda connection, who: reads.read(connection, who, type_name, resource_id), bare=bare
        )

    @router.put("/{type_name}/{resource_id}")
    async def update(request: Request, type_name: str, resource_id: str) -> Response:
        """Update, or create with an id of the caller's."""
        match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
        write = Write("PUT", find_type(type_name), resource_id, if_match=match, if_none_match=none_match)
        return await answer_write(request, write)

    @router.delete("/{type_name}/{resource_id}")
    async def delete(request: Request, type_name: str, resource_id: str) -> Response:
        """Delete; the versions stay."""
        write = Write("DELETE", find_type(type_name), resource_id, if_match=request.headers.get("if-match"))
        return await answer_write(request, write, body=False)

    @router.get("/{type_name}/{resource_id}/_history")
    async def history(request: Request, type_name: str, resource_id: str) -> Response:
        """Versions of one resource, newest first."""
        pairs = list(request.query_params.multi_items())
        return await answer_read(
            request, lambda connection, who: reads.history(connection, who, type_name, resource_id, pairs)
        )

    @router.get("/{type_name}/{resource_id}/_history/{version_id}")
    async def vread(request: Request, type_name: str, resource_id: str, version_id: str) -> Response:
        """One version."""
        return await answer_read(
            request, lambda connection, who: reads.vread(connection, who, type_name, resource_id, version_id)
        )

    return router
