"""An alert that nobody has seen in its time goes on to the next on the plan's duty list, by the plan's own clock.

What was done is read from the Task itself, so that a look does the same however often it is repeated and by whatever
process: the step is decided again under the write lock. An alert that only its own nurse is to deal with goes nowhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from plan.alert_task import ALERT
from plan.audit.ledger import WRITE, add_event
from plan.database import read_transaction, write_transaction
from plan.deaths import list_dead
from plan.fhir.access import DAY_MS, IS_CURRENT, works_with
from plan.fhir.extract import date_interval, split_reference, walk
from plan.fhir.json_text import loads
from plan.fhir.stamps import Clock, clock_ms, instant
from plan.fhir.tables import membership, resource
from plan.leave.duty import Duty, read_duty
from plan.leave.entering import list_away
from plan.leave.tables import DutyAccess
from plan.principal import NURSE, SUPERVISOR, Principal
from plan.resources import put_as_system
from plan.users import User

GONE_TO = "urn:hearthside:gone-to"
"""Extension of a Task, one a step: who (a reference with a name) and at (an instant)."""
BACK_MS = 14 * DAY_MS
"""How far back alerts are looked at."""
SHORTEST_MS = 3_600_000
"""The shortest time for which a record stands open to a nurse on duty."""
AFTER_DEATH = "MEDICINE_COUNT"
"""How the rules begin whose alerts go on although the person has died."""
_RESTRICTED = ("R", "V")
_USER = User.metadata.tables["plan_user"]
_ACCESS = DutyAccess.metadata.tables["duty_access"]
_NAMES = uuid.UUID("0f6b3b7c-5f0e-4c8e-a6ad-61a3a8f6f9d2")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One alert that is due to go on."""

    task: Json
    patient_id: str
    team_id: str
    label: str


def pass_on(engine: Engine, clock: Clock = clock_ms) -> int:
    """Look once, and pass on what is due. Returns how many went on. Costs no write where nothing is due."""
    with read_transaction(engine) as connection:
        duty = read_duty(connection)
        if not duty.unseen_ms or not duty.people:
            return 0
        due = [str(one.task["id"]) for one in find_due(connection, duty, clock())]
    gone = 0
    for task_id in due:
        with write_transaction(engine) as connection:
            now = clock()
            for one in find_due(connection, read_duty(connection), now, task_id):
                gone += _pass_on(connection, one, duty, now)
    return gone


def find_due(connection: Connection, duty: Duty, now_ms: int, task_id: str | None = None) -> list[Step]:
    """Alerts that somebody should have seen by now; with `task_id` only that one."""
    # On JSON text: a private alert has no code, and everything else would have to be parsed to be passed over.
    wanted = select(
        resource.c.id, resource.c.body, resource.c.patient_id, resource.c.team_id, resource.c.label
    )
    wanted = wanted.where(
        IS_CURRENT,
        resource.c.type == "Task",
        resource.c.deleted == 0,
        resource.c.status == "requested",
        resource.c.patient_id.is_not(None),
        resource.c.label != "V",
        resource.c.date_low >= now_ms - BACK_MS,
        resource.c.body.contains(ALERT),
    )
    if task_id is not None:
        wanted = wanted.where(resource.c.id == task_id)
    found = []
    for row in connection.execute(wanted.order_by(resource.c.key)):
        task = loads(row.body)
        parts = alert_parts(task)
        minutes = duty.unseen_ms.get(parts.get("level", ""))
        if minutes is None or parts.get("owner", "nurse") == "nurse" or is_seen(task):
            continue
        steps = list_steps(task)
        since = steps[-1][1] if steps else _first_stamp(connection, row.id)
        if since + minutes <= now_ms:
            found.append(Step(task, row.patient_id, row.team_id or "", row.label))
    dead = list_dead(connection, {one.patient_id for one in found})
    return [one for one in found if one.patient_id not in dead or _stands_after_death(one)]


def _stands_after_death(one: Step) -> bool:
    """Does it ask for something else than the care of the person: a private concern, medicines that are missing?"""
    return one.label in _RESTRICTED or alert_parts(one.task).get("rule", "").startswith(AFTER_DEATH)


def _first_stamp(connection: Connection, task_id: str) -> int:
    """When the plan had it for the first time: nobody could have seen it earlier."""
    wanted = select(func.min(resource.c.last_updated)).where(
        resource.c.type == "Task", resource.c.id == task_id
    )
    return int(connection.execute(wanted).scalar_one())


