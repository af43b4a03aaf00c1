"""Promises to a person: made in one tap, answered in one tap, by whoever goes next. Each is a Task that syncs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from app.domain.promise import COMMON, LONGEST, Promise, PromiseState
from app.domain.typed import clean_line
from app.domain.visit import PersonRef
from app.errors import NotFound, RecordError
from app.language import tr
from app.services.clock import Clock
from app.store import audit, outbox, patients
from app.store.changes import Topic
from app.store.current import CurrentRecord, list_current
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.promise import PROMISE, amend_promise, decode_promises, encode_promise

_NEEDLE = f'"{PROMISE["code"]}"'


def _held(connection: Connection, patient_id: str) -> list[CurrentRecord]:
    """Tasks that may be promises; alerts and loops are not even parsed."""
    return [one for one in list_current(connection, patient_id, "Task") if _NEEDLE in one.body]


def read_promises(connection: Connection, patient_id: str) -> tuple[Promise, ...]:
    """Every promise to this person, answered ones too; those that were taken back are left out."""
    held = _held(connection, patient_id)
    pending = frozenset(one.id for one in held if one.pending)
    found = decode_promises((json_text.find_object(one.body) for one in held), pending)
    return tuple(one for one in found if one.state is not PromiseState.TAKEN_BACK)


class Promises:
    """All methods return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def make(
        self, patient_id: str, *, kind: str = "", words: str = "", visit_id: str | None = None
    ) -> str:
        """Promise one of `COMMON`, or something in own words; returns its id.

        Raises RecordError when nothing is said, or too much; NotFound for a person who is not here.
        """
        said = COMMON.get(kind) or clean_line(words)
        if not said:
            raise RecordError("Please say what you promised.")
        if len(said) > LONGEST:
            raise RecordError(tr("Please keep it under {number} letters.", number=LONGEST))
        now = self._clock.now()
        promise = Promise(
            id=str(uuid.uuid4()),
            patient_id=patient_id,
            kind=kind if kind in COMMON else "",
            words=said,
            by=self._me,
            made_at=now,
            visit_id=visit_id,
        )

        def put(connection: Connection) -> None:
            patients.get(connection, patient_id)
            self._save(connection, patient_id, encode_promise(promise), None)

        await self._write(put)
        return promise.id

    async def answer(self, patient_id: str, promise_id: str, state: PromiseState) -> None:
        """Say what became of a promise; open again takes that back. Raises NotFound.

        Only who made a promise may take it back, for the plan takes that from nobody else: RecordError.
        """

        def put(connection: Connection) -> None:
            base, held = self._find(connection, patient_id, promise_id)
            if state is PromiseState.TAKEN_BACK and held.by.reference != self._me.reference:
                raise RecordError("Somebody else made this promise. Say whether it was kept.")
            if held.state is state:
                return
            task = amend_promise(base, state, self._me, self._clock.now())
            version = outbox.base_for_edit(connection, "Task", promise_id)
            self._save(connection, patient_id, task, version)

        await self._write(put)

    def _find(
        self, connection: Connection, patient_id: str, promise_id: str
    ) -> tuple[dict[str, Any], Promise]:
        for one in _held(connection, patient_id):
            body = json_text.find_object(one.body)
            if one.id == promise_id and body is not None:
                for promise in decode_promises([body]):
                    return body, promise
        raise NotFound(detail="no such promise")

    def _save(
        self, connection: Connection, patient_id: str, task: dict[str, Any], version: str | None
    ) -> None:
        now = self._clock.now()
        save_record(
            connection,
            group_id=task["id"],
            patient_id=patient_id,
            changes=[NewChange("Task", task["id"], json_text.dumps(task), version)],
            at=now,
            write_row=lambda c: audit.append(
                c, at=now, actor=self._me.reference, action="promise", subject=f"Task/{task['id']}"
            ),
        )

    async def _write(self, put: Callable[[Connection], None]) -> None:
        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)
