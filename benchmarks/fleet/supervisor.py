"""A supervisor's day: three times she reviews what came, asks about some, and takes alerts that stand."""

from __future__ import annotations

import random
from functools import partial

from app.domain.alert import AlertState
from app.domain.review import Comment
from app.errors import HearthsideError
from app.services.alerts import Alerts
from app.services.review import Reviewing
from app.store import alerts
from benchmarks.fleet.hours import moment
from benchmarks.fleet.schedule import CLOSES, OPENS
from benchmarks.fleet.tablet import Tablet

SITTINGS = (500, 750, 1_000)
"""Minutes of the day."""
AT_ONCE = 12
"""Visits read in one sitting: those with the most pressing reasons stand first."""
ASKS = 0.06
"""Share of the visits about which she asks something."""


class Supervisor:
    def __init__(self, tablet: Tablet, start: float, seed: int) -> None:
        self._tablet = tablet
        self._start = start
        self._chance = random.Random(f"{seed}/{tablet.person.index}/review")  # noqa: S311 - made-up questions
        store, me, clock = tablet.store, tablet.me, tablet.clock
        self._reviews = Reviewing(store, me, clock, supervisor=True)
        self._alerts = Alerts(store, me, clock, _nobody_asks)
        self._asked = 0

    def plan_day(self, number: int) -> None:
        at = partial(moment, self._start, number)
        self._tablet.set_hours(at(OPENS), at(CLOSES))
        for minutes in SITTINGS:
            self._tablet.plan(at(minutes + self._chance.uniform(0, 30)), self._sit)

    async def _sit(self) -> None:
        await self._tablet.sync()
        queue = await self._reviews.queue()
        for line in queue.lines[:AT_ONCE]:
            await self._review(line.visit.id)
        for alert in await self._tablet.store.read(alerts.list_standing):
            if alert.state is AlertState.OPEN:
                await self._try("alert taken", alert.id, self._alerts.acknowledge)
        self._tablet.saved()

    async def _review(self, visit_id: str) -> None:
        if self._chance.random() < ASKS:
            self._asked += 1
            words = f"Please say more. {self._tablet.person.name} no. {self._asked}."
            ask = partial(self._reviews.ask, comments=[Comment("symptoms", "Symptoms", words)])
            await self._try("question asked", visit_id, ask)
        elif await self._try("countersigned", visit_id, self._reviews.countersign):
            self._tablet.ledger.countersigned(self._tablet.person.name, visit_id, self._tablet.me.reference)

    async def _try(self, what: str, which: str, act: object) -> bool:
        try:
            await act(which)  # type: ignore[operator]
        except HearthsideError as error:
            self._count(f"{what}: {type(error).__name__}")
            return False
        self._count(what)
        return True

    def _count(self, what: str) -> None:
        self._tablet.ledger.happened(self._tablet.person.name, what)


async def _nobody_asks(_secret: str) -> None:
    """No private alert is opened here."""
