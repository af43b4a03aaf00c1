"""What the screen of papers asks of services, by shape."""

from __future__ import annotations

from typing import Protocol

from app.device.papers import PaperFiles
from app.paper.model import Hand, Sheet
from app.paper.source import Source
from app.services.paper import SealedPaper


class Papers(Protocol):
    """Papers to leave behind."""

    @property
    def files(self) -> PaperFiles | None: ...
    async def read(self, patient_id: str) -> Source: ...
    async def find_printer(self) -> str | None: ...
    async def print_out(self, patient_id: str, sheet: Sheet, hand: Hand) -> None: ...
    async def make_file(self, patient_id: str, sheet: Sheet, hand: Hand) -> SealedPaper: ...
