"""`memory`: what the app's process holds after a day of work beside what it held when the day began."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.panel import PEOPLE, ROOT, SECRET, VISITS, copy_panel
from benchmarks.registry import Setting
from benchmarks.wire import Wire
from tests.support.processes import clean_environment, free_port, start_app

GOAL = 1.2
VISITS_A_DAY, SCREENS_A_DAY = 8, 200
QUIET = 0.25
"""Seconds without a message after which a screen is taken for whole."""
ITEMS = (
    "pain",
    "tiredness",
    "drowsiness",
    "nausea",
    "appetite",
    "breath",
    "depression",
    "anxiety",
    "wellbeing",
)
SECTIONS = ("conversation", "medicines", "people")


def run(setting: Setting) -> Measured:
    """One process, one day: Today, people looked up, visits begun and written, screens changed. The window is the
    protocol's, without a browser: what grows in a browser is not the app's process."""
    data = setting.place / "data"
    people, visits = setting.size(PEOPLE, 6), setting.size(VISITS, 24)
    copy_panel(data, people, visits)
    env = clean_environment(setting.place) | {"PYTHONPATH": str(ROOT)}
    program, link = start_app(data, free_port(), env)
    with program:
        pid = program.process.pid
        listening = held(pid)
        with Wire(link) as window:
            day = Day(window)
            day.unlock()
            day.visit()  # the first one loads what every other one uses again
            day.look_around(setting.size(10, 2))
            begun = held(pid)
            for _ in range(setting.size(VISITS_A_DAY, 2)):
                day.visit()
            day.look_around(max(0, setting.size(SCREENS_A_DAY, 12) - day.screens))
            ended = held(pid)
        program.end()
    return Measured(
        (
            Line(
                "after a day", "MB", (ended,), (at_most(GOAL, "ratio"),), Peer("when the day began", (begun,))
            ),
            Line("when it listened, nobody there", "MB", (listening,)),
        ),
        about={"people": people, "visits written": day.visits, "screens changed": day.screens},
    )


def held(pid: int) -> float:
    """Megabytes that belong to a process alone (its share of what it holds with others counted in)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not say what a process holds")


class Day:
    """A nurse's hands in one window."""

    def __init__(self, window: Wire) -> None:
        self.window, self.screen = window, window.screen
        self.visits = self.screens = 0
        self._numbers = cycle(range(11))
        self._people = self._walk_the_list()

    def unlock(self) -> None:
        self.window.until_id("lock-secret")
        self.window.type("lock-secret", SECRET)
        self.window.settle()
        self.window.tap("lock-unlock")
        self.window.until_id("nav-today")
        self.window.settle()

    def visit(self) -> None:
        """A person's page, a visit with a scale, sections opened and closed, and back to Today with the draft kept."""
        next(self._people)
        self.window.until(lambda: bool(self._ways_on()))
        self._go(self._ways_on()[0])
        self.window.until(lambda: bool(self.screen.ids("new-visit-start") or self.screen.ids("visit-back")))
        if self.screen.ids("new-visit-start"):
            self._go("new-visit-start")
        self.window.until_id("visit-back")
        for item in ITEMS:
            cell = f"esas-{item}-{next(self._numbers)}"
            if self.screen.ids(cell):
                self._tap(cell)
        for section in SECTIONS:
            for _ in range(2):
                self._tap(f"section-{section}")
        self._go("visit-back")
        self._go("nav-today")
        self.visits += 1

    def _ways_on(self) -> list[str]:
        """The button of her page that begins a visit, or goes on with one."""
        return self.screen.ids("patient-new-visit") + self.screen.ids("patient-continue")

    def look_around(self, screens: int) -> None:
        """So many changes of the screen: people one after another, what waits, and Today."""
        upto = self.screens + screens
        while self.screens < upto:
            next(self._people)
            self._go("nav-waiting")
            self._go("nav-today")

    def _walk_the_list(self) -> Iterator[None]:
        """The next person's page, for ever."""
        while True:
            self._go("nav-patients")
            rows = self.screen.ids("patients-row-")
            for row in rows:
                if not self.screen.ids("patients-search"):
                    self._go("nav-patients")
                self._go(row)
                yield

    def _go(self, identifier: str) -> None:
        """To another screen."""
        self._tap(identifier)
        self.screens += 1

    def _tap(self, identifier: str) -> None:
        self.window.until_id(identifier)
        before = self.window.messages
        self.window.tap(identifier)
        self.window.until(lambda: self.window.messages > before)
        self.window.settle(QUIET)
