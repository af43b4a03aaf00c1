"""What keeps a rule silent, lowers it or says it in other words: each condition, and that it is the only reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from safety_cases import NOW, Told, gad, item_9, phq, said

from app.domain.safety import Facts, HospiceNo, Quiet

OPIOID = Facts(opioid=True, bowel_regimen=False, mme=Decimal(90))
TERMINAL = {"phase": "terminal"}
FALLS = {"fall-since": "yes", "fall-injury": "yes"}

DELIRIUM = Told({"4at-4": "yes"})
NO_BM = Told({"bowels-days": 4}, facts=OPIOID)
NO_BOWEL = Told(facts=OPIOID)
INJURY = Told(FALLS)
RISK = Told({"steadi-1": "yes"})
LOW = Told(phq(3, 3, 3, 1))
VERY_LOW = Told(phq(3, 3, 3, 3, 3, 3, 2))
ANXIOUS = Told(gad(3, 3, 3, 1))


def in_last_days(told: Told) -> Told:
    return replace(told, answers={**told.answers, **TERMINAL}, before=((24.0, dict(TERMINAL)),))


def comfort_only(told: Told) -> Told:
    return replace(told, facts=replace(told.facts, comfort_only=True))


def in_hospice(told: Told) -> Told:
    return replace(told, facts=replace(told.facts, hospice=True))


SILENT = [
    ("MME_50", NO_BOWEL, in_last_days),
    ("MME_50", NO_BOWEL, comfort_only),
    ("MME_50", NO_BOWEL, in_hospice),
    ("OPIOID_NO_BOWEL", NO_BOWEL, in_last_days),
    ("FALL_RISK", RISK, in_last_days),
    ("FALL_RISK", RISK, comfort_only),
    ("DEPRESSION", LOW, in_last_days),
    ("ANXIETY", ANXIOUS, in_last_days),
    ("HOSPICE_REVIEW", Told(TERMINAL), in_hospice),
    ("LAST_DAYS", Told(TERMINAL), in_hospice),
]
REWORDED = [
    ("DELIRIUM", DELIRIUM, in_last_days, "watch"),
    ("DELIRIUM", DELIRIUM, comfort_only, "watch"),
    ("NO_BM_3D", NO_BM, in_last_days, "watch"),
    ("NO_BM_3D", NO_BM, comfort_only, "watch"),
    ("OPIOID_NO_BOWEL", NO_BOWEL, comfort_only, "info"),
    ("FALL_INJURY", INJURY, in_last_days, "today"),
    ("FALL_INJURY", INJURY, comfort_only, "today"),
    ("DEPRESSION_SEVERE", VERY_LOW, in_last_days, "watch"),
    ("DEPRESSION_SEVERE", VERY_LOW, comfort_only, "watch"),
    ("DEPRESSION", LOW, comfort_only, "info"),
    ("ANXIETY", ANXIOUS, comfort_only, "info"),
]


@pytest.mark.parametrize(("rule", "told", "quieting"), SILENT)
def test_the_rule_is_silent_there_and_only_there(rule: str, told: Told, quieting) -> None:  # type: ignore[no-untyped-def]  # one of three
    assert told.heard(rule)
    assert not quieting(told).heard(rule)


@pytest.mark.parametrize(("rule", "told", "quieting", "level"), REWORDED)
def test_the_rule_is_said_in_other_words_there(rule: str, told: Told, quieting, level: str) -> None:  # type: ignore[no-untyped-def]  # one of two
    plain, there = told.find(rule), quieting(told).find(rule)
    assert plain is not None
    assert there is not None
    assert there.title != plain.title
    assert there.actions != plain.actions
    assert there.level.value == level


def test_last_days_are_known_from_the_last_contact_too() -> None:
    assert replace(NO_BOWEL, before=((24.0, dict(TERMINAL)),)).find("MME_50") is None
    told = replace(NO_BOWEL, answers={"phase": "stable"}, before=((24.0, dict(TERMINAL)),))
    assert told.find("MME_50") is not None


def test_severe_symptoms_and_thoughts_of_dying_are_never_silent_in_last_days_or_comfort_only_care() -> None:
    told = comfort_only(in_last_days(Told({"esas-pain": 9, **item_9(1)})))
    levels = {one.rule: one.level.value for one in told.findings()}
    assert levels["SEVERE_SYMPTOM"] == "today"
    assert levels["SUICIDE_ITEM"] == "act-now"


def test_breathlessness_in_last_days_speaks_of_comfort_and_stays_act_now() -> None:
    found = in_last_days(Told({"esas-sob": 9, "sob-new-or-usual": "new-or-worse"})).find("NEW_SEVERE_DYSPNEA")
    assert found is not None
    assert found.level.value == "act-now"
    assert "comfort" in found.title


USUAL_NAUSEA = Told({"esas-nausea": 8}, quiet=(Quiet("esas-nausea", 8, NOW - timedelta(days=13)),))


def test_usual_for_this_person_quiets_a_symptom_and_opens_no_task() -> None:
    (found,) = USUAL_NAUSEA.findings()
    assert found.quieted
    assert not found.task
    assert found.level.value == "info"


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (
            "14 days have passed",
            replace(USUAL_NAUSEA, quiet=(Quiet("esas-nausea", 8, NOW - timedelta(days=14)),)),
        ),
        ("up by 2", replace(USUAL_NAUSEA, answers={"esas-nausea": 10})),
        (
            "taken back",
            replace(USUAL_NAUSEA, quiet=(*USUAL_NAUSEA.quiet, Quiet("esas-nausea", 0, NOW, ended=True))),
        ),
        ("said of another symptom", replace(USUAL_NAUSEA, quiet=(Quiet("esas-pain", 8, NOW),))),
    ],
)
def test_usual_for_this_person_ends(why: str, told: Told) -> None:
    found = told.find("SEVERE_SYMPTOM")
    assert found is not None, why
    assert not found.quieted
    assert found.level.value == "today"


def test_up_by_one_is_still_usual() -> None:
    (found,) = replace(USUAL_NAUSEA, answers={"esas-nausea": 9}).findings()
    assert found.quieted


@pytest.mark.parametrize(
    "told",
    [
        Told({"esas-pain": 8}, quiet=(Quiet("esas-pain", 8, NOW),)),
        Told({"esas-pain": 8}, before=((48, {"esas-pain": 8}),), quiet=(Quiet("esas-pain", 8, NOW),)),
        Told({"painad-1": said("2"), "painad-5": said("2")}, quiet=(Quiet("painad", 4, NOW),)),
        Told({"distress-face": "a-lot"}, quiet=(Quiet("distress", 2, NOW),)),
    ],
)
def test_pain_that_is_usual_for_this_person_still_reaches_the_supervisor(told: Told) -> None:
    (found,) = told.findings()
    assert found.quieted
    assert found.task
    assert found.owner == "supervisor"
    assert found.level.value == "watch"


def test_breathlessness_that_gets_clearly_worse_is_loud_although_it_was_usual() -> None:
    told = Told({"esas-sob": 9}, before=((24, {"esas-sob": 6}),), quiet=(Quiet("esas-sob", 9, NOW),))
    found = told.find("NEW_SEVERE_DYSPNEA")
    assert found is not None
    assert found.level.value == "act-now"


def test_after_a_no_to_hospice_it_is_raised_again_only_when_phase_or_function_changes() -> None:
    before = ((24.0, {"phase": "deteriorating", "akps": "50"}),)
    said_no = Facts(hospice_no=HospiceNo(NOW, phase="terminal", function=40))
    told = Told({"phase": "terminal", "akps": "40", "surprise": "no"}, before=before, facts=said_no)
    assert not told.heard("HOSPICE_REVIEW")
    assert not told.heard("LAST_DAYS")
    other_phase = replace(told, facts=Facts(hospice_no=HospiceNo(NOW, phase="deteriorating", function=40)))
    assert other_phase.heard("HOSPICE_REVIEW")
    assert other_phase.heard("LAST_DAYS")
    assert replace(told, answers={**told.answers, "akps": "30"}).heard("HOSPICE_REVIEW")


def test_what_was_on_record_when_the_no_was_said_is_what_a_change_is_measured_against() -> None:
    """The plan's record of a no says when it was, never in which phase."""
    answers = {"phase": "terminal", "akps": "40", "surprise": "no"}
    said_now = Facts(hospice_no=HospiceNo(NOW + timedelta(minutes=5)))
    before = ((24.0, {"phase": "deteriorating", "akps": "50"}),)
    assert not Told(answers, before=before, facts=said_now).heard("HOSPICE_REVIEW")
    said_then = Facts(hospice_no=HospiceNo(NOW - timedelta(hours=20)))
    assert Told(answers, before=before, facts=said_then).heard("HOSPICE_REVIEW")
    same = {"akps": "50", "dementia-late-complication": "yes"}
    assert not Told(same, before=before, facts=said_then).heard("HOSPICE_REVIEW")


