"""A visit in a nursing home to a person who has no words: what is seen, and how it is put into the app."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from app.domain.visit import Absent
from tests.support.browser import SLOW
from tests.support.charting import Chart

PERSON = "Hovhannes Ter-Grigoryan"
SETTING = "nursing-home-long-stay"
NOTE = "Daughter Anahit sat with him. Turned to the left, pillow under the heels; his face grew quiet."
LEFT = "Turn every two hours, left side first."
PHQ_ITEM = "44250-9-LA6568-5"
STARTS_WITHOUT = ("esas-tired", "esas-depr", "esas-anx", "esas-wb")
"""What somebody else cannot say for a person."""
DONE = "laid on the left side, daughter's hand in his"
ANSWERS: dict[str, Any] = {
    **dict.fromkeys(STARTS_WITHOUT, Absent.COULD_NOT_ANSWER),
    "esas-pain": Absent.NO_WORDS,
    "esas-drowsy": 5,
    "distress-face": ("a-lot", ("some", DONE)),
    "distress-sounds": ("some", ("some", DONE)),
    "distress-movement": ("some", ("some", DONE)),
    "distress-breathing": ("none", ("none", DONE)),
    "distress-moved": ("a-lot", ("a-lot", DONE)),
    "distress-eating-sleep": (Absent.NOT_KNOWN, (Absent.NOT_KNOWN, DONE)),
    "distress-others": ("none", ("none", DONE)),
    "distress-usual": "not-usual",
    "distress-cause": ("pain", "skin-position"),
    "distress-tried": ("moved", "company"),
    "distress-changed": "better",
    "fac-spoke-with": "Joy Santos, LVN",
    "fac-record": "read",
    "fac-left": LEFT,
}
RULE = "Signs of distress in a person who cannot say"
NOT_OFFERED = "Not offered now: Only the person can answer this one."
READ = (
    re.compile(rf"[Aa] lot at \d\d:\d\d, some at \d\d:\d\d after {DONE}"),
    "Family caregiver",
    "In person · Nursing home, long stay",
    "Could not answer: no words",
    "Could not answer",
    "A lot",
    "Not known",
    "Not as usual",
    "Pain, Skin or lying badly",
    "Moved or laid differently, Company, touch, voice, music",
    "Better",
    "Joy Santos, LVN",
    LEFT,
    NOTE,
)


def tell(chart: Chart) -> None:
    """The visit, through the screen."""
    nurse, window = chart.nurse, chart.window
    chart.pick("visit-answered-family-caregiver")
    chart.open_section("symptoms")  # the signs of distress stand first in such a visit
    for item in STARTS_WITHOUT:
        chart.expect(f"{item}-could-not", "chosen")
    nurse.shot("answered-by-family")
    chart.could_not("esas-pain", "no-words")
    chart.pick("esas-drowsy-5")
    nurse.shot("symptoms")
    chart.open_section("mood")
    window.see_text(NOT_OFFERED)
    expect(window.by_id(PHQ_ITEM)).to_have_count(0, timeout=SLOW)
    nurse.shot("mood")
    chart.close_section("mood")
    _distress(chart)
    chart.open_section("facility")
    chart.write({"fac-spoke-with": ANSWERS["fac-spoke-with"]})
    chart.pick("fac-record-read")
    chart.write({"fac-left": LEFT})
    nurse.shot("facility")
    nurse.write_note(NOTE)
    nurse.shot("note")


def _distress(chart: Chart) -> None:
    nurse, window = chart.nurse, chart.window
    chart.open_section("distress")
    chart.pick("distress-face-a-lot")
    assert RULE in chart.words_of("visit-alerts")
    window.see_text("Nobody has seen this yet.")
    nurse.shot("distress")
    signs = (
        "sounds-some",
        "movement-some",
        "breathing-none",
        "moved-a-lot",
        "others-none",
        "usual-not-usual",
    )
    chart.pick(*(f"distress-{sign}" for sign in signs))
    window.tap("distress-eating-sleep-no-answer")
    chart.pick("distress-eating-sleep-not-known")
    for item in ("distress-cause", "distress-tried"):
        chart.pick(*(f"{item}-{answer}" for answer in ANSWERS[item]))
    chart.pick("distress-changed-better")
    nurse.shot("what-was-tried")
    window.tap("visit-alerts")
    window.see_text("Think of pain first: treat it as severe pain.")
    nurse.shot("alert")
    window.tap("visit-alerts")
    window.tap("distress-signs-again")
    chart.write({"distress-signs-again-done": DONE})
    chart.pick("distress-face-again-some")
    nurse.shot("looked-at-again")
    window.tap("distress-signs-again-rest")
    window.tap("distress-signs-again-close")
    window.see_text(READ[0])
    nurse.shot("eased")
    chart.close_section("distress")
