"""A visit to a person who has no words: seen, told by the daughter, sent, and read by the supervisor as it was."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from app.domain.alert import AlertState
from app.domain.visit import AnsweredBy, Setting
from tests.support import bedside as story
from tests.support.charting import Chart
from tests.support.devices import aside, look, plain, set_up
from tests.support.plan_server import DemoPlan
from tests.support.tablet import in_hand
from tests.support.whole_way import (
    expect_framed,
    expect_good_records,
    expect_said,
    expect_the_same,
    open_from_log,
    read_as,
    see_received,
    sign_and_copy,
)


def test_a_person_who_cannot_speak_is_documented_offline_and_read_the_same_by_the_supervisor(
    demo_plan: DemoPlan, plain_env: dict[str, str], playwright: Playwright, tmp_path: Path
) -> None:
    plan = demo_plan
    hers, desk = tmp_path / "nurse", tmp_path / "desk"
    aside(set_up(hers, plan, plan.nurse))
    plan.stop()
    with in_hand(playwright, hers, plain_env, "no-words") as (nurse, app):
        nurse.unlock(plan.nurse)
        nurse.begin_visit(story.PERSON, story.SETTING)
        story.tell(Chart(nurse))
        copy = sign_and_copy(nurse, app, hers)
        plan.start()
        told_page = see_received(nurse, story.PERSON)
    expect_said(told_page, story.READ)

    aside(set_up(desk, plan, plan.supervisor))
    way = open_from_log(story.PERSON)
    assert read_as(playwright, desk, plain_env, plan.supervisor, "no-words-desk", way) == told_page

    told = aside(look(hers, plan.nurse))
    answers = plain(told.visit.answers)
    expect_framed(answers)
    assert answers == story.ANSWERS
    assert (told.visit.answered_by, told.visit.setting) == (AnsweredBy.FAMILY, Setting.NURSING_HOME_LONG)
    assert (told.visit.note, told.visit.entries) == (story.NOTE, {})
    assert [score.total for score in told.reading.scores.values()] == [None] * len(told.reading.scores)
    (alert,) = told.reading.alerts
    assert (alert.title, alert.state) == (story.RULE, AlertState.OPEN)
    expect_the_same(told, [aside(look(desk, plan.supervisor, told.visit.id))])
    expect_good_records(plan, plan.nurse, told, copy, tmp_path)