def test_one_alert_a_symptom_and_the_highest_rule_wins() -> None:
    told = Told({"esas-sob": 9, "sob-new-or-usual": "new-or-worse"})
    (found,) = told.findings()
    assert found.rule == "NEW_SEVERE_DYSPNEA"
    assert found.also == ("SEVERE_SYMPTOM",)
    pain = Told({"esas-pain": 9, "distress-face": "a-lot"}, before=((48, {"esas-pain": 8}),))
    (found,) = pain.findings()
    assert found.rule == "PAIN_UNCONTROLLED"
    assert set(found.also) == {"SEVERE_SYMPTOM", "NONVERBAL_DISTRESS"}
    low = Told({"esas-depr": 8, **phq(3, 3, 3, 1)})
    assert [one.rule for one in low.findings()] == ["SEVERE_SYMPTOM"]


def test_other_symptoms_from_7_and_their_rise_are_kept_an_eye_on_without_a_task() -> None:
    told = Told({"esas-tired": 9, "esas-wb": 5}, before=((48, {"esas-wb": 2}),))
    assert {(one.rule, one.level.value, one.task) for one in told.findings()} == {
        ("SEVERE_SYMPTOM", "watch", False),
        ("RISING", "watch", False),
    }


def test_a_symptom_that_eased_in_the_visit_is_one_step_less_urgent_and_stays() -> None:
    pain = Told({"esas-pain": said(8, 4)}).find("SEVERE_SYMPTOM")
    assert pain is not None
    assert (pain.level.value, pain.task) == ("watch", True)
    assert "now 4" in pain.finding
    told = Told({"esas-sob": said(9, 3)}, before=((24, {"esas-sob": 2}),))
    breath = told.find("NEW_SEVERE_DYSPNEA")
    assert breath is not None
    assert breath.level.value == "today"
    worse_again = Told({"esas-pain": said(8, 4, 7)}).find("SEVERE_SYMPTOM")
    assert worse_again is not None
    assert worse_again.level.value == "today"


