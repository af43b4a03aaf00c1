"""Three visits signed with no signal; their supervisor reads, asks and countersigns. Two browsers, PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Playwright, expect

from plan.clinical_settings import put_settings
from plan.database import make_engine, write_transaction
from plan.demo_panel.load import SETTINGS
from plan.users import get_user
from tests.support.browser import SLOW
from tests.support.devices import aside, set_up
from tests.support.plan_server import DemoPlan, running
from tests.support.postgres import start_postgres
from tests.support.tablet import PULL, TRIES, Person, Tablet, in_hand

pytestmark = pytest.mark.postgres
CALM, ASKED, URGENT = "Ernesto Quiñones", "Marcus D'Angelo-Whitfield", "Walter O'Dowd"
QUESTION = "He sat up and joked in the afternoon. Was it 5?"
ARRIVES = 20_000
"""Milliseconds in which a pass that has begun brings what the plan has."""
ANSWER = "A slip of the finger. He said 3."


@pytest.fixture
def postgres_plan(tmp_path: Path, plain_env: dict[str, str]) -> Iterator[DemoPlan]:
    """The plan's own process on a database of PostgreSQL, in which Ana Ruiz counts as new: her visits are read."""
    home = tmp_path / "plan"
    home.mkdir()
    with start_postgres() as server:
        plan = DemoPlan(home, plain_env, server.make_database())
        _read_all_of(plan, plan.nurse)
        yield from running(plan)


def test_three_visits_signed_offline_are_read_by_urgency_asked_about_answered_and_countersigned(
    postgres_plan: DemoPlan, plain_env: dict[str, str], playwright: Playwright, tmp_path: Path
) -> None:
    plan = postgres_plan
    hers, desk_data = tmp_path / "nurse", tmp_path / "desk"
    aside(set_up(hers, plan, plan.nurse))
    aside(set_up(desk_data, plan, plan.supervisor))
    plan.stop()
    with ExitStack() as stack:
        nurse, _ = stack.enter_context(in_hand(playwright, hers, plain_env, "review-nurse"))
        desk, _ = stack.enter_context(in_hand(playwright, desk_data, plain_env, "review-desk"))
        nurse.unlock(plan.nurse)
        _sign(nurse, CALM, {"esas-pain": 2})
        _sign(nurse, ASKED, {"esas-pain": 5})
        _sign(nurse, URGENT, {"esas-sob": 10})
        desk.unlock(plan.supervisor)

        plan.start()
        _send(nurse)
        rows = _read_queue(desk)
        assert [name for name in (URGENT, CALM, ASKED) if name in rows[0]] == [URGENT], rows
        assert "Act now" in rows[0]
        assert [CALM in rows[1], ASKED in rows[2]] == [True, True], (
            f"the longest waiting before the others: {rows}"
        )
        desk.shot("queue")
        _ask(desk)
        _send(desk)
        _fetch(nurse, "nav-today", "today-question-")

        plan.stop()
        _answer(nurse)
        plan.start()
        _send(nurse)
        _read_answer(desk)
        _send(desk)
        _send(nurse)
        nurse.open_person(ASKED)
        nurse.window.tap(nurse.window.by_prefix("patient-visit-").first)
        nurse.window.see_text("Reviewed by Maria Ortiz", timeout=PULL)
        nurse.window.see_text(ANSWER)
        nurse.shot("reviewed")
    _expect_nothing_signed_was_edited(plan)


def _read_all_of(plan: DemoPlan, nurse: Person) -> None:
    """Her visits from now on ask for review; the demo's own, the newest of which is three days old, are filed."""
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)  # what a tablet west of Greenwich may still call today
    engine = make_engine(plan.db)
    with write_transaction(engine) as connection:
        reference = f"Practitioner/{get_user(connection, nurse.username).practitioner_id}"
        new_until = {reference: (today + timedelta(days=90)).isoformat()}
        review = {"one_in": 0, "new_nurses": new_until, "from_on": yesterday.isoformat()}
        put_settings(connection, {**SETTINGS, "version": "story", "review": review})
    engine.dispose()


def _sign(nurse: Tablet, name: str, scores: dict[str, int | str]) -> None:
    """The least that a visit asks for, with no plan in reach."""
    nurse.begin_visit(name)
    nurse.answered_by("patient")
    nurse.score_all(scores)
    nurse.leave_and_sign()
    nurse.window.see_text("Signed, only on this tablet")


