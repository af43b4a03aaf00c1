"""Typing into the app's fields, again and again until the app holds what was typed."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, WebSocket

from tests.support import page_scripts

if TYPE_CHECKING:
    from tests.support.browser import Window

TRIES = 5
PATIENCE = 10.0
"""Seconds in which a field takes the cursor, and in which the app must have heard what the browser shows."""


class Ear:
    """What a page told the app over its WebSocket: a field may show letters of which the app never heard."""

    def __init__(self, page: Page) -> None:
        self._told: deque[bytes] = deque(maxlen=64)
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._keep)

    def _keep(self, frame: str | bytes) -> None:
        self._told.append(frame.encode() if isinstance(frame, str) else frame)

    def forget(self) -> None:
        self._told.clear()

    def heard(self, text: str) -> bool:
        """Whether these words were told since `forget`."""
        return not text or any(text.encode() in frame for frame in self._told)


def fill(window: Window, target: str | Locator, text: str, *, at_once: bool) -> None:
    """Tap a field, empty it, type; again when a redraw took the cursor away and letters were lost."""
    keyboard = window.page.keyboard
    why: list[str] = []
    for _ in range(TRIES):
        field = window.scroll_to(target)  # what was stored meanwhile may have drawn the page anew, elsewhere
        window.click(field)
        if not _has_focus(window, field):
            why.append("no cursor")
            continue
        keyboard.press("Control+A")
        keyboard.press("Delete")
        if not window.until(page_scripts.FIELD_HOLDS, ""):
            why.append("not emptied")
            continue
        window.ear.forget()
        if at_once:
            keyboard.insert_text(text)
        else:
            keyboard.type(text, delay=5)
        if not window.until(page_scripts.FIELD_HOLDS, text):
            why.append("letters lost")
        elif _took(window, text):
            return
        else:
            why.append("not heard by the app")
            # A field that takes the cursor by itself may have it for the app before the browser's own box is
            # joined to it: it is left, and tapped again.
            keyboard.press("Tab")
    window.shot("failed")
    raise AssertionError(window.tell(f"could not type into {target}: {why}, {_look(window)}"))


def _has_focus(window: Window, field: Locator) -> bool:
    """Wait until letters go into this field, and until the app listens to them: the browser is sooner there."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = field.evaluate_all(page_scripts.HOLDS_FOCUS)
        window.two_frames()
        if found:
            return True
    return False


def _look(window: Window) -> str:
    """Which node has the cursor, for a failure."""
    return str(window.page.evaluate(page_scripts.CURSOR))


def _took(window: Window, text: str) -> bool:
    """What the app did not hear it takes away again, a moment later."""
    ends, looks = time.monotonic() + PATIENCE, 0
    while time.monotonic() < ends:
        window.two_frames()
        looks += 1
        if not window.page.evaluate(page_scripts.FIELD_HOLDS, text):
            return False
        if looks > 2 and window.ear.heard(text):
            return True
    return False
