"""By name: what leaves a tablet and what stays when a server says that something is gone, or says nothing at all."""

from __future__ import annotations

import pytest

from app.store import bases, current, patients, visits
from app.sync.inbound import Inbound, store_inbound
from tests.faults.double.server import Snapshot
from tests.faults.one_tablet import (
    Open,
    condition,
    held,
    hide_from_searches,
    lose,
    make_double,
    sweep_next,
    team,
)


async def test_f22_the_echo_of_an_own_push_brings_nothing_back(open_one: Open) -> None:
    """Pushed, deleted at the plan by somebody else: the page that still shows it must not revive it."""
    double = make_double("p1")
    tablet = await open_one(double)
    await tablet.sync()
    visit = await tablet.document("p1", pain=4)
    double.clock.advance(1)
    assert (await tablet.sync()).outcome == "ok"
    note = next(iter(double.current("DocumentReference").values()))
    double.clock.advance(1)
    double.delete("DocumentReference", note["id"])
    await sweep_next(tablet)
    await tablet.sync()
    assert note["id"] not in await held(tablet, "DocumentReference")
    echo = Inbound([note])
    assert await tablet.store.write(lambda c: store_inbound(c, [echo], frozenset({"p1"}), None)) == 0
    shown = await tablet.store.read(lambda c: current.list_current(c, "p1", "DocumentReference"))
    assert not shown
    assert await tablet.received(visit.id), "that it was received stays true"


async def test_an_echo_of_an_own_push_is_no_news(open_one: Open) -> None:
    double = make_double("p1")
    tablet = await open_one(double)
    await tablet.sync()
    await tablet.document("p1", pain=4)
    double.clock.advance(1)
    assert (await tablet.sync()).pulled == 0


async def test_a_panel_that_is_suddenly_empty_deletes_nothing(open_one: Open) -> None:
    double = make_double("p1", "p2")
    double.load([condition("p1", "c1"), condition("p2", "c2")])
    tablet = await open_one(double)
    await tablet.sync()
    before = double.current("CareTeam")
    for one in before:
        double.delete("CareTeam", one)
    for _ in range(3):
        await sweep_next(tablet)
        await tablet.sync()
    assert await tablet.store.read(lambda c: len(bases.list_versions(c, ["p1", "p2"]))) == 4
    double.load([team(one, "ana") for one in ("p1", "p2")])
    await tablet.sync()
    assert await tablet.store.read(patients.list_ids) == {"p1", "p2"}


@pytest.mark.parametrize("lost", [["Condition"], ["Condition", "Patient"]])
@pytest.mark.parametrize("denied", [False, True])
async def test_a_server_that_suddenly_finds_nothing_deletes_nothing(
    open_one: Open, lost: list[str], denied: bool
) -> None:
    """Its index is gone: what is not listed is asked for by id. When that is denied too, nothing is believed."""
    double = make_double("p1")
    double.load([condition("p1", f"c{n}") for n in range(30)])
    tablet = await open_one(double)
    await tablet.sync()
    everything = await held(tablet, "Condition")
    if denied:
        lose(double, *lost)
    else:
        hide_from_searches(double, *lost)
    for _ in range(3):
        await sweep_next(tablet)
        double.clock.advance(60)
        await tablet.sync()
    assert set(await held(tablet, "Condition")) == set(everything)


async def test_one_record_that_answers_404_is_taken_off_only_when_it_does_so_twice(open_one: Open) -> None:
    double = make_double("p1")
    double.load([condition("p1", f"c{n}") for n in range(3)])
    tablet = await open_one(double)
    await tablet.sync()
    everything = double.snapshot()
    double.restore(Snapshot({k: v for k, v in everything.rows.items() if k != ("Condition", "c1")}))
    await sweep_next(tablet)
    await tablet.sync()
    assert "c1" in await held(tablet, "Condition"), "once may be a slip"
    double.clock.advance(30)
    await tablet.sync()
    assert "c1" not in await held(tablet, "Condition")
    double.restore(everything)
    await sweep_next(tablet)
    await tablet.sync()
    assert "c1" in await held(tablet, "Condition"), "and it comes back with the access to it"


async def test_a_deletion_is_seen_by_the_next_sweep_and_takes_the_visit_off_the_list(open_one: Open) -> None:
    double = make_double("p1")
    other = {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "HH"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-03-01T10:00:00Z", "end": "2026-03-01T11:00:00Z"},
        "participant": [{"individual": {"reference": "Practitioner/ben", "display": "Ben"}}],
    }
    double.load([other, condition("p1", "c1")])
    tablet = await open_one(double)
    await tablet.sync()
    rows = await tablet.store.read(lambda c: visits.list_for_patient(c, "p1"))
    double.delete("Encounter", "e1")
    double.delete("Condition", "c1")
    double.clock.advance(25 * 3600)
    await tablet.sync()
    assert await held(tablet, "Condition") == {}
    assert await held(tablet, "Encounter") == {}
    left = await tablet.store.read(lambda c: visits.list_for_patient(c, "p1"))
    assert len(left) == max(0, len(rows) - 1)


async def test_f32_of_somebody_who_left_only_own_work_stays_and_for_thirty_days(open_one: Open) -> None:
    double = make_double("p1", "p2")
    double.load([condition("p1", "c1"), condition("p2", "c2")])
    tablet = await open_one(double)
    await tablet.sync()
    visit = await tablet.document("p1", pain=4)
    await tablet.sync()
    double.put(team("p1", "ben"))
    for _ in range(2):
        double.clock.advance(60)
        await tablet.sync()
    held_now = await tablet.store.read(lambda c: bases.list_versions(c, ["p1"]))
    assert not held_now, "nothing that may no longer be read"
    assert await tablet.store.read(lambda c: visits.read_signed(c, visit.id)) == visit
    assert await tablet.received(visit.id)
    double.clock.advance(31 * 24 * 3600)
    await tablet.sync()
    assert await tablet.store.read(lambda c: patients.find(c, "p1")) is None
    assert not await tablet.store.read(lambda c: visits.list_for_patient(c, "p1"))
    assert set(await held(tablet, "Condition", ["p2"])) == {"c2"}
