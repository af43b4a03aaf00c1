"""A window that stays away is locked; one that comes back in time is not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from flet_web.fastapi import app_manager

from app.web.windows import AWAY_SECONDS, Windows, begin_socket, forget_flet_session
from tests.support.webserver import flet_client, serving


class Page:
    on_connect: Any = None
    on_close: Any = None


class Waiting:
    """A wait that ends when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.began = asyncio.Event()
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.began.set()
        await self.over.wait()


class Log:
    """What was done to which window, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.locked = asyncio.Event()

    async def lock(self, key: str) -> None:
        self.lines.append(f"lock {key}")
        self.locked.set()

    async def forget(self, key: str) -> None:
        self.lines.append(f"forget {key}")


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def windows(waiting: Waiting, log: Log) -> Windows:
    return Windows(log.lock, log.forget, wait=waiting)


async def test_a_window_that_stays_away_is_forgotten_and_then_locked(
    windows: Windows, waiting: Waiting, log: Log
) -> None:
    number = begin_socket()
    windows.watch(Page(), "a")
    windows.end_socket(number)
    await waiting.began.wait()
    assert (log.lines, waiting.asked) == ([], [AWAY_SECONDS])
    waiting.over.set()
    async with asyncio.timeout(5):
        await log.locked.wait()
    assert log.lines == ["forget a", "lock a"]


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
    windows = Windows(log.lock, forget_flet_session, wait=waiting)
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
