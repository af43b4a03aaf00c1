"""Outcomes in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.outcomes import Figures, Measure
from app.services.outcomes import Behind, OutcomesPage


@dataclass
class DoubleOutcomes:
    """`error` is raised by the next question for names."""

    page: OutcomesPage = field(default_factory=OutcomesPage)
    behind: Behind = field(default_factory=Behind)
    error: Exception | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def read(self) -> OutcomesPage:
        return self.page

    async def list_people(
        self, measure: Measure, figures: Figures, part: tuple[str, str] | None, standing: str
    ) -> Behind:
        if self.error is not None:
            raise self.error
        self.asked.append((measure.id, figures.team, standing))
        return self.behind
