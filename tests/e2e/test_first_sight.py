"""What stands in the first sight of a screen, and stays in sight, measured in a browser."""

from __future__ import annotations

import itertools

import pytest

from app.domain.look import SIZES
from app.views.theme import TOUCH
from tests.support import page_scripts
from tests.support.browser import PHONE, TABLET, Window
from tests.support.places import Place, find_place
from tests.support.served_screens import PIN, open_scene, unlock

TOLD_APART = 5
"""Pixels from which one sees that two gaps differ: the chosen number is a little larger than the others."""


def place_of(window: Window, identifier: str) -> Place:
    window.see(identifier)
    window.two_frames()
    found = find_place(window.by_id(identifier))
    assert found is not None
    return found


@pytest.mark.parametrize("size", [PHONE, TABLET])
def test_in_the_morning_the_next_visit_is_started_without_scrolling_however_many_alerts_stand(
    window: Window, address: str, size: tuple[int, int]
) -> None:
    window.page.set_viewport_size({"width": size[0], "height": size[1]})
    open_scene(window, address, "morning")
    unlock(window)
    assert place_of(window, "today-alerts-all").in_sight, "what cannot wait"
    assert place_of(window, "today-go-a0").in_sight, "where to go next"


def test_enlarging_the_text_keeps_in_sight_what_was_tapped(window: Window, address: str) -> None:
    window.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    open_scene(window, address, "nurse")
    unlock(window)
    window.tap("nav-settings")
    window.scroll_to("settings-tour")
    for size in SIZES[1:]:
        window.tap("look-larger")
        window.see_text(f"Text at {size}%")
        assert window.until(page_scripts.IN_SIGHT, "look-larger"), f"at {size} %"


def test_all_keys_of_a_pin_stand_in_the_first_sight_of_a_phone_in_spanish_at_the_largest_text(
    window: Window, address: str
) -> None:
    window.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    open_scene(window, address, "pin")
    window.tap("look-language-es")
    for size in SIZES[1:]:
        window.tap("look-larger")
        window.see_text(f"Texto al {size}%")
    window.tap("first-run-check")
    window.tap("first-run-sign-in")
    window.fill("first-run-pin", PIN)
    for name in ("first-run-pin", "first-run-key-back", "first-run-pin-continue"):
        assert window.until(page_scripts.IN_SIGHT, name), name
    assert place_of(window, "first-run-key-back").height >= TOUCH
    open_scene(window, address, "es-large-nurse")
    window.fill("lock-secret", "111111")
    window.page.keyboard.press("Enter")
    window.see_text("PIN no es correcto")
    for name in ("lock-secret", "lock-key-back"):
        assert window.until(page_scripts.IN_SIGHT, name), f"{name}, with what is said of a wrong one"


def test_a_phone_held_sideways_shows_every_place_and_begins_with_the_day(
    window: Window, address: str
) -> None:
    window.page.set_viewport_size({"width": PHONE[1], "height": PHONE[0]})
    open_scene(window, address, "morning")
    unlock(window)
    for name in ("nav-today", "nav-patients", "nav-waiting", "nav-settings"):
        assert window.until(page_scripts.IN_SIGHT, name), name
    for name in ("today-start", "today-alerts-all", "today-order-own"):
        assert window.until(page_scripts.IN_SIGHT, name), name


def test_large_text_on_a_phone_keeps_what_belongs_together_between_the_same_edges(
    window: Window, address: str
) -> None:
    window.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    open_scene(window, address, "es-large-alerts")
    unlock(window)
    window.tap("today-draft-v0")
    window.scroll_to("visit-alerts")
    strip, page = place_of(window, "visit-alerts"), place_of(window, "visit-doorstep")
    assert strip.x <= page.x, "the alerts are as wide as the cards"
    window.scroll_to("esas-pain-8")
    rows = [place_of(window, f"esas-pain-{number}") for number in (0, 4, 9)]
    gaps = [below.y - above.y - above.height for above, below in itertools.pairwise(rows)]
    assert abs(gaps[0] - gaps[1]) < TOLD_APART, "rows of numbers stand equally far from each other"
    window.tap("own-language-es")
    window.tap("own-through-nobody")
    window.tap("hand-over-own-answers")
    window.tap("hand-over-own-answers-now")
    window.gone("visit-alerts")  # the visit page has numbers of the same names
    answer, on = place_of(window, "own-pain-3"), place_of(window, "answers-next")
    assert answer.x + answer.width == on.x + on.width, "answers end where the way on ends"
    assert place_of(window, "answers-nurse").x == on.x, "the nurse's button begins where the way on begins"
