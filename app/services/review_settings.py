"""The part of a plan's settings that says which signed visits a supervisor reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.review import Reason, ReviewRules
from app.services.settings_part import LeaveOut, read_over

MOST = 1000
LONGEST_KEY = 100
_NURSE = re.compile(r"Practitioner/[A-Za-z0-9.-]{1,64}\Z", re.ASCII)


def read_review(under: ReviewRules, value: Mapping[str, Any], leave_out: LeaveOut) -> ReviewRules:
    """The rules with what the plan says over them; each entry that cannot be used stays as it was."""
    return read_over(under, value, _with, leave_out)


def _with(rules: ReviewRules, name: str, given: Any) -> ReviewRules | None:
    if name == "reasons" and isinstance(given, list):
        known = {reason.value: reason for reason in Reason if reason is not Reason.SAMPLE}
        # A word that this app does not know could be one that asks for more: then all of them count.
        wanted = frozenset(known[one] for one in given if isinstance(one, str) and one in known)
        return replace(rules, reasons=wanted) if len(wanted) == len(given) else None
    if name == "one_in" and isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= MOST:
        return replace(rules, one_in=given)
    if name == "sample_key" and isinstance(given, str) and len(given) <= LONGEST_KEY:
        return replace(rules, sample_key=given)
    if name == "new_nurses" and isinstance(given, dict):
        days = {nurse: _day(day) for nurse, day in given.items() if _NURSE.match(nurse)}
        known_days = {nurse: day for nurse, day in days.items() if day is not None}
        return replace(rules, new_nurses=known_days) if len(known_days) == len(given) else None
    if name == "from_on":
        day = _day(given)
        return replace(rules, from_on=day) if given is None or day is not None else None
    return None


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None
