"""SIGKILL, many times: a real process documents and syncs against a real backend over TCP, and is killed.

`run_kills(500, seed)` is what `make soak` calls. A tablet is killed several times in its life; after each its file is
opened by the app's own code, judged, synced and judged again with the plan's rows.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.domain.visit import PersonRef
from tests.faults.checker import Checker
from tests.faults.nurse import Nurse
from tests.kills import judging
from tests.kills.backend import FAST, Backend
from tests.kills.children import Server
from tests.kills.deaths import MOMENTS
from tests.kills.judging import Device, Report
from tests.kills.life import Orders
from tests.kills.shift import document

LIVES = 4
"""Of one tablet."""
TABLETS_A_PLAN = 5
LONGEST_LIFE = 0.6
"""Seconds after its opening within which a child is killed from outside."""
SHARE_OF_RANDOM = 0.35


@dataclass(frozen=True)
class Death:
    """At the `times`-th coming of a named moment; without one at a random time, by somebody else's hand."""

    moment: str = ""
    times: int = 1

    @property
    def needs(self) -> str:
        return MOMENTS[self.moment].needs if self.moment else ""


def plan_deaths(count: int, seed: int) -> list[Death]:
    """Every named moment in turn, in random order, and random times between."""
    rng = random.Random(seed)
    rounds = count // len(MOMENTS) + 1
    named = [moment for _ in range(rounds) for moment in rng.sample(list(MOMENTS), len(MOMENTS))]
    planned: list[Death] = []
    for _ in range(count):
        if rng.random() < SHARE_OF_RANDOM:
            planned.append(Death())
        else:
            moment = named.pop(0)
            planned.append(Death(moment, 1 if MOMENTS[moment].needs else rng.choice((1, 1, 2, 3))))
    return planned


def run_kills(
    count: int, seed: int, *, mutant: str = "", deaths: Sequence[Death] = (), lives: int = LIVES
) -> Report:
    """So many kills; the report says what they cost. `mutant` and `deaths` (in turn) are for controls."""
    began = time.monotonic()
    report = Report(count=count, seed=seed)
    planned = [deaths[n % len(deaths)] for n in range(count)] if deaths else plan_deaths(count, seed)
    numbered = list(enumerate(planned))
    server = Server()
    try:
        with tempfile.TemporaryDirectory(dir=FAST) as directory, Checker() as checker:
            for first in range(0, count, lives * TABLETS_A_PLAN):
                place = Path(directory) / f"plan-{first}"
                place.mkdir()
                killing = _Killing(
                    Backend(place, people=lives * TABLETS_A_PLAN), server, checker, report, mutant
                )
                asyncio.run(killing.run(numbered[first : first + lives * TABLETS_A_PLAN], lives))
                shutil.rmtree(place)
    finally:
        server.close()
    report.seconds = time.monotonic() - began
    return report


@dataclass
class _Killing:
    """The tablets of one plan."""

    backend: Backend
    server: Server
    checker: Checker
    report: Report
    mutant: str

    async def run(self, deaths: list[tuple[int, Death]], lives: int) -> None:
        try:
            await self.backend.start()
            for first in range(0, len(deaths), lives):
                await self._kill_one_tablet(deaths[first : first + lives])
        finally:
            self.backend.close()

    async def _kill_one_tablet(self, deaths: list[tuple[int, Death]]) -> None:
        backend = self.backend
        directory = backend.directory / f"tablet-{deaths[0][0]}"
        old = any(death.needs == "old store" for _, death in deaths)
        deaths.sort(key=lambda one: one[1].needs != "old store")  # it is old only once
        people: list[str] = []
        nurse = Nurse("ana", PersonRef(backend.nurse.reference, backend.nurse.name))
        if old:
            people.append(backend.admit())
            rng = random.Random(deaths[0][0])
            files = await backend.old_tablet(directory, lambda store: document(nurse, store, rng, people[0]))
        else:
            files = backend.new_tablet(directory)
        pictures: set[str] = set()
        for number, death in deaths:
            seed = self.report.seed * 100_000 + number
            rng = random.Random(seed)
            if len(people) <= number - deaths[0][0]:
                people.append(backend.admit())
            backend.colleague_visits(rng.choice(people), rng.randint(0, 10))
            orders = Orders(
                directory=str(directory),
                seed=seed,
                reference=backend.nurse.reference,
                name=backend.nurse.name,
                people=people,
                charted={visit_id: asdict(made) for visit_id, made in nurse.charted.items()},
                moment=death.moment,
                times=death.times,
                mutant=self.mutant,
            )
            before = len(nurse.saved())
            died = self.server.live_and_die(orders, nurse, pictures, rng.uniform(0.0, LONGEST_LIFE))
            self.report.effective[died] += 1
            self.report.saved += len(nurse.saved()) - before
            device = Device(files, nurse, people, frozenset(pictures))
            found = await judging.judge(backend, self.checker, device)
            found.count_into(self.report, f"seed {seed}, {died}")
        for patient_id in people:
            backend.discharge(patient_id)
        shutil.rmtree(directory)
