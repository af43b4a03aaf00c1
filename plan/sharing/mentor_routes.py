"""`[base]/$hearthside-mentor`: what a mentor would read, and the invitation. The link opens at `/shared/<link>`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_read, noting_refusals
from plan.database import read_transaction, write_transaction
from plan.fhir.context import Caller, Server
from plan.fhir.http import check_accept, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.fhir.types import ID
from plan.outcomes.refresh import refresh
from plan.principal import Authenticate
from plan.sharing.mentor import Invitation, check_inviter, invite, read_visit
from plan.sharing.mentor_reading import Reading
from plan.signed_in import find_caller

OPERATION = "$hearthside-mentor"
_LARGEST = 16_000
_MOST = 200
Json = dict[str, Any]


def make_mentor_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(tags=["Sharing"])
    root = server.base.removesuffix("/fhir")

    def caller_of(request: Request) -> Caller:
        caller = find_caller(request, server, authenticate)
        check_inviter(caller)
        return caller

    def check_visit(visit: str) -> None:
        if not ID.match(visit):
            raise Refusal(400, "Which visit it is cannot be read.")
        refresh(server.engine)

    @router.post(f"/fhir/{OPERATION}/read")
    async def shown(request: Request) -> Response:
        """Exactly what a mentor would read, and the passages that could be released. Parameters: visit."""
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request)
        content = await read_json(request, _LARGEST)

        def run() -> str:
            visit = read_invitation(content).visit_id
            check_visit(visit)
            with noting_refusals(OPERATION), read_transaction(server.engine) as connection:
                patient, reading = read_visit(connection, caller, visit)
            note_read("Encounter", OPERATION, patient)
            return dumps({"resourceType": "Parameters", "parameter": _told(reading)})

        return respond(200, await run_in_threadpool(run))

    @router.post(f"/fhir/{OPERATION}")
    async def invited(request: Request) -> Response:
        """Invite. Parameters: visit, recipient, days, digest, passage (any number)."""
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request)
        content = await read_json(request, _LARGEST)

        def run() -> str:
            ask = read_invitation(content)
            check_visit(ask.visit_id)
            with noting_refusals(OPERATION), write_transaction(server.engine) as connection:
                made = invite(connection, caller, ask, root)
            parts = [
                {"name": "id", "valueString": made.id},
                {"name": "link", "valueUrl": made.link},
                {"name": "passcode", "valueString": made.passcode},
                {"name": "until", "valueInstant": instant(made.until_ms)},
            ]
            return dumps({"resourceType": "Parameters", "parameter": parts})

        return respond(201, await run_in_threadpool(run))

    return router


def _told(reading: Reading) -> list[Json]:
    told = reading.as_told()
    parts: list[Json] = [{"name": "digest", "valueString": reading.digest}]
    parts += [{"name": "about", "valueString": one} for one in (told.name, *told.about)]
    for one in told.parts:
        lines = [
            {"name": "line", "valueString": f"{line.label} {line.text}".strip()}
            for line in one.lines
            if line.text
        ]
        parts.append({"name": "section", "part": [{"name": "title", "valueString": one.title}, *lines]})
    for passage in reading.passages:
        said = {"id": passage.id, "label": passage.label, "text": passage.text, "refused": passage.refused}
        part = [{"name": name, "valueString": value} for name, value in said.items() if value]
        parts.append({"name": "passage", "part": part})
    return parts


def read_invitation(content: Any) -> Invitation:
    """The ask in a Parameters resource. Raises Refusal 400."""
    if not isinstance(content, dict) or content.get("resourceType") != "Parameters":
        raise Refusal(400, "A Parameters resource was expected here.")
    given = content.get("parameter")
    parameters = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []

    def texts(name: str) -> list[str]:
        said = [one.get("valueString") for one in parameters if one.get("name") == name]
        return [one for one in said if isinstance(one, str)][:_MOST]

    days = next((one.get("valueInteger") for one in parameters if one.get("name") == "days"), None)
    return Invitation(
        "".join(texts("visit")[:1]),
        "".join(texts("recipient")[:1]),
        days if isinstance(days, int) and not isinstance(days, bool) else 0,
        "".join(texts("digest")[:1]),
        tuple(texts("passage")),
    )
