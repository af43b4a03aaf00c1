"""The on-call pack in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.on_call import Head, PackPage, Why, find_heads
from app.errors import NotFound, RecordError
from app.language import tr
from app.services.oncall import MOST_SHOWN, NO_REASON, OVER, OnCallState
from tests.views.double_world import Hub


@dataclass
class DoubleOnCall:
    """`opened`: what was opened and why. `begun`: to whom a visit began. The errors are raised while they are set."""

    hub: Hub
    state: OnCallState = field(default_factory=OnCallState)
    pages: dict[str, PackPage] = field(default_factory=dict)
    opened: list[tuple[str, str]] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    read_error: Exception | None = None
    search_error: Exception | None = None

    async def read(self) -> OnCallState:
        if self.read_error is not None:
            raise self.read_error
        return self.state

    async def search(self, sought: str) -> tuple[Head, ...]:
        if self.search_error is not None:
            raise self.search_error
        return find_heads([one.head for one in self.pages.values()], sought)[:MOST_SHOWN]

    async def open(self, patient_id: str, why: Why) -> PackPage:
        if not why.is_said:
            raise RecordError(tr(NO_REASON))
        if self.state.duty is None or patient_id not in self.pages:
            raise NotFound(tr(OVER))
        self.opened.append((patient_id, why.sentence))
        return self.pages[patient_id]

    async def begin_visit(self, page: PackPage) -> str:
        self.begun.append(page.head.patient_id)
        return page.head.patient_id
