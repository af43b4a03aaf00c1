"""Plan of care and referrals of one person, from what is on the device; the loop of a referral moved by hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from app.domain.care_plan import PlanOfCare
from app.domain.referrals import Referral, list_states
from app.domain.typed import clean_line
from app.domain.visit import PersonRef
from app.errors import NotFound, RecordError
from app.services.clock import Clock
from app.store import audit, outbox
from app.store.changes import Topic
from app.store.current import list_current
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text, read
from app.sync.fhir.care_plan import decode_plan
from app.sync.fhir.referral import LOOP, decode_referrals, renew_loop

LONGEST_WORDS = 200


def _parse(body: str) -> Any:
    try:
        return json_text.loads(body)
    except json_text.BadJson:
        return None


def read_plan(connection: Connection, patient_id: str) -> PlanOfCare:
    return decode_plan(_parse(one.body) for one in list_current(connection, patient_id, "CarePlan", "Goal"))


def read_referrals(connection: Connection, patient_id: str) -> tuple[Referral, ...]:
    held = list_current(connection, patient_id, "ServiceRequest", "Task")
    waiting = frozenset(f"{one.type}/{one.id}" for one in held if one.pending)
    return decode_referrals((_parse(one.body) for one in held), waiting)


class Referrals:
    """Moving a referral's loop, with or without a visit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def set_state(self, patient_id: str, reference: str, state: str, words: str = "") -> None:
        """What became of a referral (`ServiceRequest/…`). Raises RecordError for an unknown state, NotFound when the
        referral has no loop on this device.
        """
        if state not in {one.code for one in list_states()}:
            raise RecordError("This is no state of a referral.")
        now = self._clock.now()
        said = clean_line(words)[:LONGEST_WORDS]

        def put(connection: Connection) -> None:
            task = _find_loop(connection, patient_id, reference)
            body = json_text.dumps(renew_loop(task, state, said, self._me, now))
            base = outbox.base_for_edit(connection, "Task", task["id"])
            save_record(
                connection,
                group_id=task["id"],
                patient_id=patient_id,
                changes=[NewChange("Task", task["id"], body, base)],
                at=now,
                write_row=lambda c: audit.append(
                    c, at=now, actor=self._me.reference, action="referral", subject=f"Task/{task['id']}"
                ),
            )

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)


def _find_loop(connection: Connection, patient_id: str, reference: str) -> Any:
    for one in list_current(connection, patient_id, "Task"):
        task = _parse(one.body)
        focus = read.reference(task, "focus")
        coded = read.has_code(read.find(task, "code"), LOOP["code"], LOOP["system"])
        if coded and focus is not None and f"{focus[0]}/{focus[1]}" == reference:
            return task
    raise NotFound(detail="a referral without a loop")
