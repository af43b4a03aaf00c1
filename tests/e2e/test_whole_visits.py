"""Two whole palliative visits without a network, one after the other: at a kitchen table, and to a person who has no
words. Told, sent, and read by others as they were told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from app.domain.alert import AlertState
from app.domain.visit import AnsweredBy, Setting
from tests.support import bedside, kitchen_table
from tests.support.charting import Chart
from tests.support.devices import Seen, aside, list_newest, look, plain, set_up
from tests.support.plan_server import DemoPlan
from tests.support.tablet import in_hand
from tests.support.whole_way import (
    copy_while_frozen,
    expect_framed,
    expect_good_records,
    expect_said,
    expect_the_same,
    open_from_log,
    open_from_person,
    read_as,
    see_received,
    sign_offline,
)


def test_whole_visits_told_offline_read_the_same_on_a_second_device_and_as_supervisor(
    demo_plan: DemoPlan, plain_env: dict[str, str], playwright: Playwright, tmp_path: Path
) -> None:
    plan = demo_plan
    hers, second, desk = tmp_path / "nurse", tmp_path / "second", tmp_path / "desk"
    aside(set_up(hers, plan, plan.nurse))
    aside(set_up(second, plan, plan.colleague))
    plan.stop()
    with in_hand(playwright, hers, plain_env, "whole") as (nurse, app):
        nurse.unlock(plan.nurse)
        nurse.begin_visit(kitchen_table.PERSON)
        kitchen_table.tell(Chart(nurse))
        sign_offline(nurse)
        nurse.begin_visit(bedside.PERSON, bedside.SETTING)
        bedside.tell(Chart(nurse))
        sign_offline(nurse)
        copy = copy_while_frozen(app, hers)
        plan.start()
        bedside_page = see_received(nurse, bedside.PERSON)
        open_from_person(kitchen_table.PERSON)(nurse)
        nurse.window.see("reading-back")
        nurse.window.see_no_text("One moment")
        kitchen_page = see_received(nurse, kitchen_table.PERSON)
    expect_said(kitchen_page, kitchen_table.READ)
    expect_said(bedside_page, bedside.READ)

    of_person = open_from_person(kitchen_table.PERSON)
    assert read_as(playwright, second, plain_env, plan.colleague, "whole-second", of_person) == [kitchen_page]
    aside(set_up(desk, plan, plan.supervisor))
    of_log = (open_from_log(kitchen_table.PERSON), open_from_log(bedside.PERSON))
    pages = read_as(playwright, desk, plain_env, plan.supervisor, "whole-desk", *of_log)
    assert pages == [kitchen_page, bedside_page]

    last, first = aside(list_newest(hers, plan.nurse, 2))
    at_table, at_bed = aside(look(hers, plan.nurse, first)), aside(look(hers, plan.nurse, last))
    _expect_said_at_the_table(at_table)
    _expect_seen_at_the_bed(at_bed)
    others = [aside(look(second, plan.colleague, first)), aside(look(desk, plan.supervisor, first))]
    expect_the_same(at_table, others)
    expect_the_same(at_bed, [aside(look(desk, plan.supervisor, last))])
    expect_good_records(plan, plan.nurse, [*at_table.written, *at_bed.written], copy, tmp_path)


def _expect_said_at_the_table(told: Seen) -> None:
    """What is stored is what was tapped and typed, and nothing else."""
    visit, reading = told.visit, told.reading
    answers = plain(visit.answers)
    assert answers.pop("conv-saw"), "the versions that stood before her"
    expect_framed(answers)
    assert answers == kitchen_table.ANSWERS
    assert (visit.answered_by, visit.note) == (AnsweredBy.PATIENT, kitchen_table.NOTE)
    entries: dict[str, list[dict[str, Any]]] = {
        group: [plain(entry.answers) for entry in held] for group, held in visit.entries.items()
    }
    medicines = {
        one["med-name"]: (one["med-choice"], one.get("med-breakthrough")) for one in entries.pop("medicines")
    }
    assert medicines == kitchen_table.MEDICINES
    assert entries == {
        "people": [kitchen_table.DAUGHTER],
        "referrals": [kitchen_table.REFERRAL],
        "care-goals": [kitchen_table.GOAL],
        "cs-statements": [kitchen_table.POLST],
    }
    totals = {
        name: (score.total, score.band) for name, score in reading.scores.items() if score.total is not None
    }
    assert totals == kitchen_table.TOTALS
    assert set(reading.scores["esas-r"].missing) == {"esas-drowsy", "esas-appetite", "esas-anx", "esas-wb"}


def _expect_seen_at_the_bed(told: Seen) -> None:
    """Nothing was said; what was seen is there, with the alert that it raised."""
    answers = plain(told.visit.answers)
    expect_framed(answers)
    assert answers == bedside.ANSWERS
    assert (told.visit.answered_by, told.visit.setting) == (AnsweredBy.FAMILY, Setting.NURSING_HOME_LONG)
    assert (told.visit.note, told.visit.entries) == (bedside.NOTE, {})
    assert [score.total for score in told.reading.scores.values()] == [None] * len(told.reading.scores)
    (alert,) = told.reading.alerts
    assert (alert.title, alert.state) == (bedside.RULE, AlertState.OPEN)
