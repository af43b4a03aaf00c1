"""The review of visits in memory: the same rules for what needs eyes, on the visits of the world."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.addendum import Addendum, Correction
from app.domain.review import (
    Comment,
    Reason,
    Review,
    ReviewKind,
    ReviewState,
    Word,
    may_go_together,
    stand,
)
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.services.models import VisitState
from app.services.review_models import Asked, Queue, QueueLine, ReviewPage, ToNurse
from app.services.review_pages import list_countersigned, list_exchanges
from app.store.changes import Topic
from tests.views.double_team import DoubleTeam
from tests.views.double_world import Hub, World, now

SUE = PersonRef("Practitioner/sue", "Sue Park, RN")


@dataclass
class DoubleReview:
    world: World
    hub: Hub
    team: DoubleTeam
    user_name: str

    async def queue(self) -> Queue:
        reasons = self.world.review_reasons
        shown = [v for v in self.team.rows(VisitState.RECEIVED, VisitState.ARRIVING) if v.id in reasons]
        word = {v.id: stand(self._of(v.id)).word for v in shown}
        lines = [
            QueueLine(
                v,
                reasons[v.id],
                may_go_together(reasons[v.id]) and word[v.id] is Word.NONE,
                word[v.id] is Word.ANSWERED,
            )
            for v in shown
            if v.status.state is VisitState.RECEIVED
        ]
        to_read = tuple(one for one in lines if word[one.visit.id] in (Word.NONE, Word.ANSWERED))
        asked = tuple(one for one in lines if word[one.visit.id] is Word.QUESTION)
        arriving = sum(v.status.state is VisitState.ARRIVING for v in shown)
        return Queue(to_read, len(to_read), asked, arriving, 3)

    async def read(self, visit_id: str) -> ReviewPage:
        reading = await self.team.read(visit_id)
        return ReviewPage(
            reading,
            self.world.review_reasons.get(visit_id, ()),
            list_exchanges(self._of(visit_id), self.world.answers_to),
            list_countersigned(self._of(visit_id)),
            reading.summary.status.state is not VisitState.ARRIVING,
            reading.nurse is not None and reading.nurse.reference == SUE.reference,
            {key: text for (of, key), text in self.world.review_texts.items() if of == visit_id and key},
            self.world.answerer,
            self.world.review_clock,
        )

    async def countersign(self, visit_id: str) -> None:
        self._put(visit_id, ReviewKind.COUNTERSIGN, ())

    async def countersign_all(self, visit_ids: Sequence[str]) -> None:
        for visit_id in visit_ids:
            self._put(visit_id, ReviewKind.COUNTERSIGN, ())

    async def ask(self, visit_id: str, comments: Sequence[Comment], *, thanks: bool = False) -> str:
        said = tuple(one for one in comments if one.words.strip())
        if not said and not thanks:
            raise RecordError("Please write what you want to ask.")
        self.world.review_texts = {k: t for k, t in self.world.review_texts.items() if k[0] != visit_id}
        return self._put(visit_id, ReviewKind.THANKS if thanks else ReviewKind.QUESTION, said)

    async def take_back(self, visit_id: str, review_id: str) -> None:
        self._change(review_id, state=ReviewState.TAKEN_BACK)

    async def keep(self, visit_id: str, words: str, section: str | None = None) -> None:
        self.world.review_texts[visit_id, section or ""] = words

    async def about(self, visit_id: str) -> Asked:
        held = self._of(visit_id)
        typed = self.world.review_texts.get((visit_id, ""), "")
        return Asked(list_exchanges(held, self.world.answers_to), list_countersigned(held), typed)

    async def to_me(self) -> tuple[ToNurse, ...]:
        rows = {v.id: v for v in self.team.rows(VisitState.RECEIVED)}
        return tuple(
            ToNurse(one, rows[one.visit_id])
            for one in self.world.reviews
            if one.is_open and one.kind is not ReviewKind.COUNTERSIGN and one.visit_id in rows
        )

    async def seen(self, visit_id: str, review_id: str) -> None:
        self._change(review_id, state=ReviewState.DONE, done_at=now())

    async def answer(
        self, visit_id: str, review_id: str, words: str, corrections: Sequence[Correction] = ()
    ) -> str:
        if not words.strip() and not corrections:
            raise RecordError("Please write your answer.")
        nurse = self.world.visits[visit_id].draft.nurse
        text = "\n".join([*([words] if words else []), *(one.sentence for one in corrections)])
        made = Addendum(str(uuid.uuid4()), visit_id, nurse, now(), text, True, tuple(corrections))
        self.world.answers_to.append(made)
        self._change(review_id, state=ReviewState.DONE, done_at=now(), answer_id=made.id)
        return made.id

    def _of(self, visit_id: str) -> tuple[Review, ...]:
        return tuple(one for one in self.world.reviews if one.visit_id == visit_id)

    def _put(self, visit_id: str, kind: ReviewKind, comments: tuple[Comment, ...]) -> str:
        draft = self.world.visits[visit_id].draft
        state = ReviewState.DONE if kind is ReviewKind.COUNTERSIGN else ReviewState.OPEN
        by = replace(SUE, name=self.user_name)
        made = Review(
            str(uuid.uuid4()), visit_id, draft.patient_id, kind, by, now(), draft.nurse, comments, state
        )
        self.world.reviews.append(made)
        self.hub.publish(Topic.VISITS, Topic.OUTBOX)
        return made.id

    def _change(self, review_id: str, **more: object) -> None:
        self.world.reviews = [
            replace(one, **more) if one.id == review_id else one  # type: ignore[arg-type]  # fields by name
            for one in self.world.reviews
        ]
        self.hub.publish(Topic.VISITS, Topic.OUTBOX)


def add_review(world: World, visit_id: str, *comments: Comment, thanks: bool = False) -> str:
    """A question, or thanks, of Sue's about a visit of this world."""
    draft = world.visits[visit_id].draft
    kind = ReviewKind.THANKS if thanks else ReviewKind.QUESTION
    made = Review(str(uuid.uuid4()), visit_id, draft.patient_id, kind, SUE, now(), draft.nurse, comments)
    world.reviews.append(made)
    return made.id


def needs(world: World, visit_id: str, *reasons: Reason) -> str:
    world.review_reasons[visit_id] = reasons
    return visit_id
