"""One walk through the app for the gallery: stops that are drawn, the look of the window, the first run."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, ViewportSize

from tests.support.browser import PHONE, SLOW, TABLET, Window
from tests.support.tablet import PULL, Person, Tablet

LOOKS = ("tablet-dark", "tablet-light", "phone-dark", "phone-light")
SIZES = {"tablet": TABLET, "phone": PHONE}
SOON = 15_000
"""Milliseconds for a step; a state that does not come is told at the end, and the tour goes on."""
Step = Callable[[], object]


@dataclass
class Tour:
    """One walk in a window of one size; every stop is drawn in each mode."""

    window: Window
    place: Path
    looks: Sequence[str]
    """Of one size."""
    secret: str = ""
    at: tuple[str, ...] = ()
    number: int = 0
    missed: list[str] = field(default_factory=list)

    def stop(self, name: str, *steps: Step) -> bool:
        """Do these steps and draw what stands then. Whether it came."""
        self.number += 1
        try:
            self.wake()
            for step in steps:
                step()
        except (AssertionError, PlaywrightError) as error:
            self.missed.append(f"{self.place.name} {name}: {str(error).splitlines()[-1][:200]}")
            print(f"not drawn yet: {self.missed[-1]}", flush=True)
            return False
        if not self.at or name.startswith(self.at):
            self.draw(f"{self.number:02}-{name}")
        return True

    def beside(self, name: str, page: Page) -> None:
        """A page that is not the app's, as it stands: the plan's own sign-in."""
        self.number += 1
        if not self.at or name.startswith(self.at):
            page.set_viewport_size(get_size(self.looks))
            for look in self.looks:
                page.emulate_media(color_scheme=get_mode(look))
                page.screenshot(path=self.place / look / f"{self.number:02}-{name}.png")

    def draw(self, name: str) -> None:
        for look in self.looks:
            self.window.page.emulate_media(color_scheme=get_mode(look))
            os.environ["HEARTHSIDE_SHOTS"] = str(self.place / look)
            self.window.shot(name)

    def wake(self) -> None:
        """Away with the cover that comes by itself after two minutes: four pictures of a long page may take as long."""
        if self.window.by_id("cover-open").count():
            self.uncover()

    def uncover(self) -> None:
        """The whole window takes the tap, wherever it falls."""
        self.window.page.mouse.click(20, 20)
        self.window.gone("cover-open", timeout=SOON)

    def alone(self) -> None:
        """Away with the tab that a telephone link opened: a window behind another one draws once a second.

        A number is for the device's dialler, and nothing that the app has asked of the net.
        """
        for page in self.window.context.pages:
            if page is not self.window.page:
                page.close()
        self.window.outside[:] = [one for one in self.window.outside if not one.startswith("tel:")]
        self.window.page.bring_to_front()

    def tap(self, identifier: str) -> Step:
        """A place for which a phone's bar has no room is behind "More"."""

        def step() -> None:
            hidden = identifier.startswith("nav-") and not self.window.by_id(identifier).count()
            if hidden and self.window.by_id("nav-more").count():
                self.window.tap("nav-more", timeout=SOON)
            self.window.tap(identifier, timeout=SOON)

        return step

    def calmly(self, step: Step) -> Step:
        """After a moment: the page that the step before brought takes no tap at once."""

        def later() -> None:
            self.window.page.wait_for_timeout(800)
            step()

        return later

    def first(self, prefix: str) -> Step:
        """The first control whose name begins like that."""
        return lambda: self.window.tap(self.window.by_prefix(prefix).first, timeout=SOON)

    def see(self, identifier: str, timeout: float = SOON) -> Step:
        return lambda: self.window.see(identifier, timeout=timeout)

    def to(self, identifier: str) -> Step:
        return lambda: self.window.scroll_to(identifier, timeout=SOON)

    def to_first(self, prefix: str) -> Step:
        return lambda: self.window.scroll_to(self.window.by_prefix(prefix).first, timeout=SOON)

    def ending(self, suffix: str) -> Step:
        """The first control whose name ends like that: inside an entry, whose id nobody knows before."""
        return lambda: self.window.tap(self._ends_with(suffix).first, timeout=SOON)

    def fill(self, identifier: str, text: str) -> Step:
        return lambda: self.window.fill(identifier, text, at_once=True)

    def fill_ending(self, suffix: str, text: str) -> Step:
        return lambda: self.window.fill(self._ends_with(suffix).first, text, at_once=True)

    def named(self, prefix: str, words: str) -> Step:
        """Of those whose names begin like that the one that says these words."""
        return lambda: self.window.tap(
            self.window.by_prefix(prefix).filter(has_text=words).first, timeout=SOON
        )

    def comes(self, prefix: str, timeout: float = PULL) -> Step:
        """Until one whose name begins like that is there."""
        return lambda: self.window.by_prefix(prefix).first.wait_for(state="attached", timeout=timeout)

    def rest(self, milliseconds: int) -> Step:
        """For what nothing on the screen tells the end of."""
        return lambda: self.window.page.wait_for_timeout(milliseconds)

    def _ends_with(self, suffix: str) -> Locator:
        return self.window.page.locator(f'[flt-semantics-identifier$="{suffix}"]')

    def to_ending(self, suffix: str) -> Step:
        return lambda: self.window.scroll_to(self._ends_with(suffix).first, timeout=SOON)

    def gone(self, identifier: str) -> Step:
        return lambda: self.window.gone(identifier, timeout=SOON)

    def open(self, identifier: str) -> bool:
        """Open a section; False where it was open already."""
        if self.window.scroll_to(identifier, timeout=SOON).get_attribute("aria-expanded") == "true":
            return False
        self.window.tap(identifier, timeout=SOON)
        return True

    def shut(self, identifier: str) -> None:
        """Close what stands open; a page that has just changed takes no tap."""
        for _ in range(3):
            if self.window.scroll_to(identifier, timeout=SLOW).get_attribute("aria-expanded") != "true":
                return
            self.calmly(self.tap(identifier))()
            self.rest(500)()


