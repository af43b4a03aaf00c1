"""How fast the app feels, in a headless Chromium on a large panel: `python -m benchmarks.ui [--json]`.

Each figure is measured in pairs with a floor: the same kind of thing on a bare Flet page, in the same browser. Budgets
are bounds of medians on a machine of the class that the README names, with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from benchmarks.figures import Figure, machine, table
from benchmarks.floor_page import READY
from benchmarks.panel import PEOPLE, ROOT, SECRET, VISITS, copy_panel
from benchmarks.stopwatch import (
    BEGINS,
    CHOSEN,
    NAMED,
    OPEN,
    SCRIPT,
    SHOWN,
    Time,
    time_opening,
    time_tap,
)
from tests.support import page_scripts
from tests.support.browser import FLAGS, TABLET, Window, find_chromium
from tests.support.processes import Program, clean_environment, free_port, start_app
from tests.support.tablet import TRIES, Person, as_said

T = TypeVar("T")
ROUNDS = 15
SECTIONS = ("conversation", "medicines", "people")
TAP, SCREEN, PAGE = "a tap that turns a box on", "a tap that changes one text", "a page with one text"


@dataclass
class Hands:
    """The app and the floor, each in a window of its own, both in sight of the same browser."""

    app: Window
    floor: Window
    origin: str
    floor_url: str
    person: Person
    turn: int = 0

    def time(self, target: str, condition: str, arg: str) -> Time:
        """Tap a control of the app that is in sight and stands still."""
        return _time(self.app, target, condition, arg)

    def toggle(self) -> Time:
        """The floor of a tap: on, timed; off again."""
        time = _time(self.floor, "toggle", CHOSEN, "toggle")
        self.floor.tap("toggle")
        self.floor.page.wait_for_function(f"!({CHOSEN})('toggle')")
        return time

    def change_text(self) -> Time:
        """The floor of another screen."""
        self.turn += 1
        return _time(self.floor, "other", SHOWN, f"text-{self.turn}")


def _time(window: Window, target: str, condition: str, arg: str) -> Time:
    found = window.scroll_to(target)
    window.two_frames()
    return time_tap(window.page, lambda: window.click(found), condition, arg)


def measure(hands: Hands, rounds: int) -> list[Figure]:
    """All figures, in the order in which they can be had from a locked app. The first round of each is not counted."""
    return [
        *_opening(hands, rounds),
        _unlocking(hands, rounds),
        _patients(hands, rounds),
        *_visit(hands, rounds),
    ]


def _opening(hands: Hands, rounds: int) -> list[Figure]:
    def of(window: Window, url: str, arg: str) -> float:
        tab = window.context.new_page()
        try:
            return time_opening(tab, url, SHOWN, arg)
        finally:
            tab.close()

    pairs = _pairs(
        rounds,
        lambda: of(hands.app, hands.origin, "lock-secret"),
        lambda: of(hands.floor, hands.floor_url, "floor"),
    )
    return [Figure("page_open", "page open (server up) to PIN", 1500, *pairs, PAGE)]


def _unlocking(hands: Hands, rounds: int) -> Figure:
    window = hands.app

    def unlock() -> float:
        if window.by_id("nav-settings").count():
            window.tap("nav-settings")
            window.tap("settings-lock")
        window.see("lock-secret")
        for _ in range(TRIES):  # a lock screen that is still being drawn may lose what is typed
            window.fill("lock-secret", hands.person.secret)
            if window.until(page_scripts.READY, "lock-unlock"):
                break
        return hands.time("lock-unlock", BEGINS, "today-go-").from_finger

    return Figure(
        "unlock_to_today",
        "PIN to Today (key derivation apart)",
        1000,
        *_pairs(rounds, unlock, lambda: hands.change_text().from_finger),
        SCREEN,
    )


def _patients(hands: Hands, rounds: int) -> Figure:
    window = hands.app
    window.tap("nav-patients")
    window.see("patients-search")
    window.page.wait_for_function(f"({BEGINS})('patients-row-')")
    rows = window.by_prefix("patients-row-")
    some = cycle([(str(rows.nth(n).get_attribute("flt-semantics-identifier")), _name(rows.nth(n).text_content()))
                  for n in range(min(6, rows.count()))])  # fmt: skip

    def open_one() -> float:
        row, name = next(some)
        return hands.time(row, NAMED, name).from_finger

    pairs = _pairs(rounds, open_one, lambda: hands.change_text().from_finger)
    return Figure("patient_open", "a person's page opens", 200, *pairs, SCREEN)


def _name(text: str | None) -> str:
    """What her page calls the person whom a row's first line names."""
    return as_said((text or "").strip().splitlines()[0].strip())


