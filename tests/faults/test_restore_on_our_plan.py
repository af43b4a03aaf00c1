"""Our own plan put back to a backup at random points, and a device killed while it compares: nobody is overwritten."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.domain.alert import Alert
from app.services.models import VisitState
from app.store import conflicts, outbox
from app.store.tables import Receipt, table_of
from app.sync import restored
from app.sync.engine import SyncEngine
from plan.database import write_transaction
from plan.fhir.stamps import renew_epoch
from tests.faults.faulty_network import Fault, is_write
from tests.faults.world import ANA, FAST, World
from tests.support.alert_records import close_alert, make_alert, raise_alert

EXAMPLES = int(os.environ.get("HEARTHSIDE_SCHEDULES", "2"))
STEPS = ("visit", "raise", "close", "correct", "back up", "put back", "sync", "sync", "lose the answer")


class Ground:
    """The world, and what its operator does: backups, and putting one back with a new epoch."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.backups = 0
        self.put_back_times = 0
        self.raised: list[Alert] = []
        self.closed: list[Alert] = []
        self._corrections: dict[str, int] = {}

    @property
    def _database(self) -> Path:
        return Path(str(self.world._engine.url.database))

    def back_up(self) -> None:
        self.backups += 1
        with closing(sqlite3.connect(self._database)) as live, closing(sqlite3.connect(self._kept)) as kept:
            live.backup(kept)
        self._corrections = {one: made.corrections for one, made in self.world.visits_made.items()}

    @property
    def _kept(self) -> Path:
        return self._database.with_name("backup.db")

    def put_back(self) -> None:
        if not self.backups:
            return
        self.put_back_times += 1
        with closing(sqlite3.connect(self._database)) as live, closing(sqlite3.connect(self._kept)) as kept:
            kept.backup(live)
        with write_transaction(self.world._engine) as connection:
            renew_epoch(connection)
        for visit_id, made in self.world.visits_made.items():
            made.corrections = self._corrections.get(visit_id, 0)
        self.restart()

    def restart(self) -> None:
        """A fresh look at the server, as after ten minutes."""
        self.world.engine = SyncEngine(self.world.store, self.world.client)

    async def do(self, step: str) -> None:
        world = self.world
        match step:
            case "visit":
                await world.document(pain=len(world.visits_made) % 4)
            case "raise":
                self.raised.append(make_alert("a"))
                await world.store.write(lambda c: raise_alert(c, self.raised[-1], ANA))
            case "close" if len(self.raised) > len(self.closed):
                alert = self.raised[len(self.closed)]
                await world.store.write(lambda c: close_alert(c, alert))
                self.closed.append(alert)
            case "correct" if world.visits_made:
                await world.correct(sorted(world.visits_made)[0])
            case "back up":
                self.back_up()
            case "put back":
                self.put_back()
            case "sync":
                await world.sync()
            case "lose the answer":
                await world.sync(lambda request: Fault.CUT_AFTER if is_write(request) else Fault.NONE)

    async def check(self) -> None:
        """After healing: everything the nurse made is there once, and nothing of anybody else was overwritten."""
        world = self.world
        for _ in range(4):
            assert (await world.sync()).outcome in ("ok", "partly")
        for visit_id, made in world.visits_made.items():
            assert await world.state(visit_id) is VisitState.RECEIVED
            world.check_whole(visit_id)
            versions = world.server.versions("Encounter", visit_id)
            assert [one.get("language") == "en-US" for one in versions] == [False] + [True] * made.corrections
        asked = {one.record_id for one in await world.store.read(conflicts.list_open)}
        for alert in self.raised:
            said = [task["status"] for task in world.server.versions("Task", alert.id)]
            # Two versions that never left travel as one.
            wanted = (["requested", "cancelled"], ["cancelled"]) if alert in self.closed else (["requested"],)
            assert said in wanted or alert.id in asked
        assert world.server.most_versions_of_a_write() <= 1
        assert not await world.store.read(outbox.open_writes)
        assert not await world.store.read(restored.is_restoring)
        await self.check_receipts()

    async def check_receipts(self) -> None:
        """I11: what still counts as received is there in that very version."""
        receipts = table_of(Receipt)
        rows = await self.world.store.read(lambda c: c.execute(receipts.select()).all())
        for row in rows:
            if row.lost_at is None:
                assert self.world.server.has_version(row.type, row.id, row.version_id), row.type


