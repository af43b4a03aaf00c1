"""The part of the settings for a death: who pronounces, whom nurses call, when families are called."""

from __future__ import annotations

import re
from typing import Any

from plan.problems import PlanProblem

MOST_CALLS, LONGEST_CALL = 12, 60
MOST_DAYS, LAST_DAY = 8, 400
_STATE = re.compile(r"[A-Z]{2}\Z", re.ASCII)
_PARTS = ("nurse_pronounces_in", "calls", "call_days")


def check_death(value: Any) -> None:
    """Raises PlanProblem with what is wrong."""
    if not isinstance(value, dict):
        raise PlanProblem(f"death is an object with any of: {', '.join(_PARTS)}.")
    for name, given in value.items():
        if name not in _PARTS:
            raise PlanProblem(f"death has no such part. The parts are: {', '.join(_PARTS)}.")
        if not isinstance(given, list):
            raise PlanProblem(f"death.{name} is a list.")
        for one in given:
            if not _fits(name, one):
                raise PlanProblem(f"death.{name} holds {_WHAT[name]}.")
        if len(given) > _MOST[name]:
            raise PlanProblem(f"death.{name} holds at most {_MOST[name]} entries.")


_WHAT = {
    "nurse_pronounces_in": 'states of two capital letters such as "CA"',
    "calls": f"lines of at most {LONGEST_CALL} letters, without anybody's number",
    "call_days": f"whole numbers of days from 1 to {LAST_DAY}",
}
_MOST = {"nurse_pronounces_in": 60, "calls": MOST_CALLS, "call_days": MOST_DAYS}


def _fits(name: str, one: Any) -> bool:
    if name == "call_days":
        return isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= LAST_DAY
    if not isinstance(one, str):
        return False
    if name == "nurse_pronounces_in":
        return bool(_STATE.match(one))
    return bool(one.strip()) and one.isprintable() and len(one) <= LONGEST_CALL