@pytest.mark.parametrize(
    ("told", "proposes"),
    [
        (Told({"esas-nausea": 7}, before=((24, {"esas-nausea": 8}), (72, {"esas-nausea": 7}))), True),
        (Told({"esas-nausea": 7}, before=((24, {"esas-nausea": 8}), (72, {"esas-nausea": 6}))), False),
        (
            Told(
                {"esas-nausea": 7},
                before=((72, {"esas-nausea": 8}),),
                facts=Facts(plan_changes=(NOW - timedelta(hours=50), NOW - timedelta(hours=20))),
            ),
            True,
        ),
        (
            Told(
                {"esas-nausea": 7},
                before=((72, {"esas-nausea": 8}),),
                facts=Facts(plan_changes=(NOW - timedelta(hours=90), NOW - timedelta(hours=20))),
            ),
            False,
        ),
        (Told({"esas-tired": 9}, before=((24, {"esas-tired": 9}), (72, {"esas-tired": 9}))), False),
    ],
)
def test_severe_at_three_contacts_or_after_two_plan_changes_proposes_the_specialist(
    told: Told, proposes: bool
) -> None:
    found = told.find("SEVERE_SYMPTOM")
    assert found is not None
    assert (found.proposes == "palliative-specialist") is proposes
    assert ("palliative specialist" in found.actions[-1]) is proposes
    if proposes:
        changed = bool(told.facts.plan_changes)
        assert ("2 changes of the plan" in found.actions[-1]) is changed
        assert ("3 contacts" in found.actions[-1]) is not changed


def test_an_alert_about_hospice_says_nothing_that_is_for_the_team_alone() -> None:
    told = Told({"akps": "40", "surprise": "no"}, before=((200, {"akps": "50"}),))
    found = told.find("HOSPICE_REVIEW")
    assert found is not None
    assert found.finding == "AKPS has fallen from 50 to 40."
    said_all = " ".join((found.title, found.finding, *found.actions)).lower()
    for word in ("surpris", "time is short", "team"):
        assert word not in said_all
