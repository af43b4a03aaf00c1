"""Drafts on other tablets, and a visit that was written twice, as they were put here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.drafts import DraftElsewhere, Written
from app.domain.visit import Modality, PersonRef, Setting
from app.errors import RecordError
from app.services.drafts import ElsewhereLine
from app.services.models import VisitReading, VisitState, VisitStatus, VisitSummary
from app.services.twice import TwiceLine, TwicePage
from app.store.changes import Topic
from tests.views.double_world import Hub, now

ANA, BEN = PersonRef("Practitioner/ana", "Ana Ruiz, RN"), PersonRef("Practitioner/ben", "Ben Cole, RN")
MINE, HIS = "d1/one", "d2/two"


def elsewhere(key: str, author: PersonRef, name: str, **more: bool | int) -> ElsewhereLine:
    visit_id, _, device = key.partition("/")
    began = now() - timedelta(hours=1)
    draft = DraftElsewhere(visit_id, device, "p0", author, began, began + timedelta(minutes=20), "x")
    ready, photos = bool(more.get("ready", True)), int(more.get("photos", 0))
    return ElsewhereLine(draft, name, author == ANA, ready, photos)


def written(visit_id: str, *, signed: bool = True, root: str = "", here: bool = True) -> Written:
    began = now() - timedelta(hours=2)
    return Written(visit_id, "p0", began, began + timedelta(minutes=40), signed, root, here)


@dataclass
class DoubleDrafts:
    lines: tuple[ElsewhereLine, ...] = ()
    continued: list[str] = field(default_factory=list)
    error: RecordError | None = None
    visit_id: str = ""
    """Where going on leads."""

    async def list_elsewhere(self) -> tuple[ElsewhereLine, ...]:
        return self.lines

    async def go_on(self, key: str) -> str:
        if self.error is not None:
            raise self.error
        self.continued.append(key)
        self.lines = tuple(line for line in self.lines if line.draft.key != key)
        return self.visit_id

    async def read(self, key: str) -> VisitReading:
        line = next(line for line in self.lines if line.draft.key == key)
        draft = line.draft
        summary = VisitSummary(
            draft.visit_id,
            draft.patient_id,
            line.patient_name,
            draft.author.name,
            Modality.IN_PERSON,
            Setting.HOME,
            draft.began_at,
            None,
            None,
            VisitStatus(VisitState.DRAFT),
        )
        return VisitReading(
            summary, None, None, "She sat in the kitchen.", {}, {}, None, None, nurse=draft.author
        )


@dataclass
class DoubleTwice:
    hub: Hub
    pages: dict[str, TwicePage] = field(default_factory=dict)
    chosen: list[tuple[str, str]] = field(default_factory=list)
    away: str | None = None
    brought: list[str] = field(default_factory=list)

    def put(self, line: TwiceLine, *differs: tuple[str, str, str], same: int = 3) -> None:
        self.pages[line.id] = TwicePage(line, differs, same)

    async def list_all(self) -> tuple[TwiceLine, ...]:
        return tuple(page.line for page in self.pages.values())

    async def read(self, pair_id: str) -> TwicePage | None:
        return self.pages.get(pair_id)

    async def choose(self, pair_id: str, stands: str) -> None:
        self.chosen.append((pair_id, stands))
        del self.pages[pair_id]
        self.hub.publish(Topic.VISITS)

    async def keep_both(self, pair_id: str) -> None:
        await self.choose(pair_id, "")

    async def find_put_away(self, visit_id: str) -> str | None:
        return self.away

    async def bring_back(self, visit_id: str) -> None:
        self.brought.append(visit_id)
        self.away = None
