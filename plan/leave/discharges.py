"""A discharge whose nurses are all off: a Task at once, to the nurse on duty and to the supervisors.

Off is who is on leave, and everybody outside the hours that the plan has set. What counts is the moment at which the
plan heard of the discharge. The Task's id follows from the stay, so that it is made once, however often.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Connection, Engine, select, true

from plan.alert_task import make_alert_task
from plan.audit.ledger import WRITE, add_event
from plan.database import read_transaction, write_transaction
from plan.deaths import list_dead
from plan.fhir.access import DAY_MS, IS_CURRENT
from plan.fhir.extract import date_interval, walk
from plan.fhir.json_text import loads
from plan.fhir.rights import STAY
from plan.fhir.stamps import Clock, clock_ms, instant
from plan.fhir.store import find_current
from plan.fhir.tables import resource
from plan.leave.duty import Duty, read_duty
from plan.leave.entering import list_away
from plan.leave.going_on import GONE_TO, Step, choose_next, nurses_of, open_for
from plan.resources import put_as_system

RULE = "DISCHARGE_NURSE_OFF"
BACK_MS = 2 * DAY_MS
"""How long after it a discharge is still news: the 48 hours in which somebody is to be there."""
TEXT = "Home from a facility while the nurse is off"
_INSIDE = ("IMP", "ACUTE", "NONAC", "OBSENC", "SS")
_NAMES = uuid.UUID("7a9d9a4e-54a1-4c53-9f0c-9a0d2f3b6c11")
Json = dict[str, Any]


def tell_of_discharges(engine: Engine, clock: Clock = clock_ms, since_ms: int | None = None) -> int:
    """Look once at what came since then (a stamp; None: the last two days). Returns how many Tasks were made."""
    since = clock() - BACK_MS if since_ms is None else since_ms
    with read_transaction(engine) as connection:
        due = find_untold(connection, since, clock())
    made = 0
    for stay in due:
        with write_transaction(engine) as connection:
            made += _tell(connection, stay, clock())
    return made


def find_untold(connection: Connection, since_ms: int, now_ms: int) -> list[Any]:
    """Rows of finished stays that came since then, whose nurses were off at that moment, and of which no Task is."""
    wanted = (
        select(
            resource.c.id, resource.c.body, resource.c.patient_id, resource.c.label, resource.c.last_updated
        )
        .where(IS_CURRENT, resource.c.type == "Encounter", resource.c.deleted == 0)
        .where(resource.c.last_updated > since_ms, resource.c.status == "finished")
        .where(resource.c.patient_id.is_not(None), resource.c.label != "V")
        .order_by(resource.c.key)
    )
    duty = read_duty(connection)
    found = [row for row in connection.execute(wanted) if _is_news(connection, row, duty, now_ms)]
    dead = list_dead(connection, {row.patient_id for row in found})
    return [row for row in found if row.patient_id not in dead]


def _is_news(connection: Connection, row: Any, duty: Duty, now_ms: int) -> bool:
    encounter = loads(row.body)
    inside = any(code in _INSIDE for code in walk(encounter, "class.code"))
    if not inside and STAY not in walk(encounter, "identifier.system"):
        return False
    end = (encounter.get("period") or {}).get("end")
    if (
        not isinstance(end, str)
        or not now_ms - BACK_MS <= date_interval(end)[1]
        or date_interval(end)[0] > now_ms
    ):
        return False
    nurses, team = nurses_of(connection, row.patient_id, row.last_updated)
    if not team:
        return False
    off = list_away(connection, row.last_updated).keys()
    if duty.is_working_time(row.last_updated) and not nurses <= off:
        return False
    return find_current(connection, "Task", task_id(row.id), true()) is None


def task_id(encounter_id: str) -> str:
    """The same for the same stay."""
    return str(uuid.uuid5(_NAMES, encounter_id))


def _tell(connection: Connection, row: Any, now_ms: int) -> int:
    if find_current(connection, "Task", task_id(row.id), true()) is not None:
        return 0  # another process was there first
    _, team = nurses_of(connection, row.patient_id, row.last_updated)
    left = date_interval(loads(row.body)["period"]["end"])[0]
    task = make_task(row, team, left, now_ms)
    step = Step(task, row.patient_id, team, row.label)
    found = choose_next(connection, read_duty(connection), step, now_ms, told=frozenset())
    if found is not None:
        user, until = found
        who = {"reference": f"Practitioner/{user.practitioner_id}", "display": user.display_name}
        parts = [{"url": "who", "valueReference": who}, {"url": "at", "valueInstant": instant(now_ms)}]
        task = task | {"owner": who, "extension": [*task["extension"], {"url": GONE_TO, "extension": parts}]}
        open_for(connection, user, str(task["id"]), row.patient_id, now_ms, until)
    put_as_system(connection, task)
    what = {"written": {f"Task/{task['id']}": "discharge, nurse off"}}
    add_event(connection, now_ms, WRITE, who=None, what=what, patients=[row.patient_id])
    return 1


def make_task(row: Any, team_id: str, left_ms: int, now_ms: int) -> Json:
    """In the shape of an alert, so that devices show it among them; due 48 hours after the discharge."""
    team = {"reference": f"Organization/{team_id}"}
    task = make_alert_task(task_id(row.id), RULE, f"discharge/{row.id}", TEXT, "today", now_ms, now_ms) | {
        "description": f"{TEXT}\nA visit is due within 48 hours of coming home.",
        "for": {"reference": f"Patient/{row.patient_id}"},
        "focus": {"reference": f"Encounter/{row.id}"},
        "restriction": {"period": {"end": instant(left_ms + 2 * DAY_MS)}},
        "requester": team,
        "owner": team,
    }
    if row.label == "R":
        code = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
        task["meta"] = {"security": [code]}
    return task
