"""The parts of the settings that say which sections of a visit stand open and when scales are due.

Which sections and forms there are the app knows: it leaves out a kind that names another one.
"""

from __future__ import annotations

import re
from typing import Any

from plan.problems import PlanProblem

KINDS = ("routine", "first", "cannot-speak", "from-facility", "telephone", "not-seen")
DUE_SCALES = ("phq-9", "gad-7", "4at", "peg-3", "ahc-hrsn", "steadi", "ecog")
DUE_NUMBERS = {"visits": (0, 20), "days": (7, 730)}
"""The least and most that a plan may choose."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\Z", re.ASCII)


def check_visit_kinds(value: Any) -> None:
    """Raises PlanProblem unless this is, by kind, a list of sections."""
    if not isinstance(value, dict):
        raise PlanProblem("visit_kinds is an object of kinds and sections.")
    for kind, sections in value.items():
        if kind not in KINDS:
            raise PlanProblem(f"visit_kinds: the kinds are {', '.join(KINDS)}.")
        if not isinstance(sections, list) or not sections:
            raise PlanProblem(f"visit_kinds.{kind} is a list of sections that stand open, in their order.")
        seen: set[str] = set()
        for one in sections:
            name = _check_section(kind, one)
            if name in seen:
                raise PlanProblem(f"visit_kinds.{kind} names the section {name} twice.")
            seen.add(name)


def _check_section(kind: str, one: Any) -> str:
    wanted = f'visit_kinds.{kind}: a section is {{"section": "body", "forms": ["body-bowels"]}}, forms may be left out.'
    if not isinstance(one, dict) or one.keys() - {"section", "forms"}:
        raise PlanProblem(wanted)
    name, forms = one.get("section"), one.get("forms", [])
    if not isinstance(name, str) or not _NAME.match(name) or not isinstance(forms, list):
        raise PlanProblem(wanted)
    if not all(isinstance(form, str) and _NAME.match(form) for form in forms):
        raise PlanProblem(wanted)
    return name


def check_due_dates(value: Any) -> None:
    """Raises PlanProblem unless this is, by scale, the numbers of its due date."""
    if not isinstance(value, dict):
        raise PlanProblem("due_dates is an object of scales and numbers.")
    for scale, numbers in value.items():
        if scale not in DUE_SCALES:
            raise PlanProblem(f"due_dates: the scales are {', '.join(DUE_SCALES)}.")
        if not isinstance(numbers, dict):
            raise PlanProblem(f'due_dates.{scale} is an object with "visits" and "days".')
        for name, number in numbers.items():
            if name not in DUE_NUMBERS:
                raise PlanProblem(f'due_dates.{scale} has "visits" and "days" only.')
            least, most = DUE_NUMBERS[name]
            if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
                raise PlanProblem(f"due_dates.{scale}.{name} is a whole number from {least} to {most}.")
