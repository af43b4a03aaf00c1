"""Opening one person's record in an emergency: exact name and birth date, a reason, and the supervisors told at once.

What is asked for is decided in one write transaction, so that two requests at once cannot both be the third of a day.
A wrong name and a name that several people have are answered alike.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from plan.alert_task import make_alert_task
from plan.audit.ledger import EMERGENCY, add_event
from plan.emergency.tables import EmergencyAccess, EmergencyTry
from plan.fhir import rights
from plan.fhir.access import DAY_MS, IS_CURRENT, works_with
from plan.fhir.extract import date_interval, plain
from plan.fhir.json_text import loads
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.fhir.tables import membership, resource, string_index
from plan.principal import NURSE, Principal
from plan.resources import put_as_system
from plan.settings import PlanSettings
from plan.unmatched.person import list_temporary
from plan.users import find_user_by_id

HOUR_MS = 3_600_000
SHORTEST_REASON, LONGEST_REASON = 10, 500
TASK_SYSTEM = rights.EMERGENCY
"""Identifier system of the Task that tells the supervisors; nobody else closes it."""
RULE = "EMERGENCY_ACCESS"
TEXT = "A nurse opened this record in an emergency"
_ACCESS = EmergencyAccess.metadata.tables["emergency_access"]
_TRY = EmergencyTry.metadata.tables["emergency_try"]


@dataclass(frozen=True, slots=True)
class Ask:
    """Who is looked for, word for word, and why."""

    given: str
    family: str
    birth_date: str
    reason: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An access that stands. `until_ms` by the plan's clock."""

    patient_id: str
    until_ms: int


