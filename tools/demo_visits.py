"""What was found in the visits that the demo shows as made before it began. None of these people exists.

Answers are written as the app holds them: by link id, an option's code, a number, a text, a tuple of codes; a word of
`Absent` behind "!" for a reason why there is no answer. "about" of an entry is (type, key) of a record of the plan. A
day is written as `day(-3)`, counted from the visit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Day:
    """A date so many days from the visit's own."""

    after: int


def day(after: int) -> Day:
    return Day(after)


@dataclass(frozen=True)
class Told:
    """One visit. `esas` are the nine numbers in the scale's order, "-" declined, "?" could not be answered."""

    member: str
    days_ago: int
    nurse: str
    note: str
    esas: str = ""
    answered_by: str | None = "patient"
    modality: str = "in-person"
    setting: str = "home"
    minutes: int = 55
    answers: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    alert: tuple[str, str, str, str, str] | None = None
    """(rule, subject, title, finding, what to do) of an alert that was raised and that nobody has closed."""


ORDER = ("MedicationRequest", "")
"""About the plan's order of the medicine with that name."""


def often(form: str, scores: str) -> dict[str, str]:
    """PHQ-9 or GAD-7 as digits 0 to 3 in the scale's order."""
    links = {
        "phq": "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8",
        "gad": "69725-0 68509-9 69733-4 69734-2 69735-9 69689-8 69736-7",
    }[form].split()
    codes = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
    return {f"/{link}": codes[int(score)] for link, score in zip(links, scores, strict=False)}


