"""By name: the plan restored from a backup, on a server that gives out version numbers twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from app.domain.alert import Alert
from app.store import bases, conflicts, meta, outbox, outbox_lost
from app.store.outbox_rows import write
from app.sync import restored
from app.sync.engine import SyncEngine
from tests.faults.double.server import FhirDouble, Trouble
from tests.faults.one_tablet import (
    Open,
    TurnedClock,
    condition,
    held,
    hide_from_searches,
    make_double,
    sweep_next,
)
from tests.faults.world import ANA
from tests.support.alert_records import close_alert, make_alert, raise_alert
from tests.support.field import Tablet

DAY = 24 * 3600


def notice(tablet: Tablet, double: FhirDouble) -> None:
    """The app is started again, so that it asks the server who it is."""
    tablet.engine = SyncEngine(tablet.store, tablet.client, TurnedClock(double))


async def raised(tablet: Tablet) -> Alert:
    alert = make_alert("p1")
    await tablet.store.write(lambda c: raise_alert(c, alert, ANA))
    return alert


async def write_states(tablet: Tablet) -> list[str]:
    rows = await tablet.store.read(lambda c: c.execute(write.select()).all())
    return [row.state for row in rows]


def owners(double: FhirDouble, kind: str, record_id: str) -> list[Any]:
    return [(row.resource or {}).get("language") for row in double.versions(kind, record_id)]


@pytest.mark.parametrize("epoch", ["one", None])
async def test_f35_what_a_restored_plan_lost_is_said_and_sent_again(
    open_one: Open, epoch: str | None
) -> None:
    double = make_double("p1", store_epoch=epoch)
    double.load([condition("p1", f"c{n}") for n in range(5)])
    tablet = await open_one(double)
    await tablet.sync()
    kept = await tablet.document("p1", pain=3)
    await tablet.sync()
    backup = double.snapshot()
    double.clock.advance(3600)
    lost = await tablet.document("p1", pain=8)
    alert = await raised(tablet)
    await tablet.sync()
    double.put(condition("p1", "by somebody else"))
    await tablet.sync()
    assert await tablet.received(lost.id)
    double.restore(backup)
    double.clock.advance(60)
    if epoch is not None:
        double.store_epoch = "two"
        notice(tablet, double)
    else:
        # Nothing says it but the missing records: the sweep asks for them by id.
        await sweep_next(tablet)
        await tablet.sync()
    report = await tablet.sync()
    assert (report.outcome, report.lost > 0) == ("ok", True)
    assert "put back to an earlier day" in (report.sentence or "")
    for one in (kept, lost):
        assert await tablet.received(one.id)
        assert [row.resource is not None for row in double.versions("Encounter", one.id)] == [True]
    assert len(double.versions("Task", alert.id)) == 1
    assert "lost" in await write_states(tablet)
    assert "by somebody else" not in await held(tablet, "Condition")
    assert len(await held(tablet, "Condition")) == 5
    assert not await tablet.store.read(restored.is_restoring)
    assert await tablet.store.read(outbox_lost.count_lost) == 0
    double.clock.advance(60)
    assert (await tablet.sync()).lost == 0


async def test_f35_an_edit_on_a_version_number_given_out_twice_overwrites_nobody(open_one: Open) -> None:
    double = make_double("p1")
    tablet = await open_one(double)
    alert = await raised(tablet)
    await tablet.sync()
    backup = double.snapshot()
    double.clock.advance(60)
    double.edit("Task", alert.id, language="first")
    await tablet.sync()
    await tablet.store.write(lambda c: close_alert(c, alert))
    double.restore(backup)
    double.clock.advance(60)
    double.edit("Task", alert.id, language="second")
    assert [row.version_id for row in double.versions("Task", alert.id)] == ["1", "2"]
    for _ in range(3):
        double.clock.advance(60)
        await tablet.sync()
    found = owners(double, "Task", alert.id)
    assert found[:2] == [None, "second"]
    assert found[-1] == "second", "what somebody wrote under that number is still what stands"
    settled = not await tablet.store.read(lambda c: outbox.is_unsettled(c, "Task", alert.id))
    asked = await tablet.store.read(conflicts.list_open)
    assert settled or asked, "merged and sent, or kept for a person"


@pytest.mark.parametrize("answered", [True, False])
async def test_an_edit_whose_way_was_unknown_when_the_plan_was_put_back_overwrites_nobody(
    open_one: Open, answered: bool
) -> None:
    """The bytes of an attempted edit name a version of before; they may not go as they are."""
    double = make_double("p1", store_epoch="one")
    tablet = await open_one(double)
    alert = await raised(tablet)
    await tablet.sync()
    backup = double.snapshot()
    double.clock.advance(60)
    double.edit("Task", alert.id, language="first")
    await tablet.sync()
    await tablet.store.write(lambda c: close_alert(c, alert))
    trouble = Trouble("cut", where="write", carried_out=answered)
    double.quirks = replace(double.quirks, troubles=(trouble,))
    await tablet.sync()
    (open_write,) = await tablet.store.read(outbox.open_writes)
    assert open_write.state == "attempted"
    double.quirks = replace(double.quirks, troubles=())
    double.restore(backup)
    double.store_epoch = "two"
    double.clock.advance(60)
    double.edit("Task", alert.id, language="second")
    notice(tablet, double)
    for _ in range(3):
        await tablet.sync()
    assert owners(double, "Task", alert.id)[1:] == ["second"] * (len(double.versions("Task", alert.id)) - 1)
    assert not await tablet.store.read(outbox.open_writes)


async def test_an_alert_never_waits_for_the_comparison(open_one: Open) -> None:
    double = make_double("p1", store_epoch="one")
    tablet = await open_one(double)
    await tablet.sync()
    visit = await tablet.document("p1", pain=8)
    alert = await raised(tablet)
    double.store_epoch = "two"
    notice(tablet, double)
    # The comparison cannot get anywhere today.
    double.quirks = replace(double.quirks, troubles=(Trouble(500, on="CareTeam", where="search"),))
    report = await tablet.sync()
    assert report.outcome != "ok"
    assert "put back to an earlier day" in (report.sentence or "")
    assert "restored" in report.detail.split()
    assert len(double.versions("Task", alert.id)) == 1
    assert not double.versions("Encounter", visit.id), "a visit waits until everything was compared"
    double.quirks = replace(double.quirks, troubles=())
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)
    assert len(double.versions("Task", alert.id)) == 1


async def test_what_the_plan_deleted_is_never_brought_back_by_itself(open_one: Open) -> None:
    double = make_double("p1", store_epoch="one")
    tablet = await open_one(double)
    await tablet.sync()
    visit = await tablet.document("p1", pain=8)
    await tablet.sync()
    double.delete("Encounter", visit.id)
    double.store_epoch = "two"
    double.clock.advance(60)
    notice(tablet, double)
    for _ in range(3):
        await tablet.sync()
    assert double.versions("Encounter", visit.id)[-1].resource is None
    (conflict,) = [one for one in await tablet.store.read(conflicts.list_open) if one.type == "Encounter"]
    assert conflict.deleted


async def test_access_that_ended_is_no_loss(open_one: Open) -> None:
    double = make_double("p1", store_epoch="one")
    tablet = await open_one(double)
    await tablet.sync()
    visit = await tablet.document("p1", pain=8)
    await tablet.sync()
    kinds = ("Encounter", "DocumentReference")
    hide_from_searches(double, *kinds)
    double.store_epoch = "two"
    double.quirks = replace(
        double.quirks, troubles=tuple(Trouble(403, on=kind, where="read") for kind in kinds)
    )
    notice(tablet, double)
    await tablet.sync()
    assert await tablet.received(visit.id)
    assert len(double.versions("Encounter", visit.id)) == 1
    assert await held(tablet, "Encounter") == {}, "nothing of what may not be read stays here"


async def test_an_old_replica_is_no_restore(open_one: Open) -> None:
    """A search that shows an earlier version is not believed before the record itself was asked for."""
    double = make_double("p1")
    double.put(condition("p1", "c1"))
    tablet = await open_one(double)
    await tablet.sync()
    double.quirks = replace(double.quirks, late_index=4000)
    double.edit("Condition", "c1", recordedDate="2026-01-01")
    await tablet.store.write(lambda c: bases.put(c, newer(double)))
    for _ in range(3):
        double.clock.advance(10)
        await sweep_next(tablet)
        assert (await tablet.sync()).lost == 0
    assert not await tablet.store.read(restored.is_restoring)
    assert (await held(tablet, "Condition"))["c1"] == "2"


def newer(double: FhirDouble) -> bases.BaseCopy:
    row = double.versions("Condition", "c1")[-1]
    return bases.BaseCopy("Condition", "c1", row.version_id, row.last_updated, "{}", "p1")


async def test_a_second_restore_during_the_comparison_begins_it_anew(open_one: Open) -> None:
    double = make_double("p1", store_epoch="one")
    double.load([condition("p1", f"c{n}") for n in range(5)])
    tablet = await open_one(double)
    await tablet.sync()
    backup = double.snapshot()
    double.clock.advance(60)
    lost = await tablet.document("p1", pain=8)
    await tablet.sync()
    double.store_epoch = "two"
    notice(tablet, double)
    stop = asyncio.Event()
    await tablet.engine.run_pass(lambda done, of: stop.set(), stop)
    double.restore(backup)
    double.store_epoch = "three"
    notice(tablet, double)
    assert (await tablet.sync()).lost > 0
    assert await tablet.received(lost.id)
    assert len(double.versions("Encounter", lost.id)) == 1


async def test_thirty_days_after_its_receipt_nothing_is_sent_again(open_one: Open) -> None:
    double = make_double("p1", store_epoch="one")
    tablet = await open_one(double)
    await tablet.sync()
    backup = double.snapshot()
    visit = await tablet.document("p1", pain=8)
    await tablet.sync()
    double.clock.advance(31 * DAY)
    await tablet.sync()
    double.restore(backup)
    double.store_epoch = "two"
    notice(tablet, double)
    assert (await tablet.sync()).lost == 0
    assert not double.versions("Encounter", visit.id)
    assert await tablet.store.read(lambda c: meta.find(c, meta.TRIMMED_AT)) is not None


def test_the_sentence_counts() -> None:
    assert "(3 of 9)" in restored.comparing(3, 9)
    assert "(" not in restored.comparing()
