"""`[base]/$hearthside-match`: GET lists who waits to be matched; POST joins, takes a join back, or looks for a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_read, note_refusal
from plan.database import read_transaction, write_transaction
from plan.fhir.access import works_with
from plan.fhir.context import Caller, Server
from plan.fhir.extract import split_reference
from plan.fhir.http import check_accept, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.principal import Authenticate
from plan.signed_in import find_caller
from plan.unmatched.candidates import Candidate, Face
from plan.unmatched.joining import join, undo
from plan.unmatched.listing import Waiting, is_of_team, list_people, may_match
from plan.unmatched.rerouting import find_member

OPERATION = "$hearthside-match"
_LARGEST = 8_000
_LONGEST_SEARCH = 100
Json = dict[str, Any]


def make_match_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Matching"])

    def caller_of(request: Request, letter: str) -> Caller:
        caller = find_caller(request, server, authenticate)
        caller.check_scope(letter, "Encounter")
        if not may_match(caller.principal):
            note_refusal(OPERATION, 403)
            raise Refusal(403, "Who somebody is, is for the supervisors of a team to say.")
        return caller

    def answer(caller: Caller, sought: tuple[str, str] = ("", "")) -> str:
        with read_transaction(server.engine, seconds=server.settings.read_seconds) as connection:
            people = list_people(connection, caller.principal, caller.now_ms, sought)
        for one in people:
            for face in [one.face, *([one.member] if one.member else []), *(c.face for c in one.candidates)]:
                note_read("Patient", face.patient_id, face.patient_id)
        return dumps(make_answer(people, caller.now_ms))

    @router.get(f"/{OPERATION}")
    async def waiting(request: Request) -> Response:
        """People whom nurses of the caller's team visited and nobody has matched, with members they could be."""
        check_accept(request)
        return respond(200, await run_in_threadpool(lambda: answer(caller_of(request, "s"))))

    @router.post(f"/{OPERATION}")
    async def matching(request: Request) -> Response:
        """Parameters: person, and one of member (join), undo (true), name (other words to look for)."""
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request, "u")
        content = await read_json(request, _LARGEST)

        def run() -> str:
            said = _read(content)
            person_id = _patient(said.get("person"))
            with read_transaction(server.engine) as connection:
                if not is_of_team(connection, caller.principal, person_id):
                    note_refusal(OPERATION, 404)
                    raise Refusal(404, "Nobody of this id waits to be matched.")
            name = said.get("name", {}).get("valueString")
            if isinstance(name, str):
                return answer(caller, (person_id, name[:_LONGEST_SEARCH]))
            member_id = None if "undo" in said else _patient(said.get("member"))
            _match(server, caller, person_id, member_id)
            return answer(caller)

        return respond(200, await run_in_threadpool(run))

    return router


def _match(server: Server, caller: Caller, person_id: str, member_id: str | None) -> None:
    """Join, or without a member take the join back. Raises Refusal."""
    who, now_ms = caller.principal, caller.now_ms
    with write_transaction(server.engine) as connection:
        # Who is not on her team's list is answered as somebody who is not there.
        other = member_id or find_member(connection, person_id)
        if other is not None and not works_with(connection, who, other, now_ms):
            note_refusal(f"Patient/{other}", 404)
            raise Refusal(
                404, "There is no such member on your team's list. The plan's office can look further."
            )
        if member_id is None:
            undo(connection, person_id, who, clock=server.clock)
        else:
            days = server.settings.author_days
            join(connection, person_id, member_id, who, clock=server.clock, author_days=days)


def _read(content: Any) -> dict[str, Json]:
    if not isinstance(content, dict) or content.get("resourceType") != "Parameters":
        raise Refusal(400, "A Parameters resource was expected here.")
    parameters = content.get("parameter")
    each = [one for one in parameters if isinstance(one, dict)] if isinstance(parameters, list) else []
    return {str(one.get("name")): one for one in each}


def _patient(parameter: Json | None) -> str:
    target = split_reference((parameter or {}).get("valueReference"))
    if target is None or target[0] != "Patient":
        raise Refusal(422, "A reference to a Patient is needed here.")
    return target[1]


def make_answer(people: Sequence[Waiting], now_ms: int) -> Json:
    """The Parameters resource. `at` is the plan's time of this answer."""
    parameters: list[Json] = [{"name": "at", "valueInstant": instant(now_ms)}]
    parameters += [{"name": "person", "part": _person(one)} for one in people]
    return {"resourceType": "Parameters", "parameter": parameters}


def _person(one: Waiting) -> list[Json]:
    nurse = {"reference": f"Practitioner/{one.nurse_id}", "display": one.nurse_name}
    parts = [
        *_face(one.face),
        {"name": "nurse", "valueReference": nurse},
        {"name": "made", "valueInstant": instant(one.made_ms)},
        {"name": "visits", "valueUnsignedInt": one.visits},
    ]
    if one.member is not None and one.joined_ms is not None:
        parts.append({"name": "member", "part": _face(one.member)})
        parts.append({"name": "joined", "valueInstant": instant(one.joined_ms)})
    return parts + [{"name": "candidate", "part": _candidate(each)} for each in one.candidates]


def _candidate(one: Candidate) -> list[Json]:
    signs = [{"name": name, "valueCode": sign.value} for name, sign in one.signs.items()]
    return [*_face(one.face), {"name": "compared", "part": signs}]


def _face(face: Face) -> list[Json]:
    parts: list[Json] = [
        {
            "name": "who",
            "valueReference": {"reference": f"Patient/{face.patient_id}", **_shown("display", face.name)},
        }
    ]
    if face.born:
        parts.append({"name": "born", "valueDate": face.born})
    parts += [{"name": "number", "valueString": one} for one in sorted(face.numbers)]
    if face.address:
        parts.append({"name": "address", "valueString": face.address})
    return parts


def _shown(name: str, text: str) -> Json:
    return {name: text} if text else {}
