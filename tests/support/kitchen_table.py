"""A whole palliative visit at a kitchen table: what is said in it, and how it is put into the app."""

from __future__ import annotations

import re
from typing import Any

from app.domain.visit import Absent
from tests.support.charting import Chart

PERSON = "Walter O'Dowd"
NOTE = "Porch at four. Maureen knows the night number, Zephyrine comes on Friday."
DONE = "5 mg morphine by mouth"
PORCH = "To sit on the porch with Maureen."
NOT_AT_ALL, SEVERAL_DAYS, MORE_THAN_HALF = "LA6568-5", "LA6569-3", "LA6570-1"
ANSWERS: dict[str, Any] = {
    "esas-pain": (8, (4, DONE)),
    "esas-tired": 6,
    "esas-drowsy": Absent.SLEEPY,
    "esas-nausea": 0,
    "esas-appetite": Absent.DECLINED,
    "esas-sob": 3,
    "esas-depr": 5,
    "akps": "50",
    "phase": "deteriorating",
    "/44250-9": MORE_THAN_HALF,
    "/44255-8": SEVERAL_DAYS,
    "/44259-0": SEVERAL_DAYS,
    "/44254-1": MORE_THAN_HALF,
    "/44251-7": SEVERAL_DAYS,
    "/44258-2": NOT_AT_ALL,
    "/44252-5": NOT_AT_ALL,
    "/44253-3": NOT_AT_ALL,
    "/44260-8": NOT_AT_ALL,
    "4at-1": "normal",
    "4at-2": "one-mistake",
    "4at-3": "seven-or-more",
    "4at-4": "no",
    "conv-matters": ("family", "home"),
    "conv-matters-words": PORCH,
    "conv-worries": ("breath",),
    "conv-present": ("patient", "partner"),
    "conv-next": ("talk-again",),
    "people-wants": "big-picture",
    "poc-if-worse": "Phone the night line.",
}
"""What is said in this visit; the page adds nothing to it but the versions that the nurse saw."""
PHQ_2 = ("44250-9-" + MORE_THAN_HALF, "44255-8-" + SEVERAL_DAYS)
PHQ_REST = tuple(
    f"{item[1:]}-{answer}"
    for item, answer in ANSWERS.items()
    if item.startswith("/") and f"{item[1:]}-{answer}" not in PHQ_2
)
DAUGHTER = {
    "person-name": "Imelda O'Dowd",
    "person-relation": "child",
    "person-roles": ("helps", "lives-there"),
    "person-told": "all",
}
REFERRAL = {
    "ref-to": "hospice",
    "ref-why": ("decline",),
    "ref-words": "Asks what hospice is.",
    "ref-agrees": "yes",
}
GOAL = {
    "goal-problem": "Pain at night",
    "goal-hope": "Sleep until five.",
    "goal-who": ("nurse", "family"),
}
POLST = {"cs-rests": "polst", "cs-says": "cpr-no", "cs-kept": "fridge"}
MEDICINES = {
    "Albuterol inhaler 90 mcg": ("as-listed", None),
    "Dexamethasone 4 mg tablet": ("not-taking", None),
    "Morphine 20 mg/mL oral concentrate": ("as-listed", 3),
    "Morphine ER 15 mg tablet": ("as-listed", None),
    "Senna 8.6 mg tablet": ("as-listed", None),
    "Sertraline 50 mg tablet": ("as-listed", None),
}
"""Whether it is taken as listed, and doses as needed in 24 hours."""
TOTALS = {
    "akps": (50, None),
    "phq-2": (3, None),
    "phq-9": (7, "mild"),
    "4at": (1, "possible cognitive impairment"),
}
"""By scale; ESAS-r, of which four were not answered, has none."""
READ = (
    re.compile(rf"8 at \d\d:\d\d, 4 at \d\d:\d\d after {DONE}"),
    "Could not answer: sleepy",
    "Declined today",
    "50: Considerable assistance and frequent medical care required",
    "Deteriorating",
    "PHQ-9: 7 of 27, mild",
    "4AT: 1 of 12, possible cognitive impairment",
    "Time with people I love, Being at home",
    PORCH,
    "POLST, I saw it",
    "The big picture",
    "Imelda O'Dowd",
    "Not taking",
    "Hospice",
    "Asks what hospice is.",
    "Sleep until five.",
    "Phone the night line.",
    NOTE,
)


