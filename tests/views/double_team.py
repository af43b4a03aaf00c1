"""In-memory visit log of a team with the same doors as the real one."""

from __future__ import annotations

from app.services.models import LogFilter, LogPage, LogRow, VisitState
from tests.views.double_services import fits
from tests.views.double_visits import DoubleVisits


class DoubleTeam(DoubleVisits):
    async def log(self, wanted: LogFilter, offset: int = 0, limit: int = 50) -> LogPage:
        self._fail_read()
        every = self.rows(VisitState.RECEIVED)
        found = [v for v in every if fits(v, wanted)]
        nurses = tuple(sorted({v.nurse_name for v in every}))
        page = tuple(LogRow(v, v.status.received_at) for v in found[offset : offset + limit])
        return LogPage(page, len(found), nurses)