def alert_parts(task: Json) -> Mapping[str, str]:
    """Rule, subject, level and owner of an alert; nothing of a Task that is none."""
    for one in task.get("extension") or ():
        if one.get("url") == ALERT:
            return {part["url"]: str(part.get("valueString", "")) for part in one.get("extension") or ()}
    return {}


def is_seen(task: Json) -> bool:
    """Does the record name somebody, other than who asked, who looked at it? A state alone names nobody."""
    asked = split_reference(task.get("requester"))
    for author in walk(task, "note.authorReference"):
        if (who := split_reference(author)) is not None and who != asked:
            return True
    return False


def list_steps(task: Json) -> list[tuple[str, int]]:
    """(id of the Practitioner, ms) of each time that it went on, in their order."""
    found = []
    for one in task.get("extension") or ():
        if one.get("url") != GONE_TO:
            continue
        parts = {part["url"]: part for part in one.get("extension") or ()}
        who = split_reference(parts.get("who", {}).get("valueReference"))
        at = parts.get("at", {}).get("valueInstant")
        if who is not None and isinstance(at, str):
            found.append((who[1], date_interval(at)[0]))
    return found


def choose_next(
    connection: Connection, duty: Duty, one: Step, now_ms: int, *, told: frozenset[str]
) -> tuple[Any, int] | None:
    """The next on the list who is on duty, of that team, here, and was not told: her user's row, and until when.

    A private alert goes on to supervisors only.
    """
    away = list_away(connection, now_ms)
    for who, until in duty.list_on(now_ms):
        wanted = select(_USER).where(_USER.c.practitioner_id == who, _USER.c.disabled.is_(False))
        row = connection.execute(wanted).first()
        fits = row is not None and row.role in (NURSE, SUPERVISOR) and row.team_id == one.team_id
        if row is None or not fits or who in told or who in away:
            continue
        if one.label in _RESTRICTED and row.role != SUPERVISOR:
            continue
        return row, until
    return None


def _pass_on(connection: Connection, one: Step, duty: Duty, now_ms: int) -> int:
    task = one.task
    asked = split_reference(task.get("requester"))
    told = {who for who, _ in list_steps(task)} | ({asked[1]} if asked else set())
    found = choose_next(connection, duty, one, now_ms, told=frozenset(told))
    if found is None:
        return 0
    row, until = found
    who = {"reference": f"Practitioner/{row.practitioner_id}", "display": row.display_name}
    step = [{"url": "who", "valueReference": who}, {"url": "at", "valueInstant": instant(now_ms)}]
    extensions = [*(task.get("extension") or []), {"url": GONE_TO, "extension": step}]
    put_as_system(connection, task | {"extension": extensions, "owner": who})
    open_for(connection, row, str(task["id"]), one.patient_id, now_ms, until)
    what = {"written": {f"Task/{task['id']}": "went on to the next on duty"}}
    add_event(connection, now_ms, WRITE, who=None, what=what, patients=[one.patient_id])
    return 1


def open_for(
    connection: Connection, user: Any, task_id: str, patient_id: str, now_ms: int, until_ms: int
) -> None:
    """Open the record to a nurse on duty until her duty ends; who works with that person anyhow needs nothing."""
    who = Principal(user.id, user.username, user.role, user.practitioner_id, user.team_id, frozenset())
    access_id = str(uuid.uuid5(_NAMES, f"{task_id}/{user.practitioner_id}"))
    known = connection.execute(select(_ACCESS.c.id).where(_ACCESS.c.id == access_id)).first()
    if user.role != NURSE or known is not None or works_with(connection, who, patient_id, now_ms):
        return
    row = {
        "id": access_id,
        "practitioner_id": user.practitioner_id,
        "patient_id": patient_id,
        "task_id": task_id,
    }
    until = max(until_ms, now_ms + SHORTEST_MS)
    connection.execute(insert(_ACCESS).values(**row, from_ms=now_ms, until_ms=until))


def nurses_of(connection: Connection, patient_id: str, at_ms: int) -> tuple[frozenset[str], str]:
    """(the nurses in this person's care teams then who can sign in, the team)."""
    m = membership.c
    rows = connection.execute(
        select(m.practitioner_id, m.team_id)
        .join(_USER, _USER.c.practitioner_id == m.practitioner_id)
        .where(m.patient_id == patient_id, m.start_ms <= at_ms, m.end_ms > at_ms)
        .where(_USER.c.role == NURSE, _USER.c.disabled.is_(False))
        .order_by(m.practitioner_id)
    ).all()
    return frozenset(row.practitioner_id for row in rows), next(
        (row.team_id for row in rows if row.team_id), ""
    )
