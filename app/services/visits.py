"""Documenting a visit: every tap is stored as it happens, signing freezes what is sent."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.content import CONTENT_VERSION
from app.domain.instruments import get_instrument
from app.domain.typed import clean_line, clean_lines
from app.domain.visit import (
    LONGEST_NOTE,
    LONGEST_VISIT,
    Absent,
    Answer,
    AnsweredBy,
    Modality,
    PersonRef,
    Setting,
    VisitDraft,
    find_missing,
    sign,
)
from app.errors import RecordError
from app.services.clock import Clock
from app.services.models import VisitPage, VisitReading
from app.services.summaries import summarise
from app.store import audit, meta, patients, visits
from app.store.changes import Topic
from app.store.engine import Store
from app.store.records import NewChange, save_signed
from app.sync.fhir.visit import encode_visit

ESAS_R = "esas-r"
LONGEST_NAME = 200
"""Characters in the name of a person's own problem."""
OTHER = next(item.link_id for item in get_instrument(ESAS_R).items if item.named)
"""The item that the person names herself."""


AHEAD = timedelta(minutes=5)
"""How far past now an end may be set: times are set to the minute, and a nurse rounds up."""


class NotReadyToSign(RecordError):
    sentence = "Something is still missing. The page lists it."


class Visits:
    """All methods return after the commit: what a screen calls saved is on the disk."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def begin(self, patient_id: str, modality: Modality, setting: Setting) -> str:
        """Start the clock of a new visit; returns its id. An open draft with this person is continued instead."""
        draft = VisitDraft(
            id=str(uuid.uuid4()),
            patient_id=patient_id,
            nurse=self._me,
            modality=modality,
            setting=setting,
            began_at=self._clock.now(),
        )

        def begin_or_continue(connection: Connection) -> str:
            patients.get(connection, patient_id)
            open_draft = visits.find_draft(connection, patient_id)
            if open_draft is not None:
                return open_draft
            visits.begin(connection, draft, CONTENT_VERSION)
            self._audit(connection, "write", draft.id)
            return draft.id

        return await self._store.write(begin_or_continue, Topic.VISITS)

    async def page(self, visit_id: str) -> VisitPage:
        """The draft with the last visit's values beside it. Raises NotFound when it is not an open draft."""

        def read(connection: Connection) -> VisitPage:
            draft = visits.read_draft(connection, visit_id)
            last = visits.last_answers(connection, draft.patient_id, draft.began_at)
            return VisitPage(
                draft=draft,
                patient=patients.get(connection, draft.patient_id),
                last_values={} if last is None else last.answers,
                last_visit_at=None if last is None else last.began_at.astimezone(),
                missing=find_missing(draft),
            )

        return await self._store.read(read)

    async def answer(
        self,
        visit_id: str,
        link_id: str,
        value: int | None = None,
        absent: Absent | None = None,
        name: str | None = None,
    ) -> None:
        """Store one tap. Raises ValueError for a number outside the scale or an item that is not of it."""
        item = next((i for i in get_instrument(ESAS_R).items if i.link_id == link_id), None)
        if item is None:
            raise ValueError("no such item")
        if value is not None and not item.minimum <= value <= item.maximum:
            raise ValueError(f"the scale runs from {item.minimum} to {item.maximum}")
        name = None if name is None else clean_line(name)
        answer = Answer(at=self._clock.now(), value=value, absent=absent, name=name)

        def put(connection: Connection) -> None:
            named = answer
            if item.named and not answer.name:
                named = replace(answer, name=visits.find_name(connection, visit_id, link_id) or answer.name)
            _check_name(named.name)
            visits.put_answer(connection, visit_id, link_id, named)

        await self._store.write(put, Topic.VISITS)

    async def set_other_name(self, visit_id: str, text: str) -> None:
        """What the person calls her own problem. It goes with the number that is there; without one it is kept
        apart, every letter of it, and `Missing.OTHER_NUMBER` asks for the number. Empty text takes it away.
        """
        name = clean_line(text)

        def put(connection: Connection) -> None:
            if OTHER in visits.read_draft(connection, visit_id).answers:
                _check_name(name)
            visits.set_name(connection, visit_id, OTHER, name)

        await self._store.write(put, Topic.VISITS)

    async def clear(self, visit_id: str, link_id: str) -> None:
        """Back to "not asked"; a name typed for the problem stays."""
        await self._store.write(
            lambda connection: visits.clear_answer(connection, visit_id, link_id), Topic.VISITS
        )

    async def set_answered_by(self, visit_id: str, who: AnsweredBy | None) -> None:
        await self._store.write(
            lambda connection: visits.set_answered_by(connection, visit_id, who), Topic.VISITS
        )

    async def set_note(self, visit_id: str, text: str) -> None:
        """Keeps every letter, also past the limit (`LONGEST_NOTE`); signing then asks to shorten it."""
        note = clean_lines(text)
        await self._store.write(lambda connection: visits.set_note(connection, visit_id, note), Topic.VISITS)

    async def set_where(self, visit_id: str, modality: Modality, setting: Setting) -> None:
        await self._store.write(
            lambda connection: visits.set_where(connection, visit_id, modality, setting), Topic.VISITS
        )

    async def leave(self, visit_id: str) -> None:
        """ "I'm leaving": the visit's end. Signing is later and separate."""
        now = self._clock.now()
        await self._store.write(lambda connection: visits.leave(connection, visit_id, now), Topic.VISITS)

    async def undo_leave(self, visit_id: str) -> None:
        await self._store.write(lambda connection: visits.undo_leave(connection, visit_id), Topic.VISITS)

    async def set_times(self, visit_id: str, began_at: datetime, left_at: datetime) -> None:
        """Correct both ends of a draft: after a wrong clock, or days without "I'm leaving", nothing else lets it be
        signed. Written to the audit log. Raises RecordError, with nothing changed, when they make no visit.
        """
        if not began_at <= left_at <= began_at + LONGEST_VISIT:
            raise RecordError("A visit ends after it begins, and within a day.")
        if left_at > self._clock.now() + AHEAD:
            raise RecordError("That end has not come yet.")

        def correct(connection: Connection) -> None:
            visits.set_times(connection, visit_id, began_at, left_at)
            self._audit(connection, "set-times", visit_id)

        await self._store.write(correct, Topic.VISITS)

    async def discard(self, visit_id: str) -> bool:
        """Drop a visit begun by mistake: only when nothing was recorded in it. Returns whether it was dropped."""

        def discard(connection: Connection) -> bool:
            dropped = visits.discard(connection, visit_id)
            if dropped:
                self._audit(connection, "discard", visit_id)
            return dropped

        return await self._store.write(discard, Topic.VISITS)

    async def sign(self, visit_id: str) -> None:
        """Freeze the visit and put it into the outbox, in one transaction.

        Raises NotReadyToSign when something is missing and NotFound when it is signed already.
        """
        now = self._clock.now()
        await self._store.write(
            lambda connection: self._sign(connection, visit_id, now), Topic.VISITS, Topic.OUTBOX
        )

    def _sign(self, connection: Connection, visit_id: str, now: datetime) -> None:
        draft = visits.read_draft(connection, visit_id)
        if find_missing(draft):
            raise NotReadyToSign
        offset = meta.find(connection, meta.CLOCK_OFFSET_MS)
        visit = sign(draft, now, None if offset is None else int(offset))
        changes = [
            NewChange(type=resource.type, id=resource.id, payload=resource.body)
            for resource in encode_visit(visit)
        ]
        save_signed(connection, visit, changes)
        self._audit(connection, "sign", visit_id)

    async def read(self, visit_id: str) -> VisitReading:
        """A signed visit, own or a colleague's. Raises NotFound. Reading is written to the audit log."""
        reading = await self._store.read(lambda connection: read_visit(connection, visit_id))
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._me.reference,
            action="read",
            subject=f"Encounter/{visit_id}",
        )
        return reading

    def _audit(self, connection: Connection, action: str, visit_id: str) -> None:
        audit.append(
            connection,
            at=self._clock.now(),
            actor=self._me.reference,
            action=action,
            subject=f"Encounter/{visit_id}",
        )


def _check_name(name: str | None) -> None:
    if name is not None and len(name) > LONGEST_NAME:
        raise RecordError(f"Please keep the problem's name under {LONGEST_NAME} letters.")


def read_visit(connection: Connection, visit_id: str) -> VisitReading:
    """A signed visit with the values of the one before it. Raises NotFound."""
    visit = visits.read_signed(connection, visit_id)
    (summary,) = summarise(connection, [visits.get_row(connection, visit_id)])
    last = visits.last_answers(connection, visit.patient_id, visit.began_at)
    return VisitReading(
        summary=summary,
        signed_at=visit.signed_at.astimezone(),
        answered_by=visit.answered_by,
        note=visit.note,
        answers=visit.answers,
        last_values={} if last is None else last.answers,
        last_visit_at=None if last is None else last.began_at.astimezone(),
        clock_offset_ms=visit.clock_offset_ms,
    )


__all__ = ["LONGEST_NAME", "LONGEST_NOTE", "NotReadyToSign", "Visits", "read_visit"]