@dataclass(frozen=True)
class TapPair:
    """A number tapped in an open visit, and the floor's box, one after the other."""

    tap: Time
    floor: Time


def time_taps(hands: Hands, rounds: int) -> list[TapPair]:
    """From a locked app: unlock, a person's page, a visit, and one number after the other in it."""
    _unlocking(hands, 0)
    _patients(hands, 0)
    return _taps(hands, rounds)


def _taps(hands: Hands, rounds: int) -> list[TapPair]:
    """A person's page is open."""
    window = hands.app
    window.tap("patient-new-visit")
    window.tap("new-visit-start")
    window.see("visit-back")
    numbers = cycle(range(1, 6))

    def tap() -> Time:
        cell = f"esas-pain-{next(numbers)}"
        return hands.time(cell, CHOSEN, cell)

    return [TapPair(*pair) for pair in zip(*_pairs(rounds, tap, hands.toggle), strict=True)]


def _visit(hands: Hands, rounds: int) -> list[Figure]:
    window = hands.app
    taps, sections = _taps(hands, rounds), cycle(SECTIONS)

    def open_section() -> float:
        section = f"section-{next(sections)}"
        window.scroll_to(section)
        if window.page.evaluate(OPEN, section):  # by this kind of visit, or by the last round
            window.tap(section)
            window.page.wait_for_function(f"!({OPEN})('{section}')")
        return hands.time(section, OPEN, section).from_finger

    def figure(name: str, what: str, goal: float, share: Callable[[Time], float]) -> Figure:
        values = tuple(share(pair.tap) for pair in taps)
        return Figure(name, what, goal, values, tuple(share(pair.floor) for pair in taps), TAP)

    opened = _pairs(rounds, open_section, lambda: hands.change_text().from_finger)
    return [
        Figure("section_open", "a section of the visit opens", 150, *opened, SCREEN),
        figure("tap_saved", "finger lifted to saved mark", 100, lambda time: time.from_finger),
        figure("ui_tap", "message sent to saved mark", 75, lambda time: time.from_send),
    ]


def _pairs(
    rounds: int, value: Callable[[], T], floor: Callable[[], T]
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """After one of each that is not counted; in turns, so that both of a pair find the machine the same."""
    values, floors = [], []
    for number in range(rounds + 1):
        if number % 2:
            values.append(value())
            floors.append(floor())
        else:
            floors.append(floor())
            values.append(value())
    return tuple(values[1:]), tuple(floors[1:])


def _stay(route: Route) -> None:
    """Nothing leaves this machine."""
    if "//127.0.0.1:" in route.request.url:
        route.continue_()
    else:
        route.abort()


def _open_context(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": TABLET[0], "height": TABLET[1]}, locale="en-US")
    context.add_init_script(SCRIPT)
    context.route(lambda url: not url.startswith("http://127.0.0.1:"), _stay)
    return context


def _open(page: Page, url: str) -> Window:
    window = Window(page, page.context)  # it listens to the connection, so it is there first
    page.goto(url)
    page.wait_for_selector("flt-semantics-host flt-semantics", state="attached", timeout=60_000)
    return window


@contextmanager
def in_hands(people: int, visits: int, panel: Path | None) -> Iterator[Hands]:
    """Both programs and one browser; everything is ended and deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="hearthside-bench-") as name:
        place = Path(name)
        if panel is not None:
            shutil.copytree(panel, place / "data")
        else:
            copy_panel(place / "data", people, visits)
        env = clean_environment(place) | {"PYTHONPATH": str(ROOT)}
        port = free_port()
        floor_args = [sys.executable, "-m", "benchmarks.floor_page", str(port)]
        app, link = start_app(place / "data", free_port(), env)
        with app, Program(floor_args, env) as floor, sync_playwright() as playwright:
            floor.wait_for(READY)
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
            try:
                url = f"http://127.0.0.1:{port}/"
                shown = _open(_open_context(browser).new_page(), link)
                bare = _open(_open_context(browser).new_page(), url)
                yield Hands(shown, bare, link.partition("/open/")[0] + "/", url, Person("", "", SECRET))
            finally:
                browser.close()
                floor.end()
                app.end()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ui", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--panel", type=Path, metavar="DIR", help="what benchmarks.panel made there before")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args()
    with in_hands(args.people, args.visits, args.panel) as hands:
        figures = measure(hands, args.rounds)
    if args.json:
        found = machine() | {"people": args.people, "visits": args.visits, "rounds": args.rounds}
        found["load"] = round(os.getloadavg()[0], 1)
        found["figures"] = {one.name: one.as_json() for one in figures}
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    else:
        sys.stdout.write(table(figures) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
