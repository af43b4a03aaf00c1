""" "Check on me at 11:30": asking for it, saying that one is fine, and what stands for whom."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.domain.check_on_me import LONGEST, SHORTEST, CheckOnMe
from app.domain.typed import clean_line
from app.domain.visit import PersonRef
from app.errors import NotFound, RecordError
from app.services.clock import Clock
from app.services.day_models import DayCheck
from app.store import audit, bases, day_rows, outbox, patients
from app.store.changes import Topic
from app.store.current import list_current
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text, person
from app.sync.fhir.check_on_me import CODE, decode_check, encode_check, finish_check

FIRST = 0
"""Priority in the outbox: before everything else."""
SHOWN_FOR = timedelta(hours=24)
"""How long after its time one that nobody has ended is still shown."""
LONGEST_WORDS = 200


def read_checks(connection: Connection, me: PersonRef, now: datetime) -> tuple[DayCheck, ...]:
    """What stands, of everybody whose people are here; of my own also what the plan does not know is over."""
    found = []
    for patient_id in day_rows.list_people_with_tasks(connection, CODE["code"]):
        for check in _list_of(connection, patient_id):
            mine = check.nurse == me.reference
            untold = mine and check.done and check.told and not check.known
            if (not check.done or untold) and check.at > now - SHOWN_FOR:
                found.append((check, mine))
    names = patients.read_names(connection, {check.patient_id for check, _ in found})
    return tuple(
        DayCheck(check, names.get(check.patient_id, ""), _address(connection, check.patient_id), mine)
        for check, mine in sorted(found, key=lambda one: (one[0].at, one[0].id))
    )


def _list_of(connection: Connection, patient_id: str) -> tuple[CheckOnMe, ...]:
    held = [one for one in list_current(connection, patient_id, "Task") if CODE["code"] in one.body]
    settled = day_rows.list_settled(connection, "Task", [one.id for one in held])
    made = (
        decode_check(
            json_text.find_object(one.body),
            known=not one.pending,
            told=not one.pending or one.id in settled or bases.find(connection, "Task", one.id) is not None,
        )
        for one in held
    )
    return tuple(one for one in made if one is not None)


def _address(connection: Connection, patient_id: str) -> str | None:
    base = bases.find(connection, "Patient", patient_id)
    return None if base is None else person.address_of(json_text.find_object(base.body))


class ChecksOnMe:
    """Methods return after the commit. Whether anybody knows of it, only the plan's answer says."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def ask(self, patient_id: str, at: datetime) -> None:
        """Somebody is to look after me if I have not said by then that I am fine. One at a time: a new one takes the
        place of the last. Raises RecordError for a time that is gone or too far, NotFound.
        """
        now = self._clock.now()
        if not SHORTEST <= at - now <= LONGEST:
            raise RecordError("Please choose a time between 5 minutes and 14 hours from now.")
        task_id = str(uuid.uuid4())

        def put(connection: Connection) -> None:
            patients.get(connection, patient_id)
            for one in read_checks(connection, self._me, now):
                if one.mine and not one.check.done:
                    self._finish(connection, one.check, "Asked for another time", now)
            task = encode_check(task_id, patient_id, self._me, now, at)
            self._save(connection, patient_id, task, None, now)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)

    async def list_all(self) -> tuple[DayCheck, ...]:
        """Everything that stands, what is due first."""
        now = self._clock.now()
        return await self._store.read(lambda connection: read_checks(connection, self._me, now))

    async def finish(self, check_id: str, words: str = "") -> None:
        """I am fine, or I have reached her. Nothing happens when it is over already. Raises NotFound."""
        now = self._clock.now()
        said = clean_line(words)[:LONGEST_WORDS]

        def put(connection: Connection) -> None:
            held = [one.check for one in read_checks(connection, self._me, now) if one.check.id == check_id]
            if not held:
                raise NotFound(detail="no such check")
            if not held[0].done:
                self._finish(connection, held[0], said, now)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)

    def _finish(self, connection: Connection, check: CheckOnMe, words: str, now: datetime) -> None:
        task = _find_task(connection, check)
        base = outbox.base_for_edit(connection, "Task", check.id)
        self._save(connection, check.patient_id, finish_check(task, words, self._me, now), base, now)

    def _save(
        self, connection: Connection, patient_id: str, task: Any, base: str | None, now: datetime
    ) -> None:
        task_id = task["id"]
        save_record(
            connection,
            group_id=task_id,
            patient_id=patient_id,
            changes=[NewChange("Task", task_id, json_text.dumps(task), base, FIRST)],
            at=now,
            write_row=lambda c: audit.append(
                c, at=now, actor=self._me.reference, action="write", subject=f"Task/{task_id}"
            ),
        )


def _find_task(connection: Connection, check: CheckOnMe) -> Any:
    for one in list_current(connection, check.patient_id, "Task"):
        if one.id == check.id:
            return json_text.find_object(one.body)
    raise NotFound(detail="no such task")
