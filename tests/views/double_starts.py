"""In-memory: how visits begin, what kind they are, and that they did not take place."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from typing import Any

from app.domain.stays import likely_setting
from app.domain.visit import Answer, Modality, Setting, VisitDraft
from app.domain.visit_kind import KIND, NOT_SEEN_WHY, Known, VisitKind, is_met, propose
from app.domain.visit_layout import Layout
from app.domain.visit_needs import is_untouched
from app.errors import NotFound
from app.services.patient_parts import PatientParts
from app.services.visit_page import read_layout
from app.services.visit_starts import find_modality
from app.store.changes import Topic
from tests.views.double_services import Services
from tests.views.double_world import NURSE, Row, now


class DoubleStarts(Services):
    async def _write(self, what: str, visit_id: str, **changes: Any) -> None:
        if self.world.pace:
            await asyncio.sleep(self.world.pace)
        if self.world.write_error is not None:
            raise self.world.write_error
        row = self._draft(visit_id)
        self.world.writes.append(what)
        if what != "star":
            row.before.append(row.draft)
        row.draft = replace(row.draft, **changes)
        self.hub.publish(Topic.VISITS)

    def _draft(self, visit_id: str) -> Row:
        row = self.world.visits.get(visit_id)
        if row is None or row.signed_at is not None:
            raise NotFound
        return row

    def _met(self, patient_id: str) -> list[Row]:
        """Signed visits with this person that took place, oldest first."""
        rows = [one for one in self.world.visits.values() if one.draft.patient_id == patient_id]
        signed = [one for one in rows if one.signed_at is not None and is_met(one.draft.answers)]
        return sorted(signed, key=lambda one: one.draft.began_at)

    def layout(self, draft: VisitDraft) -> Layout | None:
        before = [one for one in self._met(draft.patient_id) if one.draft.began_at < draft.began_at]
        last = {k: v for one in before for k, v in one.draft.answers.items() if v.value is not None}
        declines = self.world.parts.get(draft.patient_id, PatientParts()).declines
        return read_layout(draft, last, [one.draft.began_at for one in before], self.world.settings, declines)

    async def propose_kind(self, patient_id: str) -> VisitKind:
        return propose(Known(len(self._met(patient_id))), now())

    async def begin(
        self, patient_id: str, modality: Modality, setting: Setting | None, kind: VisitKind | None = None
    ) -> str:
        stays = self.world.parts.get(patient_id, PatientParts()).stays.stays
        return self._begin(patient_id, modality, setting or likely_setting(stays, None), kind)

    async def begin_not_seen(self, patient_id: str, modality: Modality, setting: Setting, why: str) -> str:
        visit_id = self._begin(patient_id, modality, setting, VisitKind.NOT_SEEN)
        await self.set_not_met(visit_id, why)
        return visit_id

    def _begin(self, patient_id: str, modality: Modality, setting: Setting, kind: VisitKind | None) -> str:
        visit_id, at = str(uuid.uuid4()), now()
        answers = {} if kind is None else {KIND: Answer(at, kind.value)}
        draft = VisitDraft(visit_id, patient_id, NURSE, modality, setting, at, answers=answers)
        self.world.visits[visit_id] = Row(draft)
        self.hub.publish(Topic.VISITS)
        return visit_id

    async def set_kind(self, visit_id: str, kind: VisitKind) -> None:
        draft = self._draft(visit_id).draft
        answers = {**draft.answers, KIND: Answer(now(), kind.value)}
        left = now() if kind is VisitKind.NOT_SEEN and draft.left_at is None else draft.left_at
        if kind is not VisitKind.NOT_SEEN and answers.pop(NOT_SEEN_WHY, None):
            left = None
        modality = find_modality(kind, draft.modality)
        await self._write("kind", visit_id, answers=answers, modality=modality, left_at=left)

    async def set_not_met(self, visit_id: str, why: str | None) -> None:
        draft = self._draft(visit_id).draft
        answers = {k: v for k, v in draft.answers.items() if k != NOT_SEEN_WHY}
        if why is not None:
            answers[NOT_SEEN_WHY] = Answer(now(), why)
        left = None if why is None else draft.left_at or now()
        await self._write("not-met", visit_id, answers=answers, left_at=left)

    async def discard(self, visit_id: str) -> bool:
        row = self._draft(visit_id)
        said = {k: v for k, v in row.draft.answers.items() if k not in row.automatic}
        if row.draft.entries or not is_untouched(replace(row.draft, answers=said, left_at=None)):
            return False
        del self.world.visits[visit_id]
        self.hub.publish(Topic.VISITS)
        return True
