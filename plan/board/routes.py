"""`GET [base]/$hearthside-board`: what the team's nurses have and what waits on their devices. For its supervisors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_read, note_refusal
from plan.board.reading import DeviceWord, NurseWord, Waits, read_board
from plan.database import read_transaction
from plan.fhir.context import Server
from plan.fhir.http import check_accept, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.leave.routes import make_leave
from plan.principal import SUPERVISOR, Authenticate
from plan.signed_in import find_caller

OPERATION = "$hearthside-board"
Json = dict[str, Any]


def make_board_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Team board"])

    @router.get(f"/{OPERATION}")
    async def board(request: Request) -> Response:
        """The nurses of the caller's team: whom they have, what waits on their devices, when each was last heard."""

        def run() -> str:
            caller = find_caller(request, server, authenticate)
            caller.check_scope("s", "CareTeam")
            who = caller.principal
            if who.role != SUPERVISOR or not who.team_id:
                note_refusal(OPERATION, 403)
                raise Refusal(403, "The board is for the supervisors of a team.")
            with read_transaction(server.engine) as connection:
                nurses = read_board(connection, who.team_id, caller.now_ms)
            note_read("CareTeam", OPERATION, None)
            return dumps(make_answer(nurses, caller.now_ms))

        check_accept(request)
        return respond(200, await run_in_threadpool(run))

    return router


def make_answer(nurses: Sequence[NurseWord], now_ms: int) -> Json:
    """The Parameters resource. `at` is the plan's time of this answer."""
    parameters: list[Json] = [{"name": "at", "valueInstant": instant(now_ms)}]
    names = {one.practitioner_id: one.name for one in nurses}
    parameters += [{"name": "nurse", "part": _nurse(one, names)} for one in nurses]
    return {"resourceType": "Parameters", "parameter": parameters}


def _nurse(nurse: NurseWord, names: Mapping[str, str]) -> list[Json]:
    who = {"reference": f"Practitioner/{nurse.practitioner_id}", "display": nurse.name}
    parts: list[Json] = [{"name": "who", "valueReference": who}]
    for one in nurse.patients:
        parts.append({"name": "patient", "valueReference": {"reference": f"Patient/{one}"}})
    parts += [{"name": "leave", "part": make_leave(one, names)} for one in nurse.leaves]
    return parts + [{"name": "device", "part": _device(one)} for one in nurse.devices]


def _device(device: DeviceWord) -> list[Json]:
    parts: list[Json] = [{"name": "heard", "valueInstant": instant(device.heard_ms)}]
    parts += [{"name": "waiting", "part": _waits(one)} for one in device.waiting]
    return parts + [{"name": "set-aside", "part": _waits(one)} for one in device.asides]


def _waits(one: Waits) -> list[Json]:
    parts: list[Json] = [
        {"name": "kind", "valueCode": one.kind},
        {"name": "count", "valueUnsignedInt": one.count},
    ]
    if one.oldest_ms is not None:
        parts.append({"name": "oldest", "valueInstant": instant(one.oldest_ms)})
    if one.why:
        parts.append({"name": "why", "valueCode": one.why})
    return parts
