"""The part of a plan's settings that says what happens at a death."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.death import DeathRules
from app.services.settings_part import LeaveOut, read_over

MOST_CALLS, LONGEST_CALL = 12, 60
MOST_DAYS, LAST_DAY = 8, 400
_STATE = re.compile(r"[A-Z]{2}\Z", re.ASCII)


def read_death_rules(under: DeathRules, value: Mapping[str, Any], leave_out: LeaveOut) -> DeathRules:
    """The rules with what the plan says over them; each entry that cannot be used stays as it was."""
    return read_over(under, value, _with, leave_out)


def _with(rules: DeathRules, name: str, given: Any) -> DeathRules | None:
    if not isinstance(given, list):
        return None
    if name == "nurse_pronounces_in" and all(isinstance(one, str) and _STATE.match(one) for one in given):
        return replace(rules, nurse_pronounces_in=frozenset(given))
    if name == "calls" and len(given) <= MOST_CALLS and all(map(_is_call, given)):
        return replace(rules, calls=tuple(dict.fromkeys(one.strip() for one in given)))
    if name == "call_days" and len(given) <= MOST_DAYS and all(map(_is_day, given)):
        return replace(rules, call_days=tuple(sorted(set(given))))
    return None


def _is_call(one: Any) -> bool:
    return isinstance(one, str) and bool(one.strip()) and one.isprintable() and len(one) <= LONGEST_CALL


def _is_day(one: Any) -> bool:
    return isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= LAST_DAY
