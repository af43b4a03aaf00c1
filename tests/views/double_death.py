"""Deaths in memory: what is tapped and recorded, news of it, and calls to families that are due."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.domain.death import CONTACT, NAMED, Death, DeathDraft, check
from app.services.death_models import DeathNews, DeathPage, DeathPart, DueCall
from app.services.patient_parts import PatientParts
from app.store.changes import Topic
from tests.views.double_world import NURSE, Hub, World, now

MARIA = f"{NAMED}María Ríos (daughter)"


@dataclass
class DoubleFamilyCalls:
    hub: Hub
    waiting: list[DueCall] = field(default_factory=list)
    said: list[tuple[str, str, str]] = field(default_factory=list)

    async def due(self) -> tuple[DueCall, ...]:
        return tuple(self.waiting)

    async def finish(self, patient_id: str, call_id: str, how: str, then: str = "") -> None:
        self.said.append((call_id, how, then))
        self.waiting = [one for one in self.waiting if one.call.id != call_id]
        self.hub.publish(Topic.PATIENTS)


class DoubleDeaths:
    def __init__(self, world: World, hub: Hub) -> None:
        self.world, self.hub = world, hub
        self.calls = DoubleFamilyCalls(hub)
        self.kept: dict[str, DeathDraft] = {}
        self.unread: list[DeathNews] = []
        self.may: frozenset[str] = frozenset()

    async def page(self, patient_id: str) -> DeathPage:
        part = self._parts(patient_id).death
        proposed = DeathDraft({CONTACT: (MARIA,)})
        if part.death is not None:
            proposed = DeathDraft(part.death.answers, part.death.at, part.death.on, part.death.words)
        return DeathPage(
            patient_id=patient_id,
            name=self.world.people[patient_id].patient.display_name,
            part=part,
            draft=self.kept.get(patient_id, proposed),
            people=(MARIA, f"{NAMED}Luis Ríos (brother)"),
            may=self.may,
        )

    async def keep(self, patient_id: str, draft: DeathDraft) -> None:
        self.kept[patient_id] = draft

    async def record(self, patient_id: str, draft: DeathDraft) -> str:
        check(draft, self.may, now())
        on = draft.on if draft.at is None else draft.at.date()
        assert on is not None
        made = Death("d1", patient_id, on, draft.at, draft.answers, draft.words, NURSE, now(), pending=True)
        self.kept.pop(patient_id, None)
        self._put(patient_id, DeathPart(made))
        name = self.world.people[patient_id].patient.display_name
        self.unread = [DeathNews(made, name, read=True)]
        self.hub.publish(Topic.PATIENTS)
        return made.id

    async def undo(self, patient_id: str) -> None:
        self._put(patient_id, DeathPart())
        self.unread = []
        self.hub.publish(Topic.PATIENTS)

    async def news(self) -> tuple[DeathNews, ...]:
        return tuple(self.unread)

    async def note_read(self, news: tuple[DeathNews, ...]) -> None:
        self.unread = []
        self.hub.publish(Topic.PATIENTS)

    def _parts(self, patient_id: str) -> PatientParts:
        return self.world.parts.get(patient_id, PatientParts())

    def _put(self, patient_id: str, part: DeathPart) -> None:
        self.world.parts[patient_id] = replace(self._parts(patient_id), death=part)
        sheet = self.world.people[patient_id]
        patient = replace(sheet.patient, deceased=part.dead)
        self.world.people[patient_id] = replace(sheet, patient=patient)
