"""The parts of a plan's settings that say which sections stand open and when scales are due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.content import load_sections
from app.content.visit_kinds import OpenSection, load_kinds
from app.domain.settings import DUE_LIMITS, DueDate

LeaveOut = Callable[[str], None]
"""Told the name of an entry that cannot be used."""


def read_kinds(value: Mapping[str, Any], leave_out: LeaveOut) -> dict[str, tuple[OpenSection, ...]]:
    """By kind. A kind of which anything is unknown here keeps what the content says."""
    known = {kind.id for kind in load_kinds().kinds}
    found: dict[str, tuple[OpenSection, ...]] = {}
    for kind, sections in value.items():
        made = _read_sections(sections) if kind in known else None
        if made is None:
            leave_out(kind)
        else:
            found[kind] = made
    return found


def _read_sections(value: Any) -> tuple[OpenSection, ...] | None:
    sections = {one.id: one.forms for one in load_sections()}
    if not isinstance(value, list) or not value:
        return None
    made: dict[str, OpenSection] = {}
    for one in value:
        if not isinstance(one, dict) or one.keys() - {"section", "forms"}:
            return None
        section, forms = one.get("section"), one.get("forms", [])
        if not isinstance(section, str) or section not in sections or section in made:
            return None
        if not isinstance(forms, list) or not all(form in sections[section] for form in forms):
            return None
        made[section] = OpenSection(section, tuple(forms))
    return tuple(made.values())


def read_due_dates(value: Mapping[str, Any], leave_out: LeaveOut) -> dict[str, DueDate]:
    """By scale. What a date leaves out is the content's."""
    known = {rule.form: DueDate(rule.visits, rule.days) for rule in load_kinds().scheduled}
    found: dict[str, DueDate] = {}
    for form, numbers in value.items():
        made = _read_date(known.get(form), numbers)
        if made is None:
            leave_out(form)
        else:
            found[form] = made
    return found


def _read_date(under: DueDate | None, value: Any) -> DueDate | None:
    if under is None or not isinstance(value, dict) or value.keys() - DUE_LIMITS.keys():
        return None
    numbers = {"visits": under.visits, "days": under.days} | value
    for name, (least, most) in DUE_LIMITS.items():
        number = numbers[name]
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
            return None
    return DueDate(numbers["visits"], numbers["days"])
