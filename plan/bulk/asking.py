"""The request for an export: what is asked for, whether it may be, and the job it becomes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select
from sqlmodel import col

from plan.bulk.kinds import EXPORTED, SHARED
from plan.bulk.members import members_at
from plan.bulk.tables import ACCEPTED, RUNNING, BulkJob, BulkMember
from plan.clients.registry import find_client
from plan.fhir.context import Caller
from plan.fhir.extract import date_interval
from plan.fhir.outcomes import Refusal, not_found
from plan.fhir.tables import plan_state

FORMATS = ("application/fhir+ndjson", "application/ndjson", "ndjson")
MOST_AT_ONCE = 2
"""Exports of one client that are being prepared at the same time."""
BATCH = 100
"""Members whose records are gathered in one step."""
HOUR_MS = 3_600_000
_TYPE_FILTER = "_typeFilter"
_NARROWER = (
    "An export takes whole types: _typeFilter is not understood here. Ask for the types by _type, and narrow them "
    "where they are used."
)
_NEVER_PASSED_OVER = {
    "patient": "An export takes the whole group: patient is not understood here. Register a smaller group.",
}
"""Even where the client said to pass over what is unknown: it would get people for whom it did not ask."""


@dataclass(frozen=True)
class Ask:
    """What an export was asked to hold. `since_ms` None: everything."""

    types: tuple[str, ...]
    since_ms: int | None


def read_ask(pairs: Iterable[tuple[str, str]], caller: Caller, *, lenient: bool) -> Ask:
    """Understand the parameters. Raises Refusal 400 for what is not understood, 403 for a type out of scope.

    `lenient` (Prefer: handling=lenient) passes over what this server does not know instead.
    """
    named: list[str] = []
    since_ms: int | None = None
    for name, value in pairs:
        if name == "_outputFormat":
            if value.replace(" ", "+") not in FORMATS:
                raise Refusal(400, "Exports are NDJSON: _outputFormat=application/fhir+ndjson.")
        elif name == "_type":
            named += [one.strip() for one in value.split(",") if one.strip()]
        elif name == "_since":
            since_ms = _read_since(value)
        elif name in _NEVER_PASSED_OVER:
            raise Refusal(400, _NEVER_PASSED_OVER[name], code="not-supported")
        elif not lenient:
            text = _NARROWER if name == _TYPE_FILTER else "An export knows _type, _since and _outputFormat."
            raise Refusal(400, text, code="not-supported")
    unknown = [one for one in named if one not in EXPORTED]
    if unknown and not lenient:
        raise Refusal(400, "A type in _type is none that is exported here.", code="not-supported")
    for one in named:
        if one in EXPORTED:
            caller.check_scope("s", one)
    wanted = [one for one in EXPORTED if one in named] if named else [o for o in EXPORTED if _may(caller, o)]
    if not wanted:
        raise Refusal(400, "Nothing that is exported here was asked for.")
    return Ask(tuple(wanted), since_ms)


def _may(caller: Caller, type_name: str) -> bool:
    try:
        caller.check_scope("s", type_name)
    except Refusal:
        return False
    return True


def _read_since(value: str) -> int:
    try:
        return date_interval(value.replace(" ", "+"))[0]
    except (ValueError, OverflowError) as error:
        raise Refusal(400, "_since needs a time.") from error


def check_group(connection: Connection, caller: Caller, group_id: str) -> None:
    """Raise Refusal 404 unless this client was registered for the group; the same where there is none."""
    client = find_client(connection, caller.principal.user_id)
    if client is None or client.disabled or group_id not in client.groups:
        raise not_found()


def make_job(connection: Connection, caller: Caller, group_id: str, ask: Ask, request: str) -> str:
    """Store the job; returns its id. Inside `write_transaction`: under its lock the last stamp is the true last one.

    Raises Refusal 400 for a `_since` that is later than anything here, 404 for the group, 429 for too many at once.
    """
    check_group(connection, caller, group_id)
    who = caller.principal.user_id
    busy = col(BulkJob.state).in_([ACCEPTED, RUNNING])
    running = select(func.count()).where(col(BulkJob.client_id) == who, busy)
    if connection.execute(running).scalar_one() >= MOST_AT_ONCE:
        raise Refusal(
            429, "Two exports are being prepared already.", code="throttled", headers={"Retry-After": "60"}
        )
    last = connection.execute(select(plan_state.c.value).where(plan_state.c.name == "last_stamp")).scalar()
    stamp = int(last or 0)
    if ask.since_ms is not None and ask.since_ms > stamp:
        # After a restore from a backup, too: what was exported then is not what is here now.
        raise Refusal(400, "_since is later than anything here. Ask for everything, without _since.")
    members = members_at(connection, group_id, stamp)
    if members is None:
        raise not_found()
    before = members
    if ask.since_ms is not None:
        before = members_at(connection, group_id, ask.since_ms) or set()
    job_id = secrets.token_urlsafe(24)
    batches = -(-len(members) // BATCH)
    shared = sum(1 for one in ask.types if one in SHARED or one == "Group")
    steps = shared + (len(ask.types) - shared) * batches + (ask.since_ms is not None)
    values = {
        "id": job_id,
        "client_id": who,
        "group_id": group_id,
        "request": request,
        "types": " ".join(ask.types),
        "since_ms": ask.since_ms,
        "stamp": stamp,
        "state": ACCEPTED,
        "steps": steps,
        "asked_ms": caller.now_ms,
        "expires_ms": caller.now_ms + caller.server.settings.bulk_hours * HOUR_MS,
    }
    connection.execute(insert(BulkJob).values(**values))
    rows = [
        {"job_id": job_id, "position": at, "patient_id": one, "joined": one not in before}
        for at, one in enumerate(sorted(members))
    ]
    if rows:
        connection.execute(insert(BulkMember), rows)
    return job_id
