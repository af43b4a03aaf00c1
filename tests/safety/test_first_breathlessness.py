"""Severe breathlessness on its first record: it is asked about first, and nothing is sent as new or worse before."""

from __future__ import annotations

from dataclasses import replace

from safety_cases import NOW, Told, said

from app.domain.safety import Quiet

FIRST = Told({"esas-sob": 8})


def test_until_the_question_is_answered_it_is_a_severe_symptom_for_today_with_the_question_beside_it() -> (
    None
):
    (found,) = FIRST.findings()
    assert (found.rule, found.level.value, found.task) == ("SEVERE_SYMPTOM", "today", True)
    assert found.asks == "sob-new-or-usual"
    assert "new or worse" not in f"{found.title} {found.finding}".lower()


def test_new_or_worse_makes_it_act_now_and_usual_leaves_it_for_today() -> None:
    (worse,) = Told({"esas-sob": 8, "sob-new-or-usual": "new-or-worse"}).findings()
    assert (worse.rule, worse.level.value, worse.asks) == ("NEW_SEVERE_DYSPNEA", "act-now", None)
    (usual,) = Told({"esas-sob": 8, "sob-new-or-usual": "usual"}).findings()
    assert (usual.rule, usual.level.value, usual.asks) == ("SEVERE_SYMPTOM", "today", None)


def test_eased_in_the_visit_it_still_asks() -> None:
    (found,) = Told({"esas-sob": said(8, 3)}).findings()
    assert (found.rule, found.level.value, found.asks) == ("SEVERE_SYMPTOM", "watch", "sob-new-or-usual")


def test_said_to_be_usual_on_the_alert_it_is_quiet_and_asks_nothing() -> None:
    (found,) = replace(FIRST, quiet=(Quiet("esas-sob", 8, NOW),)).findings()
    assert (found.rule, found.quieted, found.asks) == ("SEVERE_SYMPTOM", True, None)


def test_where_a_plan_asks_from_a_lower_score_nothing_is_sent_before_the_answer() -> None:
    told = replace(FIRST, answers={"esas-sob": 6}, rules={"NEW_SEVERE_DYSPNEA": {"at": 6}})
    (found,) = told.findings()
    assert (found.task, found.asks) == (False, "sob-new-or-usual")
    assert "new or worse" not in f"{found.title} {found.finding}".lower()
