"""Reviewing signed visits: the queue, countersigning, asking, thanking, answering. All of it is records that sync."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from app.domain.addendum import Addendum, Correction
from app.domain.review import LONGEST_COMMENT, Comment, Review, ReviewKind, ReviewState, may_go_together
from app.domain.typed import clean_lines
from app.domain.visit import PersonRef, Visit, VisitStatus
from app.errors import NotFound, RecordError
from app.language import N_, tr
from app.services.addendum_writing import write_down
from app.services.clock import Clock
from app.services.plan_settings import read_settings
from app.services.review_answerer import find_answerer
from app.services.review_facts import read_reasons, read_reviews
from app.services.review_models import Asked, Queue, ReviewPage, ToNurse
from app.services.review_pages import ANSWER, ASK, read_asked, read_queue, read_review_page, read_to_nurse
from app.store import audit, outbox, review_rows, unfinished, visits
from app.store.changes import Topic
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.review import MARK, answer_review, encode_review, take_back_review

NOT_WHOLE = N_("This visit has not come whole yet. It can be reviewed when all of it is here.")
OWN_VISIT = N_("This is your own visit. Another supervisor reviews it.")


class Reviewing:
    """All methods that write return after the commit; signed visits are never touched."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock, *, supervisor: bool) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._supervisor = supervisor

    async def queue(self) -> Queue:
        now = self._clock.now()
        return await self._store.read(lambda connection: read_queue(connection, self._me.reference, now))

    async def read(self, visit_id: str) -> ReviewPage:
        """A visit to be reviewed. Raises NotFound. Reading is written to the audit log."""
        now = self._clock.now()
        page = await self._store.read(
            lambda connection: read_review_page(connection, visit_id, self._me.reference, now)
        )
        await audit.note_reading(
            self._store, at=now, actor=self._me.reference, action="read", subject=f"Encounter/{visit_id}"
        )
        return page

    async def countersign(self, visit_id: str) -> None:
        """She has read it. Nothing happens where she has said so already and nobody asked since.

        Raises RecordError for a visit that is not whole, that is her own or about which a question stands open.
        """

        def put(connection: Connection) -> None:
            self._countersign(connection, visit_id, together=False)

        await self._write(put)

    async def countersign_all(self, visit_ids: Sequence[str]) -> None:
        """Several in one go, all or none. Raises RecordError where one of them asks for eyes of its own."""

        def put(connection: Connection) -> None:
            for visit_id in visit_ids:
                self._countersign(connection, visit_id, together=True)

        await self._write(put)

    async def ask(self, visit_id: str, comments: Sequence[Comment], *, thanks: bool = False) -> str:
        """Send comments tied to sections back to the nurse; returns the id. `thanks`: nothing has to be answered.

        A question goes to who has the person now, where the nurse who made the visit has not (`find_answerer`).

        Raises RecordError when nothing is said or too much, for a visit that is not whole and for her own.
        """
        said = tuple(Comment(one.section, one.title, clean_lines(one.words).strip()) for one in comments)
        said = tuple(one for one in said if one.words)
        if not said and not thanks:
            raise RecordError("Please write what you want to ask.")
        if any(len(one.words) > LONGEST_COMMENT for one in said):
            raise RecordError(tr("Please keep each comment under {number} letters.", number=LONGEST_COMMENT))
        review_id = str(uuid.uuid4())
        kind = ReviewKind.THANKS if thanks else ReviewKind.QUESTION

        def put(connection: Connection) -> None:
            visit, _ = self._get_readable(connection, visit_id)
            self._make(connection, visit, kind, review_id, said)
            for key in unfinished.read(connection, visit_id):
                if key.startswith(ASK):
                    unfinished.remove(connection, visit_id, key)

        await self._write(put)
        return review_id

    async def take_back(self, visit_id: str, review_id: str) -> None:
        """Her own question or thanks, while nobody has answered. Raises RecordError, NotFound."""

        def put(connection: Connection) -> None:
            review, task = self._find(connection, visit_id, review_id)
            if review.by.reference != self._me.reference or review.kind is ReviewKind.COUNTERSIGN:
                raise RecordError("Only who asked this can take it back.")
            if review.state is ReviewState.DONE:
                raise RecordError("This has been answered already.")
            if review.is_open:
                self._change(connection, review, take_back_review(task, self._clock.now()))

        await self._write(put)

    async def keep(self, visit_id: str, words: str, section: str | None = None) -> None:
        """Keep what has been typed so far, of a question about `section` or of an answer; empty text takes it away."""
        key = ANSWER if section is None else ASK + section
        await self._store.write(
            lambda connection: unfinished.put(
                connection, visit_id, key, clean_lines(words), VisitStatus.SIGNED
            )
        )

    async def about(self, visit_id: str) -> Asked:
        """What a nurse reads above a signed visit. Raises NotFound."""
        return await self._store.read(lambda connection: read_asked(connection, visit_id, self._me.reference))

    async def to_me(self) -> tuple[ToNurse, ...]:
        """Questions and thanks that wait for this nurse."""
        return await self._store.read(lambda connection: read_to_nurse(connection, self._me.reference))

    async def seen(self, visit_id: str, review_id: str) -> None:
        """The nurse has seen a thank-you. Raises NotFound."""

        def put(connection: Connection) -> None:
            review, task = self._get_mine(connection, visit_id, review_id)
            if review.kind is not ReviewKind.THANKS:
                raise RecordError("A question is answered with a few words.")
            if review.is_open:
                self._change(connection, review, answer_review(task, None, self._clock.now()))

        await self._write(put)

    async def answer(
        self, visit_id: str, review_id: str, words: str, corrections: Sequence[Correction] = ()
    ) -> str:
        """Answer a question by an addendum of her own, with answers that should read otherwise; returns its id. An
        alert that these raise leaves ahead of it.

        Raises RecordError, with nothing stored, for an empty or too long text, for somebody else's visit and for a
        question that is not open any more.
        """
        said = clean_lines(words).strip()
        if not said and not corrections:
            raise RecordError("Please write your answer.")
        now, addendum_id = self._clock.now(), str(uuid.uuid4())

        def put(connection: Connection) -> None:
            review, task = self._get_mine(connection, visit_id, review_id)
            if review.kind is not ReviewKind.QUESTION or not review.is_open:
                raise RecordError("This question is not open any more.")
            visit = visits.read_signed(connection, visit_id)
            typed = Addendum(addendum_id, visit_id, self._me, now, said)
            added = write_down(connection, visit, typed, corrections)
            self._change(connection, review, answer_review(task, addendum_id, now), added)
            unfinished.remove(connection, visit_id, ANSWER)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX, Topic.ALERTS)
        return addendum_id

    def _countersign(self, connection: Connection, visit_id: str, *, together: bool) -> None:
        visit, reasons_go_together = self._get_readable(connection, visit_id)
        held = read_reviews(connection, [visit.patient_id]).get(visit_id, ())
        if any(one.is_open and one.kind is ReviewKind.QUESTION for one in held):
            raise RecordError("A question about this visit is still open.")
        questions = [one for one in held if one.kind is ReviewKind.QUESTION]
        if together and (not reasons_go_together or questions):
            raise RecordError("One of these visits has to be read by itself.")
        asked_at = max((one.at for one in questions), default=None)
        mine = [one for one in held if one.kind is ReviewKind.COUNTERSIGN and self._is_mine(one)]
        if any(asked_at is None or one.at > asked_at for one in mine):
            return
        self._make(connection, visit, ReviewKind.COUNTERSIGN, str(uuid.uuid4()), ())

    def _is_mine(self, one: Review) -> bool:
        return one.by.reference == self._me.reference and one.state is not ReviewState.TAKEN_BACK

    def _get_readable(self, connection: Connection, visit_id: str) -> tuple[Visit, bool]:
        """(the visit, whether it may be countersigned with others). Raises RecordError, NotFound."""
        if not self._supervisor:
            raise RecordError("Visits are reviewed by supervisors.")
        visit = visits.read_signed(connection, visit_id)
        if visit.nurse.reference == self._me.reference:
            raise RecordError(OWN_VISIT)
        rules = read_settings(connection).review
        found = read_reasons(connection, self._me.reference, rules, self._clock.now(), visit_id)
        if not found:
            raise RecordError(NOT_WHOLE)
        return visit, may_go_together(found[0][1])

    def _get_mine(self, connection: Connection, visit_id: str, review_id: str) -> tuple[Review, Any]:
        review, task = self._find(connection, visit_id, review_id)
        if review.nurse.reference != self._me.reference:
            raise RecordError("Only the nurse who was asked can answer.")
        return review, task

    def _find(self, connection: Connection, visit_id: str, review_id: str) -> tuple[Review, Any]:
        patient_id = review_rows.find_patient(connection, visit_id)
        held = read_reviews(connection, [patient_id] if patient_id else []).get(visit_id, ())
        review = next((one for one in held if one.id == review_id), None)
        body = review_rows.find_task(connection, review_id, MARK, patient_id or "")
        task = None if body is None else json_text.find_object(body)
        if review is None or task is None:
            raise NotFound(detail="no such review")
        return review, task

    def _make(
        self,
        connection: Connection,
        visit: Visit,
        kind: ReviewKind,
        review_id: str,
        comments: tuple[Comment, ...],
    ) -> None:
        nurse = visit.nurse
        if kind is ReviewKind.QUESTION:
            nurse = find_answerer(connection, visit.patient_id, nurse)
        made = Review(
            review_id, visit.id, visit.patient_id, kind, self._me, self._clock.now(), nurse, comments
        )
        body = json_text.dumps(encode_review(made))
        self._save(connection, made, [NewChange("Task", review_id, body)], review_id)

    def _change(self, connection: Connection, review: Review, task: Any, *added: NewChange) -> None:
        """The Task anew, on what is known of it; what it points to travels with it, so that both come or neither."""
        version = outbox.base_for_edit(connection, "Task", review.id)
        change = NewChange("Task", review.id, json_text.dumps(task), version)
        group = added[0].id if added else review.id
        self._save(connection, review, [*added, change], group)

    def _save(
        self, connection: Connection, review: Review, changes: Sequence[NewChange], group_id: str
    ) -> None:
        now = self._clock.now()
        save_record(
            connection,
            group_id=group_id,
            patient_id=review.patient_id,
            changes=changes,
            at=now,
            write_row=lambda c: audit.append(
                c, at=now, actor=self._me.reference, action="review", subject=f"Task/{review.id}"
            ),
        )

    async def _write(self, put: Callable[[Connection], None]) -> None:
        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)
