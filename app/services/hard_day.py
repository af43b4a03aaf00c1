""" "Hard day": asking the supervisor for a call, taking that back, and what a supervisor does with it.

It is about no patient, in no report and no export, and is not in the log of who read and wrote what: what it needs
to say stands on its own card. While it waits it is counted with all else that waits, which says nothing of what it is.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.domain.hard_day import CallAsked, CallState
from app.domain.visit import PersonRef
from app.errors import NotFound
from app.services.clock import Clock
from app.store import no_patient, outbox
from app.store.changes import Topic
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.hard_day import answer_call, decode_call, encode_call, is_call, take_call_back

AFTER_ALERTS = 5
"""Priority in the outbox: after alerts (0), before visits (10)."""
SHOWN_FOR = timedelta(days=3)
"""How long one that nobody has ended is shown."""


class HardDay:
    """Methods return after the commit. Whether anybody knows of it, only the plan's answer says."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def ask(self) -> None:
        """Ask for a call. One at a time: asking twice asks once."""
        now = self._clock.now()

        def put(connection: Connection) -> None:
            if self._find_mine(connection, now) is None:
                self._save(connection, encode_call(str(uuid.uuid4()), self._me, now), None, now)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)

    async def mine(self) -> CallAsked | None:
        """What stands of my own."""
        now = self._clock.now()
        return await self._store.read(lambda connection: self._find_mine(connection, now))

    async def take_back(self) -> None:
        """It is all right again. Nothing happens when nothing stands."""
        now = self._clock.now()

        def put(connection: Connection) -> None:
            mine = self._find_mine(connection, now)
            if mine is not None:
                base = outbox.base_for_edit(connection, "Task", mine.id)
                self._save(connection, take_call_back(_get_task(connection, mine.id), now), base, now)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)

    async def list_asked(self) -> tuple[CallAsked, ...]:
        """What nurses of the team ask for, the oldest first: for a supervisor."""
        now = self._clock.now()
        found = await self._store.read(_read)
        return tuple(
            sorted(
                (one for one in found if one.nurse != self._me.reference and _stands(one, now)),
                key=lambda one: (one.asked_at, one.id),
            )
        )

    async def answer(self, call_id: str, state: CallState) -> None:
        """A supervisor says that she will call, or that they have talked. Raises NotFound."""
        now = self._clock.now()

        def put(connection: Connection) -> None:
            base = outbox.base_for_edit(connection, "Task", call_id)
            task = answer_call(_get_task(connection, call_id), state, self._me, now)
            self._save(connection, task, base, now)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)

    def _find_mine(self, connection: Connection, now: datetime) -> CallAsked | None:
        mine = [one for one in _read(connection) if one.nurse == self._me.reference and _stands(one, now)]
        return max(mine, key=lambda one: one.asked_at, default=None)

    def _save(self, connection: Connection, task: Any, base: str | None, now: datetime) -> None:
        save_record(
            connection,
            group_id=task["id"],
            patient_id=no_patient.NOBODY,
            changes=[NewChange("Task", task["id"], json_text.dumps(task), base, AFTER_ALERTS)],
            at=now,
            write_row=_nothing_else,
        )


def _nothing_else(connection: Connection) -> None:
    """No row and no entry in the audit log, which the plan is told: this is not reported."""


def _stands(one: CallAsked, now: datetime) -> bool:
    # One that was ended stays until the plan knows it: till then somebody may still be about to call.
    over = one.state is CallState.OVER and one.known
    return not over and now - one.asked_at < SHOWN_FOR


def _read(connection: Connection) -> tuple[CallAsked, ...]:
    made = (
        decode_call(json_text.find_object(body), known=known, refused=refused)
        for body, known, refused in no_patient.list_tasks(connection)
    )
    return tuple(one for one in made if one is not None)


def _get_task(connection: Connection, call_id: str) -> Any:
    for body, _, _ in no_patient.list_tasks(connection):
        task = json_text.find_object(body)
        if task is not None and is_call(task) and task.get("id") == call_id:
            return task
    raise NotFound(detail="no such call")
