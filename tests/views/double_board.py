"""The team board in memory, and the news of a nurse's list."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.day import Planned
from app.domain.visit import PersonRef
from app.services.board_models import BoardPage, News


@dataclass
class DoubleBoard:
    """`error` is raised by the next move."""

    page: BoardPage = field(default_factory=BoardPage)
    moved: list[tuple[str, str, str]] = field(default_factory=list)
    error: Exception | None = None

    async def read(self) -> BoardPage:
        return self.page

    async def move_person(self, patient_id: str, giver: PersonRef, taker: PersonRef) -> None:
        self._move(patient_id, giver, taker)

    async def move_visit(self, planned: Planned, giver: PersonRef, taker: PersonRef) -> None:
        self._move(planned.id, giver, taker)

    def _move(self, what: str, giver: PersonRef, taker: PersonRef) -> None:
        if self.error is not None:
            raise self.error
        self.moved.append((what, giver.reference, taker.reference))


@dataclass
class DoubleMoves:
    news: News = field(default_factory=News)

    async def read(self) -> News:
        return self.news

    async def note_read(self, news: News) -> None:
        self.news = News()