def check_ask(ask: Ask) -> None:
    """Raises Refusal 422 for an ask that leaves something out. Says nothing of anybody."""
    if not ask.given.strip() or not ask.family.strip():
        raise Refusal(422, "The whole name is needed: given name and family name.")
    if not _is_day(ask.birth_date):
        raise Refusal(422, "The birth date is needed: year, month and day.")
    reason = " ".join(ask.reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or "\x00" in ask.reason:
        raise Refusal(422, f"A reason of {SHORTEST_REASON} to {LONGEST_REASON} characters is needed.")


def _is_day(text: str) -> bool:
    try:
        date_interval(text)
    except ValueError:
        return False
    return len(text) == len("1940-02-03")


def open_record(
    connection: Connection, who: Principal, ask: Ask, now_ms: int, settings: PlanSettings
) -> Opened | Refusal:
    """Open it, and tell the supervisors. Inside `write_transaction`, which is to commit either way.

    Returns the Refusal to answer with: 403 for others than nurses, 404 for nobody or several, 409 for somebody on
    her list, 429 when she had her number for a day.
    """
    if who.role != NURSE:
        return Refusal(403, "Access in an emergency is for nurses.")
    since = now_ms - DAY_MS
    tries = _count(connection, _TRY, _TRY.c.at_ms > since, who)
    if tries >= settings.emergency_tries:
        return Refusal(429, "Too many names that nobody has. Call your supervisor.", code="throttled")
    used_up = _count(connection, _ACCESS, _ACCESS.c.started_ms > since, who) >= settings.emergencies_a_day
    patient_id = _find_person(connection, ask)
    if patient_id is None:
        # Kept beside the answer: a refusal that rolled this back would make guessing free.
        connection.execute(insert(_TRY).values(id=str(uuid.uuid4()), user_id=who.user_id, at_ms=now_ms))
        connection.execute(delete(_TRY).where(_TRY.c.at_ms < now_ms - 30 * DAY_MS))
        if used_up:
            return _used_up(settings)  # as for somebody: who opens nothing more learns of nobody either
        return Refusal(404, "Nobody has exactly this name and this birth date.")
    if works_with(connection, who, patient_id, now_ms):
        return Refusal(409, "This person is on your list already.")
    for open_one in list_open(connection, who, now_ms):
        if open_one.patient_id == patient_id:
            return open_one  # an answer that was lost is given again, and costs nothing
    if used_up:
        return _used_up(settings)
    return _open(connection, who, ask, patient_id, now_ms, settings)


def _used_up(settings: PlanSettings) -> Refusal:
    text = f"You have opened {settings.emergencies_a_day} records within a day. Call your supervisor."
    return Refusal(429, text, code="throttled")


def list_open(connection: Connection, who: Principal, now_ms: int) -> list[Opened]:
    """What stands open to this nurse now."""
    mine = (_ACCESS.c.practitioner_id == who.practitioner_id, _ACCESS.c.until_ms > now_ms)
    rows = connection.execute(select(_ACCESS).where(*mine, _ACCESS.c.started_ms <= now_ms))
    return [Opened(row.patient_id, row.until_ms) for row in rows]


def _open(
    connection: Connection, who: Principal, ask: Ask, patient_id: str, now_ms: int, settings: PlanSettings
) -> Opened:
    until_ms = now_ms + settings.emergency_hours * HOUR_MS
    access_id, task_id = str(uuid.uuid4()), str(uuid.uuid4())
    reason = " ".join(ask.reason.split())
    connection.execute(
        insert(_ACCESS).values(
            id=access_id,
            user_id=who.user_id,
            practitioner_id=who.practitioner_id,
            patient_id=patient_id,
            reason=reason,
            started_ms=now_ms,
            until_ms=until_ms,
            task_id=task_id,
        )
    )
    user = find_user_by_id(connection, who.user_id)
    name = who.username if user is None else user.display_name
    task = _task(task_id, access_id, who, f"{name}. Reason: {reason}", now_ms, until_ms)
    whose = {"reference": f"Patient/{patient_id}"}
    team = _team_of(connection, patient_id, now_ms)
    if team is not None:
        task |= {"for": whose}
    else:
        # Nobody supervises that record, so nobody would read a Task in it: the nurse's own supervisors are told, in
        # one that is their team's. It names the record and opens it to nobody.
        task |= {"focus": whose}
        team = who.team_id
    if team:
        task["requester"] = task["owner"] = {"reference": f"Organization/{team}"}
    put_as_system(connection, task)
    what = {"emergency": access_id, "until": instant(until_ms), "task": task_id}
    add_event(connection, now_ms, EMERGENCY, who=who, what=what, patients=[patient_id])
    return Opened(patient_id, until_ms)


def _count(connection: Connection, table: Any, recent: Any, who: Principal) -> int:
    statement = select(func.count()).select_from(table).where(table.c.user_id == who.user_id, recent)
    return int(connection.execute(statement).scalar_one())


def _find_person(connection: Connection, ask: Ask) -> str | None:
    """The one Patient of this name and birth date; None for nobody and for several. Case and accents do not count."""
    low, high = date_interval(ask.birth_date)
    family = select(string_index.c.key).where(
        string_index.c.type == "Patient",
        string_index.c.param == "family",
        string_index.c.value == plain(" ".join(ask.family.split())),
    )
    statement = select(resource.c.id, resource.c.body).where(
        IS_CURRENT,
        resource.c.deleted == 0,
        resource.c.type == "Patient",
        resource.c.date_low == low,
        resource.c.date_high == high,
        resource.c.label != "V",
        resource.c.key.in_(family),
        resource.c.id.not_in(
            list_temporary()
        ),  # made at a door: no record, and no second person of that name
    )
    found = [row.id for row in connection.execute(statement) if _is_called(loads(row.body), ask)]
    return found[0] if len(found) == 1 else None


def _is_called(patient: dict[str, Any], ask: Ask) -> bool:
    """Is that her whole name, in one of the names she has? The first given name may stand for all of them."""
    wanted = plain(" ".join(ask.given.split())), plain(" ".join(ask.family.split()))
    for name in patient.get("name") or []:
        given = [plain(str(one)) for one in name.get("given") or []]
        if wanted[1] != plain(str(name.get("family") or "")) or not given:
            continue
        if wanted[0] in (given[0], " ".join(given)):
            return True
    return False


def _team_of(connection: Connection, patient_id: str, now_ms: int) -> str | None:
    statement = select(membership.c.team_id).where(
        membership.c.patient_id == patient_id, membership.c.team_id != "", membership.c.end_ms > now_ms
    )
    return connection.execute(statement.order_by(membership.c.end_ms.desc()).limit(1)).scalar()


def _task(
    task_id: str, access_id: str, who: Principal, by_and_why: str, now_ms: int, until_ms: int
) -> dict[str, Any]:
    """The Task, in the shape of an alert: a supervisor's device shows it among them. She is not its author."""
    task = make_alert_task(task_id, RULE, access_id, TEXT, "today", now_ms, now_ms)
    return task | {
        "identifier": [{"system": TASK_SYSTEM, "value": access_id}],
        "description": f"{TEXT}\nBy {by_and_why}",
        "restriction": {"period": {"end": instant(until_ms)}},
        "input": [{"type": {"text": "opened by"}, "valueReference": {"reference": who.reference}}],
    }


def was_told(connection: Connection, task_id: str) -> bool:
    """Is the Task of an access some team's, whose supervisors read it?"""
    team = select(resource.c.team_id).where(resource.c.type == "Task", resource.c.id == task_id, IS_CURRENT)
    return bool(connection.execute(team).scalar())


def end_early(connection: Connection, access_id: str, now_ms: int) -> bool:
    """End an access that stands. False when there is none of that id. Inside `write_transaction`."""
    standing = (_ACCESS.c.id == access_id, _ACCESS.c.until_ms > now_ms)
    ended = connection.execute(_ACCESS.update().where(*standing).values(until_ms=now_ms))
    return bool(ended.rowcount)


def list_all(connection: Connection, since_ms: int) -> list[Any]:
    """Rows of every access that began after that, newest first."""
    statement = select(_ACCESS).where(_ACCESS.c.started_ms > since_ms)
    return list(connection.execute(statement.order_by(_ACCESS.c.started_ms.desc())))


__all__ = ["Ask", "Opened", "check_ask", "end_early", "list_all", "list_open", "open_record", "was_told"]
