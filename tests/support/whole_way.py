"""The way of a visit from the screen where it is told to those who read it, in steps that each story takes."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from app.domain.visit_kind import find_kind
from tests.support.devices import Seen, Written, find_differences
from tests.support.plan_server import PlanProgram
from tests.support.processes import Program
from tests.support.readers import RECEIVED, read_lines
from tests.support.second_opinion import find_r4_errors, find_refused_elsewhere, read_from_plan
from tests.support.tablet import PULL, Person, Tablet, in_hand

Open = Callable[[Tablet], None]
"""Goes from the first screen to the page on which the visit is read."""


def sign_offline(nurse: Tablet) -> None:
    """Signs while there is no plan."""
    nurse.leave_and_sign()
    nurse.window.see_text("Signed, only on this tablet")
    nurse.shot("signed")


def copy_while_frozen(app: Program, data: Path) -> Path:
    """A copy of the device on which everything still waits."""
    copy = data.with_name(f"{data.name}-copy")
    with app.frozen():
        shutil.copytree(data, copy)
    return copy


def see_received(nurse: Tablet, name: str) -> Counter[str]:
    """The receipt comes by itself, and that somebody can see the alerts. Returns what the page says."""
    nurse.window.see_text(RECEIVED, timeout=PULL)
    nurse.shot("received")
    page = read_lines(nurse.window)
    nurse.open_person(name)
    nurse.window.see("patient-new-visit")
    nurse.window.see_no_text("Nobody has seen this yet.", timeout=PULL)
    nurse.shot("person-after")
    return page


def read_as(
    playwright: Playwright, data: Path, env: Mapping[str, str], person: Person, shots: str, *ways: Open
) -> list[Counter[str]]:
    """What each page says to somebody else, on her own device."""
    with in_hand(playwright, data, env, shots) as (tablet, _):
        tablet.unlock(person)
        return [_read(tablet, go) for go in ways]


def _read(tablet: Tablet, go: Open) -> Counter[str]:
    go(tablet)
    tablet.window.see("reading-back")
    tablet.window.see_no_text("One moment")  # until the visit is read from the disk
    tablet.window.see_text(RECEIVED, timeout=PULL)
    tablet.shot("reading")
    return read_lines(tablet.window)


def open_from_log(name: str) -> Open:
    """A supervisor's way."""

    def go(desk: Tablet) -> None:
        desk.window.tap("nav-log")
        desk.window.see_text(name, timeout=PULL)
        desk.shot("log")
        desk.window.tap(desk.window.by_prefix("log-row-").filter(has_text=name).first)

    return go


def open_from_person(name: str) -> Open:
    """A colleague's way."""

    def go(tablet: Tablet) -> None:
        tablet.open_person(name)
        tablet.window.see("patient-new-visit")
        tablet.shot("person")
        tablet.window.tap(tablet.window.by_prefix("patient-visit-").first)

    return go


def expect_said(page: Counter[str], wanted: Sequence[str | re.Pattern[str]]) -> None:
    """Each stands in a line of the page."""
    for one in wanted:
        pattern = one if isinstance(one, re.Pattern) else re.compile(re.escape(one))
        assert any(pattern.search(line) for line in page), f"{pattern.pattern!r} is not in {sorted(page)}"


def expect_framed(answers: dict[str, Any]) -> None:
    """Take out what the app keeps by itself, kind and line of business, and the next contact; all must be there."""
    assert answers.pop("frame-line-of-business")
    assert find_kind(answers.pop("frame-kind")) is not None
    assert date.fromisoformat(str(answers.pop("poc-next-contact"))) > datetime.now(UTC).date()


def expect_the_same(told: Seen, others: Sequence[Seen]) -> None:
    """Every answer, score, reason, entry, and all that is current about the person, field by field."""
    for other in others:
        differences = find_differences(told, other)
        assert not differences, differences


def expect_good_records(
    plan: PlanProgram, nurse: Person, written: list[Written], copy: Path, directory: Path
) -> None:
    """As the plan gives them they pass the R4 definitions, and another strict server takes the same transactions."""
    references = dict.fromkeys(one.reference for one in written)
    errors = find_r4_errors(read_from_plan(plan, nurse, references))
    assert not errors, errors
    refused = find_refused_elsewhere(copy, nurse, plan, written, directory)
    assert not refused, refused
