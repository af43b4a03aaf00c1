"""Which answers of a visit a mentor may read, and in which words: our own, never those that the record brings.

`mentor_questions.json` is the app's questions written a second time (ADR 0058); a test holds the two together. What is
private, the team's alone, about the time that may be left, a name, a language or a place is not among them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("mentor_questions.json")
NUMBER, CHOSEN, YES_NO, WORDS = "number", "chosen", "yes-no", "words"
UNITS = {
    "%": "%",
    "/min": "a minute",
    "mm[Hg]": "mmHg",
    "[degF]": "°F",
    "Cel": "°C",
    "kg": "kg",
    "[lb_av]": "lb",
    "L/min": "L a minute",
    "cm": "cm",
    "mm": "mm",
    "[in_i]": "in",
    "mg": "mg",
    "ug/h": "mcg/h",
    "min": "minutes",
    "/d": "a day",
}
"""UCUM codes that are told; a quantity in any other unit is left out."""


@dataclass(frozen=True, slots=True)
class Question:
    """`kind`: number, chosen (one or several of `options`), yes-no, words (free text, told only when released)."""

    link_id: str
    text: str
    kind: str
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    name: str
    questions: dict[str, Question]


@cache
def forms() -> tuple[Form, ...]:
    """In the order in which they are read."""
    held = json.loads(_FILE.read_text("utf-8"))
    return tuple(
        Form(
            one["id"],
            one["name"],
            {
                link: Question(link, said["text"], said["kind"], said.get("options", {}))
                for link, said in one["items"].items()
            },
        )
        for one in held
    )
