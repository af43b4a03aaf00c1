"""From the kitchen table to the supervisor: the whole way, with every part the real one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.support.browser import PHONE, TABLET, Window, browsing
from tests.support.plan_server import PlanServer
from tests.support.processes import free_port, start_app
from tests.support.readers import read_lines
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


@pytest.mark.parametrize(("size", "shots"), [(TABLET, "tablet"), (PHONE, "phone")], ids=["tablet", "phone"])
def test_a_visit_survives_a_dead_network_and_a_killed_app_and_reaches_the_supervisor(
    size: tuple[int, int],
    shots: str,
    plan: PlanServer,
    env: dict[str, str],
    plain_env: dict[str, str],
    playwright: Playwright,
    tmp_path: Path,
) -> None:
    port, data = free_port(), tmp_path / "nurse"
    app, link = start_app(data, port, env)
    try:
        with browsing(playwright, tmp_path / "nurse-browser", size) as window:
            nurse = Tablet(window, shots)
            window.open(link)
            nurse.first_run(plan.url, plan.nurse)
            window.see("today-start")
            nurse.shot("today")

            plan.stop()
            person = _first_person(nurse)
            nurse.begin_visit(person)
            nurse.score_all(BEFORE_THE_KILL)
            nurse.shot("half-filled")

            app.kill()
            app, _ = start_app(data, port, env)
            # the tab finds the new program by itself: its cookie outlives the old one
            nurse.unlock(plan.nurse)
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
            window.see_text(re.compile(r"Received by the plan \d\d:\d\d"), timeout=PULL)
            nurse.shot("received")
            _expect_reading(nurse.window)
        _supervisor_reads_the_same(plan, plain_env, playwright, tmp_path, size, shots, person)
    finally:
        app.end()


def _supervisor_reads_the_same(
    plan: PlanServer,
    env: dict[str, str],
    playwright: Playwright,
    tmp_path: Path,
    size: tuple[int, int],
    shots: str,
    person: str,
) -> None:
    """Another program, another data directory, another browser; and no keystore, so five words lock it."""
    app, link = start_app(tmp_path / "supervisor", free_port(), env)
    try:
        with browsing(playwright, tmp_path / "supervisor-browser", size) as window:
            supervisor = Tablet(window, f"{shots}-supervisor")
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
    finally:
        app.end()


def _expect_reading(window: Window) -> None:
    """Every value as it was tapped, and the note, on the page for reading."""
    window.see_text(NOTE)
    rows = read_lines(window)
    for item, said in READ.items():
        row = re.compile(rf"{re.escape(item)}\n(Last .*\n)?{re.escape(said)}")
        assert any(row.fullmatch(line) for line in rows), f"{item} is not {said}: {list(rows)}"


def _first_person(nurse: Tablet) -> str:
    """The name of the first in the list."""
    nurse.window.tap("nav-patients")
    row = nurse.window.by_prefix("patients-row-").first
    row.wait_for(state="attached")
    name = re.match(r"(.+?)\s+(\d+ years|Age not)", row.inner_text())
    assert name is not None
    return name.group(1)
