"""The part of the settings that says which signed visits a supervisor reads."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from plan.problems import PlanProblem

REASONS = ("act-now", "death", "conversation", "from-facility", "not-safe", "first", "flag", "new-nurse")
PARTS = ("reasons", "one_in", "sample_key", "new_nurses", "from_on")
MOST = 1000
LONGEST_KEY = 100
_NURSE = re.compile(r"Practitioner/[A-Za-z0-9.-]{1,64}\Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)


def check_review(value: Any) -> None:
    """Raises PlanProblem unless this has the shape of docs/plan-settings.md."""
    if not isinstance(value, dict):
        raise PlanProblem(f"review is an object. Its parts are: {', '.join(PARTS)}.")
    for name, given in value.items():
        if name not in PARTS:
            raise PlanProblem(f"review: the parts are {', '.join(PARTS)}.")
        _check(name, given)


def _check(name: str, given: Any) -> None:
    if name == "reasons":
        known = isinstance(given, list) and all(one in REASONS for one in given)
        if not known or len(set(given)) != len(given):
            raise PlanProblem(f"review.reasons is a list of {', '.join(REASONS)}, each once.")
    elif name == "one_in":
        if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MOST:
            raise PlanProblem(f"review.one_in is a whole number from 0 to {MOST}.")
    elif name == "sample_key":
        if not isinstance(given, str) or len(given) > LONGEST_KEY:
            raise PlanProblem(f"review.sample_key is a text of at most {LONGEST_KEY} characters.")
    elif name == "new_nurses":
        if not isinstance(given, dict) or not all(_NURSE.match(nurse) for nurse in given):
            raise PlanProblem("review.new_nurses is an object of references (Practitioner/…) and days.")
        for day in given.values():
            _check_day("review.new_nurses", day)
    elif given is not None:
        _check_day("review.from_on", given)


def _check_day(name: str, day: Any) -> None:
    problem = PlanProblem(f"{name}: a day is written 2026-11-22.")
    if not isinstance(day, str) or not _DAY.match(day):
        raise problem
    try:
        date.fromisoformat(day)
    except ValueError:
        raise problem from None
