"""Every word that stands on a paper, by language. What was typed or comes from the plan stays as it is.

Spanish awaits review by a native-speaking clinician; each Spanish paper says so in its foot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Functions take names and numbers and give whole sentences."""

    language: str
    clinical: str
    family: Callable[[str], str]
    fridge: Callable[[str], str]
    own_words: Callable[[str], str]
    born: Callable[[date, int], str]
    interpreter: Callable[[str], str]
    last_visit: Callable[[date], str]
    made: Callable[[date, str], str]
    may_change: str
    review: str
    day: Callable[[date], str]
    score: Callable[[int], str]
    as_of: Callable[[date], str]
    titles: Mapping[str, str]
    """By section id."""
    no_allergies: str
    allergies_unknown: str
    symptoms: Mapping[str, str]
    """By link id: what a symptom is called on a paper for a family."""
    decides: str
    decides_with: str
    """Of everybody who decides beside the person, an agent too whose time has not come."""
    agent: str
    agent_not_now: str
    by_day: str
    by_night: str
    emergency: str
    for_what: str
    """A pattern that takes `{what}`."""
    as_listed: str
    taken_so: str
    not_taken: str
    not_on_list: str
    not_gone_through: str
    hope: Callable[[str], str]
    doing: Callable[[str], str]
    who_does: Callable[[str], str]
    by_when: Callable[[str], str]
    was_by: Callable[[str], str]
    """Of a day that is over."""
    if_worse: Callable[[str], str]
    who: Mapping[str, str]
    next_how: Mapping[str, str]
    said_on: Callable[[date, str], str]
    from_nurse: str


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _day(on: date) -> str:
    return f"{_MONTHS[on.month - 1]} {on.day}, {on.year}"


ENGLISH = Words(
    language="en",
    clinical="Palliative care: clinical summary",
    family=lambda name: f"About the care of {name}",
    fridge=lambda name: f"At home with {name}",
    own_words=lambda name: f"{name}, in their own words",
    born=lambda on, years: f"Born {_day(on)}, {years} years old",
    interpreter=lambda language: f"Language: {language}. An interpreter is needed.",
    last_visit=lambda on: f"Last palliative visit: {_day(on)}",
    made=lambda on, name: f"Made on {_day(on)} by {name}.",
    may_change="Things may have changed since. Please call before you rely on it.",
    review="",
    day=_day,
    score=lambda number: f"{number} of 10",
    as_of=_day,
    titles={
        "allergies": "Allergies",
        "code-status": "Code status",
        "people": "Who decides, and who helps",
        "matters": "What matters",
        "wishes": "Wishes for care",
        "symptoms": "Symptoms, 0 is none and 10 the worst",
        "now": "How things were, 0 is none and 10 the worst",
        "function": "Function (AKPS)",
        "bowels": "Bowels",
        "medicines": "Medicines",
        "problems": "Problems on the plan's list",
        "plan": "What we are doing",
        "worse": "If it gets worse",
        "next": "Next visit",
        "call": "Whom to call",
        "normal": "What is usual now",
        "sentences": "",
        "kept": "Also",
    },
    no_allergies="No known allergies",
    allergies_unknown="Allergies: not recorded",
    symptoms={
        "esas-pain": "Pain",
        "esas-tired": "Tiredness",
        "esas-drowsy": "Sleepiness",
        "esas-nausea": "Feeling sick",
        "esas-appetite": "Lack of appetite",
        "esas-sob": "Shortness of breath",
    },
    decides="decides",
    decides_with="decides with the person",
    agent="legal agent",
    agent_not_now="legal agent, not deciding as agent now",
    by_day="By day",
    by_night="At night and on weekends",
    emergency="In an emergency",
    for_what="For {what}",
    as_listed="As on the plan's list",
    taken_so="Taken differently from the list",
    not_taken="Not taking",
    not_on_list="Not on the plan's list",
    not_gone_through="Where nothing else is said: from the plan's list, not gone through at home yet",
    hope=lambda text: f"We hope: {text}",
    doing=lambda text: f"We do: {text}",
    who_does=lambda names: f"Who does it: {names}",
    by_when=lambda day: f"By {day}",
    was_by=lambda day: f"It was planned by {day}",
    if_worse=lambda text: f"If it gets worse: {text}",
    who={
        "nurse": "the nurse",
        "person": "the person",
        "family": "the family",
        "prescriber": "the prescriber",
        "care-manager": "the care manager",
        "facility": "facility staff",
        "social-worker": "the social worker",
        "other": "somebody else",
    },
    next_how={"in-person": "A visit in person", "telephone": "A telephone call", "video": "A video call"},
    said_on=lambda on, name: f"Said on {_day(on)} to {name}",
    from_nurse="From your nurse",
)
