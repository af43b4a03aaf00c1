"""Two nurses write about the same person while neither hears of the other; one chooses, and all three end the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright
from sqlalchemy import Connection, select

from app.services.patient_parts import PatientParts, read_parts
from app.store.tables import Base, table_of
from tests.support.charting import Chart
from tests.support.devices import aside, find_differences, list_waiting, opened, set_up
from tests.support.plan_server import DemoPlan, running
from tests.support.tablet import PULL, Person, Tablet, in_hand

PERSON = "Walter O'Dowd"
PORCH, BROTHER = "To sit on the porch in the evening.", "To see his brother from Duluth."
CLOCK, PUMP = "Long-acting morphine by the clock.", "Ask about a pump."
KINDS = ("QuestionnaireResponse", "Procedure", "Goal", "CarePlan")
ASKS = "wrote different things"


@pytest.fixture
def shared_plan(tmp_path: Path, plain_env: dict[str, str]) -> Iterator[DemoPlan]:
    """Of its own: this story leaves a person changed."""
    home = tmp_path / "plan"
    home.mkdir()
    yield from running(DemoPlan(home, plain_env))


def test_two_nurses_differ_offline_one_chooses_and_everybody_reads_the_same(
    shared_plan: DemoPlan, plain_env: dict[str, str], playwright: Playwright, tmp_path: Path
) -> None:
    plan = shared_plan
    people = {"ana": plan.nurse, "ben": plan.colleague, "desk": plan.supervisor}
    for name in ("ana", "ben"):
        aside(set_up(tmp_path / name, plan, people[name]))
    plan.stop()
    with ExitStack() as stack:
        ana = _open(stack, playwright, tmp_path, "ana", plan.nurse, plain_env)
        ben = _open(stack, playwright, tmp_path, "ben", plan.colleague, plain_env)
        _write(ana, PORCH, CLOCK)
        _write(ben, BROTHER, PUMP)
        plan.start()
        for tablet in (ana, ben, ana):
            _send(tablet)
        for tablet in (ana, ben):
            tablet.open_person(PERSON)
            tablet.window.see_text(ASKS, timeout=PULL)
            tablet.shot("asked")
        _choose(ben)
        _send(ben)
        _send(ana)
        for tablet in (ana, ben):
            tablet.open_person(PERSON)
            _expect_chosen(tablet)
            tablet.window.see_no_text(ASKS)
    # Her screen shows of these parts what the nurses' screens do.
    aside(set_up(tmp_path / "desk", plan, plan.supervisor))
    seen = [aside(_look(tmp_path / name, person)) for name, person in people.items()]
    parts, bases = seen[2]
    assert parts.conflicts == (), "nobody is asked about it any more"
    for name, (other_parts, other_bases) in zip(people, seen, strict=True):
        assert find_differences(parts, other_parts) == [], name
        assert other_bases == bases, name
    head = parts.conversation.versions[0]
    assert (head.author.name, head.settles, len(head.saw)) == ("Ben Cole, RN", True, 2)
    history = [BROTHER, PORCH]
    said = [str(one.answers["conv-matters-words"].value) for one in parts.conversation.versions[:3]]
    assert all(text in " ".join(said) for text in history), "what was not chosen stays readable"
    assert all(any(kind == one[0] for one in bases) for kind in KINDS)


def _open(
    stack: ExitStack,
    playwright: Playwright,
    home: Path,
    name: str,
    person: Person,
    env: Mapping[str, str],
) -> Tablet:
    tablet, _ = stack.enter_context(in_hand(playwright, home / name, env, f"two-{name}"))
    tablet.unlock(person)
    return tablet


def _write(tablet: Tablet, matters: str, do: str) -> None:
    """A visit with a word on what matters, and the first problem of the plan renewed."""
    chart = Chart(tablet)
    tablet.begin_visit(PERSON)
    tablet.answered_by("patient")
    chart.open_section("conversation")
    chart.write({"conv-matters-words": matters})
    chart.close_section("conversation")
    chart.open_section("plan")
    tablet.window.tap("plan-change-1")
    tablet.window.tap(_ends_with(tablet, "care-goals-open"))
    tablet.window.scroll_to(_ends_with(tablet, "-goal-do"))
    (field,) = chart.find_in_entries("goal-do")
    chart.write({field: do})
    tablet.leave_and_sign()
    tablet.window.see_text("Signed, only on this tablet")


def _ends_with(tablet: Tablet, ending: str) -> Locator:
    return tablet.window.page.locator(f'[flt-semantics-identifier$="{ending}"]')


def _send(tablet: Tablet) -> None:
    """Now, rather than at the next look of the loop."""
    tablet.window.tap("nav-waiting")
    tablet.window.tap("waiting-send")
    tablet.window.see_text("Nothing waits", timeout=PULL)


def _choose(ben: Tablet) -> None:
    """On the person's page: both of what matters, and his own plan."""
    window = ben.window
    window.tap("patient-conflict-1")
    window.see("conflict-keep")
    window.see_text(PORCH)
    window.see_text(BROTHER)
    ben.shot("conversation")
    window.tap("conflict-1-both")
    ben.expect_chosen("conflict-1-both")
    window.tap("conflict-keep")
    window.gone("conflict-keep")
    window.tap("patient-conflict-1")
    window.see("conflict-keep")
    own = window.by_prefix("conflict-1-").filter(has_text=PUMP).first
    identifier = own.get_attribute("flt-semantics-identifier") or ""
    window.tap(identifier)
    ben.expect_chosen(identifier)
    ben.shot("plan")
    window.tap("conflict-keep")
    window.gone("conflict-keep")
    window.see_no_text(ASKS)


def _expect_chosen(tablet: Tablet) -> None:
    """What stands on a person's page, by its own words."""
    for text in (PORCH, BROTHER, PUMP):
        tablet.window.see_text(text, timeout=PULL)
    tablet.window.see_no_text(CLOCK, timeout=PULL)
    tablet.shot("settled")


async def _look(data: Path, person: Person) -> tuple[PatientParts, set[tuple[str, str, str]]]:
    """All that is current about the person, and the plan's copies of it: the same on every device."""

    def read(connection: Connection) -> tuple[PatientParts, set[tuple[str, str, str]]]:
        assert not list_waiting(connection)
        base = table_of(Base)
        found = connection.execute(select(base).where(base.c.type == "Patient"))
        patient_id = next(row.id for row in found if "O'Dowd" in row.body)
        rows = connection.execute(select(base).where(base.c.patient_id == patient_id, base.c.type.in_(KINDS)))
        return read_parts(connection, patient_id), {(row.type, row.id, row.version_id) for row in rows}

    async with opened(data, person) as store:
        return await store.read(read)
