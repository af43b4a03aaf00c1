"""The loop: when it runs, how it rests, that it cannot die. No test here sleeps."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import cast

import pytest

from app.errors import DiskFull
from app.store.changes import Topic
from app.store.engine import Store, create_store
from app.sync.engine import PassReport, SyncEngine
from app.sync.loop import PROBLEM, Rhythm, SyncLoop

OK = PassReport("ok")


class Engine:
    """Answers with the reports it was given, the last one for ever."""

    def __init__(self, *reports: PassReport | Exception) -> None:
        self.reports = list(reports)
        self.passes = 0
        self.probes = 0
        self.reachable = False
        self.wait_asked: float | None = None
        self.during: Callable[[asyncio.Event], object] | None = None

    async def probe(self) -> bool:
        self.probes += 1
        return self.reachable

    async def run_pass(
        self, on_progress: Callable[[int, int], None] | None = None, stop: asyncio.Event | None = None
    ) -> PassReport:
        self.passes += 1
        if on_progress is not None:
            on_progress(1, 2)
        if self.during is not None and stop is not None:
            await cast("asyncio.Future[None]", self.during(stop))
        report = self.reports.pop(0) if len(self.reports) > 1 else self.reports[0]
        if isinstance(report, Exception):
            raise report
        return report


class Waits:
    """In place of a clock: notes each rest, and ends it when the test says so."""

    def __init__(self) -> None:
        self.rests: asyncio.Queue[float] = asyncio.Queue()
        self._go = asyncio.Semaphore(0)

    async def __call__(self, event: asyncio.Event, seconds: float) -> None:
        self.rests.put_nowait(seconds)
        waking = asyncio.ensure_future(event.wait())
        going = asyncio.ensure_future(self._go.acquire())
        await asyncio.wait({waking, going}, return_when=asyncio.FIRST_COMPLETED)
        for task in (waking, going):
            task.cancel()

    async def rest(self) -> float:
        async with asyncio.timeout(10):
            return await self.rests.get()

    def over(self) -> None:
        self._go.release()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await create_store(tmp_path / "s.db", secrets.token_bytes(32), store_id="s")
    yield store
    await store.close()


def make_loop(
    engine: Engine, store: Store, waits: Waits, on_change: Callable[[], None] | None = None
) -> SyncLoop:
    made, rhythm = cast("SyncEngine", engine), Rhythm(jitter=0.0)
    return SyncLoop(made, store, on_change=on_change, rhythm=rhythm, wait=waits, draw=lambda: 0.5)


async def test_it_begins_at_once_and_rests_half_a_minute_while_all_is_well(store: Store) -> None:
    engine, waits = Engine(OK), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    assert await waits.rest() == 30.0
    assert (engine.passes, loop.working, loop.last) == (1, False, OK)
    waits.over()
    await waits.rest()
    assert engine.passes == 2
    await loop.stop()


async def test_a_new_record_wakes_it(store: Store) -> None:
    engine, waits = Engine(OK), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    await waits.rest()
    await store.write(lambda c: None, Topic.PATIENTS)
    await store.write(lambda c: None, Topic.OUTBOX)
    await waits.rest()
    assert engine.passes == 2
    await loop.stop()


async def test_while_the_network_is_away_only_small_probes_go_out_every_few_seconds(store: Store) -> None:
    engine, waits = Engine(PassReport("no-network"), OK), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    for _ in range(5):
        assert await waits.rest() == 3.0
        waits.over()
    await waits.rest()
    assert (engine.passes, engine.probes) == (1, 5)
    engine.reachable = True
    waits.over()
    assert await waits.rest() == 30.0
    assert engine.passes == 2
    assert loop.last == OK
    await loop.stop()


async def test_a_server_that_answers_but_fails_is_left_alone_longer_and_longer(store: Store) -> None:
    engine, waits = Engine(PassReport("plan-down")), Waits()
    engine.reachable = True
    loop = make_loop(engine, store, waits)
    loop.start()
    rests = []
    for _ in range(6):
        rests.append(await waits.rest())
        waits.over()
    assert rests == [3.0, 12.0, 24.0, 48.0, 60.0, 60.0]
    await loop.stop()


async def test_a_server_that_names_its_time_gets_it(store: Store) -> None:
    engine, waits = Engine(PassReport("plan-down", retry_after=17.0)), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    assert await waits.rest() == 17.0
    await loop.stop()


async def test_a_server_that_names_its_time_to_a_probe_gets_it_too(store: Store) -> None:
    engine, waits = Engine(PassReport("no-network")), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    assert await waits.rest() == 3.0
    engine.wait_asked = 120.0
    waits.over()
    assert await waits.rest() == 120.0
    assert (engine.passes, engine.probes) == (1, 1)
    await loop.stop()


async def test_a_wait_that_was_kept_is_not_kept_again_once_nobody_asks_for_it(store: Store) -> None:
    engine, waits = Engine(PassReport("plan-down", retry_after=3600.0)), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    assert await waits.rest() == 3600.0
    waits.over()
    assert await waits.rest() == 3.0
    assert (engine.passes, engine.probes) == (1, 1)
    await loop.stop()


async def test_send_now_does_not_wait_for_a_probe(store: Store) -> None:
    engine, waits = Engine(PassReport("no-network"), OK), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    await waits.rest()
    loop.wake()
    await waits.rest()
    assert (engine.passes, engine.probes) == (2, 0)
    await loop.stop()


@pytest.mark.parametrize(
    "error", [RuntimeError("Vera has pain"), DiskFull()], ids=["unexpected", "disk full"]
)
async def test_nothing_that_goes_wrong_ends_it_or_tells_what_a_patient_said(
    store: Store, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    engine, waits = Engine(error, OK), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    await waits.rest()
    assert loop.last is not None
    assert (loop.last.outcome, loop.last.sentence) == ("problem", PROBLEM)
    assert "Vera" not in caplog.text
    assert not loop.working
    waits.over()
    await waits.rest()
    assert loop.last == OK
    await loop.stop()


async def test_the_screen_is_told_about_work_and_progress(store: Store) -> None:
    engine, waits = Engine(OK), Waits()
    told: list[tuple[bool, tuple[int, int] | None]] = []
    loop = SyncLoop(
        cast("SyncEngine", engine),
        store,
        wait=waits,
        on_change=lambda: told.append((loop.working, loop.progress)),
    )
    loop.start()
    await waits.rest()
    assert told == [(True, None), (True, (1, 2)), (False, None)]
    await loop.stop()


async def test_stopping_waits_for_the_pass_to_come_to_a_safe_point(store: Store) -> None:
    engine, waits = Engine(PassReport("stopped")), Waits()
    begun = asyncio.Event()

    async def until_stopped(stop: asyncio.Event) -> None:
        begun.set()
        await stop.wait()

    engine.during = until_stopped
    loop = make_loop(engine, store, waits)
    loop.start()
    await begun.wait()
    async with asyncio.timeout(10):
        await loop.stop()
    assert loop.last == PassReport("stopped")
    await store.write(lambda c: None, Topic.OUTBOX)
    assert engine.passes == 1


async def test_a_pass_can_be_stopped_and_the_loop_goes_on(store: Store) -> None:
    engine, waits = Engine(PassReport("stopped"), OK), Waits()
    begun = asyncio.Event()

    async def until_stopped(stop: asyncio.Event) -> None:
        begun.set()
        await stop.wait()

    engine.during = until_stopped
    loop = make_loop(engine, store, waits)
    loop.start()
    await begun.wait()
    loop.stop_pass()
    assert await waits.rest() == 30.0
    engine.during = None
    waits.over()
    await waits.rest()
    assert engine.passes == 2
    await loop.stop()


async def test_an_ended_sign_in_waits_for_a_new_one(store: Store) -> None:
    engine, waits = Engine(PassReport("sign-in-needed"), OK), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    assert await waits.rest() == 60.0
    await store.write(lambda c: None, Topic.SIGN_IN)
    await waits.rest()
    assert engine.passes == 2
    await loop.stop()


@pytest.mark.parametrize("said", [0.0, 1.0], ids=["Retry-After: 0", "Retry-After: 1"])
async def test_a_server_that_says_at_once_is_not_asked_without_rest(store: Store, said: float) -> None:
    engine, waits = Engine(PassReport("plan-down", retry_after=said)), Waits()
    loop = make_loop(engine, store, waits)
    loop.start()
    assert await waits.rest() >= Rhythm().probe
    await loop.stop()


async def test_neither_a_failing_screen_nor_an_outbox_that_cannot_be_read_ends_it(store: Store) -> None:
    engine, waits = Engine(OK), Waits()

    def fail() -> None:
        raise RuntimeError("a screen's mistake")

    async def unreadable(fn: object) -> object:
        raise RuntimeError("the driver's mistake")

    loop = make_loop(engine, store, waits, on_change=fail)
    read, store.read = store.read, unreadable  # type: ignore[method-assign, assignment]  # made to fail
    loop.start()
    await waits.rest()
    waits.over()
    await waits.rest()
    assert engine.passes == 2
    store.read = read  # type: ignore[method-assign]  # as it was
    await loop.stop()
