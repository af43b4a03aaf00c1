"""Typing into the app's fields, again and again until the app holds what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Locator

from tests.support import page_scripts

if TYPE_CHECKING:
    from tests.support.browser import Window

TRIES = 5


def fill(window: Window, target: str | Locator, text: str, *, at_once: bool) -> None:
    """Tap a field, empty it, type; again when a redraw took the cursor away and letters were lost."""
    field = window.scroll_to(target)
    keyboard = window.page.keyboard
    for _ in range(TRIES):
        window.click(field)
        if not _has_focus(window, field):
            continue
        keyboard.press("Control+A")
        keyboard.press("Delete")
        if not window.until(page_scripts.FIELD_HOLDS, ""):
            continue
        if at_once:
            keyboard.insert_text(text)
        else:
            keyboard.type(text, delay=5)
        if window.until(page_scripts.FIELD_HOLDS, text) and _keeps(window, text):
            return
    raise AssertionError(f"could not type into {target}; on the screen: {window.words()}")


def _has_focus(window: Window, field: Locator) -> bool:
    """Wait until letters go into this field, and until the app listens to them: the browser is sooner there."""
    for _ in range(60):
        found = field.evaluate_all(page_scripts.HOLDS_FOCUS)
        window.two_frames()
        if found:
            return True
    return False


def _keeps(window: Window, text: str) -> bool:
    """What the app did not hear it takes away again, a moment later."""
    for _ in range(3):
        window.two_frames()
    return bool(window.page.evaluate(page_scripts.FIELD_HOLDS, text))
