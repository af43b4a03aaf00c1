"""From the kitchen table to the supervisor: the whole way, with every part the real one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Playwright

from tests.support.browser import PHONE, TABLET, Window, browsing
from tests.support.devices import aside, set_up
from tests.support.plan_server import PlanServer
from tests.support.processes import free_port, start_app
from tests.support.readers import RECEIVED, read_lines
from tests.support.tablet import PULL, Tablet

NOTE = "Daughter Imelda gives the morning doses. Zephyrine patch moved to the left shoulder."
BEFORE_THE_KILL: Mapping[str, int | str] = {
    "esas-pain": 7,
    "esas-tired": 4,
    "esas-drowsy": 0,
    "esas-nausea": 10,
    "esas-appetite": "declined",
}
AFTER_THE_KILL: Mapping[str, int | str] = {
    "esas-sob": 3,
    "esas-depr": "could-not",
    "esas-anx": 2,
    "esas-wb": 5,
}
READ = {
    "Pain": "7",
    "Tiredness": "4",
    "Drowsiness": "0",
    "Nausea": "10",
    "Lack of Appetite": "Declined today",
    "Shortness of Breath": "3",
    "Depression": "Could not answer",
    "Anxiety": "2",
    "Wellbeing": "5",
}


def test_a_visit_survives_a_dead_network_and_a_killed_app_and_reaches_the_supervisor(
    plan: PlanServer,
    env: dict[str, str],
    plain_env: dict[str, str],
    playwright: Playwright,
    tmp_path: Path,
) -> None:
    data = tmp_path / "nurse"
    with _opened(playwright, data, env, TABLET, "tablet") as (nurse, apps):
        nurse.first_run(plan.url, plan.nurse)
        nurse.window.see("today-start")
        nurse.shot("today")
        person = _tell(nurse, plan, lambda: _kill(apps, nurse, plan))
    _supervisor_reads_the_same(plan, plain_env, playwright, tmp_path, person)


def test_the_same_visit_in_one_hand_is_laid_aside_taken_up_and_arrives(
    plan: PlanServer, plain_env: dict[str, str], playwright: Playwright, tmp_path: Path
) -> None:
    """On a phone that had its first load. First runs on a phone are in `test_windows_and_locks`; what a kill leaves
    behind does not depend on the size of the screen.
    """
    data = tmp_path / "nurse"
    aside(set_up(data, plan, plan.nurse))
    with _opened(playwright, data, plain_env, PHONE, "phone") as (nurse, _):
        nurse.unlock(plan.nurse)
        nurse.window.see("today-start")
        nurse.shot("today")
        _tell(nurse, plan, lambda: _lay_aside(nurse))


class _Apps:
    """The program on one data directory and one port, one life after the other."""

    def __init__(self, data: Path, env: Mapping[str, str]) -> None:
        self._data, self._env, self._port = data, env, free_port()
        self.link = self.start()

    def start(self) -> str:
        self._app, link = start_app(self._data, self._port, self._env)
        return link

    def kill(self) -> None:
        self._app.kill()

    def end(self) -> None:
        self._app.end()


@contextmanager
def _opened(
    playwright: Playwright, data: Path, env: Mapping[str, str], size: tuple[int, int], shots: str
) -> Iterator[tuple[Tablet, _Apps]]:
    """The app in a window."""
    apps = _Apps(data, env)
    try:
        with browsing(playwright, data.with_name("nurse-browser"), size) as window:
            window.open(apps.link)
            yield Tablet(window, shots), apps
    finally:
        apps.end()


def _kill(apps: _Apps, nurse: Tablet, plan: PlanServer) -> None:
    apps.kill()
    apps.start()
    # the tab finds the new program by itself: its cookie outlives the old one
    nurse.unlock(plan.nurse)


def _lay_aside(nurse: Tablet) -> None:
    nurse.window.tap("visit-back")
    nurse.window.tap("nav-today")


def _tell(nurse: Tablet, plan: PlanServer, leave: Callable[[], None]) -> str:
    """Half a visit without a plan, left, the other half, signed and received; returns the person's name."""
    window = nurse.window
    plan.stop()
    person = nurse.first_person()
    nurse.begin_visit(person)
    nurse.score_all(BEFORE_THE_KILL)
    nurse.shot("half-filled")

    leave()
    window.see_text(re.compile(r"Continue the visit you began at \d\d:\d\d"))
    nurse.shot("continue")
    window.tap(window.by_prefix("today-draft-").first)
    for item, answer in BEFORE_THE_KILL.items():
        nurse.expect_chosen(f"{item}-{answer}")
    nurse.score_all(AFTER_THE_KILL)
    nurse.answered_by("patient")
    nurse.write_note(NOTE)
    nurse.shot("filled")
    nurse.leave_and_sign()
    window.see_text("Signed, only on this tablet")
    nurse.shot("signed")

    plan.start()
    window.see_text(RECEIVED, timeout=PULL)
    nurse.shot("received")
    _expect_reading(window)
    return person


def _supervisor_reads_the_same(
    plan: PlanServer, env: Mapping[str, str], playwright: Playwright, tmp_path: Path, person: str
) -> None:
    """Another program, another data directory, another browser; and no keystore, so five words lock it."""
    app, link = start_app(tmp_path / "supervisor", free_port(), env)
    with app, browsing(playwright, tmp_path / "supervisor-browser") as window:
        supervisor = Tablet(window, "tablet-supervisor")
        window.open(link)
        supervisor.first_run(plan.url, plan.supervisor)
        window.tap("nav-log")
        window.see_text(person, timeout=PULL)
        supervisor.shot("log")
        window.tap(window.by_prefix("log-row-").first)
        window.see("reading-back")
        _expect_reading(window)
        window.see_text("Ana Ruiz")
        supervisor.shot("reading")


def _expect_reading(window: Window) -> None:
    """Every value as it was tapped, and the note, on the page for reading."""
    window.see_text(NOTE)
    rows = read_lines(window)
    for item, said in READ.items():
        row = re.compile(rf"{re.escape(item)}\n(Last .*\n)?{re.escape(said)}")
        assert any(row.fullmatch(line) for line in rows), f"{item} is not {said}: {list(rows)}"
