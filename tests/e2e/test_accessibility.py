"""All main screens as a screen reader and a keyboard meet them: one browser, one server, everybody's data in memory."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession

from tests.support.axtree import FOCUSED, REMEMBER_FOCUS, Seen, find_backward, find_faults, read_controls
from tests.support.browser import Window
from tests.support.served_screens import open_scene, unlock

SAME_PLACE = frozenset({"Today", "Patients", "Sent & waiting"})
"""A way back may have the name of the place in the rail to which both lead."""
MOST_TABS = 60
ONCE_ROUND = 16
"""Tabs through help, the rail and the line of state, and round again."""
NOT_BELOW = """() => !document.querySelector('[flt-semantics-identifier="today-start"]')"""
SECOND_LOOKS, LEAST = 12, 3


@pytest.fixture(scope="module")
def tree(window: Window) -> CDPSession:
    return window.context.new_cdp_session(window.page)


def settled(window: Window, tree: CDPSession) -> list[Seen]:
    """The controls, once two looks at them are the same."""
    before: list[Seen] = []
    for _ in range(30):
        window.two_frames()
        seen = read_controls(tree)
        if seen and seen == before:
            break
        before = seen
    return before


def faults_of(window: Window, tree: CDPSession, screen: str) -> list[str]:
    """What is wrong with a screen that stands. The tree comes after the picture: a fault gets a second look."""
    told: list[str] = []
    for _ in range(SECOND_LOOKS):
        controls = settled(window, tree)
        told = [one for one in find_faults(controls) if not _leads_to_the_same(one)]
        told += find_backward(window.page)
        if len(controls) >= LEAST and not told:
            return []
        window.two_frames()
    return [f"{screen}: {one}" for one in told or ["almost nothing is named"]]


def _leads_to_the_same(fault: str) -> bool:
    return any(fault == f"2 times: button “{name}”" for name in SAME_PLACE)


def walk(window: Window, tree: CDPSession, *steps: tuple[str, str]) -> list[str]:
    """Tap, wait for what the screen shows, look."""
    found: list[str] = []
    for identifier, shows in steps:
        window.tap(identifier)
        window.see(shows)
        found += faults_of(window, tree, shows)
    return found


def test_every_control_has_a_name_of_its_own_in_reading_order(
    window: Window, tree: CDPSession, address: str
) -> None:
    faults: list[str] = []
    open_scene(window, address, "fresh")
    window.see("first-run-plan")
    # A field that had the cursor before the tree was switched on keeps the painter's own box until it is left.
    window.page.keyboard.press("Tab")
    faults += faults_of(window, tree, "first run")
    open_scene(window, address, "lock-two")
    faults += faults_of(window, tree, "who")
    open_scene(window, address, "nurse")
    window.see("lock-secret")
    window.page.keyboard.press("Tab")  # as above
    faults += faults_of(window, tree, "lock")
    unlock(window)
    faults += faults_of(window, tree, "Today")
    faults += walk(
        window,
        tree,
        ("today-close", "close-back"),
        ("nav-patients", "patients-search"),
        ("patients-row-p0", "patient-continue"),
        ("nav-waiting", "waiting-log"),
        ("nav-settings", "look-larger"),
        ("settings-sign-out", "settings-send-first"),
        ("nav-patients", "patients-not-listed"),
        ("patients-not-listed", "emergency-back"),
        ("nav-today", "today-draft-v5"),
        ("today-draft-v5", "visit-back"),
    )
    open_scene(window, address, "conflicts")
    unlock(window)
    faults += walk(window, tree, ("nav-waiting", "waiting-log"))
    open_scene(window, address, "supervisor")
    unlock(window)
    faults += faults_of(window, tree, "Review")
    faults += walk(window, tree, ("nav-log", "log-row-v0"), ("nav-team", "nav-log"))
    assert faults == []


def tab_until(window: Window, wanted: set[str], most: int = MOST_TABS) -> set[str]:
    """Press Tab until each of these has held the focus; returns those that never did."""
    window.page.evaluate(REMEMBER_FOCUS)
    for _ in range(most):
        window.page.keyboard.press("Tab")
        window.two_frames()
        if wanted <= set(window.page.evaluate("window.__focused")):
            break
    return wanted - set(window.page.evaluate("window.__focused"))


def put_focus(window: Window, identifier: str) -> None:
    """Press Tab until this control holds the focus, and stay there."""
    for _ in range(MOST_TABS):
        if window.until(f"wanted => ({FOCUSED})() === wanted", identifier, timeout=120):
            return
        window.page.keyboard.press("Tab")
        window.two_frames()
    raise AssertionError(f"Tab does not come to {identifier}")


def test_the_keyboard_alone_reaches_and_works_everything_and_the_focus_is_seen(
    window: Window, tree: CDPSession, address: str
) -> None:
    open_scene(window, address, "nurse")
    unlock(window)
    window.see("today-start")
    settled(window, tree)
    places = {"nav-today", "nav-patients", "nav-waiting", "nav-settings"}
    assert tab_until(window, {*places, "today-start", "today-draft-v5", "status-line"}) == set()
    put_focus(window, "nav-today")
    before = window.page.screenshot()
    put_focus(window, "nav-patients")
    window.two_frames()
    assert window.page.screenshot() != before, "the focus moved and nothing on the screen shows it"
    window.page.keyboard.press("Enter")
    window.see("patients-search")
    settled(window, tree)
    assert tab_until(window, {"patients-not-listed", "patients-row-p0"}) == set()
    put_focus(window, "nav-settings")
    window.page.keyboard.press("Space")
    window.see("look-larger")
    put_focus(window, "look-larger")
    window.page.keyboard.press("Space")
    window.see_text("Text at 115%")


def test_what_help_lies_over_is_out_of_reach_until_it_is_closed(
    window: Window, tree: CDPSession, address: str
) -> None:
    open_scene(window, address, "nurse")
    unlock(window)
    window.see("today-start")
    window.tap("help")
    window.see("help-close")
    assert window.until(NOT_BELOW)
    put_focus(window, "help-close")
    assert tab_until(window, {"today-start"}, ONCE_ROUND) == {"today-start"}
    window.tap("help-close")
    window.see("today-start")
    assert faults_of(window, tree, "Today") == []
