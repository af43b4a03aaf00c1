"""A whole palliative visit without a network: told, sent, and read by others as it was told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from app.domain.visit import AnsweredBy
from tests.support import kitchen_table as story
from tests.support.charting import Chart
from tests.support.devices import Seen, aside, look, plain, set_up
from tests.support.plan_server import DemoPlan
from tests.support.tablet import in_hand
from tests.support.whole_way import (
    expect_framed,
    expect_good_records,
    expect_said,
    expect_the_same,
    open_from_log,
    open_from_person,
    read_as,
    see_received,
    sign_and_copy,
)


def test_a_full_visit_told_offline_reads_the_same_on_a_second_device_and_as_supervisor(
    demo_plan: DemoPlan, plain_env: dict[str, str], playwright: Playwright, tmp_path: Path
) -> None:
    plan = demo_plan
    hers, second, desk = tmp_path / "nurse", tmp_path / "second", tmp_path / "desk"
    aside(set_up(second, plan, plan.colleague))
    with in_hand(playwright, hers, plain_env, "full") as (nurse, app):
        nurse.first_run(plan.url, plan.nurse)
        nurse.window.see("today-start")
        plan.stop()
        nurse.begin_visit(story.PERSON)
        story.tell(Chart(nurse))
        copy = sign_and_copy(nurse, app, hers)
        plan.start()
        told_page = see_received(nurse, story.PERSON)
    expect_said(told_page, story.READ)

    way = open_from_person(story.PERSON)
    second_page = read_as(playwright, second, plain_env, plan.colleague, "full-second", way)
    aside(set_up(desk, plan, plan.supervisor))
    way = open_from_log(story.PERSON)
    desk_page = read_as(playwright, desk, plain_env, plan.supervisor, "full-desk", way)
    assert second_page == told_page
    assert desk_page == told_page

    told = aside(look(hers, plan.nurse))
    visit_id = told.visit.id
    others = [aside(look(second, plan.colleague, visit_id)), aside(look(desk, plan.supervisor, visit_id))]
    _expect_as_said(told)
    expect_the_same(told, others)
    expect_good_records(plan, plan.nurse, told, copy, tmp_path)


def _expect_as_said(told: Seen) -> None:
    """What is stored is what was tapped and typed, and nothing else."""
    visit, reading = told.visit, told.reading
    answers = plain(visit.answers)
    assert answers.pop("conv-saw"), "the versions that stood before her"
    expect_framed(answers)
    assert answers == story.ANSWERS
    assert (visit.answered_by, visit.note) == (AnsweredBy.PATIENT, story.NOTE)
    entries: dict[str, list[dict[str, Any]]] = {
        group: [plain(entry.answers) for entry in held] for group, held in visit.entries.items()
    }
    medicines = {
        one["med-name"]: (one["med-choice"], one.get("med-breakthrough")) for one in entries.pop("medicines")
    }
    assert medicines == story.MEDICINES
    assert entries == {
        "people": [story.DAUGHTER],
        "referrals": [story.REFERRAL],
        "care-goals": [story.GOAL],
        "cs-statements": [story.POLST],
    }
    totals = {
        name: (score.total, score.band) for name, score in reading.scores.items() if score.total is not None
    }
    assert totals == story.TOTALS
    assert set(reading.scores["esas-r"].missing) == {"esas-drowsy", "esas-appetite", "esas-anx", "esas-wb"}
