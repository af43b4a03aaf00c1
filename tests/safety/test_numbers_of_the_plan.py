"""Every threshold and clock of the table that is not fixed can be changed by the plan, and then holds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from safety_cases import NOW, Told, gad, hits, phq, said

from app.content.rules import COMMON, load_rules
from app.domain.safety import EarlierAlert, Facts, Quiet, Transition

THRESHOLDS: list[tuple[str, str, int, Told]] = [
    ("NEW_SEVERE_DYSPNEA", "at", 8, Told({"esas-sob": 7, "sob-new-or-usual": "new-or-worse"})),
    ("NEW_SEVERE_DYSPNEA", "rise", 4, Told({"esas-sob": 7}, before=((48, {"esas-sob": 4}),))),
    ("PAIN_UNCONTROLLED", "at", 8, Told({"esas-pain": 7}, before=((24, {"esas-pain": 9}),))),
    ("PAIN_UNCONTROLLED", "apart_hours", 25, Told({"esas-pain": 7}, before=((24, {"esas-pain": 7}),))),
    (
        "PAIN_UNCONTROLLED",
        "alert_hours",
        49,
        Told({"esas-pain": 5}, alerts=(EarlierAlert("X", "esas-pain", NOW - timedelta(hours=48)),)),
    ),
    (
        "PAIN_UNCONTROLLED",
        "still_at",
        6,
        Told({"esas-pain": 5}, alerts=(EarlierAlert("X", "esas-pain", NOW - timedelta(hours=48)),)),
    ),
    ("SEVERE_SYMPTOM", "at", 8, Told({"esas-pain": 7})),
    ("PAIN_NONVERBAL", "at", 5, Told({"painad-1": said("2"), "painad-2": said("2")})),
    ("NONVERBAL_DISTRESS", "at", 3, Told({"distress-face": "a-lot"})),
    ("RISING", "rise", 4, Told({"esas-pain": 4}, before=((72, {"esas-pain": 1}),))),
    ("RISING", "at", 5, Told({"esas-pain": 4}, before=((72, {"esas-pain": 1}),))),
    ("DELIRIUM", "at", 5, Told({"4at-1": "abnormal"})),
    ("NO_BM_3D", "days", 4, Told({"bowels-days": 3}, facts=Facts(opioid=True))),
    ("MME_50", "at", 60, Told(facts=Facts(opioid=True, mme=Decimal(50)))),
    ("DEPRESSION", "at", 11, Told(phq(3, 3, 3, 1))),
    ("DEPRESSION_SEVERE", "at", 21, Told(phq(3, 3, 3, 3, 3, 3, 2))),
    ("ANXIETY", "at", 11, Told(gad(3, 3, 3, 1))),
    (
        "TRANSITION_48H",
        "soon_after_hours",
        40,
        Told(facts=Facts(transition=Transition(NOW - timedelta(hours=36)))),
    ),
    ("FALL_RISK", "at", 5, Told({"steadi-2": "yes", "steadi-4": "yes", "steadi-6": "yes"})),
    (
        "HOSPICE_REVIEW",
        "function_drop",
        20,
        Told({"akps": "40", "surprise": "no"}, before=((200, {"akps": "50"}),)),
    ),
]


@pytest.mark.parametrize(
    ("rule", "name", "value", "told"), THRESHOLDS, ids=[f"{r}.{n}" for r, n, _, _ in THRESHOLDS]
)
def test_a_higher_threshold_of_the_plan_silences_what_fires_by_default(
    rule: str, name: str, value: int, told: Told
) -> None:
    assert told.heard(rule)
    planned = Told(**{**vars_of(told), "rules": {rule: {name: value}}})
    assert not planned.heard(rule)


def vars_of(told: Told) -> dict[str, object]:
    return {name: getattr(told, name) for name in told.__dataclass_fields__}


CLOCKS = [
    ("SEVERE_SYMPTOM", "due_hours", Told({"esas-pain": 8})),
    ("PAIN_NONVERBAL", "due_hours", Told({"painad-1": said("2"), "painad-2": said("2")})),
    ("NONVERBAL_DISTRESS", "due_hours", Told({"distress-face": "a-lot"})),
    ("PAIN_UNCONTROLLED", "due_hours", Told({"esas-pain": 7}, before=((24, {"esas-pain": 7}),))),
    ("RISING", "due_hours", Told({"esas-pain": 4}, before=((72, {"esas-pain": 1}),))),
    ("DELIRIUM", "due_hours", Told({"4at-4": "yes"})),
    ("NO_BM_3D", "due_hours", Told({"bowels-days": 3}, facts=Facts(opioid=True))),
    ("DEPRESSION", "due_hours", Told(phq(3, 3, 3, 1))),
    ("DEPRESSION_SEVERE", "due_hours", Told(phq(3, 3, 3, 3, 3, 3, 2))),
    ("ANXIETY", "due_hours", Told(gad(3, 3, 3, 1))),
    ("CAREGIVER_CRISIS", "due_hours", Told({"caregiver-coping": "unsafe"})),
    ("FALL_INJURY", "due_hours", Told({"fall-since": "yes", "fall-injury": "yes"})),
    ("FALL_RISK", "due_hours", Told({"steadi-1": "yes"})),
    ("SOCIAL_NEED", "due_hours", Told({"88122-7": "LA28397-0"})),
    ("SOCIAL_NEED", "shut_off_hours", Told({"96779-4": "LA32002-0"})),
    ("CODE_STATUS_CONFLICT", "due_hours", Told(facts=Facts(code_status_differs=True))),
    ("HOSPICE_REVIEW", "due_hours", Told({"phase": "terminal"})),
    ("LAST_DAYS", "due_hours", Told({"phase": "terminal"})),
    ("ABUSE_NEGLECT", "due_hours", Told(hits(2, 1, 1, 1))),
    ("MEDICINE_COUNT", "due_hours", Told(facts=Facts(count_differences=("Morphine: 2 less",)))),
]


@pytest.mark.parametrize(("rule", "name", "told"), CLOCKS, ids=[f"{r}.{n}" for r, n, _ in CLOCKS])
def test_a_clock_of_the_plan_sets_until_when(rule: str, name: str, told: Told) -> None:
    found = Told(**{**vars_of(told), "rules": {rule: {name: 5}}}).find(rule)
    assert found is not None
    assert found.due_at == NOW + timedelta(hours=5)


def test_the_48_hours_of_a_transition_are_the_plans_too() -> None:
    home = Facts(transition=Transition(NOW - timedelta(hours=50)))
    late = Told(facts=home).find("TRANSITION_48H")
    in_time = Told(facts=home, rules={"TRANSITION_48H": {"breach_hours": 72}}).find("TRANSITION_48H")
    assert late is not None
    assert in_time is not None
    assert late.title != in_time.title
    assert in_time.due_at == NOW + timedelta(hours=22)


def test_words_carry_the_plans_numbers() -> None:
    found = Told({"esas-pain": 8}, rules={"SEVERE_SYMPTOM": {"due_hours": 12, "latest_hours": 20}}).find(
        "SEVERE_SYMPTOM"
    )
    assert found is not None
    assert "12 hours" in found.due
    assert "20 hours at the latest" in found.actions[-1]


def test_the_numbers_that_all_rules_share_are_the_plans_too() -> None:
    usual = Told({"esas-nausea": 8}, quiet=(Quiet("esas-nausea", 7, NOW - timedelta(days=10)),))
    assert not usual.heard("SEVERE_SYMPTOM")
    for name, value in (("usual_rise", 1), ("usual_days", 10)):
        assert Told(**{**vars_of(usual), "rules": {COMMON: {name: value}}}).heard("SEVERE_SYMPTOM")
    twice = {"esas-pain": 8}
    run = Told(twice, before=((1, twice),), rules={COMMON: {"specialist_contacts": 2}}).find("SEVERE_SYMPTOM")
    assert run is not None
    assert run.proposes
    changed = Facts(plan_changes=(NOW - timedelta(minutes=10),))
    once = Told(twice, before=((1, twice),), facts=changed, rules={COMMON: {"specialist_changes": 1}})
    found = once.find("SEVERE_SYMPTOM")
    assert found is not None
    assert found.proposes
    late = NOW.replace(hour=23, minute=30)
    evening = Told({"4at-4": "yes"}, now=late).find("DELIRIUM")
    more = Told({"4at-4": "yes"}, now=late, rules={COMMON: {"least_hours": 6}}).find("DELIRIUM")
    assert evening is not None
    assert more is not None
    assert evening.due_at == late + timedelta(hours=2)
    assert more.due_at == late + timedelta(hours=6)


def test_every_number_of_the_table_is_proven_here() -> None:
    proven = {(rule, name) for rule, name, *_ in THRESHOLDS} | {(rule, name) for rule, name, _ in CLOCKS}
    proven |= {("TRANSITION_48H", "breach_hours"), ("SEVERE_SYMPTOM", "latest_hours")}
    proven |= {
        ("MEDICINE_COUNT", "ml_allowed"),
        ("MEDICINE_COUNT", "again_days"),
    }  # domain/test_home_count.py
    table = {(rule.id, one.name) for rule in load_rules().rules for one in rule.parameters if not one.pinned}
    assert table == proven


def test_unknown_names_and_wild_numbers_of_a_plan_do_no_harm() -> None:
    wild = {
        "SEVERE_SYMPTOM": {"due_hours": 999_999, "nonsense": 3},
        "NO_SUCH_RULE": {"at": 1},
        COMMON: {"usual_days": 10**6},
    }
    assert Told({"esas-pain": 8}, rules=wild, quiet=(Quiet("esas-pain", 1, NOW),)).heard("SEVERE_SYMPTOM")
