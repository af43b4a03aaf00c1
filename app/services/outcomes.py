"""Outcomes of a team: read from what is on the supervisor's device; who is behind a number is asked of the plan."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.outcomes import Figures, Measure, Report
from app.domain.visit import PersonRef
from app.services.clock import Clock
from app.store import audit, passes, patients
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.outcomes import ask_people, read_outcomes
from app.sync.transport import FhirClient


@dataclass(frozen=True, slots=True)
class OutcomesPage:
    """`report` is None before the plan has told one. `contacted`: has the plan been reached at all?"""

    report: Report | None = None
    contacted: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """The people behind a number: those whose records are on this device by name, and how many more there are."""

    people: tuple[tuple[str, str], ...] = ()
    others: int = 0


class Outcomes:
    """Reading waits for no network; `list_people` needs the plan and leaves an event there and here."""

    def __init__(self, store: Store, client: FhirClient, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock

    async def read(self) -> OutcomesPage:
        return await self._store.read(_read)

    async def list_people(
        self, measure: Measure, figures: Figures, part: tuple[str, str] | None, standing: str
    ) -> Behind:
        """Who stands there, by name. Raises PlanError."""
        at = self._clock.now()
        await self._store.write(
            lambda connection: audit.append(
                connection,
                at=at,
                actor=self._me.reference,
                action="read",
                subject=f"MeasureReport/{measure.id}",
            ),
            Topic.SYNC,
        )
        found = await ask_people(self._client, measure.id, figures.team, figures.span, part, standing)
        names = await self._store.read(lambda connection: patients.read_names(connection, set(found)))
        known = sorted(
            ((who, names[who]) for who in set(found) if who in names), key=lambda one: one[1].casefold()
        )
        return Behind(tuple(known), len(set(found)) - len(known))


def _read(connection: Connection) -> OutcomesPage:
    return OutcomesPage(read_outcomes(connection), passes.find_last_success(connection) is not None)
