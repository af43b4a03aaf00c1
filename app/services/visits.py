"""Documenting a visit: every tap is stored as it happens, signing freezes what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.answer_rules import LONGEST_LINE
from app.domain.typed import clean_lines
from app.domain.visit import (
    LONGEST_NOTE,
    LONGEST_VISIT,
    Absent,
    AnsweredBy,
    Modality,
    PersonRef,
    Setting,
    Value,
    find_missing,
    sign,
)
from app.errors import RecordError
from app.language import N_
from app.services import answering, observing, safety
from app.services.attachment_lines import queue_all
from app.services.clock import Clock
from app.services.goals_of_care import name_versions_seen
from app.services.line_at_signing import freeze_line
from app.services.models import VisitPage, VisitReading
from app.services.person_memory import PersonMemory
from app.services.phrases import read_phrases
from app.services.undoing import find_newest
from app.services.visit_page import read_page, read_visit
from app.services.visit_starts import VisitStarts
from app.store import audit, meta, visits
from app.store.changes import Topic
from app.store.engine import Store
from app.store.records import NewChange, save_signed
from app.store.visit_more import find_more, put_more
from app.sync.fhir.visit import encode_visit

__all__ = ["LONGEST_NAME", "LONGEST_NOTE", "NotReadyToSign", "Visits", "read_visit"]

OTHER = "esas-other"
"""The item that the person names herself."""
LONGEST_NAME = LONGEST_LINE
"""Characters in the name of a person's own problem."""
AHEAD = timedelta(minutes=5)
"""How far past now an end may be set: times are set to the minute, and a nurse rounds up."""


class NotReadyToSign(RecordError):
    sentence = N_("Something is still missing. The page lists it.")


