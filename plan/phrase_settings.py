"""The part of the settings that holds quick phrases. Which places there are the app knows: it leaves others out."""

from __future__ import annotations

import re
from typing import Any

from plan.problems import PlanProblem

MOST, LONGEST = 12, 120
_PLACE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\Z", re.ASCII)


def check_phrases(value: Any) -> None:
    """Raises PlanProblem unless this is, by place, a list of short sentences without numbers."""
    if not isinstance(value, dict):
        raise PlanProblem("phrases is an object of places and lists of phrases.")
    for place, several in value.items():
        if not _PLACE.match(place):
            raise PlanProblem('phrases: a place is "note" or the name of a question answered in words.')
        if not isinstance(several, list) or len(several) > MOST:
            raise PlanProblem(f"phrases.{place} is a list of at most {MOST} phrases.")
        for one in several:
            _check(place, one)


def _check(place: str, phrase: Any) -> None:
    if not isinstance(phrase, str) or not phrase.strip() or not phrase.isprintable() or len(phrase) > LONGEST:
        raise PlanProblem(f"phrases.{place}: a phrase is one line of at most {LONGEST} letters.")
    if any(letter.isnumeric() for letter in phrase):
        raise PlanProblem(f"phrases.{place}: a phrase holds no number; a number is true of one visit only.")
