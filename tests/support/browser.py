"""A driver for the app in a real Chromium: finds controls by their test names, taps with a real mouse.

Flutter paints on a canvas; what can be found is its accessibility tree, which is switched on first. Real mouse
clicks are used because transparent nodes of that tree lie over what Playwright would want to click.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support import keys, page_scripts
from tests.support.places import Place, find_place

TABLET = (1180, 820)
PHONE = (390, 844)
SLOW = 60_000
"""Milliseconds to wait for what takes a moment at most; a busy machine gets its time, a wrong screen fails."""
BETWEEN_FRAMES = 200
"""Milliseconds between two pictures that Flutter draws, at least: each costs the renderer some 50 ms of a core."""
LOOK_EVERY = 50
"""Milliseconds between two looks for what is waited for; each frame, as is usual, would make the page draw frames."""
READABLE = 3_000
"""Letters of a screen that a failure shows."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",  # a drawing board of software costs more than drawing without one
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LOCAL = re.compile(
    r"^(https?|wss?)://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/|^(data|blob|about|chrome-error):"
)
KNOWN_OUTSIDE = re.compile(r"^https://cdn\.jsdelivr\.net/npm/@rive-app/")
"""Flet's stock client asks for this at each start; our policy stops it inside the browser."""


def find_chromium() -> str:
    """Path of a Chromium; skips the test without one, and fails it where a missing browser must be noticed."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail("no Chromium found, and under CI a browser test is never skipped")
    pytest.skip("no Chromium found: install Debian's package chromium to run the browser tests")


@contextmanager
def browsing(
    playwright: Playwright,
    profile: Path,
    size: tuple[int, int] = TABLET,
    *,
    dark: bool = False,
    between_frames: int = BETWEEN_FRAMES,
) -> Iterator[Window]:
    """One Chromium with a profile of its own, and its first tab.

    It draws as a slow tablet does, every `between_frames` milliseconds (0: as often as it can). What the app says
    and does is the same; several changes come into one picture.
    """
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=find_chromium(),
        headless=True,
        args=list(FLAGS),
        viewport={"width": size[0], "height": size[1]},
        locale="en-US",
        color_scheme="dark" if dark else "light",
    )
    outside: list[str] = []
    stopped: list[str] = []

    def look(request: Request) -> None:
        if not _LOCAL.match(request.url):
            outside.append(request.url)

    def look_at_failure(request: Request) -> None:
        if request.failure == "csp" and KNOWN_OUTSIDE.match(request.url):
            stopped.append(request.url)

    context.on("request", look)
    context.on("requestfailed", look_at_failure)
    context.route(lambda url: not _LOCAL.match(url), lambda route: route.abort())
    context.add_init_script(page_scripts.FEWER_FRAMES % between_frames)
    context.add_init_script(
        "addEventListener('flutter-first-frame', () => { window.__drawn = true }, {once: true})"
    )
    try:
        yield Window(context.pages[0], context, outside)
    finally:
        context.close()
    strangers = [url for url in outside if url not in stopped]
    assert not strangers, f"the page asked outside: {strangers}"


@dataclass
class Window:
    """One tab with the app in it."""

    page: Page
    context: BrowserContext
    outside: list[str] = field(default_factory=list)
    ear: keys.Ear = field(init=False)

    def __post_init__(self) -> None:
        self.ear = keys.Ear(self.page)

    def open(self, url: str) -> None:
        """Go to a link and wait until the app is drawn and can be found by name."""
        self.page.goto(url)
        self.wait_drawn()

    def wait_drawn(self) -> None:
        self.page.wait_for_function("window.__drawn === true", timeout=60_000, polling=LOOK_EVERY)
        self.page.wait_for_selector("flt-semantics-placeholder", state="attached", timeout=SLOW)
        # the placeholder is one pixel outside the window: only a click in the DOM reaches it
        self.page.evaluate("document.querySelector('flt-semantics-placeholder').click()")
        self.page.wait_for_selector("flt-semantics-host flt-semantics", state="attached", timeout=SLOW)

    def new_tab(self) -> Window:
        """Another tab of the same browser: the same cookie, its own window of the app."""
        return Window(self.context.new_page(), self.context, self.outside)

    def by_id(self, identifier: str) -> Locator:
        return self.page.locator(f'[flt-semantics-identifier="{identifier}"]')

    def by_prefix(self, prefix: str) -> Locator:
        return self.page.locator(f'[flt-semantics-identifier^="{prefix}"]')

    def by_text(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.locator("flt-semantics-host").get_by_text(text)

    def see(self, identifier: str, *, timeout: float = SLOW) -> Locator:
        """Wait until the control is there."""
        found = self.by_id(identifier).first
        try:
            found.wait_for(state="attached", timeout=timeout)
        except PlaywrightTimeout:
            self.shot("failed")
            raise AssertionError(self.tell(f"not seen: {identifier!r}")) from None
        return found

    def see_text(self, text: str | re.Pattern[str], *, timeout: float = SLOW) -> None:
        """Wait until these words are on the screen, as text or as the name of a control."""
        pattern = text if isinstance(text, re.Pattern) else re.compile(re.escape(text))
        try:
            self.wait(page_scripts.HAS_WORDS, pattern.pattern, timeout)
        except PlaywrightTimeout:
            self.shot("failed")
            raise AssertionError(self.tell(f"not seen: {pattern.pattern!r}")) from None

    def see_no_text(self, text: str, *, timeout: float = SLOW) -> None:
        """Wait until these words are nowhere on the screen."""
        absent = f"(source) => !({page_scripts.HAS_WORDS})(source)"
        try:
            self.wait(absent, re.escape(text), timeout)
        except PlaywrightTimeout:
            self.shot("failed")
            raise AssertionError(self.tell(f"still seen: {text!r}")) from None

    def gone(self, identifier: str, *, timeout: float = SLOW) -> None:
        try:
            expect(self.by_id(identifier)).to_have_count(0, timeout=timeout)
        except AssertionError:
            self.shot("failed")
            raise AssertionError(self.tell(f"still there: {identifier!r}")) from None

    def words(self) -> str:
        """Everything that can be read on the screen, for looking at in a failure."""
        return str(self.page.evaluate(page_scripts.ALL_WORDS))

    def tell(self, trouble: str) -> str:
        """What went wrong, last: the end of a long output is what a machine's log keeps."""
        words = self.words()
        if len(words) > READABLE:
            words = f"{words[:READABLE]} … ({len(words) - READABLE} letters more)"
        return f"on the screen: {words}\n{trouble}"

    def tap(self, target: str | Locator, *, timeout: float = SLOW) -> None:
        """A real mouse click in the middle of a control, brought into sight first."""
        locator = self.scroll_to(target, timeout=timeout)
        # a button that depends on what was typed is ready a moment later
        expect(locator.and_(self.page.locator(page_scripts.DISABLED))).to_have_count(0, timeout=timeout)
        expect(locator.locator(page_scripts.DISABLED)).to_have_count(0, timeout=timeout)
        while (place := find_place(locator)) is not None and not place.in_sight:
            locator = self.scroll_to(target, timeout=timeout)  # what was saved meanwhile drew the page anew
        self.click(locator)

    def click(self, locator: Locator) -> None:
        """A mouse click in the middle of what is in sight."""
        place = find_place(locator)
        for _ in range(200):  # a redraw may replace the node between two looks
            if place is not None:
                break
            self.two_frames()
            place = find_place(locator)
        assert place is not None, self.tell(f"gone: {locator}")
        self.page.mouse.click(place.x + place.width / 2, place.middle)

    def fill(self, target: str | Locator, text: str, *, at_once: bool = False) -> None:
        """Tap a field, empty it, type; `at_once` as dictation and the suggestions of a screen keyboard do."""
        keys.fill(self, target, text, at_once=at_once)

    def until(self, condition: str, arg: object = None, *, timeout: float = 3_000) -> bool:
        """Whether a script's condition came true in time."""
        try:
            self.wait(condition, arg, timeout)
        except PlaywrightTimeout:
            return False
        return True

    def wait(self, condition: str, arg: object, timeout: float) -> None:
        """Until a script's condition is true. Raises Playwright's TimeoutError."""
        self.page.wait_for_function(condition, arg=arg, timeout=timeout, polling=LOOK_EVERY)

    def scroll_to(self, target: str | Locator, *, timeout: float = SLOW) -> Locator:
        """The control, brought into the window by the wheel when it lies below or above (lists are lazy)."""
        locator = (self.by_id(target) if isinstance(target, str) else target).first
        width, height = self._size()
        deadline = time.monotonic() + timeout / 1000
        direction = 1
        while True:
            place = find_place(locator)
            if place is not None:
                if place.in_sight:
                    self._settle(locator, place)
                    return locator
                direction = 1 if place.middle > place.top + 4 else -1
                step = abs(place.middle - (place.top + place.bottom) / 2)
            else:
                step = height * 0.4
            if time.monotonic() > deadline:
                raise AssertionError(self.tell(f"not found: {target}"))
            if place is None and not self._still_for_a_moment():
                continue
            self.page.mouse.move(width * 0.62, height * 0.6)
            before = self._positions()
            self.page.mouse.wheel(0, direction * step)
            self.two_frames()
            if place is None and before == self._positions():
                direction = -direction

    def shot(self, name: str) -> None:
        """A picture for eyes, when HEARTHSIDE_SHOTS names a directory."""
        if directory := os.environ.get("HEARTHSIDE_SHOTS"):
            Path(directory).mkdir(parents=True, exist_ok=True)
            before = b""
            for _ in range(8):  # the accessibility tree is ahead of the canvas, and things slide in
                self.two_frames()
                picture = self.page.screenshot()
                if picture == before:
                    break
                before = picture
            (Path(directory) / f"{name}.png").write_bytes(before)

    def _size(self) -> tuple[int, int]:
        size = self.page.viewport_size
        assert size is not None
        return size["width"], size["height"]

    def _settle(self, locator: Locator, seen: Place) -> None:
        """Wait until the control stands still: a screen that slides in is tapped where it will be."""
        last: Place | None = seen
        for _ in range(60):
            self.two_frames()
            place = find_place(locator)
            if place is not None and place == last:
                return
            last = place

    def _still_for_a_moment(self) -> bool:
        before = self._positions()
        self.two_frames()
        self.two_frames()
        return before == self._positions()

    def _positions(self) -> str:
        return str(self.page.evaluate(page_scripts.POSITIONS))

    def two_frames(self) -> None:
        """Until Flutter has drawn twice, or rests: then nothing is going to move before the app says something."""
        self.page.evaluate(page_scripts.TWO_FRAMES)
