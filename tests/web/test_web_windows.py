"""A window that stays away is locked; one that comes back in time is not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from flet_web.fastapi import app_manager

from app.services.lock_policy import Reading
from app.web.windows import AWAY_SECONDS, Windows, begin_socket, forget_flet_session
from tests.support.webserver import flet_client, serving


class Page:
    on_connect: Any = None
    on_close: Any = None


class Clocks:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def read(self) -> Reading:
        return Reading(self.seconds, self.seconds, self.seconds)


class Waiting:
    """A wait that ends when the test says so, with the clock that far on."""

    def __init__(self, clocks: Clocks) -> None:
        self.asked: list[float] = []
        self.began = asyncio.Event()
        self.over = asyncio.Event()
        self.clocks = clocks

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.began.set()
        await self.over.wait()
        self.clocks.seconds += seconds


class Log:
    """A device that only notes what was done to which window, in order. `limit` is what it allows."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.locked = asyncio.Event()
        self.limit: float | None = None
        self.back: list[str] = []

    async def lock_window(self, session_key: str) -> None:
        self.lines.append(f"lock {session_key}")
        self.locked.set()

    def window_gone(self, session_key: str) -> float | None:
        return self.limit

    def window_back(self, session_key: str) -> None:
        self.back.append(session_key)

    async def forget(self, key: str) -> None:
        self.lines.append(f"forget {key}")


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def waiting(clocks: Clocks) -> Waiting:
    return Waiting(clocks)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def windows(waiting: Waiting, log: Log, clocks: Clocks) -> Windows:
    return Windows(log, log.forget, wait=waiting, clock=clocks)


async def test_a_window_that_stays_away_is_forgotten_and_then_locked(
    windows: Windows, waiting: Waiting, log: Log
) -> None:
    number = begin_socket()
    windows.watch(Page(), "a")
    windows.end_socket(number)
    await waiting.began.wait()
    assert log.lines == []
    waiting.over.set()
    async with asyncio.timeout(5):
        await log.locked.wait()
    assert log.lines == ["forget a", "lock a"]
    assert sum(waiting.asked) == AWAY_SECONDS


async def test_a_window_that_comes_back_in_time_stays_open(
    windows: Windows, waiting: Waiting, log: Log
) -> None:
    page, number = Page(), begin_socket()
    windows.watch(page, "a")
    windows.end_socket(number)
    await waiting.began.wait()
    begin_socket()
    page.on_connect(None)
    waiting.over.set()
    await asyncio.sleep(0)
    assert log.lines == []


async def test_the_late_end_of_an_old_connection_starts_no_wait(windows: Windows, waiting: Waiting) -> None:
    page, old = Page(), begin_socket()
    windows.watch(page, "a")
    begin_socket()
    page.on_connect(None)
    windows.end_socket(old)
    await asyncio.sleep(0)
    assert waiting.asked == []


async def test_one_windows_end_leaves_the_others_open(windows: Windows, waiting: Waiting, log: Log) -> None:
    first = begin_socket()
    windows.watch(Page(), "a")
    begin_socket()
    windows.watch(Page(), "b")
    windows.end_socket(first)
    waiting.over.set()
    async with asyncio.timeout(5):
        await log.locked.wait()
    assert log.lines == ["forget a", "lock a"]


async def test_a_window_in_a_call_may_stay_away_as_long_as_the_device_says(
    windows: Windows, waiting: Waiting, log: Log
) -> None:
    log.limit = 600.0
    number = begin_socket()
    windows.watch(Page(), "a")
    windows.end_socket(number)
    waiting.over.set()
    async with asyncio.timeout(5):
        await log.locked.wait()
    assert sum(waiting.asked) == 600.0


async def test_a_window_back_in_time_is_told_to_the_device_once(
    windows: Windows, waiting: Waiting, log: Log
) -> None:
    page, number = Page(), begin_socket()
    windows.watch(page, "a")
    windows.end_socket(number)
    await waiting.began.wait()
    await windows.look()
    page.on_connect(None)
    assert (log.back, log.lines) == (["a"], [])


async def test_after_a_sleep_an_old_window_is_forgotten_before_flet_hears_of_it(
    windows: Windows, waiting: Waiting, log: Log, clocks: Clocks
) -> None:
    number = begin_socket()
    windows.watch(Page(), "a")
    windows.end_socket(number)
    await waiting.began.wait()
    clocks.seconds += 3600  # the lid was shut: no wait went on meanwhile
    await windows.look()
    await log.locked.wait()
    assert log.lines == ["forget a", "lock a"]


async def test_a_closed_page_is_locked_at_once(windows: Windows, log: Log) -> None:
    page = Page()
    windows.watch(page, "a")
    await page.on_close(None)
    assert log.lines == ["lock a"]


async def test_closing_the_app_stops_every_wait(windows: Windows, waiting: Waiting, log: Log) -> None:
    number = begin_socket()
    windows.watch(Page(), "a")
    windows.end_socket(number)
    await waiting.began.wait()
    await windows.close()
    waiting.over.set()
    await asyncio.sleep(0)
    assert log.lines == []


async def test_a_real_flet_window_keeps_its_session_when_it_comes_back(
    tmp_path: Path, windows: Windows, waiting: Waiting, log: Log
) -> None:
    async with serving(tmp_path, windows=windows) as served, asyncio.timeout(20):
        async with flet_client(served) as first:
            pass
        await waiting.began.wait()
        async with flet_client(served, first) as again:
            assert again == first
        assert log.lines == []
        await windows.close()


async def test_a_real_flet_window_that_comes_back_late_gets_a_new_session(
    tmp_path: Path, waiting: Waiting, log: Log
) -> None:
    windows = Windows(log, forget_flet_session, wait=waiting, clock=waiting.clocks)
    async with serving(tmp_path, windows=windows) as served, asyncio.timeout(20):
        async with flet_client(served) as first:
            pass
        await waiting.began.wait()
        waiting.over.set()
        await log.locked.wait()
        assert first not in {session.id for session in app_manager._FletAppManager__sessions.values()}
        async with flet_client(served, first) as again:
            assert again != first
        assert log.lines[0] == f"lock {first}"
        await windows.close()


async def test_a_real_flet_window_back_after_a_sleep_gets_a_new_session(
    tmp_path: Path, waiting: Waiting, log: Log, clocks: Clocks
) -> None:
    windows = Windows(log, forget_flet_session, wait=waiting, clock=clocks)
    async with serving(tmp_path, windows=windows) as served, asyncio.timeout(20):
        async with flet_client(served) as first:
            pass
        await waiting.began.wait()
        clocks.seconds += 3600  # the lid was shut: the wait has not ended
        async with flet_client(served, first) as again:
            assert again != first
        assert log.lines[0] == f"lock {first}"
        await windows.close()
