"""What the outcomes ask of services, by shape."""

from __future__ import annotations

from typing import Protocol

from app.domain.outcomes import Figures, Measure
from app.services.outcomes import Behind, OutcomesPage


class Outcomes(Protocol):
    """The report that is here, and who stands behind a number."""

    async def read(self) -> OutcomesPage: ...
    async def list_people(
        self, measure: Measure, figures: Figures, part: tuple[str, str] | None, standing: str
    ) -> Behind: ...
