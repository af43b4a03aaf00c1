"""How a visit begins, what kind it is, and that it did not take place."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.content import CONTENT_VERSION
from app.content.visit_kinds import load_kinds
from app.domain.stays import likely_setting
from app.domain.visit import Answer, Modality, Setting, VisitDraft
from app.domain.visit_kind import KIND, NOT_SEEN_WHY, Known, VisitKind, propose
from app.errors import RecordError
from app.services import answering
from app.services.stays import read_stays
from app.services.visit_steps import VisitSteps
from app.store import patients, visits
from app.store.changes import Topic


class VisitStarts(VisitSteps):
    """All methods return after the commit."""

    async def propose_kind(self, patient_id: str) -> VisitKind:
        """What is offered at the start; the nurse changes it with one tap."""
        now = self._clock.now()
        return await self._store.read(
            lambda connection: propose(read_known(connection, patient_id, now), now)
        )

    async def begin(
        self, patient_id: str, modality: Modality, setting: Setting | None, kind: VisitKind | None = None
    ) -> str:
        """Start the clock of a new visit; returns its id. An open draft with this person is continued instead.

        `setting` None: where she most likely is. Without a kind the visit is signed by the rules of older versions:
        one finding and the end.
        """
        if setting is None:
            setting = await self._store.read(lambda connection: find_setting(connection, patient_id))
        return await self._begin(patient_id, modality, setting, kind, None)

    async def begin_not_seen(self, patient_id: str, modality: Modality, setting: Setting, why: str) -> str:
        """A visit that did not take place, with its reason (an option of `NOT_SEEN_WHY`): it ends as it begins.

        An open draft with this person is continued instead, as it is.
        """
        return await self._begin(patient_id, modality, setting, VisitKind.NOT_SEEN, why)

    async def _begin(
        self, patient_id: str, modality: Modality, setting: Setting, kind: VisitKind | None, why: str | None
    ) -> str:
        now = self._clock.now()
        answers = {} if kind is None else {KIND: Answer(now, kind.value)}
        draft = VisitDraft(
            id=str(uuid.uuid4()),
            patient_id=patient_id,
            nurse=self._me,
            modality=modality,
            setting=setting,
            began_at=now,
            answers=answers,
        )
        if why is not None:
            draft = replace(draft, left_at=now)

        def begin_or_continue(connection: Connection) -> str:
            patients.get(connection, patient_id)
            open_draft = visits.find_draft(connection, patient_id)
            if open_draft is not None:
                return open_draft
            visits.begin(connection, draft, CONTENT_VERSION)
            if why is not None:
                _answer(connection, draft.id, why, now)
            self._audit(connection, "write", draft.id)
            return draft.id

        return await self._store.write(begin_or_continue, Topic.VISITS)

    async def set_kind(self, visit_id: str, kind: VisitKind) -> None:
        """Another kind; one that is done by telephone changes how one meets too, and so does one that is not.

        Nothing that was answered goes away. Raises NotFound unless it is a draft here.
        """
        now = self._clock.now()

        def change(connection: Connection) -> None:
            draft = visits.read_draft(connection, visit_id)
            visits.put_answer(connection, visit_id, KIND, Answer(now, kind.value))
            modality = find_modality(kind, draft.modality)
            if modality is not draft.modality:
                visits.set_where(connection, visit_id, modality, draft.setting)
            if kind is VisitKind.NOT_SEEN and draft.left_at is None:
                visits.leave(connection, visit_id, now)
            if kind is not VisitKind.NOT_SEEN and NOT_SEEN_WHY in draft.answers:
                visits.clear_answer(connection, visit_id, NOT_SEEN_WHY)
                visits.undo_leave(connection, visit_id)

        await self._set(visit_id, now, change)

    async def set_not_met(self, visit_id: str, why: str | None) -> None:
        """Nobody answered the call, or nobody was seen: the reason, and the end of the visit, in one. None takes both
        back. Raises RecordError for a reason that is none, NotFound unless it is a draft here.
        """
        now = self._clock.now()

        def change(connection: Connection) -> None:
            if why is None:
                visits.clear_answer(connection, visit_id, NOT_SEEN_WHY)
                visits.undo_leave(connection, visit_id)
            else:
                _answer(connection, visit_id, why, now)
                visits.leave(connection, visit_id, now)

        await self._set(visit_id, now, change)

    async def discard(self, visit_id: str) -> bool:
        """Drop a visit begun by mistake: only when nothing was recorded in it. Returns whether it was dropped."""

        def discard(connection: Connection) -> bool:
            dropped = visits.discard(connection, visit_id)
            if dropped:
                self._audit(connection, "discard", visit_id)
            return dropped

        dropped = await self._store.write(discard, Topic.VISITS)
        if dropped:
            self._steps.forget(visit_id)
        return dropped


def find_modality(kind: VisitKind, now: Modality) -> Modality:
    """How one meets in a visit of this kind: its own way where it has one; a telephone check that became another kind
    is in person.
    """
    own = load_kinds().get(kind.value).modality
    if own is not None:
        return Modality(own)
    return Modality.IN_PERSON if now is Modality.TELEPHONE else now


def find_setting(connection: Connection, patient_id: str) -> Setting:
    """Where the person most likely is, by the records on this device."""
    last = next(iter(visits.list_for_patient(connection, patient_id, 1)), None)
    seen = None if last is None else (last.setting, last.began_at)
    return likely_setting(read_stays(connection, patient_id).stays, seen)


def read_known(connection: Connection, patient_id: str, now: datetime) -> Known:
    """What a proposal of the kind rests on, from the records on this device."""
    stays = read_stays(connection, patient_id)
    home = [
        one.left_at for one in stays.stays if one.left_at is not None and one.to_home and one.left_at <= now
    ]
    home_at = max(home, default=None)
    if home_at is not None:
        seen = [one for one in stays.contacts if one.modality is Modality.IN_PERSON]
        if stays.away is not None or any(one.began_at >= home_at for one in seen):
            home_at = None
    by = visits.find_last_answered_by(connection, patient_id, now)
    return Known(
        visits=len(visits.first_visits_at(connection, patient_id, now, 1)),
        home_at=home_at,
        not_herself=by is not None and not by.is_own,
    )


def _answer(connection: Connection, visit_id: str, why: str, now: datetime) -> None:
    option = answering.get_place(NOT_SEEN_WHY).item.find_option(why)
    if option is None:
        raise RecordError("That is no reason that this version of Hearthside knows.")
    answering.answer(connection, visit_id, NOT_SEEN_WHY, "", now, value=why, absent=None, name=None)
