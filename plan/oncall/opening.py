"""A person's pack was opened on a device: kept once, the supervisors told, the record opened once a visit began.

She read what the pack holds before anybody was asked; that is what the pack is for. So what is told is always
believed as far as it tells on her, and gives something only where a pack of hers held that person at that time.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from plan.alert_task import make_alert_task
from plan.audit.ledger import EMERGENCY, add_event
from plan.emergency.opening import TASK_SYSTEM
from plan.fhir.access import IS_CURRENT, works_with
from plan.fhir.context import Caller
from plan.fhir.stamps import instant
from plan.fhir.tables import membership, resource
from plan.leave.tables import DutyAccess
from plan.oncall.shift import find_pack
from plan.oncall.tables import DutyOpening
from plan.resources import put_as_system
from plan.unmatched.person import list_temporary
from plan.users import find_user_by_id

SLACK_MS = 15 * 60_000
"""How far a device's clock may be off although it knows the difference."""
SHORTEST_MS = 2 * 3_600_000
"""The shortest time for which a record is open after an opening: a visit that began before the end can be finished."""
LONGEST_REASON = 300
MOST = 100
"""Openings told at once."""
RULE = "ON_CALL_OPENED"
TEXT = "This person's record was opened while on call"
_OPENING = DutyOpening.metadata.tables["duty_opening"]
_ACCESS = DutyAccess.metadata.tables["duty_access"]
_NAMES = uuid.UUID("5e0f4a86-7f0b-4b0e-8d0d-3f8f1a8f7b20")


@dataclass(frozen=True, slots=True)
class Told:
    """One opening, as the device tells it. `at_ms` by the plan's clock as well as the device knew it."""

    id: str
    patient_id: str
    reason: str
    at_ms: int
    visit: bool = False
    """A visit to that person was begun."""


def keep_opening(connection: Connection, caller: Caller, told: Told) -> bool:
    """Keep it. True where it is kept now, or was before; False where no pack of hers could have held that person.

    Inside `write_transaction`.
    """
    who, o = caller.principal, _OPENING.c
    known = connection.execute(select(o.practitioner_id).where(o.id == told.id)).first()
    if known is not None:
        return bool(known.practitioner_id == who.practitioner_id)
    at_ms = min(told.at_ms, caller.now_ms)
    pack = find_pack(connection, who, at_ms, SLACK_MS)
    if pack is None or not _held(connection, pack, told.patient_id, at_ms):
        return False
    task_id = str(uuid.uuid5(_NAMES, f"{pack.id}/{told.patient_id}"))
    _tell_supervisors(connection, caller, told, pack, task_id, at_ms)
    row = {"id": told.id, "pack_id": pack.id, "user_id": who.user_id, "practitioner_id": who.practitioner_id}
    more = {"patient_id": told.patient_id, "reason": told.reason, "at_ms": at_ms, "told_ms": caller.now_ms}
    connection.execute(insert(_OPENING).values(**row, **more, task_id=task_id))
    if told.visit and at_ms >= pack.begins_ms - SLACK_MS:  # earlier the pack is there, and opens nothing
        _open(connection, caller, pack, told.patient_id, task_id)
    what = {"on call": told.id, "opened": instant(at_ms), "task": task_id}
    add_event(connection, caller.now_ms, EMERGENCY, who=who, what=what, patients=[told.patient_id])
    return True


def _held(connection: Connection, pack: Any, patient_id: str, at_ms: int) -> bool:
    """Was this person of the team while the pack stood, and her record not kept apart all that time?

    That it is kept apart by now says nothing: a device without a network did not know.
    """
    m, r = membership.c, resource.c
    member = select(m.patient_id).where(
        m.patient_id == patient_id,
        m.patient_id.not_in(list_temporary()),
        m.practitioner_id == "",
        m.team_id == pack.team_id,
        m.start_ms <= max(at_ms, pack.from_ms),
        m.end_ms > pack.from_ms,
    )
    if connection.execute(member.limit(1)).first() is None:
        return False
    # Stamps can run ahead of the clock.
    until = max(at_ms, pack.from_ms) + SLACK_MS
    hers = (r.type == "Patient", r.id == patient_id, r.last_updated <= until)
    versions = select(r.label, r.deleted, r.last_updated).where(*hers).order_by(r.last_updated.desc())
    for row in connection.execute(versions):
        if not row.deleted and row.label not in ("R", "V"):
            return True
        if row.last_updated <= pack.from_ms:  # the one that stood when she got the pack
            return False
    return False


def _open(connection: Connection, caller: Caller, pack: Any, patient_id: str, task_id: str) -> None:
    """She works with that person until her duty ends: what she writes down of this night reaches the right record.

    By the very row by which an alert that went on opens one (`plan.leave`). From her first opening on, so that what
    she wrote before the plan heard of it is taken as late work of hers. Reading the pack alone opens nothing.
    """
    who, o = caller.principal, _OPENING.c
    hers = (o.pack_id == pack.id, o.patient_id == patient_id, o.practitioner_id == who.practitioner_id)
    at_ms = int(connection.execute(select(func.min(o.at_ms)).where(*hers)).scalar_one())
    begins = max(min(at_ms, pack.until_ms - 1), pack.from_ms, pack.begins_ms - SLACK_MS)
    until = max(pack.until_ms, begins + SHORTEST_MS)
    known = connection.execute(select(_ACCESS.c.id).where(_ACCESS.c.id == task_id)).first()
    # What opens the record to her anyhow, as a cover does, has to last as long.
    if known is not None or all(works_with(connection, who, patient_id, one) for one in (begins, until - 1)):
        return
    row = {
        "id": task_id,
        "practitioner_id": who.practitioner_id,
        "patient_id": patient_id,
        "task_id": task_id,
    }
    connection.execute(insert(_ACCESS).values(**row, from_ms=begins, until_ms=until))


def _tell_supervisors(
    connection: Connection, caller: Caller, told: Told, pack: Any, task_id: str, at_ms: int
) -> None:
    """A Task in the shape of an alert, one a person and duty. She is not its author: only a supervisor closes it."""
    held = select(resource.c.key).where(IS_CURRENT, resource.c.type == "Task", resource.c.id == task_id)
    if connection.execute(held).first() is not None:
        return
    who = caller.principal
    user = find_user_by_id(connection, who.user_id)
    name = who.username if user is None else user.display_name
    team = {"reference": f"Organization/{pack.team_id}"}
    task = make_alert_task(task_id, RULE, told.id, TEXT, "info", at_ms, caller.now_ms) | {
        "identifier": [{"system": TASK_SYSTEM, "value": told.id}],
        "description": f"{TEXT}\n{name} opened it. Reason: {told.reason}",
        "for": {"reference": f"Patient/{told.patient_id}"},
        "requester": team,
        "owner": team,
        "input": [{"type": {"text": "opened by"}, "valueReference": {"reference": who.reference}}],
    }
    put_as_system(connection, task)


def list_openings(connection: Connection, since_ms: int) -> list[Any]:
    """Rows of every opening after that, newest first."""
    statement = select(_OPENING).where(_OPENING.c.at_ms > since_ms)
    return list(connection.execute(statement.order_by(_OPENING.c.at_ms.desc())))
