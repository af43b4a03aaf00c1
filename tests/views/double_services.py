"""In-memory caseload with the same doors as the real one, and what all in-memory services share."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.patient import PatientRow, fold
from app.domain.trends import Trends
from app.domain.visit_kind import is_met
from app.services.models import (
    PatientPage,
    Today,
    VisitState,
    VisitSummary,
)
from app.services.patient_parts import PatientParts
from tests.views.double_world import Hub, Row, World, now


class Services:
    """Caseload, visits, syncing and team in one; each keeps to the doors that screens use."""

    def __init__(self, world: World, hub: Hub, user_name: str) -> None:
        self.world, self.hub, self.user_name = world, hub, user_name

    def summary(self, row: Row) -> VisitSummary:
        draft = row.draft
        esas = ((k, a.number) for k, a in draft.answers.items() if k.startswith("esas-"))
        numbers = [number for _, number in esas if number is not None]
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
            is_met(draft.answers),
            len(draft.stars),
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
        return tuple(
            sorted((r for r in rows if wanted in fold(r.display_name)), key=lambda r: fold(r.sort_name))
        )

    async def drafted(self) -> frozenset[str]:
        return frozenset(row.patient_id for row in self.rows(VisitState.DRAFT))

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
        last = self.last(patient_id, now())
        return PatientPage(
            self.world.people[patient_id],
            shown,
            drafts[0] if drafts else None,
            self.world.parts.get(patient_id, PatientParts()),
            dict(last.draft.answers) if last else {},
            self.world.trends.get(patient_id, Trends()),
        )