class Visits(VisitStarts):
    """All methods return after the commit: what a screen calls saved is on the disk.

    Those that change a draft raise NotFound unless it is one on this device, and RecordError, with nothing changed,
    for an answer that its item or this visit does not take.
    """

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        super().__init__(store, me, clock)
        self._memory = PersonMemory()

    async def page(self, visit_id: str) -> VisitPage:
        """The draft with what stands beside it. Raises NotFound when it is not an open draft."""
        now = self._clock.now()
        kept = self._steps.find(visit_id)
        page = await self._store.read(lambda c: self._read_page(c, visit_id, now))
        step, at = (None, None) if kept is None else (kept.step, kept.at)
        return replace(page, undo=find_newest(step, at, page.parts.promises, page.draft, self._me))

    def _read_page(self, connection: Connection, visit_id: str, now: datetime) -> VisitPage:
        page = read_page(connection, visit_id, now, self._memory)
        return replace(page, phrases=read_phrases(connection, page.settings.phrases))

    async def answer(
        self,
        visit_id: str,
        link_id: str,
        *,
        value: Value | None = None,
        absent: Absent | None = None,
        name: str | None = None,
        entry: str = "",
    ) -> None:
        """Store one tap: a value, or the reason why there is none. `entry` is the id of the entry it belongs to."""
        now = self._clock.now()
        await self._change(
            visit_id,
            now,
            lambda c: answering.answer(
                c, visit_id, link_id, entry, now, value=value, absent=absent, name=name
            ),
        )

    async def clear(self, visit_id: str, link_id: str, *, entry: str = "") -> None:
        """Back to "not asked"; a name typed for the problem stays. Refused while it has later measurements."""
        await self._change(
            visit_id, self._clock.now(), lambda c: answering.clear(c, visit_id, link_id, entry)
        )

    async def set_text(self, visit_id: str, link_id: str, text: str, *, entry: str = "") -> None:
        """What stands in a typed field, saved while one types; "" clears.

        As soon as it can be read as what the item asks for (a day, a number) it is the answer; until then every
        letter is kept as unfinished text, and `find_missing` asks for it. An answer that was measured again stays
        until the next one can be read, with its later measurements.
        """
        now = self._clock.now()
        await self._change(
            visit_id, now, lambda c: answering.set_text(c, visit_id, link_id, entry, now, text), typed=True
        )

    async def set_other_name(self, visit_id: str, text: str) -> None:
        """What the person calls her own problem. It goes with the number that is there; without one it is kept
        apart, every letter of it, and `Missing.OTHER_NUMBER` asks for the number. Empty text takes it away.
        """
        now = self._clock.now()
        await self._set(visit_id, now, lambda c: answering.set_name(c, visit_id, OTHER, text), typed=True)

    async def measure_again(
        self,
        visit_id: str,
        link_id: str,
        *,
        value: Value | None = None,
        absent: Absent | None = None,
        done: str = "",
        instead: bool = False,
    ) -> None:
        """The same item once more, now; `done` is what was done in between. `instead` corrects the last such answer."""
        now = self._clock.now()
        await self._change(
            visit_id,
            now,
            lambda c: answering.measure_again(
                c, visit_id, link_id, now, value=value, absent=absent, done=done, instead=instead
            ),
        )

    async def undo_again(self, visit_id: str, link_id: str) -> None:
        """Take the last later measurement back."""
        await self._change(visit_id, self._clock.now(), lambda c: answering.undo_again(c, visit_id, link_id))

    async def add_entry(
        self,
        visit_id: str,
        group: str,
        *,
        about: str | None = None,
        answers: Mapping[str, Value] | None = None,
    ) -> str:
        """A new entry of a repeating group, after the others; returns its id.

        `about`: the record (`Type/id`) that it is about or renews.
        """
        now, given = self._clock.now(), dict(answers or {})
        return await self._change(
            visit_id, now, lambda c: answering.add_entry(c, visit_id, group, now, about, given)
        )

    async def remove_entry(self, visit_id: str, entry_id: str) -> None:
        """Take an entry away with all its answers."""
        await self._change(visit_id, self._clock.now(), lambda c: visits.remove_entry(c, visit_id, entry_id))

    async def set_answered_by(self, visit_id: str, who: AnsweredBy | None) -> None:
        """Who answers. With an observer, what only the person can feel starts as "could not answer"."""
        now = self._clock.now()
        await self._change(visit_id, now, lambda c: observing.set_answered_by(c, visit_id, who, now))

    async def set_note(self, visit_id: str, text: str) -> None:
        """Keeps every letter, also past the limit (`LONGEST_NOTE`); signing then asks to shorten it."""
        now, note = self._clock.now(), clean_lines(text)
        await self._set(visit_id, now, lambda c: visits.set_note(c, visit_id, note), typed=True)

    async def set_where(self, visit_id: str, modality: Modality, setting: Setting) -> None:
        await self._change(
            visit_id, self._clock.now(), lambda c: visits.set_where(c, visit_id, modality, setting)
        )

    async def leave(self, visit_id: str) -> None:
        """ "I'm leaving": the visit's end. Signing is later and separate."""
        now = self._clock.now()
        await self._set(visit_id, now, lambda c: visits.leave(c, visit_id, now))

    async def undo_leave(self, visit_id: str) -> None:
        await self._set(visit_id, self._clock.now(), lambda c: visits.undo_leave(c, visit_id))

    async def set_times(
        self, visit_id: str, began_at: datetime, left_at: datetime, *, from_paper: bool = False
    ) -> None:
        """Say when the visit really began and ended: after a wrong clock, or written afterwards; `from_paper`: copied
        from a sheet that was filled in then. It is marked so, and written to the audit log. Raises RecordError, with
        nothing changed, when they make no visit.
        """
        if not began_at <= left_at <= began_at + LONGEST_VISIT:
            raise RecordError("A visit ends after it begins, and within a day.")
        if left_at > self._clock.now() + AHEAD:
            raise RecordError("That end has not come yet.")

        def correct(connection: Connection) -> None:
            visits.set_times(connection, visit_id, began_at, left_at)
            put_more(connection, visit_id, replace(find_more(connection, visit_id), from_paper=from_paper))
            self._audit(connection, "set-times", visit_id)

        await self._set(visit_id, self._clock.now(), correct)

    async def sign(self, visit_id: str) -> None:
        """Freeze the visit and put it into the outbox, in one transaction.

        Raises NotReadyToSign when something is missing and NotFound when it is signed already.
        """
        now = self._clock.now()
        await self._store.write(
            lambda connection: self._sign(connection, visit_id, now),
            Topic.VISITS,
            Topic.OUTBOX,
            Topic.ALERTS,
        )
        self._steps.forget(visit_id)

    def _sign(self, connection: Connection, visit_id: str, now: datetime) -> None:
        draft = observing.as_signed(connection, visits.read_draft(connection, visit_id))
        if find_missing(draft):
            raise NotReadyToSign
        safety.check(connection, visit_id, now, self._me, fully=True)
        draft = name_versions_seen(connection, draft)
        draft = freeze_line(connection, draft, now)
        offset = meta.find(connection, meta.CLOCK_OFFSET_MS)
        visit = sign(draft, now, None if offset is None else int(offset))
        changes = [
            NewChange(type=resource.type, id=resource.id, payload=resource.body)
            for resource in encode_visit(visit)
        ]
        save_signed(connection, visit, changes)
        queue_all(connection, draft, self._me, now)
        self._audit(connection, "sign", visit_id)

    async def read(self, visit_id: str) -> VisitReading:
        """A signed visit, own or a colleague's. Raises NotFound. Reading is written to the audit log."""
        now = self._clock.now()
        reading = await self._store.read(lambda connection: read_visit(connection, visit_id, now))
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._me.reference,
            action="read",
            subject=f"Encounter/{visit_id}",
        )
        return reading
