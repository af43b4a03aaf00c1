"""`[base]/$hearthside-share` for the team that shares, `/shared/<link>` for whoever was shared with."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_read, noting_refusals
from plan.database import read_transaction, write_transaction
from plan.fhir.context import Caller, Server
from plan.fhir.http import JSON, check_accept, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.fhir.types import ID
from plan.principal import Authenticate
from plan.sharing.granting import Ask, check_ask, check_caller, grant, list_shared, withdraw
from plan.sharing.opening import compose_document, open_shared
from plan.sharing.page import ask_page, record_page
from plan.signed_in import find_caller

OPERATION = "$hearthside-share"
FILE = "Hearthside"
"""What a file is called outside: nothing about anybody."""
_LARGEST = 8_000
_WRONG_COSTS = 40
"""Units of an address's allowance: a thousand of them and 20 a second back leave two wrong passcodes a second."""
Json = dict[str, Any]


def make_sharing_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(tags=["Sharing"])
    root = server.base.removesuffix("/fhir")

    def caller_of(request: Request) -> Caller:
        caller = find_caller(request, server, authenticate)
        check_caller(caller)
        return caller

    @router.post(f"/fhir/{OPERATION}/list")
    async def shared(request: Request) -> Response:
        """With whom this person's record was shared, until when, and how often it was opened. Parameters: patient.

        Asked in the body: an address, which logs keep, names nobody.
        """
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request)
        patient = read_ask(await read_json(request, _LARGEST)).patient_id

        def run() -> str:
            if not ID.match(patient):
                raise Refusal(400, "The person cannot be read.")
            with noting_refusals(f"Patient/{patient}"), read_transaction(server.engine) as connection:
                found = list_shared(connection, caller, patient)
            note_read("Consent", OPERATION, patient)
            return dumps(_parameters([_shared(one) for one in found]))

        return respond(200, await run_in_threadpool(run))

    @router.post(f"/fhir/{OPERATION}")
    async def share(request: Request) -> Response:
        """Share a record. Parameters: patient, audience, recipient, said-by, how, days."""
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request)
        content = await read_json(request, _LARGEST)

        def run() -> str:
            ask = check_ask(read_ask(content))
            with noting_refusals(f"Patient/{ask.patient_id}"), write_transaction(server.engine) as connection:
                made = grant(connection, caller, ask, root)
            parts = [
                {"name": "id", "valueString": made.id},
                {"name": "link", "valueUrl": made.link},
                {"name": "passcode", "valueString": made.passcode},
                {"name": "until", "valueInstant": instant(made.until_ms)},
            ]
            return dumps(_parameters(parts))

        return respond(201, await run_in_threadpool(run))

    @router.post(f"/fhir/{OPERATION}/{{share_id}}/withdraw")
    async def end(request: Request, share_id: str) -> Response:
        """Withdraw a sharing: it opens no more, and its consent ends."""

        def run() -> None:
            caller = caller_of(request)
            with noting_refusals(OPERATION), write_transaction(server.engine) as connection:
                withdraw(connection, caller, share_id[:64])

        check_accept(request)
        await run_in_threadpool(run)
        return respond(204, None)

    @router.get("/shared/{link}")
    async def ask(link: str) -> Response:
        """Where the passcode is asked for: the same page whatever the link."""
        return ask_page()

    @router.post("/shared/{link}")
    async def opened(
        request: Request,
        link: str,
        passcode: str = Form("", max_length=40),
        form: Literal["page", "pdf", "fhir"] = Form("page"),
    ) -> Response:
        """The record, as a page, a PDF or a FHIR document."""
        address = request.client.host if request.client else ""
        try:
            return await run_in_threadpool(run_opening, link, passcode, form)
        except Refusal as refusal:
            if refusal.status == 403:
                server.limits.charge_address(address, _WRONG_COSTS)
            return ask_page(refusal.text, refusal.status)

    def run_opening(link: str, passcode: str, form: str) -> Response:
        found = open_shared(server.engine, link, passcode, form, server.clock())
        if form == "page":
            return record_page(found.summary, found.until)
        headers = {
            "Content-Disposition": f'attachment; filename="{FILE}.{"pdf" if form == "pdf" else "json"}"'
        }
        if form == "pdf":
            from plan.sharing.paper import (
                draw,
            )  # here: it takes a third of a second to load, and few ask for it

            return Response(draw(found.summary, found.until), media_type="application/pdf", headers=headers)
        text = dumps(compose_document(server.engine, found, server.base))
        return Response(text.encode(), media_type=JSON, headers=headers)

    return router


def read_ask(content: Any) -> Ask:
    """The ask in a Parameters resource. Raises Refusal 400."""
    if not isinstance(content, dict) or content.get("resourceType") != "Parameters":
        raise Refusal(400, "A Parameters resource was expected here.")
    said: dict[str, Any] = {}
    parameters = content.get("parameter")
    for one in parameters if isinstance(parameters, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            said[one["name"]] = next((value for name, value in one.items() if name.startswith("value")), None)

    def text(name: str) -> str:
        value = said.get(name)
        return value if isinstance(value, str) else ""

    days = said.get("days")
    return Ask(
        text("patient"),
        text("audience"),
        text("recipient"),
        text("said-by"),
        text("how"),
        days if isinstance(days, int) and not isinstance(days, bool) else 0,
    )


def _parameters(parts: list[Json]) -> Json:
    return {"resourceType": "Parameters", **({"parameter": parts} if parts else {})}


def _shared(one: Any) -> Json:
    parts: list[Json] = [
        {"name": "id", "valueString": one["id"]},
        {"name": "audience", "valueCode": one["audience"]},
        {"name": "recipient", "valueString": one["recipient"]},
        {"name": "by", "valueString": one["granted_name"]},
        {"name": "made", "valueInstant": instant(one["made_ms"])},
        {"name": "until", "valueInstant": instant(one["until_ms"])},
        {"name": "openings", "valueUnsignedInt": one["openings"]},
    ]
    if one["last_opened_ms"] is not None:
        parts.append({"name": "last-opened", "valueInstant": instant(one["last_opened_ms"])})
    if one["end"]:
        parts.append({"name": "ended", "valueCode": one["end"]})
    return {"name": "shared", "part": parts}