def tell(chart: Chart) -> None:
    """The visit, through the screen, in the order in which one would go through it."""
    nurse, window = chart.nurse, chart.window
    chart.pick("visit-answered-patient")
    _symptoms(chart)
    chart.open_section("function")
    chart.pick("akps-50", "phase-deteriorating")
    nurse.shot("function")
    chart.close_section("function")
    chart.open_section("mood")
    chart.pick(PHQ_2[0])
    assert not window.by_id(PHQ_REST[0]).count(), "2 of 6 asks for no more"
    chart.pick(PHQ_2[1])
    window.see_text("PHQ-2 is 3: from 3 on, the other questions are asked too.")
    chart.pick(*PHQ_REST)
    assert chart.words_of("score-phq-9") == "PHQ-9: 7 of 27, mild"
    nurse.shot("mood")
    chart.close_section("mood")
    chart.open_section("thinking")
    chart.pick(*(f"4at-{number}-{ANSWERS[f'4at-{number}']}" for number in range(1, 5)))
    assert chart.words_of("score-4at") == "4AT: 1 of 12, possible cognitive impairment"
    nurse.shot("thinking")
    chart.close_section("thinking")
    _medicines(chart)
    _conversation(chart)
    _people(chart)
    _plan_and_referral(chart)
    nurse.write_note(NOTE)
    nurse.shot("note")


def _symptoms(chart: Chart) -> None:
    nurse, window = chart.nurse, chart.window
    chart.pick("esas-pain-8")
    window.see_text("Pain 8 of 10")
    window.see_text("Nobody has seen this yet.")
    nurse.shot("pain")
    window.tap("visit-alerts")
    window.see_text(re.compile("Nobody has seen this yet. .*[Pp]hone"))
    nurse.shot("alerts")
    window.tap("visit-alerts")
    chart.measure_again("esas-pain", 4, DONE)
    window.see_text(READ[0])
    chart.pick("esas-tired-6")
    chart.could_not("esas-drowsy", "sleepy")
    chart.pick("esas-nausea-0", "esas-appetite-declined", "esas-sob-3", "esas-depr-5")
    nurse.shot("symptoms")


def _medicines(chart: Chart) -> None:
    nurse, window = chart.nurse, chart.window
    chart.open_section("medicines")
    nurse.shot("medicines")
    chart.pick(f"{chart.find_medicine('Dexamethasone 4 mg tablet')}-not-taking")
    window.tap("medicines-all-as-listed")
    chart.expect(f"{chart.find_medicine('Sertraline 50 mg tablet')}-as-listed", "chosen")
    window.see_text("As taken: at least 30 MME a day")
    # of the two opioids the concentrate stands first
    chart.pick(chart.find_in_entries("med-breakthrough-3")[0])
    window.see_text("As taken: 45 MME a day")
    window.scroll_to("mme-taken")
    assert chart.words_of("mme-ordered") == "Most that is ordered: 60 MME a day"
    nurse.shot("mme")
    chart.close_section("medicines")


def _conversation(chart: Chart) -> None:
    """Four boxes and a POLST that was seen; nothing is decided."""
    nurse, window = chart.nurse, chart.window
    chart.open_section("conversation")
    window.tap("conv-prompts")
    window.see_text("To read through. Nothing is written down here.")
    nurse.shot("ways-to-ask")
    window.tap("conv-prompts")
    chart.pick("conv-matters-home", "conv-matters-family")
    chart.write({"conv-matters-words": PORCH})
    nurse.shot("conversation")
    chart.pick("conv-worries-breath", "conv-present-patient", "conv-present-partner", "conv-next-talk-again")
    entry = chart.add_entry("cs", "cs-rests-polst")
    chart.pick_in(entry, "cs-rests-polst", "cs-says-cpr-no", "cs-kept-fridge")
    nurse.shot("code-status")
    chart.close_section("conversation")


def _people(chart: Chart) -> None:
    chart.open_section("people")
    chart.pick("people-wants-big-picture")
    entry = chart.add_entry("people", "person-relation-child")
    chart.write({"person-name": str(DAUGHTER["person-name"])}, entry)
    chart.pick_in(
        entry,
        "person-relation-child",
        "person-roles-helps",
        "person-roles-lives-there",
        "person-told-all",
    )
    chart.nurse.shot("people")
    chart.close_section("people")


def _plan_and_referral(chart: Chart) -> None:
    chart.open_section("plan")
    entry = chart.add_entry("care-goals", "goal-who-nurse")
    chart.write({name: str(GOAL[name]) for name in ("goal-problem", "goal-hope")}, entry)
    chart.pick_in(entry, "goal-who-nurse", "goal-who-family")
    chart.nurse.shot("plan")
    chart.close_section("plan")
    chart.write({"poc-if-worse": ANSWERS["poc-if-worse"]})
    chart.nurse.shot("next")
    chart.open_section("referrals")
    entry = chart.add_entry("referrals", "ref-to-all")
    chart.window.tap(f"{entry}-ref-to-all")
    chart.pick_in(entry, "ref-to-hospice", "ref-why-decline", "ref-agrees-yes")
    chart.write({"ref-words": str(REFERRAL["ref-words"])}, entry)
    chart.nurse.shot("referral")
    chart.close_section("referrals")
