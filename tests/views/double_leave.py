"""Leave and cover in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.leave import Leave
from app.domain.visit import PersonRef
from app.errors import NotFound
from app.services.leave_models import HandoverPage, LeavePage
from app.store.changes import Topic
from tests.views.double_world import Hub, now


@dataclass
class DoubleLeaves:
    """`error` is raised by what asks the plan."""

    hub: Hub
    page: LeavePage = field(default_factory=LeavePage)
    handovers: dict[str, HandoverPage] = field(default_factory=dict)
    entered: list[tuple[str, str, datetime, datetime]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    error: Exception | None = None

    async def read(self) -> LeavePage:
        return self.page

    async def read_handover(self, leave_id: str) -> HandoverPage:
        if leave_id not in self.handovers:
            raise NotFound(detail="no such cover")
        return self.handovers[leave_id]

    async def take(self, leave_id: str) -> None:
        page = self.handovers[leave_id]
        line = replace(page.line, unsent_at=now())
        self.handovers[leave_id] = replace(page, line=line)
        covers = tuple(line if one.leave.id == leave_id else one for one in self.page.covers)
        self.page = replace(self.page, covers=covers)
        self.hub.publish(Topic.SYNC)

    async def enter(self, nurse: PersonRef, stand_in: PersonRef, begins: datetime, until: datetime) -> None:
        self._ask()
        self.entered.append((nurse.reference, stand_in.reference, begins, until))

    async def end(self, leave: Leave) -> None:
        self._ask()
        self.ended.append(leave.id)

    def _ask(self) -> None:
        if self.error is not None:
            raise self.error
