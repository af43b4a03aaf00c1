"""What the screens of drafts ask of services, by shape."""

from __future__ import annotations

from typing import Protocol

from app.services.drafts import ElsewhereLine
from app.services.models import VisitReading
from app.services.twice import TwiceLine, TwicePage


class Drafts(Protocol):
    """Drafts on other tablets."""

    async def list_elsewhere(self) -> tuple[ElsewhereLine, ...]: ...
    async def go_on(self, key: str) -> str: ...
    async def read(self, key: str) -> VisitReading: ...


class Twice(Protocol):
    """One visit that was written twice."""

    async def list_all(self) -> tuple[TwiceLine, ...]: ...
    async def read(self, pair_id: str) -> TwicePage | None: ...
    async def choose(self, pair_id: str, stands: str) -> None: ...
    async def keep_both(self, pair_id: str) -> None: ...
    async def find_put_away(self, visit_id: str) -> str | None: ...
    async def bring_back(self, visit_id: str) -> None: ...


class WithDrafts(Protocol):
    """Part of `OpenSession`."""

    @property
    def drafts(self) -> Drafts: ...
    @property
    def twice(self) -> Twice: ...
