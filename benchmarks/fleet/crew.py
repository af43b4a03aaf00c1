"""Some tablets of a fleet in one process: opened from copies of one store, moved on together step by step."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine

from app.store.engine import create_store
from benchmarks.fleet.hours import TabletClock, moment
from benchmarks.fleet.ledger import Ledger
from benchmarks.fleet.link import Link, Span, Traffic
from benchmarks.fleet.nurse import Nurse
from benchmarks.fleet.plan_people import SignIn, sign_in_again
from benchmarks.fleet.schedule import MOST, Gap, Line, Person, plan_day
from benchmarks.fleet.supervisor import Supervisor
from benchmarks.fleet.tablet import Tablet
from plan.database import make_engine

AT_ONCE = 6
"""Tablets of one process that are worked on at the same time."""
SKEWED = 0.1
"""Share of tablets whose clock is wrong, by up to ten minutes either way."""
OUTAGE = (610, 640)
"""Minutes of every second day in which the plan cannot be reached behind its proxy."""


@dataclass(frozen=True)
class Run:
    """What every process of one run knows."""

    directory: Path
    base_url: str
    database: str
    start: float
    days: int
    seed: int
    most: int = MOST
    """Visits of a nurse in a day, at most."""


async def make_template(path: Path, key: bytes) -> None:
    """An empty store, to be copied: making one takes a good part of a second of computing."""
    store = await create_store(path, key, store_id="fleet")
    await store.close()


class Crew:
    def __init__(
        self, run: Run, people: Sequence[Person], carrier: httpx.AsyncBaseTransport, name: str
    ) -> None:
        self._run = run
        self._people = people
        self._carrier = carrier
        self._ledger = Ledger(run.directory / f"ledger-{name}.jsonl")
        self._busy = asyncio.Semaphore(AT_ONCE)
        self._desk: Engine | None = None
        self._nurses: list[Nurse] = []
        self.tablets: list[Tablet] = []

    async def open(self, template: Path, key: bytes, signed_in: dict[int, SignIn]) -> None:
        for person in self._people:
            path = self._run.directory / f"{person.name}.db"
            shutil.copy(template, path)
            tablet = self._make(person, path, key, signed_in[person.index])
            await tablet.open()
            self.tablets.append(tablet)
            self._plan(tablet)

    def _make(self, person: Person, path: Path, key: bytes, signed_in: SignIn) -> Tablet:
        run = self._run
        chance = random.Random(f"{run.seed}/{person.index}/tablet")  # noqa: S311 - a clock that is wrong
        skew = chance.uniform(-600, 600) if chance.random() < SKEWED else chance.uniform(-2, 2)
        clock = TabletClock(run.start, skew)
        link = Link(self._carrier, clock, self._spans(person), f"{run.seed}/{person.index}/line")
        link.plan_outages(
            [
                (moment(run.start, day, OUTAGE[0]), moment(run.start, day, OUTAGE[1]))
                for day in range(1, run.days, 2)
            ]
        )
        return Tablet(
            person, signed_in, path, key, link, clock, self._ledger, run.base_url, self._sign_in_again
        )

    def _sign_in_again(self, person: Person, at: float) -> SignIn:
        if self._desk is None:
            self._desk = make_engine(self._run.database)
        return sign_in_again(self._desk, person, round(at * 1000))

    def _spans(self, person: Person) -> list[Span]:
        run = self._run
        found = [Span(0, Line.WIFI, Gap.NOWHERE)]
        for day in range(run.days):
            for one in plan_day(person, day, run.seed, run.most).line:
                found.append(Span(moment(run.start, day, one.begins), one.line, one.gap))
        return found

    def _plan(self, tablet: Tablet) -> None:
        run = self._run
        if tablet.person.role == "supervisor":
            chief = Supervisor(tablet, run.start, run.seed)
            self._each_day(tablet, lambda day: chief.plan_day(day))
            return
        nurse = Nurse(tablet, run.start, run.seed)
        self._nurses.append(nurse)
        self._each_day(
            tablet, lambda day: nurse.plan_day(day, plan_day(tablet.person, day, run.seed, run.most))
        )

    def _each_day(self, tablet: Tablet, plan: Any) -> None:
        """Days are planned as they begin: the hours of a day replace those of the day before."""
        for day in range(self._run.days):

            async def begin(day: int = day) -> None:
                plan(day)

            tablet.plan(moment(self._run.start, day, 60), begin)

    @property
    def next_at(self) -> float:
        return min((one.next_at for one in self.tablets), default=float("inf"))

    async def run_until(self, limit: float) -> None:
        await asyncio.gather(*(self._move(one, limit) for one in self.tablets if one.next_at < limit))
        self._ledger.flush()

    async def _move(self, tablet: Tablet, limit: float) -> None:
        async with self._busy:
            await tablet.run_until(limit)

    async def heal(self) -> int:
        """Everybody has a good line: how many changes wait after that."""

        async def one(tablet: Tablet) -> int:
            async with self._busy:
                return await tablet.heal()

        waits = sum(await asyncio.gather(*(one(each) for each in self.tablets)))
        self._ledger.flush()
        return waits

    async def settle(self) -> None:
        """The nurses' last mornings: what a person has to choose is chosen."""
        for nurse in self._nurses:
            await nurse.desk_work()
        self._ledger.flush()

    async def idle(self) -> None:
        """One pass of each tablet with nothing to do, half a minute after the last one, as the app makes them."""
        for tablet in self.tablets:
            tablet.clock.reach(tablet.clock.at + 35)
            await tablet.engine.run_pass()

    def told(self) -> dict[str, Any]:
        """Traffic and passes so far, of all tablets together."""
        traffic, passes = Traffic(), Counter[str]()
        for tablet in self.tablets:
            traffic.add(tablet.link.traffic)
            passes += tablet.tally.passes
        times = os.times()
        return {
            "requests": traffic.requests,
            "up": traffic.up,
            "down": traffic.down,
            "paths": dict(traffic.paths),
            "statuses": {str(status): count for status, count in traffic.statuses.items()},
            "faults": dict(traffic.faults),
            "serving": traffic.serving,
            "passes": dict(passes),
            "computing": times.user + times.system,
        }

    async def close(self) -> None:
        for tablet in self.tablets:
            await tablet.close()
        self._ledger.close()
        if self._desk is not None:
            self._desk.dispose()
