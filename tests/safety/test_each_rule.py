"""Each rule: one situation that fires it and at which level, and one that just does not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from safety_cases import NOW, Told, gad, hits, item_9, phq, said

from app.content.rules import load_rules
from app.domain.safety import EarlierAlert, Facts, Transition
from app.domain.visit import Absent

ON_OPIOID = Facts(opioid=True)
ACT, TODAY, WATCH, INFO = "act-now", "today", "watch", "info"

FIRES: list[tuple[str, str, str, Told]] = [
    ("SUICIDE_ITEM", ACT, "item 9 at 1 with item 8 missing", Told(item_9(1))),
    ("SUICIDE_ITEM", ACT, "the button alone", Told({"concern-worried": "yes"})),
    ("ABUSE_NEGLECT", ACT, "the nurse suspects it", Told({"private-abuse": "yes"})),
    ("ABUSE_NEGLECT", ACT, "safety answers add up to 11", Told(hits(1, 4, 3, 3))),
    ("ABUSE_NEGLECT", TODAY, "physically hurt rarely, total 5", Told(hits(2, 1, 1, 1))),
    (
        "NEW_SEVERE_DYSPNEA",
        ACT,
        "first record, new or worse",
        Told({"esas-sob": 7, "sob-new-or-usual": "new-or-worse"}),
    ),
    ("NEW_SEVERE_DYSPNEA", ACT, "up by 3", Told({"esas-sob": 7}, before=((48, {"esas-sob": 4}),))),
    (
        "PAIN_UNCONTROLLED",
        TODAY,
        "severe 24 hours apart",
        Told({"esas-pain": 7}, before=((24, {"esas-pain": 7}),)),
    ),
    (
        "PAIN_UNCONTROLLED",
        TODAY,
        "still 4, 48 hours after a pain alert",
        Told(
            {"esas-pain": 4}, alerts=(EarlierAlert("PAIN_NONVERBAL", "esas-pain", NOW - timedelta(hours=48)),)
        ),
    ),
    ("SEVERE_SYMPTOM", TODAY, "pain 7", Told({"esas-pain": 7})),
    ("SEVERE_SYMPTOM", TODAY, "nausea 7", Told({"esas-nausea": 7})),
    ("SEVERE_SYMPTOM", TODAY, "anxiety 7", Told({"esas-anx": 7})),
    ("SEVERE_SYMPTOM", TODAY, "depression 7", Told({"esas-depr": 7})),
    ("SEVERE_SYMPTOM", TODAY, "breathlessness 7, usual", Told({"esas-sob": 7, "sob-new-or-usual": "usual"})),
    ("SEVERE_SYMPTOM", WATCH, "tiredness 10", Told({"esas-tired": 10})),
    ("SEVERE_SYMPTOM", WATCH, "a problem of her own at 9", Told({"esas-other": 9})),
    (
        "PAIN_NONVERBAL",
        TODAY,
        "PAINAD 4 from two items",
        Told({"painad-1": said("2"), "painad-2": said("2")}),
    ),
    ("NONVERBAL_DISTRESS", TODAY, "one sign a lot", Told({"distress-face": "a-lot"})),
    (
        "NONVERBAL_DISTRESS",
        TODAY,
        "some, and not as usual",
        Told({"distress-sounds": "some", "distress-usual": "not-usual"}),
    ),
    ("RISING", WATCH, "up by 3 to 4", Told({"esas-pain": 4}, before=((72, {"esas-pain": 1}),))),
    ("DELIRIUM", TODAY, "alertness alone", Told({"4at-1": "abnormal"})),
    ("OPIOID_NO_BOWEL", WATCH, "no regimen", Told(facts=Facts(opioid=True, bowel_regimen=False))),
    ("NO_BM_3D", TODAY, "3 days", Told({"bowels-days": 3}, facts=ON_OPIOID)),
    ("MME_50", INFO, "50 MME", Told(facts=Facts(opioid=True, mme=Decimal(50)))),
    ("MME_50", INFO, "opioid and benzodiazepine", Told(facts=Facts(opioid=True, benzodiazepine=True))),
    ("MME_50", INFO, "earlier overdose", Told(facts=Facts(opioid=True, overdose_or_sud=True))),
    ("DEPRESSION", WATCH, "PHQ-9 adds up to 10 with items missing", Told(phq(3, 3, 3, 1))),
    ("DEPRESSION_SEVERE", TODAY, "PHQ-9 adds up to 20", Told(phq(3, 3, 3, 3, 3, 3, 2))),
    ("ANXIETY", WATCH, "GAD-7 adds up to 10", Told(gad(3, 3, 3, 1))),
    ("CAREGIVER_CRISIS", TODAY, "cannot go on", Told({"caregiver-coping": "cannot-go-on"})),
    ("CAREGIVER_CRISIS", TODAY, "nobody there", Told({"caregiver-coping": "no-caregiver"})),
    (
        "TRANSITION_48H",
        TODAY,
        "36 hours",
        Told(facts=Facts(transition=Transition(NOW - timedelta(hours=36)))),
    ),
    (
        "TRANSITION_48H",
        TODAY,
        "48 hours",
        Told(facts=Facts(transition=Transition(NOW - timedelta(hours=48)))),
    ),
    ("FALL_INJURY", TODAY, "with an injury", Told({"fall-since": "yes", "fall-injury": "yes"})),
    (
        "FALL_INJURY",
        TODAY,
        "on a blood thinner",
        Told({"fall-since": "yes"}, facts=Facts(anticoagulant=True)),
    ),
    (
        "FALL_INJURY",
        TODAY,
        "says she takes a blood thinner",
        Told({"fall-since": "yes", "fall-thinner": "yes"}),
    ),
    ("FALL_RISK", WATCH, "one key question", Told({"steadi-3": "yes"})),
    (
        "FALL_RISK",
        WATCH,
        "4 points with no key question",
        Told({"steadi-2": "yes", "steadi-4": "yes", "steadi-6": "yes"}),
    ),
    ("SOCIAL_NEED", WATCH, "food would run out", Told({"88122-7": "LA6729-3"})),
    ("SOCIAL_NEED", TODAY, "utilities already shut off", Told({"96779-4": "LA32002-0"})),
    ("CODE_STATUS_CONFLICT", TODAY, "records differ", Told(facts=Facts(code_status_differs=True))),
    (
        "HOSPICE_REVIEW",
        WATCH,
        "enters the terminal phase",
        Told({"phase": "terminal"}, before=((72, {"phase": "deteriorating"}),)),
    ),
    (
        "HOSPICE_REVIEW",
        WATCH,
        "late dementia with a complication",
        Told({"dementia-late-complication": "yes"}),
    ),
    (
        "HOSPICE_REVIEW",
        WATCH,
        "function falls, would not be surprised",
        Told({"akps": said("40"), "surprise": "no"}, before=((200, {"akps": "50"}),)),
    ),
    ("LAST_DAYS", WATCH, "enters the terminal phase", Told({"phase": "terminal"})),
    (
        "MEDICINE_COUNT",
        TODAY,
        "two tablets less than expected",
        Told(facts=Facts(count_differences=("Morphine: 2 tablets less than expected",))),
    ),
    ("AID_IN_DYING", INFO, "a request", Told({"conv-aid-in-dying": "yes"})),
]

JUST_NOT: list[tuple[str, str, Told]] = [
    ("SUICIDE_ITEM", "item 9 at 0", Told(phq(3, 3, 3, 3, 3, 3, 3, 3, 0))),
    ("SUICIDE_ITEM", "item 9 declined", Told({"/44260-8": said(Absent.DECLINED)})),
    ("SUICIDE_ITEM", "the button taken back", Told({"concern-worried": "no"})),
    ("ABUSE_NEGLECT", "safety answers add up to 10", Told(hits(1, 3, 3, 3))),
    ("ABUSE_NEGLECT", "suspicion taken back", Told({"private-abuse": "no"})),
    ("NEW_SEVERE_DYSPNEA", "6, new", Told({"esas-sob": 6, "sob-new-or-usual": "new-or-worse"})),
    ("NEW_SEVERE_DYSPNEA", "up by 2", Told({"esas-sob": 7}, before=((48, {"esas-sob": 5}),))),
    ("NEW_SEVERE_DYSPNEA", "first record, usual", Told({"esas-sob": 9, "sob-new-or-usual": "usual"})),
    ("PAIN_UNCONTROLLED", "severe 23 hours apart", Told({"esas-pain": 7}, before=((23, {"esas-pain": 7}),))),
    ("PAIN_UNCONTROLLED", "6 now", Told({"esas-pain": 6}, before=((24, {"esas-pain": 7}),))),
    (
        "PAIN_UNCONTROLLED",
        "better between",
        Told({"esas-pain": 7}, before=((5, {"esas-pain": 3}), (48, {"esas-pain": 8}))),
    ),
    (
        "PAIN_UNCONTROLLED",
        "47 hours after an alert",
        Told(
            {"esas-pain": 6}, alerts=(EarlierAlert("SEVERE_SYMPTOM", "esas-pain", NOW - timedelta(hours=47)),)
        ),
    ),
    (
        "PAIN_UNCONTROLLED",
        "comfortable between",
        Told(
            {"esas-pain": 5},
            before=((24, {"esas-pain": 2}),),
            alerts=(EarlierAlert("SEVERE_SYMPTOM", "esas-pain", NOW - timedelta(hours=72)),),
        ),
    ),
    ("SEVERE_SYMPTOM", "every item 6", Told(dict.fromkeys(load_rules().inputs["esas"], 6))),
    ("SEVERE_SYMPTOM", "declined", Told({"esas-pain": said(Absent.DECLINED)})),
    ("PAIN_NONVERBAL", "PAINAD 3", Told({"painad-1": said("2"), "painad-2": said("1")})),
    (
        "NONVERBAL_DISTRESS",
        "some signs, as usual",
        Told({"distress-face": "some", "distress-others": "some", "distress-usual": "usual"}),
    ),
    (
        "NONVERBAL_DISTRESS",
        "not as usual, no sign",
        Told({"distress-face": "none", "distress-usual": "not-usual"}),
    ),
    ("RISING", "up by 2", Told({"esas-pain": 6}, before=((72, {"esas-pain": 4}),))),
    ("RISING", "up by 3, to 3", Told({"esas-pain": 3}, before=((72, {"esas-pain": 0}),))),
    ("RISING", "first record", Told({"esas-pain": 6})),
    (
        "DELIRIUM",
        "4AT 3",
        Told({"4at-1": "normal", "4at-2": "one-mistake", "4at-3": "untestable", "4at-4": "no"}),
    ),
    ("OPIOID_NO_BOWEL", "regimen not known", Told(facts=ON_OPIOID)),
    (
        "OPIOID_NO_BOWEL",
        "a reason is written down",
        Told(facts=Facts(opioid=True, bowel_regimen=False, bowel_reason=True)),
    ),
    ("OPIOID_NO_BOWEL", "no opioid", Told(facts=Facts(opioid=False, bowel_regimen=False))),
    ("NO_BM_3D", "2 days", Told({"bowels-days": 2}, facts=ON_OPIOID)),
    ("NO_BM_3D", "no opioid", Told({"bowels-days": 5}, facts=Facts(opioid=False))),
    ("MME_50", "49.9 MME", Told(facts=Facts(opioid=True, mme=Decimal("49.9")))),
    ("MME_50", "it is in the house", Told(facts=Facts(opioid=True, mme=Decimal(60), naloxone="has-it"))),
    ("MME_50", "it was declined now", Told(facts=Facts(opioid=True, mme=Decimal(60), naloxone="declined"))),
    ("MME_50", "benzodiazepine without an opioid", Told(facts=Facts(opioid=False, benzodiazepine=True))),
    ("DEPRESSION", "PHQ-9 9", Told(phq(3, 3, 3, 0, 0, 0, 0, 0, 0))),
    ("DEPRESSION_SEVERE", "PHQ-9 19", Told(phq(3, 3, 3, 3, 3, 3, 1, 0, 0))),
    ("ANXIETY", "GAD-7 9", Told(gad(3, 3, 3, 0, 0, 0, 0))),
    ("CAREGIVER_CRISIS", "strained", Told({"caregiver-coping": "strained"})),
    (
        "TRANSITION_48H",
        "35 hours 59",
        Told(facts=Facts(transition=Transition(NOW - timedelta(hours=35, minutes=59)))),
    ),
    (
        "TRANSITION_48H",
        "visited",
        Told(facts=Facts(transition=Transition(NOW - timedelta(hours=60), met=True))),
    ),
    ("FALL_INJURY", "a fall without harm", Told({"fall-since": "yes", "fall-injury": "no"})),
    (
        "FALL_INJURY",
        "an old injury, no fall since",
        Told({"fall-since": "no", "fall-injury": "yes"}, facts=Facts(anticoagulant=True)),
    ),
    ("FALL_RISK", "3 points, no key question", Told({"steadi-2": "yes", "steadi-4": "yes"})),
    (
        "SOCIAL_NEED",
        "a steady place, never short of food",
        Told({"71802-3": "LA31993-1", "88122-7": "LA28398-8", "96778-6": ("LA9-3",)}),
    ),
    ("CODE_STATUS_CONFLICT", "records agree", Told(facts=Facts(code_status_differs=False))),
    (
        "CODE_STATUS_CONFLICT",
        "known, and nothing new was said",
        Told(
            facts=Facts(code_status_differs=True),
            alerts=(EarlierAlert("CODE_STATUS_CONFLICT", "code-status", NOW - timedelta(days=3)),),
        ),
    ),
    (
        "HOSPICE_REVIEW",
        "terminal at the last contact too",
        Told({"phase": "terminal"}, before=((72, {"phase": "terminal"}),)),
    ),
    (
        "HOSPICE_REVIEW",
        "function falls, would be surprised",
        Told({"akps": "40", "surprise": "yes"}, before=((200, {"akps": "50"}),)),
    ),
    (
        "HOSPICE_REVIEW",
        "function stays, would not be surprised",
        Told({"akps": "40", "surprise": "no"}, before=((200, {"akps": "40"}),)),
    ),
    (
        "LAST_DAYS",
        "terminal at the last contact too",
        Told({"phase": "terminal"}, before=((72, {"phase": "terminal"}),)),
    ),
    ("LAST_DAYS", "deteriorating", Told({"phase": "deteriorating"})),
    ("MEDICINE_COUNT", "counted, and nothing differs", Told(facts=Facts(count_differences=()))),
    ("AID_IN_DYING", "asked about, no request", Told({"conv-aid-in-dying": "no"})),
]


@pytest.mark.parametrize(("rule", "level", "why", "told"), FIRES, ids=[f"{r}-{w}" for r, _, w, _ in FIRES])
def test_the_rule_fires_at_its_level(rule: str, level: str, why: str, told: Told) -> None:
    found = told.find(rule)
    assert found is not None, why
    assert found.level.value == level
    assert all((found.title, found.finding, found.actions, found.owner, found.phone))
    assert "{" not in "".join((found.title, found.finding, found.due, *found.actions))


@pytest.mark.parametrize(("rule", "why", "told"), JUST_NOT, ids=[f"{r}-{w}" for r, w, _ in JUST_NOT])
def test_the_rule_just_does_not_fire(rule: str, why: str, told: Told) -> None:
    assert not told.heard(rule), why


def test_every_rule_of_the_table_has_a_case_that_fires_and_one_that_just_does_not() -> None:
    ids = {rule.id for rule in load_rules().rules}
    assert ids == {rule for rule, *_ in FIRES} == {rule for rule, *_ in JUST_NOT}