def _send(tablet: Tablet) -> None:
    """Now, rather than at the next look of the loop."""
    tablet.window.tap("nav-waiting")
    tablet.window.tap("waiting-send")
    tablet.window.see_text("Nothing waits", timeout=PULL)


def _fetch(tablet: Tablet, screen: str, prefix: str, text: str = "", count: int = 1) -> Locator:
    """Ask the plan until so many of these stand on that screen: somebody else's pass may end a moment later."""
    found = tablet.window.by_prefix(prefix).filter(has_text=text)
    for _ in range(TRIES):
        tablet.window.tap("nav-waiting")
        tablet.window.tap("waiting-send")
        tablet.window.tap(screen)
        with suppress(AssertionError):
            expect(found).to_have_count(count, timeout=ARRIVES)
            return found
    raise AssertionError(tablet.window.tell(f"{count} of {prefix!r} never came"))


def _read_queue(desk: Tablet) -> list[str]:
    """What each row says, from the top."""
    rows = _fetch(desk, "nav-review", "review-row-", count=3)
    return [str(rows.nth(number).inner_text()) for number in range(3)]


def _ask(desk: Tablet) -> None:
    """Back to the nurse, with a comment on the symptoms."""
    window = desk.window
    window.tap(window.by_prefix("review-row-").filter(has_text=ASKED).first)
    window.tap("review-ask")
    window.tap("review-about-symptoms")
    window.fill("review-words-symptoms", QUESTION, at_once=True)
    desk.shot("asking")
    window.tap("review-send")
    window.see_text("No answer yet")
    window.gone("review-sign")


def _answer(nurse: Tablet) -> None:
    """By words and by a number that should read otherwise, with no plan in reach."""
    window = nurse.window
    window.tap(window.by_prefix("today-question-").first)
    window.see_text(QUESTION)
    nurse.shot("question")
    window.fill("question-words", ANSWER, at_once=True)
    window.tap("question-wrong")
    window.tap("question-item-esas-pain")
    window.tap("question-right-3")
    window.see_text("Pain: signed as 5, should read 3")
    window.gone("question-right-3")  # the choices close after the difference has come: the button moves twice
    nurse.shot("answering")
    window.tap("question-answer")
    window.gone("question-answer")
    window.see_text("Ana Ruiz, RN answered")


def _read_answer(desk: Tablet) -> None:
    """The difference, field by field, and then the countersign."""
    window = desk.window
    answered = _fetch(desk, "nav-review", "review-row-", "Answered")
    expect(answered).to_contain_text(ASKED)
    window.tap(answered)
    window.see_text(ANSWER)
    window.see_text("What the answer changes")
    window.see_text("Pain: signed as 5, should read 3")
    desk.shot("difference")
    window.tap("review-sign")
    expect(answered).to_have_count(0, timeout=SLOW)
    expect(window.by_prefix("review-row-")).to_have_count(2, timeout=SLOW)


def _expect_nothing_signed_was_edited(plan: DemoPlan) -> None:
    """On the plan: the three visits are in their first version, the reviews stand beside one of them."""
    token = plan.make_token(plan.supervisor.username)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)

    def find(path: str) -> list[dict[str, Any]]:
        return [entry["resource"] for entry in plan.get(f"/fhir/{path}", token).get("entry", [])]

    signed = [one for one in find(f"Encounter?date=ge{yesterday}&_count=50") if one["status"] == "finished"]
    signed = [
        one
        for one in signed
        if any(tag["system"] == "urn:hearthside:write" for tag in one["meta"].get("tag", []))
    ]
    assert len(signed) == 3
    for one in signed:
        assert len(find(f"Encounter/{one['id']}/_history")) == 1
    tasks = find(
        "Task?code=urn:hearthside:task|review-countersign,urn:hearthside:task|review-question&_count=50"
    )
    said = {one["code"]["coding"][0]["code"]: one for one in tasks}
    assert len(tasks) == 2
    assert {one["focus"]["reference"] for one in tasks} == {said["review-question"]["focus"]["reference"]}
    assert (said["review-question"]["status"], said["review-countersign"]["status"]) == (
        "completed",
        "completed",
    )
    addendum = said["review-question"]["output"][0]["valueReference"]["reference"]
    assert re.fullmatch(r"DocumentReference/[0-9a-f-]{36}", addendum)