@asynccontextmanager
async def on_ground(templates: Path) -> AsyncIterator[Ground]:
    with tempfile.TemporaryDirectory(dir=FAST) as directory:
        world = World(templates, Path(directory))
        await world.start()
        try:
            await world.sync()
            yield Ground(world)
        finally:
            await world.close()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=12))
@example(steps=["back up", "visit", "raise", "sync", "close", "sync", "put back", "close"])
@example(
    steps=["visit", "raise", "sync", "back up", "correct", "close", "lose the answer", "put back", "correct"]
)
@example(steps=["raise", "back up", "sync", "close", "put back", "raise", "lose the answer", "put back"])
def test_a_plan_put_back_at_any_point_loses_doubles_and_overwrites_nothing(
    templates: Path, steps: list[str]
) -> None:
    async def run() -> None:
        async with on_ground(templates) as ground:
            for step in (*steps, "put back"):
                await ground.do(step)
            await ground.check()

    asyncio.run(run())


@pytest.mark.parametrize("commits", [3, 6])
async def test_a_kill_between_any_two_steps_of_the_comparison_loses_nothing(
    templates: Path, commits: int
) -> None:
    async with on_ground(templates) as ground:
        world = ground.world
        await ground.do("raise")
        await world.sync()
        ground.back_up()
        await world.document(pain=2)
        await ground.do("close")
        await world.sync()
        ground.put_back()
        died = await world.sync_until_killed(commits)
        assert died, "it was killed too late to count"
        await ground.check()


async def test_a_comparison_may_be_stopped_and_goes_on(templates: Path) -> None:
    async with on_ground(templates) as ground:
        world = ground.world
        ground.back_up()
        visit = await world.document(pain=2)
        await world.sync()
        ground.put_back()
        stop = asyncio.Event()
        report = await world.engine.run_pass(lambda done, of: stop.set(), stop)
        assert report.outcome == "stopped"
        assert "put back to an earlier day" in (report.sentence or "")
        assert not world.server.versions("Encounter", visit)
        assert await world.store.read(restored.is_restoring)
        assert (await world.sync()).lost > 0
        await ground.check()


async def test_unsent_work_lies_where_it_lay(templates: Path) -> None:
    async with on_ground(templates) as ground:
        world = ground.world
        ground.back_up()
        ground.put_back()
        await world.document(pain=3)
        before = await world.store.read(outbox.pending)
        report = await world.sync(lambda request: Fault.CUT_BEFORE if is_write(request) else Fault.NONE)
        assert report.outcome == "no-network"
        after = await world.store.read(outbox.open_writes)
        payloads = [change.payload for group in before for change in group.changes]
        assert [change.payload for write in after for change in write.changes] == payloads
        await ground.check()


async def test_a_plan_that_was_put_back_between_two_passes_is_noticed_from_its_next_word(
    templates: Path,
) -> None:
    async with on_ground(templates) as ground:
        world = ground.world
        ground.back_up()
        await world.document(pain=2)
        assert (await world.sync()).outcome == "ok"
        running = world.engine
        ground.put_back()
        world.engine = running
        assert (await world.sync()).lost == 0, "its answers name another epoch"
        assert (await world.sync()).lost > 0
        world.engine = running
        await ground.check()


async def test_a_plan_that_was_away_is_asked_at_once_whether_it_is_still_the_same(templates: Path) -> None:
    async with on_ground(templates) as ground:
        world = ground.world
        ground.back_up()
        await world.document(pain=2)
        report = await world.sync(lambda request: Fault.NONE if is_write(request) else Fault.CUT_AFTER)
        assert (report.outcome, report.pushed) == ("plan-down", 1), "sent, and then the plan went away"
        running = world.engine
        ground.put_back()
        world.engine = running
        assert (await world.sync()).lost > 0, "the app was not started again in between"
        world.engine = running
        await ground.check()
