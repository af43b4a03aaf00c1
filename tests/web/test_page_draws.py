"""The real page in a real browser, under our policy."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.support.browser import browsing
from tests.support.webserver import Served, serving

pytestmark = pytest.mark.browser


@contextmanager
def serving_beside(data_dir: Path) -> Iterator[Served]:
    """The server in a thread with a loop of its own; the browser driver needs this one."""
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    served: list[Served] = []
    ready = threading.Event()

    async def run() -> None:
        async with serving(data_dir) as running:
            served.append(running)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert ready.wait(20)
        yield served[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


def test_the_page_draws_under_the_policy_and_asks_nobody_outside(tmp_path: Path) -> None:
    with serving_beside(tmp_path) as served, sync_playwright() as playwright:
        with browsing(playwright, tmp_path / "profile") as window:
            window.open(served.launch_url)
            window.see("hello")
            window.see_text("Nothing to see")
            assert window.page.url == f"{served.address.origin}/"
            assert window.page.evaluate("crossOriginIsolated")
            cookies = window.context.cookies()
            assert [(c["name"], c["httpOnly"], c["sameSite"]) for c in cookies] == [
                (served.address.cookie_name, True, "Strict")
            ]
        assert len(served.pages) == 1


def test_a_page_of_another_origin_cannot_open_the_websocket(tmp_path: Path) -> None:
    with serving_beside(tmp_path) as served, sync_playwright() as playwright:
        with browsing(playwright, tmp_path / "profile") as window:
            window.open(served.launch_url)
            other = window.new_tab().page
            other.route(
                "http://127.0.0.1:9/", lambda route: route.fulfill(body="<p>another local program</p>")
            )
            other.goto("http://127.0.0.1:9/")
            outcome = other.evaluate(
                """(url) => new Promise(done => {
                    const socket = new WebSocket(url);
                    socket.onopen = () => done('open');
                    socket.onerror = () => done('refused');
                })""",
                f"{served.address.socket_origin}/ws",
            )
            read = other.evaluate(
                "(url) => fetch(url, {credentials: 'include'}).then(() => 'read', () => 'refused')",
                f"{served.address.origin}/",
            )
            assert (outcome, read) == ("refused", "refused")
        assert len(served.pages) == 1


def test_somebody_without_a_link_sees_how_to_get_one(tmp_path: Path) -> None:
    with serving_beside(tmp_path) as served, sync_playwright() as playwright:
        with browsing(playwright, tmp_path / "profile") as window:
            window.page.goto(f"{served.address.origin}/")
            assert "own link" in window.page.inner_text("h1")
            window.shot("no-link")
            window.page.goto(served.launch_url)
            window.wait_drawn()
        assert len(served.pages) == 1
