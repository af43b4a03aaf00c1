"""What the visit log asks of services, by shape."""

from __future__ import annotations

from typing import Protocol

from app.device.papers import PaperFiles
from app.services.log_export import ExportForm, ExportReason, LogFile
from app.services.log_models import LogChoices, LogPage, Looking, SavedView
from app.services.models import VisitReading
from app.store.log_rows import Key


class TeamLog(Protocol):
    async def log(self, looking: Looking, after: Key | None = None, limit: int = 50) -> LogPage: ...
    async def choices(self) -> LogChoices: ...
    async def views(self) -> tuple[SavedView, ...]: ...
    async def save_view(self, view: SavedView) -> None: ...
    async def remove_view(self, name: str) -> None: ...
    async def read(self, visit_id: str) -> VisitReading: ...


class LogExport(Protocol):
    """Visits that leave as a sealed file."""

    @property
    def files(self) -> PaperFiles | None: ...
    async def make(self, looking: Looking, form: ExportForm, reason: ExportReason) -> LogFile: ...