def get_size(looks: Sequence[str]) -> ViewportSize:
    width, height = SIZES[looks[0].partition("-")[0]]
    return {"width": width, "height": height}


def get_mode(look: str) -> Literal["dark", "light"]:
    return "dark" if look.endswith("dark") else "light"


def choose_look(window: Window, language: str, percent: int) -> None:
    """On the screen that stands: at the first run or on the lock screen."""
    if language != "en":
        window.tap(f"look-language-{language}")
    size = 100
    while size < percent:
        window.tap("look-larger")
        window.two_frames()
        size = {100: 115, 115: 130, 130: 150, 150: 175, 175: 200}[size]


def first_run(tour: Tour, plan_url: str, person: Person, language: str, percent: int) -> None:
    tablet = Tablet(tour.window)
    tour.window.see("first-run-plan")
    choose_look(tour.window, language, percent)
    tour.stop("first-run")
    tour.stop(
        "first-run-no-such-plan",
        lambda: tour.window.fill("first-run-plan", "http://127.0.0.1:9", at_once=True),
        tour.tap("first-run-check"),
        lambda: tour.window.page.wait_for_timeout(2_000),
    )
    tablet.give_plan_address(plan_url)
    tour.stop("plan-found", tour.see("first-run-sign-in", SLOW))
    tablet.sign_in(person)
    tour.stop(
        "first-run-secret",
        lambda: tour.window.page.locator(
            '[flt-semantics-identifier="first-run-pin"], [flt-semantics-identifier="first-run-phrase-written"]'
        ).first.wait_for(state="attached", timeout=SLOW),
    )
    tablet.choose_secret(person)
    tour.secret = person.secret
    tour.window.see("first-run-open-today", timeout=PULL)
    tour.window.until("() => false", timeout=8_000)  # what is still on its way comes in
    tour.stop("first-load")
    tour.window.tap("first-run-open-today")


def unlock(tour: Tour, person: Person, language: str, percent: int) -> None:
    """A tablet on which everything is there already."""
    tour.window.see("lock-secret")
    choose_look(tour.window, language, percent)
    tour.secret = person.secret
    Tablet(tour.window).unlock(person)
    tour.comes("nav-")()
