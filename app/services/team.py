"""The supervisor's visit log: her team's received visits, from what was pulled to this device."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.services.clock import Clock
from app.services.models import LogFilter, LogPage, LogRow, VisitReading
from app.services.summaries import summarise
from app.services.visit_page import read_visit
from app.store import audit, visits
from app.store.engine import Store
from app.store.visit_lists import LogQuery


def start_of(day: date) -> datetime:
    """Midnight at the start of a local day, with the offset that holds then."""
    return datetime.combine(day, time.min).astimezone()


class TeamLog:
    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def log(self, wanted: LogFilter, offset: int = 0, limit: int = 50) -> LogPage:
        """One page of the log, newest first."""
        query = LogQuery(
            nurse_name=wanted.nurse_name,
            patient_text=wanted.patient_text,
            setting=wanted.setting,
            modality=wanted.modality,
            from_at=None if wanted.from_on is None else start_of(wanted.from_on),
            to_at=None if wanted.to_on is None else start_of(wanted.to_on + timedelta(days=1)),
            minimum_score=wanted.minimum_score,
        )

        def read(connection: Connection) -> LogPage:
            found = summarise(connection, visits.log(connection, query, offset, limit))
            return LogPage(
                rows=tuple(LogRow(visit, visit.status.received_at) for visit in found),
                total=visits.count_log(connection, query),
                nurses=visits.list_nurses(connection),
            )

        return await self._store.read(read)

    async def read(self, visit_id: str) -> VisitReading:
        """One visit, read only. Raises NotFound. Reading is written to the audit log."""
        now = self._clock.now()
        reading = await self._store.read(lambda connection: read_visit(connection, visit_id, now))
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._me.reference,
            action="read",
            subject=f"Encounter/{visit_id}",
        )
        return reading