VISITS = (
    Told(
        "villasenor", 24, "ben.cole",
        "Legs more swollen than last month. Sleeps in the recliner. Daughter weighs her each morning.",
        esas="2 6 5 1 4 7 3 4 5",
        answers={
            "sob-new-or-usual": "usual", "akps": "50", "phase": "stable", "surprise": "no",
            "interpreter": "yes", "interpreter-used": "in-person",
            "caregiver-coping": "strained", "at-peace": "quite",
            "vital-spo2": "92", "vital-weight": "168", "vital-systolic": "104", "vital-diastolic": "62",
            "steadi-1": "no", "steadi-2": "yes", "steadi-3": "yes",
            "skin-how": ("swollen",), "sleep-how": "broken", "sleep-why": ("breath",),
            "frame-present": ("patient", "family"), "people-wants": "to-family",
        },
        groups={
            "people": [
                {
                    "about": ("RelatedPerson", "caregiver"),
                    "person-name": "Guadalupe Villaseñor", "person-relation": "child",
                    "person-phone": "213-555-0151", "person-roles": ("helps", "lives-there"), "person-told": "all",
                }
            ],
            "care-goals": [
                {
                    "goal-problem": "Swollen legs, short of breath at night", "goal-hope": "Sleep in my own bed",
                    "goal-do": "Weigh every morning, call when two pounds more in a day",
                    "goal-who": ("family", "nurse"), "goal-by": day(14), "goal-state": "going-on",
                    "goal-worse": "Call the nurse line first, day and night",
                }
            ],
        },
    ),
    Told(
        "odowd", 38, "ben.cole", "Started long-acting morphine last week. Bowels slow.",
        esas="5 6 3 1 4 6 4 5 5",
        answers={
            "sob-new-or-usual": "usual", "akps": "60", "phase": "unstable", **often("phq", "11"), **often("gad", "12"),
            "bowels-days": 2, "bowels-how": ("hard",), "bowel-regimen": "yes", "caregiver-coping": "can-go-on",
            "peg-p": 5, "peg-e": 6, "peg-g": 6,
        },
    ),
    Told(
        "odowd", 10, "ben.cole",
        "Pain worse at night, right side. Wife gives liquid morphine twice a night. Wants to stay home.",
        esas="7 7 5 2 6 8 5 6 7", minutes=95,
        answers={
            "sob-new-or-usual": "usual", "akps": "50", "phase": "unstable",
            **often("phq", "221211110"), "/69722-7": "LA6573-5", **often("gad", "2211101"),
            "bowels-days": 3, "bowels-how": ("hard",), "bowels-done": ("taught", "asked"),
            "mouth-how": ("dry",), "sleep-how": "broken", "sleep-why": ("pain",), "bowel-regimen": "yes",
            "naloxone": "offered", "peg-p": 7, "peg-e": 8, "peg-g": 8, "vital-spo2": "90",
            "caregiver-coping": "strained", "at-peace": "somewhat", "surprise": "no", "team-time-left": "months",
            "frame-present": ("patient", "family"), "people-wants": "all",
            "conv-matters": ("home", "family"), "conv-matters-words": "To see Maureen's birthday at home in April.",
            "conv-worries": ("breath", "burden"), "conv-worries-words": "Choking at night, and what it does to her.",
            "conv-present": ("patient", "partner"), "conv-next": ("talk-again", "family-meeting"),
            "conv-understanding": "good", "conv-information": "all", "conv-prognosis": ("time", "uncertainty"),
            "conv-prognosis-by": "clinician", "conv-strength": ("family", "humour"),
            "conv-refuse": ("breathing-machine", "feeding-tube"), "conv-hospital": "if-reversible",
            "conv-place-care": "home", "conv-place-death": "!not-discussed-today", "conv-decision": "none",
            "conv-emotion": ("sad", "relieved"), "conv-response": ("stayed-silent", "named-it"),
            "conv-experience": "heard", "conv-voluntary": "person-began", "conv-minutes": "25",
        },
        groups={
            "cs-statements": [
                {
                    "cs-rests": "patient", "cs-says": "cpr-yes", "cs-stands": "stands",
                    "cs-words": "Try once. If it does not work, let me go.",
                }
            ],
            "people": [
                {
                    "about": ("RelatedPerson", "caregiver"),
                    "person-name": "Maureen O'Dowd", "person-relation": "partner", "person-phone": "213-555-0152",
                    "person-roles": ("decides", "helps", "lives-there"), "person-told": "all",
                    "person-agent": "primary", "person-agent-active": "not-yet", "person-agent-paper": "told",
                }
            ],
            "medicines": [
                {
                    "about": ORDER, "med-name": "Morphine ER 15 mg tablet", "med-choice": "as-listed",
                    "med-effect": "a-little",
                },
                {
                    "about": ORDER, "med-name": "Morphine 20 mg/mL oral concentrate", "med-choice": "differently",
                    "med-how": "5 mg twice in the night", "med-dose-mg": "5", "med-times": "2",
                    "med-breakthrough": 4, "med-effect": "helps",
                },
                {"about": ORDER, "med-name": "Senna 8.6 mg tablet", "med-choice": "as-listed"},
            ],
            "prescriber-calls": [
                {
                    "pc-why": "Pain 7 at night in spite of two extra doses", "pc-ask": "More long-acting morphine",
                    "pc-how": "phone", "pc-reached": "reached", "pc-name": "Amara Nwosu, MD", "pc-role": "physician",
                    "pc-outcome": "order", "pc-order": "Morphine ER 15 mg, two tablets at night",
                    "pc-read-back": "yes",
                }
            ],
            "care-goals": [
                {
                    "goal-problem": "Pain at night", "goal-hope": "Sleep through until four",
                    "goal-do": "Evening dose as ordered, write down extra doses",
                    "goal-who": ("person", "family", "nurse"), "goal-by": day(7), "goal-state": "worse",
                    "goal-worse": "Call the nurse line before the third extra dose",
                },
                {
                    "goal-problem": "Bowels slow", "goal-do": "Senna every evening, prunes", "goal-who": ("family",),
                    "goal-by": day(4), "goal-state": "going-on",
                },
            ],
            "referrals": [
                {
                    "ref-to": "social-work", "ref-why": ("caregiver",), "ref-how-soon": "soon", "ref-agrees": "yes",
                    "ref-words": "Wife has not slept through for three weeks",
                },
                {"ref-to": "respite", "ref-why": ("caregiver",), "ref-how-soon": "soon", "ref-agrees": "yes"},
            ],
        },
    ),
    Told(
        "odowd", 3, "ana.ruiz", "Called about the night. Evening dose helps until two, then pain again.",
        esas="8 7 5 1 6 6 4 5 7", modality="telephone", minutes=20,
        answers={
            "sob-new-or-usual": "usual", "call-started-by": "nurse", "call-identity": ("full-name", "birth-date"),
            "call-where": "on-record", "call-back": "213-555-0102", "call-agreed": "yes", "call-freely": "yes",
            "bowels-days": 1, "phase": "unstable",
        },
        alert=(
            "PAIN_UNCONTROLLED", "esas-pain", "Pain not under control", "Pain 8 of 10, also severe a day or more ago.",
            "Phone the palliative physician today: this pain is not under control.",
        ),
    ),
    Told(
        "nguyen", 6, "ben.cole", "Vomits after most meals. Interpreter by phone throughout.",
        esas="6 8 6 7 9 2 5 - 7", answered_by="caregiver-assisted",
        answers={
            "akps": "40", "phase": "deteriorating", "surprise": "no", "interpreter": "yes",
            "interpreter-used": "remote", "interpreter-name": "Linh, no. 4417", "eating-amount": "bites",
            "drinking-amount": "sips", "mouth-how": ("dry", "sore"), "mouth-done": ("care", "taught"),
            "4at-1": "normal", "4at-2": "no-mistakes", "4at-3": "seven-or-more", "4at-4": "no",
            "caregiver-coping": "strained", "people-wants": "to-family", "bowel-regimen": "yes",
        },
        groups={
            "medicines": [
                {
                    "about": ORDER, "med-name": "Fentanyl 25 mcg/hour patch", "med-choice": "as-listed",
                    "med-patch": "25",
                },
                {
                    "about": ORDER, "med-name": "Oxycodone 5 mg tablet", "med-choice": "differently",
                    "med-dose-mg": "5", "med-times": "3", "med-breakthrough": 3, "med-trouble": "Vomits some of them",
                },
            ],
            "referrals": [
                {
                    "ref-to": "hospice", "ref-why": ("decline", "wishes"), "ref-how-soon": "routine",
                    "ref-agrees": "declined", "ref-words": "Husband: not yet, ask again after the holidays",
                }
            ],
        },
        alert=(
            "SEVERE_SYMPTOM", "esas-nausea", "Severe symptom", "Nausea 7 of 10.",
            "Do something about it in this visit, then measure again.",
        ),
    ),
    Told(
        "tergrigoryan", 33, "ben.cole",
        "Grimaces when turned. Staff answered for him. Eats a third of what is offered.",
        esas="4 ? 7 0 8 1 ? ? ?", answered_by="health-care-professional-caregiver",
        setting="nursing-home-long-stay",
        answers={
            "akps": "20", "phase": "deteriorating", "distress-face": "some", "distress-sounds": "none",
            "distress-movement": "some", "distress-breathing": "none", "distress-moved": "a-lot",
            "distress-eating-sleep": "some", "distress-others": "none", "distress-usual": "not-usual",
            "distress-cause": ("skin-position", "pain"), "distress-tried": ("moved", "medicine"),
            "distress-changed": "better", "skin-how": ("open",), "skin-done": ("dressed", "turned"),
            "fac-spoke-with": "Joy Santos, LVN", "fac-agreed": "Turn every two hours, acetaminophen before washing",
            "fac-record": "read", "fac-left": "Copy of the plan in the chart",
        },
        groups={
            "wounds": [
                {
                    "wound-place": "tailbone", "wound-side": "middle", "wound-length": "3.5", "wound-width": "2",
                    "wound-look": ("pink", "wet"), "wound-trend": "same", "wound-photo": "not-wanted",
                }
            ]
        },
    ),
    Told(
        "dangelo", 15, "ana.ruiz", "Speech harder to follow; uses a tablet to talk. Asks about a mask at night.",
        esas="1 7 3 0 3 5 4 6 5", modality="video", minutes=40,
        answers={
            "akps": "50", "phase": "stable", **often("gad", "2321112"), **often("phq", "11"),
            "call-started-by": "nurse", "call-identity": ("full-name", "address"), "call-where": "on-record",
            "call-back": "213-555-0106", "call-agreed": "yes", "call-freely": "yes", "caregiver-coping": "can-go-on",
            "eating-trouble": ("swallow", "cough"), "equipment-there": ("bed", "suction"), "surprise": "yes",
        },
    ),
    Told(
        "quinones", 20, "ana.ruiz", "Belly tight again. Lives alone in one room, electricity was off last week.",
        esas="5 6 2 3 5 2 6 4 6",
        answers={
            "akps": "60", "phase": "stable", **often("phq", "21211010"), "/44260-8": "LA6568-5",
            "71802-3": "LA31994-9", "88122-7": "LA6729-3", "88123-5": "LA6729-3", "93030-5": "LA33-6",
            "96779-4": "LA33-6", "caregiver-coping": "no-caregiver", "bowels-days": 2, "bowel-regimen": "no",
            "nurse-safety": ("animal",), "nurse-safety-words": "Neighbor's dog is loose on the stairs",
            "nurse-safety-next": "phone-first", "need-illness": "yes", "need-hospital": "yes", "need-wishes": "yes",
        },
        groups={
            "referrals": [
                {
                    "ref-to": "ecm", "ref-why": ("home", "care-needs"), "ref-how-soon": "urgent", "ref-agrees": "yes",
                    "ref-words": "Food and electricity",
                }
            ]
        },
    ),
    Told(
        "venkataraman", 40, "ana.ruiz", "Hip pain when walking, otherwise holding up. Plans her daughter's graduation.",
        esas="4 5 2 1 3 1 3 4 3",
        answers={
            "akps": "70", "phase": "stable", "peg-p": 4, "peg-e": 3, "peg-g": 5, "bowels-days": 1,
            "steadi-1": "no", "steadi-2": "yes", "steadi-3": "yes", "surprise": "unsure", "people-wants": "all",
        },
    ),
    Told(
        "iniguez", 4, "ben.cole", "Breathless getting from bed to chair. Fan and low-dose morphine help.",
        esas="1 6 2 0 4 9 3 6 6", answered_by="family-caregiver",
        answers={
            "sob-new-or-usual": "usual", "akps": "40", "phase": "deteriorating", "oxygen": "more",
            "oxygen-flow": "4", "oxygen-backup": "yes", "vital-spo2": "86", "vital-rr": "28",
        },
    ),
    Told(
        "sinclair", 8, "david.kim", "Cramping pain after meals. Home visit with husband.", esas="6 5 3 4 6 1 2 3 5",
        answers={"akps": "60", "phase": "unstable", "bowels-days": 2, "bowel-regimen": "yes"},
    ),
)  # fmt: skip
