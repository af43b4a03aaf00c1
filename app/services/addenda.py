"""Adding to a signed visit. The visit stays as it was signed; the addendum is a record of its own beside it."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Connection

from app.domain.addendum import Addendum
from app.domain.typed import clean_lines
from app.domain.visit import LONGEST_NOTE, PersonRef, VisitStatus
from app.errors import RecordError
from app.language import tr
from app.services.clock import Clock
from app.store import audit, current, unfinished, visits
from app.store.changes import Topic
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.addendum import decode_addendum, encode_addendum


def list_addenda(connection: Connection, patient_id: str, visit_id: str) -> tuple[Addendum, ...]:
    """What was added to one signed visit, oldest first; sent or not."""
    found: list[Addendum] = []
    for record in current.list_current(connection, patient_id, "DocumentReference"):
        try:
            document: Any = json_text.loads(record.body)
        except json_text.BadJson:
            continue
        addendum = decode_addendum(document, pending=record.pending or record.set_aside)
        if addendum is not None and addendum.visit_id == visit_id:
            found.append(addendum)
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))


class Addenda:
    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def add(self, visit_id: str, text: str) -> str:
        """Add to a signed visit of one's own; returns the addendum's id.

        Raises RecordError, with nothing stored, for an empty or too long text or somebody else's visit, and NotFound
        for a visit that is not signed.
        """
        words = clean_lines(text).strip()
        if not words:
            raise RecordError("Please write what you want to add.")
        if len(words) > LONGEST_NOTE:
            raise RecordError(tr("Please keep it under {number} letters.", number=LONGEST_NOTE))
        now = self._clock.now()
        addendum = Addendum(str(uuid.uuid4()), visit_id, self._me, now, words)

        def put(connection: Connection) -> None:
            visit = visits.read_signed(connection, visit_id)
            if visit.nurse.reference != self._me.reference:
                raise RecordError("Only the nurse who signed this visit can add to it.")
            body = json_text.dumps(encode_addendum(addendum, visit.patient_id, has_note=bool(visit.note)))
            save_record(
                connection,
                group_id=addendum.id,
                patient_id=visit.patient_id,
                changes=[NewChange("DocumentReference", addendum.id, body)],
                at=now,
                write_row=lambda c: audit.append(
                    c,
                    at=now,
                    actor=self._me.reference,
                    action="addendum",
                    subject=f"DocumentReference/{addendum.id}",
                ),
            )

            unfinished.remove(connection, visit_id, unfinished.ADDENDUM)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)
        return addendum.id

    async def keep(self, visit_id: str, text: str) -> None:
        """Keep what has been typed so far, every letter, until it is added or taken away (empty text)."""
        kept = clean_lines(text)
        await self._store.write(
            lambda connection: unfinished.put(
                connection, visit_id, unfinished.ADDENDUM, kept, VisitStatus.SIGNED
            )
        )
