"""In-memory caseload, visits and team log with the same doors as the real ones."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.domain.patient import PatientRow, fold
from app.domain.visit import (
    Absent,
    Answer,
    AnsweredBy,
    Modality,
    Setting,
    VisitDraft,
    find_missing,
)
from app.errors import NotFound
from app.services.models import (
    LogFilter,
    LogPage,
    LogRow,
    PatientPage,
    Today,
    VisitPage,
    VisitReading,
    VisitState,
    VisitStatus,
    VisitSummary,
)
from app.store.changes import Topic
from tests.views.double_world import NURSE, Hub, Row, World, now


class Services:
    """Caseload, visits, syncing and team in one; each keeps to the doors that screens use."""

    def __init__(self, world: World, hub: Hub, user_name: str) -> None:
        self.world, self.hub, self.user_name = world, hub, user_name

    def summary(self, row: Row) -> VisitSummary:
        draft = row.draft
        numbers = [a.value for a in draft.answers.values() if a.value is not None]
        return VisitSummary(
            draft.id,
            draft.patient_id,
            self.world.people[draft.patient_id].patient.display_name,
            draft.nurse.name,
            draft.modality,
            draft.setting,
            draft.began_at,
            draft.left_at,
            max(numbers, default=None),
            row.status,
        )

    def rows(self, *states: VisitState) -> tuple[VisitSummary, ...]:
        found = [row for row in self.world.visits.values() if row.status.state in states]
        found.sort(key=lambda row: row.draft.began_at, reverse=True)
        return tuple(self.summary(row) for row in found)

    # caseload
    async def today(self) -> Today:
        self._fail_read()
        waiting = set(VisitState) - {VisitState.DRAFT, VisitState.RECEIVED}
        received = [
            v
            for v in self.rows(VisitState.RECEIVED)
            if v.status.received_at and v.status.received_at > now() - timedelta(hours=12)
        ]
        return Today(
            self.user_name,
            self.rows(VisitState.DRAFT),
            self.rows(*waiting),
            tuple(received),
            len(self.world.people),
        )

    async def search(self, text: str) -> tuple[PatientRow, ...]:
        self._fail_read()
        rows = [s.patient for s in self.world.people.values()]
        wanted = fold(text)
        return tuple(sorted((r for r in rows if wanted in fold(r.display_name)), key=lambda r: r.sort_name))

    def last(self, patient_id: str, before: datetime) -> Row | None:
        rows = [
            r
            for r in self.world.visits.values()
            if r.draft.patient_id == patient_id and r.signed_at and r.draft.began_at < before
        ]
        return max(rows, key=lambda r: r.draft.began_at, default=None)

    def _fail_read(self) -> None:
        if self.world.read_error is not None:
            raise self.world.read_error


class DoubleCaseload(Services):
    async def page(self, patient_id: str) -> PatientPage:
        self._fail_read()
        mine = [r for r in self.world.visits.values() if r.draft.patient_id == patient_id]
        drafts = [r.draft.id for r in mine if r.status.state is VisitState.DRAFT]
        shown = tuple(self.summary(r) for r in mine if r.status.state is not VisitState.DRAFT)
        return PatientPage(self.world.people[patient_id], shown, drafts[0] if drafts else None)


class DoubleVisits(Services):
    async def _write(self, what: str, visit_id: str, **changes: Any) -> None:
        if self.world.pace:
            await asyncio.sleep(self.world.pace)
        if self.world.write_error is not None:
            raise self.world.write_error
        row = self._draft(visit_id)
        self.world.writes.append(what)
        row.draft = replace(row.draft, **changes)
        self.hub.publish(Topic.VISITS)

    def _draft(self, visit_id: str) -> Row:
        row = self.world.visits.get(visit_id)
        if row is None or row.signed_at is not None:
            raise NotFound
        return row

    async def begin(self, patient_id: str, modality: Modality, setting: Setting) -> str:
        visit_id = str(uuid.uuid4())
        draft = VisitDraft(visit_id, patient_id, NURSE, modality, setting, now())
        self.world.visits[visit_id] = Row(draft)
        self.hub.publish(Topic.VISITS)
        return visit_id

    async def page(self, visit_id: str) -> VisitPage:
        self._fail_read()
        draft = self._draft(visit_id).draft
        last = self.last(draft.patient_id, draft.began_at)
        return VisitPage(
            draft,
            self.world.people[draft.patient_id].patient,
            last.draft.answers if last else {},
            last.draft.began_at if last else None,
            find_missing(draft),
        )

    async def answer(
        self,
        visit_id: str,
        link_id: str,
        value: int | None = None,
        absent: Absent | None = None,
        name: str | None = None,
    ) -> None:
        answers = dict(self._draft(visit_id).draft.answers)
        answers[link_id] = Answer(now(), value, absent, name)
        unfinished = {k: v for k, v in self._draft(visit_id).draft.unfinished.items() if k != link_id}
        await self._write(f"{link_id}={absent or value}", visit_id, answers=answers, unfinished=unfinished)

    async def clear(self, visit_id: str, link_id: str) -> None:
        draft = self._draft(visit_id).draft
        answers = dict(draft.answers)
        old = answers.pop(link_id, None)
        unfinished = {**draft.unfinished, link_id: old.name} if old and old.name else draft.unfinished
        await self._write(f"{link_id} cleared", visit_id, answers=answers, unfinished=unfinished)

    async def set_other_name(self, visit_id: str, text: str) -> None:
        draft, key = self._draft(visit_id).draft, "esas-other"
        if key in draft.answers:
            answers = {**draft.answers, key: replace(draft.answers[key], name=text)}
            await self._write("other-name", visit_id, answers=answers)
        else:
            await self._write("other-name", visit_id, unfinished={key: text} if text else {})

    async def set_answered_by(self, visit_id: str, answered_by: AnsweredBy) -> None:
        await self._write("answered-by", visit_id, answered_by=answered_by)

    async def set_note(self, visit_id: str, text: str) -> None:
        await self._write("note", visit_id, note=text)

    async def set_where(self, visit_id: str, modality: Modality, setting: Setting) -> None:
        await self._write("where", visit_id, modality=modality, setting=setting)

    async def leave(self, visit_id: str) -> None:
        await self._write("leave", visit_id, left_at=now())

    async def undo_leave(self, visit_id: str) -> None:
        await self._write("undo-leave", visit_id, left_at=None)

    async def set_times(self, visit_id: str, began_at: datetime, left_at: datetime) -> None:
        await self._write("times", visit_id, began_at=began_at, left_at=left_at)

    async def sign(self, visit_id: str) -> None:
        await self._write("sign", visit_id)
        self.world.signs += 1
        row = self.world.visits[visit_id]
        row.status, row.signed_at = VisitStatus(VisitState.ON_DEVICE), now()
        self.world.sync = replace(self.world.sync, unsent_visits=self.world.sync.unsent_visits + 1)
        self.hub.publish(Topic.VISITS, Topic.OUTBOX)

    async def discard(self, visit_id: str) -> bool:
        draft = self._draft(visit_id).draft
        if draft.answers or draft.note or draft.unfinished:
            return False
        del self.world.visits[visit_id]
        self.hub.publish(Topic.VISITS)
        return True

    async def read(self, visit_id: str) -> VisitReading:
        self._fail_read()
        row = self.world.visits[visit_id]
        last = self.last(row.draft.patient_id, row.draft.began_at)
        return VisitReading(
            self.summary(row),
            row.signed_at,
            row.draft.answered_by,
            row.draft.note,
            row.draft.answers,
            last.draft.answers if last else {},
            last.draft.began_at if last else None,
            None,
        )


class DoubleTeam(DoubleVisits):
    async def log(self, wanted: LogFilter, offset: int = 0, limit: int = 50) -> LogPage:
        self._fail_read()
        every = self.rows(VisitState.RECEIVED)
        found = [v for v in every if _fits(v, wanted)]
        nurses = tuple(sorted({v.nurse_name for v in every}))
        page = tuple(LogRow(v, v.status.received_at) for v in found[offset : offset + limit])
        return LogPage(page, len(found), nurses)


def _fits(visit: VisitSummary, wanted: LogFilter) -> bool:
    return (
        (wanted.nurse_name is None or visit.nurse_name == wanted.nurse_name)
        and (wanted.patient_text is None or fold(wanted.patient_text) in fold(visit.patient_name))
        and (wanted.setting is None or visit.setting is wanted.setting)
        and (wanted.modality is None or visit.modality is wanted.modality)
        and (wanted.from_on is None or visit.began_at.date() >= wanted.from_on)
        and (wanted.minimum_score is None or (visit.highest_score or 0) >= wanted.minimum_score)
    )
