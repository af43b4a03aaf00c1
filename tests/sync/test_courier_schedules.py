"""Random days: visits and alerts are signed, sealed, sent, brought by others early, late and twice, apps are ended."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from app.domain.alert import Alert
from app.domain.visit import PersonRef, Visit
from app.store import outbox
from app.store.changes import Topic
from app.sync.relay import Said
from tests.support.alert_records import close_alert, make_alert, raise_alert
from tests.support.field import FieldPlan, Person
from tests.support.history import provenance_targets, versions, write_of
from tests.support.sealing_tablet import SealingTablet, add_person, bring, make_sealing_tablet

STEPS = 16


@pytest.fixture(scope="module")
def ben(keyed_plan: FieldPlan) -> Person:
    return add_person(keyed_plan, "Ben Cole, RN")


class Day:
    """One nurse's day, and everybody who carries copies about."""

    def __init__(self, plan: FieldPlan, tablet: SealingTablet, ben: Person, seed: int) -> None:
        self.plan, self.tablet, self.ben = plan, tablet, ben
        self.rng = random.Random(seed)
        self.person = PersonRef(tablet.person.reference, tablet.person.name)
        self.people = [plan.add_patient(tablet.person) for _ in range(2)]
        self.visits: list[Visit] = []
        self.alerts: list[Alert] = []
        self.closed: set[str] = set()
        self.seen: dict[str, dict[str, Any]] = {}

    async def step(self) -> None:
        acts = [
            self.sign,
            self.alert,
            self.close,
            self.seal,
            self.seal,
            self.sync,
            self.carry,
            self.both,
            self.end,
        ]
        await self.rng.choice(acts)()
        self.seen |= self.tablet.copies()

    async def sign(self) -> None:
        self.visits.append(
            await self.tablet.document(self.rng.choice(self.people), pain=self.rng.randint(0, 10))
        )

    async def alert(self) -> None:
        alert = make_alert(self.rng.choice(self.people))
        await self.tablet.store.write(lambda c: raise_alert(c, alert, self.person), Topic.OUTBOX)
        self.alerts.append(alert)

    async def close(self) -> None:
        still_open = [one for one in self.alerts if one.id not in self.closed]
        if still_open:
            alert = self.rng.choice(still_open)
            await self.tablet.store.write(lambda c: close_alert(c, alert), Topic.OUTBOX)
            self.closed.add(alert.id)

    async def seal(self) -> None:
        await self.tablet.sealer.run()

    async def sync(self) -> None:
        assert (await self.tablet.sync()).outcome == "ok"

    async def carry(self) -> None:
        """Somebody brings some of all that ever lay there, in any order."""
        some = [one for one in self.seen if self.rng.random() < 0.6]
        self.rng.shuffle(some)
        await bring(self.plan, self.ben, {one: self.seen[one] for one in some})

    async def both(self) -> None:
        await asyncio.gather(self.sync(), self.carry(), self.seal())

    async def end(self) -> None:
        """The app is ended; what comes next starts anew."""
        self.tablet = await self.tablet.reopen()

    async def heal(self) -> None:
        for _ in range(2):
            await self.seal()
            self.seen |= self.tablet.copies()
            await self.sync()
        await self.seal()


@pytest.mark.parametrize("seed", range(1))
async def test_nothing_is_lost_or_doubled_however_it_is_brought(
    keyed_plan: FieldPlan, ben: Person, tmp_path: Path, seed: int
) -> None:
    ana = add_person(keyed_plan, "Ana Ruiz, RN")
    day = Day(keyed_plan, await make_sealing_tablet(tmp_path, ana, keyed_plan), ben, seed)
    for _ in range(STEPS):
        await day.step()
    await day.sign()
    await day.heal()
    late = await bring(keyed_plan, ben, day.seen)
    assert set(late.said.values()) == {Said.KNOWN}, "all of it had come, each as itself"
    assert day.tablet.copies() == {}
    assert await day.tablet.store.read(outbox.open_writes) == ()
    assert (await day.tablet.store.read(outbox.count)).changes == 0
    for visit in day.visits:
        assert await day.tablet.received(visit.id)
        (encounter,) = versions(keyed_plan, ana, "Encounter", visit.id)
        for target in provenance_targets(keyed_plan, ana, encounter):
            assert len(versions(keyed_plan, ana, *target["reference"].split("/"))) == 1
    for alert in day.alerts:
        tasks = versions(keyed_plan, ana, "Task", alert.id)
        assert len({write_of(task) for task in tasks}) == len(tasks), "each write made one version"
        assert tasks[-1]["status"] == ("cancelled" if alert.id in day.closed else "requested")
    await day.tablet.close()
