"""`[base]/$hearthside-leave`: GET says which leaves concern the caller; POST enters one, ends one, or takes it over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from plan.audit.trail import note_refusal
from plan.database import read_transaction, write_transaction
from plan.fhir.context import Caller, Server
from plan.fhir.extract import date_interval, split_reference
from plan.fhir.http import check_accept, read_json, respond
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.leave.entering import Ask, end_leave, enter_leave, list_for, read_names, take_over
from plan.leave.standing import on_duty_for, people_of
from plan.principal import NURSE, SUPERVISOR, Authenticate
from plan.signed_in import find_caller

OPERATION = "$hearthside-leave"
_LARGEST = 4_000
Json = dict[str, Any]


def make_leave_router(server: Server, authenticate: Authenticate) -> APIRouter:
    """Included before the FHIR routes, whose addresses are wider."""
    router = APIRouter(prefix="/fhir", tags=["Leave and cover"])

    def caller_of(request: Request, letter: str) -> Caller:
        caller = find_caller(request, server, authenticate)
        caller.check_scope(letter, "CareTeam")
        if caller.principal.role not in (NURSE, SUPERVISOR):
            note_refusal(OPERATION, 403)
            raise Refusal(403, "Leave and cover are for the nurses and supervisors of a team.")
        return caller

    @router.get(f"/{OPERATION}")
    async def standing(request: Request) -> Response:
        """Leaves that stand or are to come, and whose records stand open to the caller because of one."""

        def run() -> str:
            caller = caller_of(request, "s")
            with read_transaction(server.engine) as connection:
                return dumps(make_answer(connection, caller))

        check_accept(request)
        return respond(200, await run_in_threadpool(run))

    @router.post(f"/{OPERATION}")
    async def changing(request: Request) -> Response:
        """Parameters: do (enter, end, taken); id; to enter one nurse, stand-in, from and until."""
        check_accept(request)
        caller = await run_in_threadpool(caller_of, request, "u")
        content = await read_json(request, _LARGEST)

        def run() -> str:
            said = _read(content)
            with write_transaction(server.engine) as connection:
                try:
                    _change(connection, caller, said)
                except Refusal as refusal:
                    note_refusal(OPERATION, refusal.status)
                    raise
            with read_transaction(server.engine) as connection:
                return dumps(make_answer(connection, caller))

        return respond(200, await run_in_threadpool(run))

    return router


def _change(connection: Connection, caller: Caller, said: Json) -> None:
    who, now = caller.principal, caller.now_ms
    do = said.get("do")
    if do == "taken":
        return take_over(connection, str(said.get("id") or ""), now, who)
    if who.role != SUPERVISOR or not who.team_id:
        raise Refusal(403, "Leave and cover are for a supervisor of the team to enter.")
    if do == "end":
        return end_leave(connection, str(said.get("id") or ""), now, team_id=who.team_id, by=who)
    if do != "enter":
        raise Refusal(400, 'do is "enter", "end" or "taken".')
    ask = Ask(_nurse(said, "nurse"), _nurse(said, "stand-in"), _moment(said, "from"), _moment(said, "until"))
    enter_leave(connection, ask, now, team_id=who.team_id, by=who)
    return None


def _read(content: Any) -> Json:
    """The values by name. Raises Refusal 400."""
    if not isinstance(content, dict) or content.get("resourceType") != "Parameters":
        raise Refusal(400, "A Parameters resource was expected here.")
    parameters = content.get("parameter")
    found: Json = {}
    for one in parameters if isinstance(parameters, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            found[one["name"]] = next(
                (value for name, value in one.items() if name.startswith("value")), None
            )
    return found


def _nurse(said: Json, name: str) -> str:
    target = split_reference(said.get(name))
    if target is None or target[0] != "Practitioner":
        raise Refusal(400, f"{name} is a reference to a Practitioner.")
    return target[1]


def _moment(said: Json, name: str) -> int:
    value = said.get(name)
    problem = Refusal(400, f"{name} is an instant.")
    if not isinstance(value, str) or "T" not in value:
        raise problem
    try:
        return date_interval(value)[0]
    except ValueError:
        raise problem from None


def make_answer(connection: Connection, caller: Caller) -> Json:
    """The Parameters resource; names and times, and ids of people only for who may read them now."""
    who, now = caller.principal, caller.now_ms
    rows = list_for(connection, who, now)
    names = read_names(connection, {one for row in rows for one in (row.practitioner_id, row.stand_in_id)})
    parameters: list[Json] = [{"name": "at", "valueInstant": instant(now)}]
    for row in rows:
        parts = make_leave(row, names)
        if who.role == NURSE and row.stand_in_id == who.practitioner_id and row.from_ms <= now:
            hers = connection.execute(people_of(row.practitioner_id, now))
            parts += _patients(str(each[0]) for each in hers)
        parameters.append({"name": "leave", "part": parts})
    if who.role == NURSE:
        parameters += _patients(sorted({str(each[0]) for each in connection.execute(on_duty_for(who, now))}))
    return {"resourceType": "Parameters", "parameter": parameters}


def _patients(ids: Iterable[str]) -> list[Json]:
    return [{"name": "patient", "valueReference": {"reference": f"Patient/{one}"}} for one in ids]


def make_leave(row: Any, names: Mapping[str, str]) -> list[Json]:
    """The parts of one leave."""

    def who(nurse_id: str) -> Json:
        return {"reference": f"Practitioner/{nurse_id}", "display": names.get(nurse_id) or nurse_id}

    parts: list[Json] = [
        {"name": "id", "valueString": row.id},
        {"name": "nurse", "valueReference": who(row.practitioner_id)},
        {"name": "stand-in", "valueReference": who(row.stand_in_id)},
        {"name": "from", "valueInstant": instant(row.from_ms)},
        {"name": "until", "valueInstant": instant(row.until_ms)},
    ]
    if row.taken_ms is not None:
        parts.append({"name": "taken", "valueInstant": instant(row.taken_ms)})
    return parts
