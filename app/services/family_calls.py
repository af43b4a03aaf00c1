"""Calls to the family in the weeks after a death: planned with it, due on their day, answered with two taps."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.death import AGAIN_AFTER, CONTACT, HOW, NAMED, NO_CALLS, THEN, Death, FamilyCall, due_days
from app.domain.people import Person
from app.domain.visit import PersonRef
from app.errors import NotFound, RecordError
from app.services.clock import Clock
from app.services.death_models import DueCall
from app.services.death_writes import add
from app.services.goals_of_care import read_people
from app.services.plan_settings import read_settings
from app.store import death_rows, patients
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.fhir import json_text
from app.sync.fhir.death import CALL_MARK, cancel_call, decode_call, encode_call, finish_call

Json = dict[str, Any]
ACTION = "bereavement"
_CALLS = uuid.UUID("3b8f1d1e-6a6e-5f0a-8d3c-9a5d2c0e4f60")
"""Namespace of the ids of calls."""


class FamilyCalls:
    """All methods return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def due(self) -> tuple[DueCall, ...]:
        """Those that are due, the oldest first; of each person one."""
        today = self._clock.now().astimezone().date()
        return await self._store.read(lambda connection: read_due(connection, today))

    async def finish(self, patient_id: str, call_id: str, how: str, then: str = "") -> None:
        """A call was made, or tried: what was found and what is next (codes of HOW and THEN).

        What was due before it is done with it. Whoever asked us not to call is called no more. Raises RecordError for
        another code, NotFound.
        """
        if how not in HOW or (then and then not in THEN):
            raise RecordError("Please say how they are.")
        now = self._clock.now()

        def put(connection: Connection) -> None:
            held = list_calls(connection, patient_id)
            call = next((one for one in held if one.id == call_id), None)
            if call is None:
                raise NotFound(detail="no such call")
            if not call.open:
                return

            def done(task: Mapping[str, Any]) -> Json:
                return finish_call(task, how, then, self._me, now)

            for one in held:
                if one.open and one.due_on <= call.due_on:
                    _change(connection, one, done, self._me, now)
            if how == "asked-not":
                cancel_open(connection, patient_id, self._me, now)
            elif then == "again":
                due = now.astimezone().date() + AGAIN_AFTER
                number = call.number + (due - call.due_on).days
                _make(connection, patient_id, call.id, number, due, call.contact, self._me, now)

        await self._store.write(put, Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX)


def plan_calls(connection: Connection, death: Death, me: PersonRef, now: datetime) -> None:
    """The calls that the plan wants after this death; those that a correction does not want are taken back."""
    contact = death.first(CONTACT)
    if contact in NO_CALLS:
        cancel_open(connection, death.patient_id, me, now)
    elif not list_calls(connection, death.patient_id):
        name = contact.removeprefix(NAMED)
        for number, day in due_days(death.on, read_settings(connection).death):
            _make(connection, death.patient_id, death.id, number, day, name, me, now)


def cancel_open(connection: Connection, patient_id: str, me: PersonRef, now: datetime) -> None:
    """None of those that are open is wanted any more."""
    for one in list_calls(connection, patient_id):
        if one.open:
            _change(connection, one, lambda task: cancel_call(task, me, now), me, now)


def list_calls(connection: Connection, patient_id: str) -> tuple[FamilyCall, ...]:
    """By their day; those that were taken back are left out."""
    found = (
        decode_call(json_text.find_object(one.body), pending=one.pending)
        for one in death_rows.list_marked(connection, patient_id, "Task", CALL_MARK)
    )
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.due_on, one.id)))


def read_calls(connection: Connection, patient_id: str) -> tuple[FamilyCall, ...]:
    """The same, of each day one: two who recorded one death made two."""
    found: dict[int, FamilyCall] = {}
    for one in list_calls(connection, patient_id):
        held = found.get(one.number)
        found[one.number] = one if held is None or (held.open and not one.open) else held
    return tuple(found.values())


def read_due(connection: Connection, today: date) -> tuple[DueCall, ...]:
    """What is due by then. What was missed is made up for by one call, not by several."""
    due = []
    for patient_id in death_rows.list_dead(connection):
        waiting = [one for one in read_calls(connection, patient_id) if one.open and one.due_on <= today]
        if waiting:
            people = read_people(connection, patient_id).people
            phone = next((one.phone for one in people if label(one) == waiting[-1].contact), "")
            due.append(DueCall(waiting[-1], patients.get(connection, patient_id).display_name, phone))
    return tuple(sorted(due, key=lambda one: (one.call.due_on, one.call.id)))


def label(person: Person) -> str:
    """ "Maria Diaz (daughter)"."""
    both = person.name and person.relation
    return f"{person.name} ({person.relation.lower()})" if both else person.name or person.relation


def _make(
    connection: Connection,
    patient_id: str,
    of: str,
    number: int,
    day: date,
    contact: str,
    me: PersonRef,
    now: datetime,
) -> None:
    call_id = str(uuid.uuid5(_CALLS, f"{of} {number}"))
    task = encode_call(call_id, patient_id, number, day, contact, me, now)
    add(connection, patient_id, task, me, now, action=ACTION)


def _change(
    connection: Connection,
    call: FamilyCall,
    change: Callable[[Mapping[str, Any]], Json],
    me: PersonRef,
    now: datetime,
) -> None:
    for one in death_rows.list_marked(connection, call.patient_id, "Task", CALL_MARK):
        task = json_text.find_object(one.body) if one.id == call.id else None
        if task is not None:
            add(connection, call.patient_id, change(task), me, now, action=ACTION)
