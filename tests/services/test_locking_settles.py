"""Locking: blank at once, nothing reachable, and a push that is under way may settle before the key goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event as Told

import pytest

from app.domain.visit import Modality, Setting
from app.errors import StoreError
from app.services.device_service import Device
from app.services.lock_policy import LockWatch, Shade
from app.services.session import PUSH_SETTLES, OpenSession
from app.store import meta, patients
from app.store.changes import Topic
from app.sync.loop import HURRY_SECONDS, STOP_SECONDS
from app.sync.pass_report import PassReport
from tests.services.conftest import person, signed_in
from tests.support.still_clock import StillClock


class SlowPush:
    """An engine whose pass is a push that the plan has not answered yet."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.answer = asyncio.Event()
        self.cancelled = False
        self.settled: Callable[[], object] = lambda: None

    async def run_pass(self, progress: object, stop: asyncio.Event) -> PassReport:
        self.began.set()
        try:
            await self.answer.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        self.settled()
        return PassReport("ok")

    async def probe(self) -> bool:
        return True


async def open_with_push(device: Device) -> tuple[OpenSession, str, SlowPush]:
    """A session whose loop is in the middle of a push."""
    secret = device.suggest_passphrase()
    session = await device.enrol(signed_in(), secret, "w1")
    await session._store.write(
        lambda connection: patients.upsert(connection, person("p1", "Rosa Colón")), Topic.PATIENTS
    )
    push = SlowPush()
    session._loop._engine = push  # type: ignore[assignment]  # of an engine the loop uses these two methods
    session._loop.wake()
    async with asyncio.timeout(10):
        await push.began.wait()
    return session, secret, push


async def test_a_push_under_way_settles_and_then_the_store_closes(device: Device) -> None:
    session, _, push = await open_with_push(device)
    locking = asyncio.create_task(session.lock())
    await asyncio.sleep(0)
    assert session.closed, "the window is told at once"
    while not session._door.closed:
        await asyncio.sleep(0)
    assert not session._store.closed, "the receipt can still be written down"
    push.answer.set()
    await locking
    assert session._store.closed
    assert not push.cancelled


async def test_meanwhile_nothing_that_a_screen_still_holds_reaches_the_store(device: Device) -> None:
    session, _, push = await open_with_push(device)
    visit_id = await session.visits.begin("p1", Modality.TELEPHONE, Setting.HOME)
    today = session.caseload.today
    locking = asyncio.create_task(session.lock())
    while not session._door.closed:
        await asyncio.sleep(0)
    with pytest.raises(StoreError):
        await today()
    with pytest.raises(StoreError):
        await session.visits.set_note(visit_id, "late")
    assert await session._store.read(lambda connection: meta.find(connection, meta.STORE_ID))
    push.answer.set()
    await locking


async def test_what_a_screen_had_to_write_last_is_written(device: Device) -> None:
    session, secret, push = await open_with_push(device)
    visit_id = await session.visits.begin("p1", Modality.TELEPHONE, Setting.HOME)
    session.on_closed.append(lambda: session.visits.set_note(visit_id, "typed last"))
    push.answer.set()
    await session.lock()
    again = await device.unlock(session.store_id, secret, "w1")
    assert (await again.visits.page(visit_id)).draft.note == "typed last"


async def test_whoever_unlocks_does_not_wait_for_a_plan_that_does_not_answer(device: Device) -> None:
    session, secret, push = await open_with_push(device)
    locking = asyncio.create_task(session.lock())
    while not session._door.closed:
        await asyncio.sleep(0)
    async with asyncio.timeout(HURRY_SECONDS + 10):
        again = await device.unlock(session.store_id, secret, "w1")
        await locking
    assert push.cancelled
    assert not again.closed
    assert HURRY_SECONDS < STOP_SECONDS < PUSH_SETTLES == 120


async def test_a_session_that_is_locked_is_held_by_nobody(device: Device) -> None:
    session, _, push = await open_with_push(device)
    push.answer.set()
    await session.lock()
    assert device._open == {}
    assert session.on_closed == []


async def test_left_alone_a_real_session_locks_itself(device: Device) -> None:
    clock, told = StillClock(), Told()
    session, _, push = await open_with_push(device)
    push.answer.set()
    for task in session._watching:
        task.cancel()
    session.lock_watch = LockWatch(clock, wait=clock.wait)
    session.on_closed.append(told.set)
    running = asyncio.create_task(session.lock_watch.run(session._lock_now))
    await asyncio.sleep(0)
    clock.go(180)
    assert session.lock_watch.shade() is Shade.LOCK
    await running
    assert session.closed
    assert told.is_set()
    await session.lock()


async def test_a_window_that_is_gone_says_how_long_it_may_stay_away(device: Device) -> None:
    session, _, push = await open_with_push(device)
    push.answer.set()
    assert device.window_gone("w1") == pytest.approx(30, abs=1)
    device.window_back("w1")
    assert session.lock_watch.shade() is Shade.NONE
    assert device.window_gone("somebody else's") is None


async def test_the_plans_times_are_read_when_it_opens_and_when_they_come(device: Device) -> None:
    session, _, push = await open_with_push(device)
    push.answer.set()
    assert session.lock_watch.times.visit == 600
    text = '{"version": "1", "lock": {"visit": 300, "elsewhere": 1}}'
    await session._store.write(lambda c: meta.put(c, "plan-settings", text), Topic.PATIENTS)
    async with asyncio.timeout(10):
        while session.lock_watch.times.visit != 300:
            await asyncio.sleep(0)
    assert session.lock_watch.times.elsewhere == 180, "one second is no time to read anything"


async def test_a_push_that_does_not_settle_in_its_time_is_given_up(device: Device) -> None:
    session, _, push = await open_with_push(device)
    await session._loop.stop(0.01, asyncio.Event())
    assert push.cancelled
