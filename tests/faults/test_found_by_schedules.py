"""What random schedules found, kept as the shortest schedule that shows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.faults.checker import Checker
from tests.faults.faulty_network import Fault
from tests.faults.many import Many, make_templates
from tests.faults.steps import edit, in_turn


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Many]:
    templates = tmp_path / "templates"
    templates.mkdir()
    await make_templates(templates)
    made = Many(templates, tmp_path)
    await made.start()
    yield made
    await made.close()


@pytest.mark.parametrize("finish", [True, False], ids=["finishes", "acknowledges"])
async def test_i3_words_of_who_closed_an_alert_outlive_a_colleague_who_never_saw_them(
    world: Many, finish: bool
) -> None:
    """Seed 1000002: Ana finishes, Ben has not seen it and acknowledges, then goes on from his list of alerts."""
    (alert_id,) = await world.ana.list_alerts()
    await world.ana.finish(alert_id)
    await world.ben.acknowledge(alert_id)
    await world.sync(world.ana)
    await world.sync(world.ben)
    for one in await world.ben.list_alerts():
        await (world.ben.finish(one) if finish else world.ben.acknowledge(one))
    await world.heal()
    with Checker() as checker:
        await world.check(checker)


async def test_i8_lists_that_lack_somebody_twice_take_nobody_off_the_device(world: Many) -> None:
    """Seed 1000014: two passes in a row had a care team missing from their answer."""
    for _ in range(2):
        await world.sync(world.ben, in_turn([Fault.PARTIAL], reads_only=True))
    assert world.ben.network.effective[Fault.PARTIAL] == 2
    await world.heal()
    with Checker() as checker:
        await world.check(checker)


async def test_i16_a_visit_brings_its_conversation_with_it(world: Many) -> None:
    """Seed 1000015: a pass sent the later visits without their conversations, and a colleague went on from them."""
    ana, ben = world.ana, world.ben
    for _ in range(3):
        await ana.document("a", 2, extra="converse")
    await world.sync(ana)
    await world.sync(ben)
    await ana.document("a", 2, extra="converse")
    await ben.document("a", 2, extra="converse")
    await world.sync(ben)
    await world.heal()
    with Checker() as checker:
        await world.check(checker)


async def show_an_old_list(world: Many) -> None:
    """Seed 1000019: Ana takes over, Ben's visit keeps the person on his device, and he is shown his old list."""
    ben = world.ben
    await ben.document("a", 9)
    await world.sync(ben)
    await world.ward.assign("a", "ana")
    for _ in range(3):
        await world.sync(ben)
    await world.sync(ben, in_turn([Fault.STALE], reads_only=True))
    assert ben.network.effective[Fault.STALE] == 1


async def test_i4_an_old_list_that_names_somebody_who_has_left_makes_no_history_of_hers(world: Many) -> None:
    await show_an_old_list(world)
    with Checker() as checker:
        await world.check(checker, at_rest=False)
        await world.heal()
        await world.check(checker)


async def test_i13_who_comes_back_after_such_a_list_comes_with_all_of_her_history(world: Many) -> None:
    """The plan gives the person back to Ben before he has seen a list without her."""
    await show_an_old_list(world)
    await world.ward.assign("a", "ana", "ben")
    await world.heal()
    with Checker() as checker:
        await world.check(checker)


async def test_i15_a_history_that_lacks_the_newest_version_takes_nobody_back_to_an_older(world: Many) -> None:
    """Seed 1000093: Ana's write of a referral was lost, and the look-up of it had its newest entry missing."""
    ana, ben = world.ana, world.ben
    for theirs in ("sent", "acknowledge"):
        await edit(ana, 0, "sent")
        await edit(ben, 0, theirs)
        await world.sync(ana)
        await world.sync(ben)
    await edit(ana, 0, "sent")
    await world.sync(ana, in_turn([Fault.TOO_BIG, Fault.EMPTY, Fault.CUT_BEFORE], writes_only=True))
    ana.clock.offset = datetime(2105, 1, 1, tzinfo=UTC) - world.ward.clock.at

    def judge(request: httpx.Request) -> Fault:
        path = request.url.path
        if path.endswith("/_history"):
            return Fault.PARTIAL if "/Task/" in path else Fault.NONE
        return Fault.EMPTY if "/Provenance/" in path else Fault.CUT_BEFORE

    await world.sync(ana, judge)
    assert ana.network.effective[Fault.PARTIAL] == 1
    await world.heal()
    with Checker() as checker:
        await world.check(checker)


async def test_i11_an_old_answer_in_place_of_a_manifests_history_makes_no_receipt(world: Many) -> None:
    """Seed 1000093 again: in it our write's tag stood on another record, whose version was taken for the manifest's."""
    ana = world.ana
    await edit(ana, 0, "sent")
    await world.sync(ana, in_turn([Fault.CUT_AFTER], writes_only=True))

    def judge(request: httpx.Request) -> Fault:
        if not request.url.path.endswith("/_history"):
            return Fault.NONE
        return Fault.PARTIAL if "/Task/" in request.url.path else Fault.CACHED

    await world.sync(ana, judge)
    assert ana.network.effective[Fault.CACHED] >= 1
    with Checker() as checker:
        await world.check(checker, at_rest=False)
        await world.heal()
        await world.check(checker)
