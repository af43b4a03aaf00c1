"""Inviting a mentor of another organisation to read one visit: by a supervisor who saw what the mentor will see."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, insert, true

from plan.fhir.access import DAY_MS, unrestricted, works_with
from plan.fhir.context import Caller
from plan.fhir.draining import refuse
from plan.fhir.outcomes import Refusal, not_found
from plan.fhir.store import find_current
from plan.principal import SUPERVISOR
from plan.sharing.granting import Granted, Keep, check_recipient, check_room, keep_sharing
from plan.sharing.mentor_reading import Reading, compose_reading
from plan.sharing.mentor_told import MENTOR, MENTOR_VISIT

MOST_PASSAGES = 40


@dataclass(frozen=True, slots=True)
class Invitation:
    """`digest` is of the reading that she saw; `passages` are those that she read and released."""

    visit_id: str
    recipient: str
    days: int
    digest: str
    passages: tuple[str, ...]


def check_inviter(caller: Caller) -> None:
    """Raises Refusal 403 for everybody but supervisors whose sign-in stands whole."""
    refuse(caller.principal)
    if caller.principal.role != SUPERVISOR:
        raise Refusal(403, "A mentor is invited by a supervisor.")
    caller.check_scope("c", "Consent")
    caller.check_scope("r", "Encounter")


def read_visit(connection: Connection, caller: Caller, visit_id: str) -> tuple[str, Reading]:
    """Whose visit it is, and what a mentor would read. The facts must be fresh.

    Raises Refusal: 404 for a visit of somebody she does not work with, 409 where it is kept apart or not finished.
    """
    row = find_current(connection, "Encounter", visit_id, true())
    if row is None or row.deleted or row.patient_id is None:
        raise not_found()
    if not works_with(connection, caller.principal, row.patient_id, caller.now_ms):
        raise not_found()
    # She reads the record anyway: that it is kept apart is no news to her.
    reading = compose_reading(connection, row.patient_id, visit_id)
    if reading is None or find_current(connection, "Encounter", visit_id, unrestricted()) is None:
        raise Refusal(409, "This visit is kept apart, or not finished. Nobody else can be given it to read.")
    return row.patient_id, reading


def invite(connection: Connection, caller: Caller, ask: Invitation, root: str) -> Granted:
    """Share what she saw, in one write transaction. `root`: the plan's address without `/fhir`.

    Raises Refusal as `read_visit`; 409 where the reading is another by now or too many sharings stand; 422 for a
    passage that is not of this visit, or that may not leave.
    """
    recipient = check_recipient(ask.recipient, ask.days)
    patient_id, reading = read_visit(connection, caller, ask.visit_id)
    if reading.digest != ask.digest:
        raise Refusal(409, "The record has changed since you read this. Please read it again.")
    wanted = set(ask.passages)
    released = [one.id for one in reading.passages if one.id in wanted and not one.refused]
    if len(released) != len(wanted) or len(wanted) > MOST_PASSAGES:
        raise Refusal(422, "A passage is not of this visit, or holds what would say who somebody is.")
    check_room(connection, patient_id, caller.now_ms)
    share_id, until_ms = str(uuid.uuid4()), caller.now_ms + ask.days * DAY_MS
    values = {"share_id": share_id, "visit_id": ask.visit_id, "digest": reading.digest}
    connection.execute(insert(MENTOR_VISIT).values(**values, passages=json.dumps(released)))
    return keep_sharing(connection, caller, Keep(share_id, patient_id, "", MENTOR, recipient, until_ms), root)
