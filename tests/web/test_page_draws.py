"""The real page in a real browser, under our policy."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.support.browser import Window, browsing
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


@dataclass(frozen=True)
class Shown:
    """One window: what it showed without a link, and the page that was drawn with it."""

    window: Window
    served: Served
    without_a_link: str
    cookies_without: int


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    place = tmp_path_factory.mktemp("page")
    with (
        serving_beside(place) as served,
        sync_playwright() as playwright,
        browsing(playwright, place / "profile") as window,
    ):
        window.page.goto(f"{served.address.origin}/")
        words, cookies = window.page.inner_text("h1"), len(window.context.cookies())
        window.shot("no-link")
        window.open(served.launch_url)
        yield Shown(window, served, words, cookies)


def test_the_page_draws_under_the_policy_and_asks_nobody_outside(shown: Shown) -> None:
    window, served = shown.window, shown.served
    window.see("hello")
    window.see_text("Nothing to see")
    assert window.page.url == f"{served.address.origin}/"
    assert window.page.evaluate("crossOriginIsolated")
    cookies = window.context.cookies()
    assert [(c["name"], c["httpOnly"], c["sameSite"]) for c in cookies] == [
        (served.address.cookie_name, True, "Strict")
    ]
    assert len(served.pages) == 1


def test_a_page_of_another_origin_cannot_open_the_websocket(shown: Shown) -> None:
    """In the browser that holds the cookie."""
    served, other = shown.served, shown.window.new_tab().page
    other.route("http://127.0.0.1:9/", lambda route: route.fulfill(body="<p>another local program</p>"))
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


def test_somebody_without_a_link_sees_how_to_get_one(shown: Shown) -> None:
    assert "own link" in shown.without_a_link
    assert shown.cookies_without == 0
