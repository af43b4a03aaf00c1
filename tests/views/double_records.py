"""In-memory doors for records that are written beside a visit: they keep what was asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.addendum import Correction
from app.domain.emergency import EmergencyAsk
from app.domain.stays import Outcome
from app.errors import PlanError, RecordError
from app.services.conflict_models import ConflictLine, ConflictPage
from app.services.stays import ToldStay
from app.store.changes import Topic
from tests.views.double_world import Hub, World


@dataclass
class DoubleStays:
    told: list[tuple[str, ToldStay]] = field(default_factory=list)
    outcomes: list[tuple[str, str, Outcome]] = field(default_factory=list)
    error: RecordError | None = None

    async def tell(self, patient_id: str, told: ToldStay) -> str:
        if self.error is not None:
            raise self.error
        self.told.append((patient_id, told))
        return "Encounter/told"

    async def set_outcome(self, patient_id: str, reference: str, outcome: Outcome, words: str = "") -> None:
        self.outcomes.append((patient_id, reference, outcome))


@dataclass
class DoubleAddenda:
    added: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    right: list[Correction] = field(default_factory=list)

    async def keep(self, visit_id: str, text: str) -> None:
        self.kept.append((visit_id, text))

    async def add(self, visit_id: str, text: str, corrections: Sequence[Correction] = ()) -> str:
        if not text.strip() and not corrections:
            raise RecordError("Please write what you want to add.")
        self.added.append((visit_id, text))
        self.right.extend(corrections)
        return "a1"


@dataclass
class DoubleEmergency:
    """Opens the first person of its list for whoever asks; `until` is when that ends, by patient id."""

    opens: str = ""
    asked: list[EmergencyAsk] = field(default_factory=list)
    until: dict[str, datetime] = field(default_factory=dict)
    error: PlanError | None = None

    async def open(self, ask: EmergencyAsk) -> str:
        self.asked.append(ask)
        if self.error is not None:
            raise self.error
        return self.opens

    on_its_way: set[str] = field(default_factory=set)

    async def find_until(self, patient_id: str) -> datetime | None:
        return self.until.get(patient_id)

    async def has_come(self, patient_id: str) -> bool:
        return patient_id not in self.on_its_way


@dataclass
class DoubleReferrals:
    moved: list[tuple[str, str, str]] = field(default_factory=list)

    async def set_state(self, patient_id: str, reference: str, state: str, words: str = "") -> None:
        self.moved.append((patient_id, reference, state))


@dataclass
class DoubleConflicts:
    """What needs a person, as it was put here; a choice takes it away."""

    world: World
    hub: Hub
    chosen: list[tuple[str, dict[str, int], str]] = field(default_factory=list)
    error: RecordError | None = None

    async def list_all(self) -> tuple[ConflictLine, ...]:
        return tuple(page.line for page in self.world.conflicts.values())

    async def read(self, conflict_id: str) -> ConflictPage | None:
        return self.world.conflicts.get(conflict_id)

    async def choose(self, conflict_id: str, choices: Mapping[str, int], mark: str) -> None:
        if self.error is not None:
            raise self.error
        page = self.world.conflicts[conflict_id]
        if page.sections and {one.id for one in page.sections} - choices.keys():
            raise RecordError("Please choose for each part that differs.")
        self.chosen.append((conflict_id, dict(choices), mark))
        del self.world.conflicts[conflict_id]
        self.hub.publish(Topic.VISITS)
