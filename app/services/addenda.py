"""Adding to a signed visit. The visit stays as it was signed; the addendum is a record of its own beside it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection

from app.domain.addendum import Addendum, Correction
from app.domain.typed import clean_lines
from app.domain.visit import PersonRef, VisitStatus
from app.errors import RecordError
from app.services.addendum_writing import write_down
from app.services.clock import Clock
from app.store import audit, unfinished, visits
from app.store.changes import Topic
from app.store.engine import Store
from app.store.records import save_record


class Addenda:
    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def add(self, visit_id: str, text: str, corrections: Sequence[Correction] = ()) -> str:
        """Add to a signed visit of one's own; returns the addendum's id. An alert that the corrections raise leaves
        ahead of it.

        Raises RecordError, with nothing stored, for an empty or too long text or somebody else's visit, and NotFound
        for a visit that is not signed.
        """
        words = clean_lines(text).strip()
        if not words and not corrections:
            raise RecordError("Please write what you want to add.")
        now = self._clock.now()
        typed = Addendum(str(uuid.uuid4()), visit_id, self._me, now, words)

        def put(connection: Connection) -> None:
            visit = visits.read_signed(connection, visit_id)
            if visit.nurse.reference != self._me.reference:
                raise RecordError("Only the nurse who signed this visit can add to it.")
            save_record(
                connection,
                group_id=typed.id,
                patient_id=visit.patient_id,
                changes=[write_down(connection, visit, typed, corrections)],
                at=now,
                write_row=lambda c: audit.append(
                    c,
                    at=now,
                    actor=self._me.reference,
                    action="addendum",
                    subject=f"DocumentReference/{typed.id}",
                ),
            )

            unfinished.remove(connection, visit_id, unfinished.ADDENDUM)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX, Topic.ALERTS)
        return typed.id

    async def keep(self, visit_id: str, text: str) -> None:
        """Keep what has been typed so far, every letter, until it is added or taken away (empty text)."""
        kept = clean_lines(text)
        await self._store.write(
            lambda connection: unfinished.put(
                connection, visit_id, unfinished.ADDENDUM, kept, VisitStatus.SIGNED
            )
        )
