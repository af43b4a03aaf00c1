""" "Check on me" on a real encrypted store: it never claims that somebody knows before the plan has it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from app.domain.check_on_me import CheckOnMe, CheckState
from app.domain.visit import PersonRef
from app.errors import NotFound, RecordError
from app.services.check_on_me import ChecksOnMe
from app.store import bases
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.store.tables import Change, table_of
from tests.services.conftest import ANA, SteppingClock
from tests.services.sending_desk import receive

_change = table_of(Change)
HOUR = timedelta(hours=1)


@pytest.fixture
def checks(store: Store, clock: SteppingClock) -> ChecksOnMe:
    return ChecksOnMe(store, ANA, clock)


async def only(checks: ChecksOnMe) -> CheckOnMe:
    (found,) = await checks.list_all()
    return found.check


async def come_back(store: Store, task_id: str) -> None:
    """The plan's copy of our newest version, as the answer to the push brings it."""

    def put(connection: Connection) -> None:
        payload = connection.execute(
            select(_change.c.payload).where(_change.c.id == task_id).order_by(_change.c.seq.desc()).limit(1)
        ).scalar_one()
        bases.put(connection, BaseCopy("Task", task_id, "v1", "2026-11-22T22:02:00.000Z", payload, "p1"))

    await store.write(put)


async def test_nobody_knows_of_it_before_the_plan_has_it(
    store: Store, checks: ChecksOnMe, clock: SteppingClock
) -> None:
    await checks.ask("p1", clock.at + HOUR)
    check = await only(checks)
    assert (check.known, check.told, check.done) == (False, False, False)
    assert check.state(clock.at) is CheckState.WAITING
    await store.write(lambda connection: receive(connection, check.id))
    check = await only(checks)
    assert (check.known, check.told) == (True, True)
    assert check.state(check.at) is CheckState.DUE


async def test_it_leaves_before_everything_else(
    store: Store, checks: ChecksOnMe, clock: SteppingClock
) -> None:
    await checks.ask("p1", clock.at + HOUR)
    priorities = await store.read(lambda c: c.execute(select(_change.c.priority)).scalars().all())
    assert priorities == [0]


async def test_being_fine_before_the_plan_knew_leaves_nothing_to_say(
    checks: ChecksOnMe, clock: SteppingClock
) -> None:
    await checks.ask("p1", clock.at + HOUR)
    await checks.finish((await only(checks)).id)
    assert await checks.list_all() == ()


async def test_being_fine_is_not_over_until_the_plan_knows_it(
    store: Store, checks: ChecksOnMe, clock: SteppingClock
) -> None:
    await checks.ask("p1", clock.at + HOUR)
    check = await only(checks)
    await store.write(lambda connection: receive(connection, check.id))
    await come_back(store, check.id)
    await checks.finish(check.id)
    check = await only(checks)
    assert (check.done, check.told, check.known) == (True, True, False)


async def test_a_new_time_takes_the_place_of_the_last(
    store: Store, checks: ChecksOnMe, clock: SteppingClock
) -> None:
    await checks.ask("p1", clock.at + HOUR)
    first = await only(checks)
    await checks.ask("p1", clock.at + 2 * HOUR)
    assert (await only(checks)).id != first.id


@pytest.mark.parametrize("ahead", [timedelta(minutes=-1), timedelta(minutes=2), timedelta(hours=15)])
async def test_a_time_that_is_gone_or_too_far_is_refused(
    checks: ChecksOnMe, clock: SteppingClock, ahead: timedelta
) -> None:
    with pytest.raises(RecordError):
        await checks.ask("p1", clock.at + ahead)
    assert await checks.list_all() == ()


async def test_a_supervisor_sees_it_says_that_she_reached_her_and_it_is_gone(
    store: Store, checks: ChecksOnMe, clock: SteppingClock
) -> None:
    await checks.ask("p1", clock.at + HOUR)
    check = await only(checks)
    maria = ChecksOnMe(store, PersonRef("Practitioner/maria", "Maria Ortiz, RN"), clock)
    (seen,) = await maria.list_all()
    assert (seen.mine, seen.check.nurse_name, seen.patient_name) == (False, ANA.name, "Rosa Colón")
    await maria.finish(check.id, "I reached the nurse")
    assert await maria.list_all() == ()
    with pytest.raises(NotFound):
        await maria.finish("none")
    payloads = await store.read(lambda c: c.execute(select(_change.c.payload)).scalars().all())
    (note,) = json.loads(payloads[-1])["note"]
    assert (note["text"], note["authorReference"]["display"]) == ("I reached the nurse", "Maria Ortiz, RN")
