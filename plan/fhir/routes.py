"""The FHIR routes. Each reads the request, then works in a thread, since the database calls block."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeVar
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.ledger import keep_trail
from plan.contacts import keep_report
from plan.database import ReadTooLong, read_transaction, write_transaction
from plan.fhir import files, openapi, reads
from plan.fhir.answers import Answer
from plan.fhir.bundles import run_bundle, run_writes
from plan.fhir.capability import make_capability
from plan.fhir.contact import OPERATION, make_answer, read_report
from plan.fhir.context import Caller, Preferences, Server
from plan.fhir.costs import TOO_LONG, cost_of_bundle, cost_of_search
from plan.fhir.http import FORM, check_accept, read_body, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.openapi import TypeName
from plan.fhir.outcomes import Refusal, done
from plan.fhir.rights import find_type
from plan.fhir.stamps import find_epoch, renew_epoch
from plan.fhir.writes import Write, check_content
from plan.keys.held import find_key_set
from plan.principal import Authenticate
from plan.signed_in import find_caller
from plan.signin.drain import bind_device

T = TypeVar("T")
Read = Callable[[Connection, Caller], Answer]


def make_fhir_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """All routes under /fhir. `authenticate` finds the user of a bearer token."""
    router = APIRouter(prefix="/fhir", tags=["FHIR R4"])
    started_ms = server.clock()

    async def know_caller(request: Request, *, bare: bool = False) -> Caller:
        """Who asks is known before a body is read: nobody unknown makes the server take in megabytes."""
        if not bare:
            check_accept(request)
        strict = Preferences.read(request.headers.get("prefer")).strict
        return await run_in_threadpool(partial(find_caller, request, server, authenticate, strict=strict))

    async def work(caller: Caller, cost: float, run: Callable[[], T]) -> T:
        """Run it in a thread, on the caller's account and in one of her places. One unit she paid when found."""
        limits, user = server.limits, caller.principal.user_id
        limits.charge_user(user, cost - 1)

        def placed() -> T:
            with limits.place(user):
                found = run()
                # Here rather than in the middleware: one change of threads less for every read.
                keep_trail(server.engine, server.clock)
                return found

        try:
            return await run_in_threadpool(placed)
        except ReadTooLong:
            limits.fine_user(user, TOO_LONG)
            raise

    async def answer_read(
        request: Request, read: Read, caller: Caller | None = None, *, cost: float = 1, bare: bool = False
    ) -> Response:
        found = caller or await know_caller(request, bare=bare)

        def run() -> Answer:
            with read_transaction(server.engine, seconds=server.settings.read_seconds) as connection:
                return read(connection, found)

        answer = await work(found, cost, run)
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
        caller = await know_caller(request)
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

        answer = await work(caller, 1, run)
        text = None if preferences.returns == "minimal" else answer.text
        if preferences.returns == "operationoutcome" and answer.version is not None:
            text = dumps(done())
        return respond(answer.status, text, answer.http_headers(server.base))

    @lru_cache(maxsize=2)
    def described(epoch: str, mark: str | None) -> str:
        """Every device asks at each start, and it says the same until the database or the keys are others."""
        statement = make_capability(
            server.base, server.settings, epoch=epoch, started_ms=started_ms, keys=mark
        )
        return dumps(statement)

    @router.get("/metadata")
    async def capability() -> Response:
        """The CapabilityStatement. Needs no sign-in."""

        def run() -> str:
            with read_transaction(server.engine) as connection:
                epoch = find_epoch(connection)
                keys = find_key_set(connection)
            if epoch is None:
                with write_transaction(server.engine) as connection:
                    epoch = find_epoch(connection) or renew_epoch(connection)
            return described(epoch, None if keys is None else keys.mark)

        return respond(200, await run_in_threadpool(run))

    @router.post("", openapi_extra=openapi.BUNDLE)
    @router.post("/", include_in_schema=False)
    async def bundle(request: Request) -> Response:
        """Take a transaction or batch Bundle."""
        preferences = Preferences.read(request.headers.get("prefer"))
        caller = await know_caller(request)
        content = await read_json(request, server.settings.max_body_bytes)
        cost = cost_of_bundle(content)
        answer = await work(caller, cost, lambda: run_bundle(caller, content, preferences))
        return respond(answer.status, answer.text)

    @router.post(f"/{OPERATION}", openapi_extra=openapi.CONTACT)
    async def contact(request: Request) -> Response:
        """A device says what waits on it, how its last passes ended, and how its audit log goes on."""
        caller = await know_caller(request)
        caller.check_scope("c", "AuditEvent")
        content = await read_json(request, server.settings.max_body_bytes)

        def run() -> str | None:
            report = read_report(content, caller.principal.user_id, caller.now_ms)
            with write_transaction(server.engine) as connection:
                bind_device(connection, caller.principal, report.contact.device, caller.now_ms)
                held = keep_report(connection, report)
            return None if held is None else dumps(make_answer(held))

        said = await work(caller, 1, run)
        return respond(204 if said is None else 200, said)

    @router.get("/{type_name}", openapi_extra=openapi.SEARCH)
    async def search(request: Request, type_name: TypeName) -> Response:
        """Search a type."""
        pairs = list(request.query_params.multi_items())
        cost = cost_of_search(pairs)
        return await answer_read(
            request, lambda connection, who: reads.search(connection, who, type_name, pairs), cost=cost
        )

    @router.post("/{type_name}/_search", openapi_extra=openapi.SEARCH_FORM)
    async def search_by_post(request: Request, type_name: TypeName) -> Response:
        """Search a type with the parameters in a form, so that no name is in an address."""
        caller = await know_caller(request)
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
            request,
            lambda connection, who: reads.search(connection, who, type_name, pairs),
            caller,
            cost=cost_of_search(pairs),
        )

    @router.post("/{type_name}", openapi_extra=openapi.CREATE)
    async def create(request: Request, type_name: TypeName) -> Response:
        """Create; the server gives the id."""
        exist = request.headers.get("if-none-exist")
        return await answer_write(request, Write("POST", find_type(type_name), "", if_none_exist=exist))

    @router.get("/{type_name}/_history", openapi_extra=openapi.HISTORY)
    async def history_of_type(request: Request, type_name: TypeName) -> Response:
        """Versions of every resource of a type, newest first."""
        pairs = list(request.query_params.multi_items())
        cost = cost_of_search(pairs)
        return await answer_read(
            request, lambda connection, who: reads.history(connection, who, type_name, None, pairs), cost=cost
        )

    @router.get("/{type_name}/{resource_id}", openapi_extra=openapi.READ)
    async def read(request: Request, type_name: TypeName, resource_id: str) -> Response:
        """The current version; of a file its bare bytes, unless FHIR is asked for by name."""
        bare = type_name == files.BINARY and files.wants_bare(request)
        return await answer_read(
            request, lambda connection, who: reads.read(connection, who, type_name, resource_id), bare=bare
        )

    @router.put("/{type_name}/{resource_id}", openapi_extra=openapi.UPDATE)
    async def update(request: Request, type_name: TypeName, resource_id: str) -> Response:
        """Update, or create with an id of the caller's."""
        match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
        write = Write("PUT", find_type(type_name), resource_id, if_match=match, if_none_match=none_match)
        return await answer_write(request, write)

    @router.delete("/{type_name}/{resource_id}", openapi_extra=openapi.DELETE)
    async def delete(request: Request, type_name: TypeName, resource_id: str) -> Response:
        """Delete; the versions stay."""
        write = Write("DELETE", find_type(type_name), resource_id, if_match=request.headers.get("if-match"))
        return await answer_write(request, write, body=False)

    @router.get("/{type_name}/{resource_id}/_history", openapi_extra=openapi.HISTORY)
    async def history(request: Request, type_name: TypeName, resource_id: str) -> Response:
        """Versions of one resource, newest first."""
        pairs = list(request.query_params.multi_items())
        return await answer_read(
            request,
            lambda connection, who: reads.history(connection, who, type_name, resource_id, pairs),
            cost=cost_of_search(pairs),
        )

    @router.get("/{type_name}/{resource_id}/_history/{version_id}", openapi_extra=openapi.SECURED)
    async def vread(request: Request, type_name: TypeName, resource_id: str, version_id: str) -> Response:
        """One version."""
        return await answer_read(
            request, lambda connection, who: reads.vread(connection, who, type_name, resource_id, version_id)
        )

    return router
