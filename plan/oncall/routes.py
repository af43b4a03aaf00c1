"""`[base]/$hearthside-oncall`: GET gives the on-call pack of a nurse on duty; POST tells of what was opened in it."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_read, note_refusal, noting_refusals
from plan.database import read_transaction, write_transaction
from plan.fhir import draining
from plan.fhir.context import Caller, Server
from plan.fhir.extract import date_interval, split_reference
from plan.fhir.http import check_accept, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.oncall.giving import Pack, look, read_pack
from plan.oncall.opening import LONGEST_REASON, MOST, Told, keep_opening
from plan.oncall.shift import give, is_given
from plan.principal import NURSE, Authenticate
from plan.signed_in import find_caller

OPERATION = "$hearthside-oncall"
NAME = "On-call pack"
"""How the trail calls one: no resource has this name."""
_LARGEST = 256_000
"""As many openings as are taken at once, each with the longest reason, whatever its letters."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
Json = dict[str, Any]


def make_oncall_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["On call"])

    def caller_of(request: Request) -> Caller:
        caller = find_caller(request, server, authenticate)
        with noting_refusals(OPERATION):
            draining.refuse(caller.principal)
            # What a pack gives: to read people, and to make a visit. A sign-in that lacks either carries none.
            caller.check_scope("s", "Patient")
            caller.check_scope("c", "Encounter")
            if caller.principal.role != NURSE:
                raise Refusal(403, "On-call packs are for nurses on duty.")
        return caller

    @router.get(f"/{OPERATION}")
    async def giving(request: Request) -> Response:
        """The pack, with when the duty begins and ends. `If-None-Match` with the tag of the last one: only what is new.

        404 for whoever is not on duty and will not be within the plan's hours: a device then drops what it has.
        """

        def run() -> tuple[int, str | None, dict[str, str]]:
            caller = caller_of(request)
            held = request.headers.get("if-none-match")
            with read_transaction(server.engine) as connection:
                asked = look(connection, caller)
                given = asked is not None and is_given(connection, caller.principal, asked.shift)
            if asked is None:
                raise Refusal(404, "You are not on duty.")
            if not given:
                with write_transaction(server.engine) as connection:
                    give(connection, caller, asked.shift)
            with read_transaction(server.engine) as connection:
                pack = read_pack(connection, caller, asked, held)
            if pack is None:
                return 304, None, {"ETag": held or ""}
            for one in pack.people:
                note_read(NAME, one.patient_id, one.patient_id)
            return 200, dumps(make_answer(pack, caller.now_ms)), {"ETag": pack.tag}

        check_accept(request)
        status, text, headers = await run_in_threadpool(run)
        return respond(status, text, headers)

    @router.post(f"/{OPERATION}")
    async def opened(request: Request) -> Response:
        """Parameters: one `opening` each, with id, patient, at, reason, and visit where one was begun.

        Says of each whether it is kept.
        """
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request)
        content = await read_json(request, _LARGEST)

        def run() -> str:
            answers = []
            told = read_told(content)
            with write_transaction(server.engine) as connection:
                for one in told:
                    kept = keep_opening(connection, caller, one)
                    if not kept:
                        note_refusal(f"Patient/{one.patient_id}", 404)
                    answers.append(_answer(one, kept=kept))
            return dumps({"resourceType": "Parameters", "parameter": answers})

        return respond(200, await run_in_threadpool(run))

    return router


def make_answer(pack: Pack, now_ms: int) -> Json:
    """The Parameters resource. `known`: everybody who is in the pack now, also those who did not change."""
    parameters: list[Json] = [
        {"name": "at", "valueInstant": instant(now_ms)},
        {"name": "begins", "valueInstant": instant(pack.shift.begins_ms)},
        {"name": "until", "valueInstant": instant(pack.shift.until_ms)},
        {"name": "tag", "valueString": pack.tag},
        {"name": "whole", "valueBoolean": pack.whole},
        {"name": "known", "valueString": " ".join(pack.ids) or "-"},
    ]
    parameters += [
        {
            "name": "person",
            "part": [
                {"name": "patient", "valueReference": {"reference": f"Patient/{one.patient_id}"}},
                {"name": "head", "valueString": dumps(one.head)},
                {"name": "page", "valueString": dumps(one.page)},
            ],
        }
        for one in pack.people
    ]
    return {"resourceType": "Parameters", "parameter": parameters}


def read_told(content: Any) -> list[Told]:
    """Raises Refusal 400 or 413."""
    if not isinstance(content, dict) or content.get("resourceType") != "Parameters":
        raise Refusal(400, "A Parameters resource was expected here.")
    parameters = content.get("parameter")
    given = [
        one
        for one in (parameters if isinstance(parameters, list) else ())
        if isinstance(one, dict) and one.get("name") == "opening"
    ]
    if len(given) > MOST:
        raise Refusal(413, f"At most {MOST} openings are taken at once.")
    return [_read_one(one) for one in given]


def _read_one(one: Json) -> Told:
    parts = one.get("part")
    said = {
        part["name"]: part
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, dict) and isinstance(part.get("name"), str)
    }
    own_id, reason = (said.get(name, {}).get("valueString") for name in ("id", "reason"))
    whose = split_reference(said.get("patient", {}).get("valueReference"))
    at = said.get("at", {}).get("valueInstant")
    if not isinstance(own_id, str) or _ID.match(own_id) is None or whose is None or whose[0] != "Patient":
        raise Refusal(400, "An opening has an id and says whose pack it was.")
    # No Task takes a control character: refused, it would hold up all that is told with it for ever.
    words = " ".join(_CONTROL.sub(" ", reason).split()) if isinstance(reason, str) else ""
    if not 0 < len(words) <= LONGEST_REASON:
        raise Refusal(422, f"An opening has a reason of at most {LONGEST_REASON} characters.")
    try:
        at_ms = date_interval(at)[0] if isinstance(at, str) and "T" in at else None
    except ValueError:
        at_ms = None
    if at_ms is None:
        raise Refusal(400, "at is an instant.")
    return Told(own_id, whose[1], words, at_ms, said.get("visit", {}).get("valueBoolean") is True)


def _answer(one: Told, *, kept: bool) -> Json:
    said = {"name": "kept", "valueBoolean": kept}
    return {"name": "opening", "part": [{"name": "id", "valueString": one.id}, said]}
