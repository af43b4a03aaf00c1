"""An alert and its close under kills and lost answers: two versions at the plan, never one more, never one less."""

from __future__ import annotations

import httpx
import pytest

from app.domain.alert import Alert
from app.store import outbox
from tests.faults.faulty_network import LATER, Fault, is_write
from tests.faults.world import ANA, World
from tests.support.alert_records import close_alert, make_alert, raise_alert


async def raised(world: World) -> Alert:
    alert = make_alert("a")
    await world.store.write(lambda c: raise_alert(c, alert, ANA))
    return alert


async def settled(world: World, alert: Alert) -> bool:
    return not await world.store.read(lambda c: outbox.is_unsettled(c, "Task", alert.id))


def statuses(world: World, alert: Alert) -> list[str]:
    return [task["status"] for task in world.server.versions("Task", alert.id)]


async def heal(world: World, alert: Alert, *versions: str) -> None:
    for _ in range(4):
        await world.sync()
    assert statuses(world, alert) == list(versions or ("requested", "cancelled"))
    assert await settled(world, alert)
    assert world.server.most_versions_of_a_write() <= 1


@pytest.mark.parametrize("commits", range(1, 9))
async def test_a_kill_after_any_commit_with_both_versions_waiting(world: World, commits: int) -> None:
    alert = await raised(world)
    await world.store.write(lambda c: close_alert(c, alert))
    await world.sync_until_killed(commits)
    # Neither had left, so one version says all that there is to say.
    await heal(world, alert, "cancelled")


@pytest.mark.parametrize("commits", range(1, 7))
async def test_a_kill_while_the_alert_leaves_and_a_close_after_the_restart(
    world: World, commits: int
) -> None:
    alert = await raised(world)
    await world.sync_until_killed(commits)
    named = await world.store.read(lambda c: outbox.open_writes(c))
    may_have_left = named or await settled(world, alert)
    await world.store.write(lambda c: close_alert(c, alert))
    await heal(world, alert, *(("requested", "cancelled") if may_have_left else ("cancelled",)))


@pytest.mark.parametrize("commits", range(1, 7))
async def test_a_kill_while_the_close_leaves(world: World, commits: int) -> None:
    alert = await raised(world)
    await world.sync()
    await world.store.write(lambda c: close_alert(c, alert))
    await world.sync_until_killed(commits)
    await heal(world, alert)


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in {Fault.NONE, *LATER}])
async def test_every_fault_on_the_close_alone(world: World, fault: Fault) -> None:
    alert = await raised(world)
    await world.sync()
    await world.store.write(lambda c: close_alert(c, alert))
    await world.sync(lambda request: fault if _is_close(request) else Fault.NONE)
    await heal(world, alert)


def _is_close(request: httpx.Request) -> bool:
    return is_write(request) and b'"status":"cancelled"' in request.content
