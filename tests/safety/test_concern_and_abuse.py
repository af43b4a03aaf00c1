"""What the nurse found out picks the steps; abuse is private and names the road for the setting and the state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from safety_cases import Told, item_9

from app.domain.safety import evaluate
from app.domain.settings import AidInDying, PlanSettings
from app.domain.visit import Modality, Setting, Value


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        (None, "act-now"),
        ("tired-of-living", "today"),
        ("thoughts-of-acting", "act-now"),
        ("could-not-ask", "act-now"),
    ],
)
def test_what_the_nurse_found_out_picks_the_steps(answer: str | None, level: str) -> None:
    answers = {"concern-worried": "yes", **({"concern-answer": answer} if answer else {})}
    found = Told(answers).find("SUICIDE_ITEM")
    assert found is not None
    assert found.level.value == level
    assert found.asks == (None if answer else "concern-answer")


def test_the_button_tapped_by_mistake_is_silent_but_item_9_is_not() -> None:
    assert Told({"concern-worried": "yes", "concern-answer": "mistake"}).findings() == ()
    found = Told({**item_9(2), "concern-answer": "mistake"}).find("SUICIDE_ITEM")
    assert found is not None
    assert found.level.value == "today"


@pytest.mark.parametrize(
    ("answer", "level"),
    [("tired-of-living", "today"), ("thoughts-of-acting", "act-now"), ("could-not-ask", "act-now")],
)
@pytest.mark.parametrize("rest", [{}, {"concern-worried": "no"}, item_9(0)])
def test_what_was_found_out_stands_when_what_raised_the_question_is_taken_back(
    answer: str, level: str, rest: dict[str, Value]
) -> None:
    found = Told({**rest, "concern-answer": answer}).find("SUICIDE_ITEM")
    assert found is not None
    assert (found.level.value, found.asks) == (level, None)
    assert not found.finding.startswith("The nurse is worried that this person may not want to live")
    assert Told({**rest, "concern-answer": "mistake"}).findings() == ()


@pytest.mark.parametrize("modality", [Modality.TELEPHONE, Modality.VIDEO])
def test_thoughts_of_acting_on_a_call_say_stay_on_the_line(modality: Modality) -> None:
    told = Told({**item_9(1), "concern-answer": "thoughts-of-acting"}, modality=modality)
    found = told.find("SUICIDE_ITEM")
    assert found is not None
    said_first = " ".join(found.actions[:2])
    assert "Stay on the line" in said_first
    assert "where are you now" in said_first
    assert "Who is with you" in said_first


def test_abuse_is_private_and_names_the_road_for_the_setting_and_the_state() -> None:
    at_home = Told({"private-abuse": "yes"}, state="CA").find("ABUSE_NEGLECT")
    facility = Told({"private-abuse": "yes"}, state="CA", setting=Setting.NURSING_HOME_LONG).find(
        "ABUSE_NEGLECT"
    )
    elsewhere = Told({"private-abuse": "yes"}, state="NV").find("ABUSE_NEGLECT")
    assert at_home is not None
    assert facility is not None
    assert elsewhere is not None
    assert at_home.private
    assert "Protective Services" in at_home.actions[1]
    assert "ombudsman" in facility.actions[1]
    assert (at_home.phone, facility.phone) == ("abuse-home", "abuse-facility")
    # Thursday: two working days on is Monday.
    assert "SOC 341" in at_home.actions[2]
    assert "Monday, Nov 23" in at_home.actions[2]
    assert "your plan names" in elsewhere.actions[1]
    assert any("Nobody may hold it up" in line for line in at_home.actions)


def test_a_request_for_aid_in_dying_is_a_private_task_of_the_supervisor_and_not_taken_for_suicide() -> None:
    (found,) = Told({"conv-aid-in-dying": "yes"}).findings()
    assert (found.rule, found.private, found.task) == ("AID_IN_DYING", True, True)
    assert (found.owner, found.level.value) == ("supervisor", "info")
    assert any("Follow your plan's policy" in line for line in found.actions)


def test_a_plan_says_in_its_own_words_what_follows_a_request_and_whether_anybody_is_told() -> None:
    told = Told({"conv-aid-in-dying": "yes"})
    policy = AidInDying(
        tell="nobody", words="Phone {ethics} at extension 4, as page 12 of the handbook says."
    )
    context = replace(told.context(), settings=PlanSettings(aid_in_dying=policy))
    (found,) = evaluate(context)
    assert (found.private, found.task) == (True, False)
    assert policy.words in found.actions
    said = " ".join(found.actions)
    assert "Follow your plan's policy" not in said
    assert "Your supervisor" not in said
