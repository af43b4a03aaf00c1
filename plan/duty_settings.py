"""The part of the settings that says who is on duty when, and how long an alert may stay unseen before it goes on."""

from __future__ import annotations

import re
from typing import Any

from plan.problems import PlanProblem

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEVELS = ("act-now", "today", "watch")
PARTS = ("unseen_minutes", "list", "working", "pack_hours")
PACK_HOURS, MOST_PACK_HOURS = 2, 24
"""Hours before a duty from which on her device may have the on-call pack: when nothing is said, and the most."""
LEAST, MOST = 5, 10_080
"""Minutes: five, and a week."""
MOST_ENTRIES = 50
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z", re.ASCII)
_WHO = re.compile(r"Practitioner/[A-Za-z0-9.-]{1,64}\Z", re.ASCII)


def check_duty(value: Any) -> None:
    """Raises PlanProblem unless this has the shape of docs/plan-settings.md."""
    if not isinstance(value, dict):
        raise PlanProblem(f"duty is an object. Its parts are: {', '.join(PARTS)}.")
    for name, given in value.items():
        if name == "unseen_minutes":
            _check_minutes(given)
        elif name == "list":
            if not isinstance(given, list) or len(given) > MOST_ENTRIES:
                raise PlanProblem(f"duty.list is a list of at most {MOST_ENTRIES} entries.")
            for one in given:
                _check_entry(one)
        elif name == "working":
            _check_hours("duty.working", given, more=())
        elif name == "pack_hours":
            if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MOST_PACK_HOURS:
                raise PlanProblem(f"duty.pack_hours: a whole number of hours from 0 to {MOST_PACK_HOURS}.")
        else:
            raise PlanProblem(f"duty: the parts are {', '.join(PARTS)}.")


def _check_minutes(given: Any) -> None:
    if not isinstance(given, dict) or not all(level in LEVELS for level in given):
        raise PlanProblem(f"duty.unseen_minutes is an object of {', '.join(LEVELS)} and minutes.")
    for minutes in given.values():
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not LEAST <= minutes <= MOST:
            raise PlanProblem(f"duty.unseen_minutes: a whole number of minutes from {LEAST} to {MOST}.")


def _check_entry(one: Any) -> None:
    _check_hours("duty.list", one, more=("who",))
    if not isinstance(one.get("who"), str) or not _WHO.match(one["who"]):
        raise PlanProblem("duty.list: who is a reference such as Practitioner/2451.")


def _check_hours(where: str, given: Any, *, more: tuple[str, ...]) -> None:
    known = ("days", "from", "to", *more)
    if not isinstance(given, dict) or not all(name in known for name in given):
        raise PlanProblem(f"{where}: an entry has {', '.join(known)}.")
    days = given.get("days", list(DAYS))
    if not isinstance(days, list) or not days or not all(day in DAYS for day in days):
        raise PlanProblem(f"{where}: days is a list of {', '.join(DAYS)}.")
    for name in ("from", "to"):
        if not isinstance(given.get(name), str) or not _CLOCK.match(given[name]):
            raise PlanProblem(f"{where}: {name} is a time such as 17:30.")
