"""What an answer says in words: the one place where options become the words that a nurse chose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from app.content.model import Item, ItemKind
from app.domain.visit import Absent, Answer, Value
from app.language import N_

ABSENT_WORDS: Mapping[Absent, str] = {
    Absent.DECLINED: N_("Declined"),
    Absent.COULD_NOT_ANSWER: N_("Could not answer"),
    Absent.SLEEPY: N_("Could not answer: sleepy"),
    Absent.CONFUSED: N_("Could not answer: confused"),
    Absent.NO_WORDS: N_("Could not answer: no words"),
    Absent.NOT_DISCUSSED: N_("Not discussed today"),
    Absent.DOES_NOT_WANT: N_("Does not want to discuss"),
    Absent.NOT_KNOWN: N_("Not known"),
}
COUNTED = "1"
"""UCUM's unit of a number that has none."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def say_day(on: date, today: date) -> str:
    """`Mar 12`, with the year where it is not this one: `Mar 12, 2025`. Never "today": it also stands on papers."""
    short = f"{_MONTHS[on.month - 1]} {on.day}"
    return short if on.year == today.year else _with_year(on)


def say_option(item: Item, code: str) -> str:
    """The option's words; a code that this content does not know stays as it is."""
    option = item.find_option(code)
    return option.display if option is not None else code


def say_value(item: Item, value: Value) -> str:
    """One answer's value in words."""
    if isinstance(value, tuple):
        return "; ".join(say_option(item, code) for code in value)
    if item.kind is ItemKind.CHOICE:
        return say_option(item, str(value))
    if item.kind is ItemKind.YES_NO:
        return "Yes" if value == "yes" else "No"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}{say_unit(item)}"
    if item.kind is ItemKind.DATE:
        return say_when(str(value))
    if item.kind is ItemKind.MOMENT:
        return _say_moment(str(value))
    return str(value)


def say_unit(item: Item) -> str:
    """Behind a number: ` %`. Nothing for what is merely counted; what was counted is an answer of its own."""
    return f" {item.unit.display}" if item.unit is not None and item.unit.code != COUNTED else ""


def say_when(text: str) -> str:
    """A date or time as records hold it, in words: `Nov 22, 2026`, `Nov 22, 2026, 14:02` in the device's own zone.

    Whatever is neither stays as it is.
    """
    if not _DATE.fullmatch(text):
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    if "T" not in text:
        return _with_year(at.date())
    local = at if at.tzinfo is None else at.astimezone()
    return f"{_with_year(local.date())}, {local:%H:%M}"


def _with_year(on: date) -> str:
    return f"{_MONTHS[on.month - 1]} {on.day}, {on.year}"


def _say_moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%H:%M")
    except ValueError:
        return text


def say_answer(item: Item, answer: Answer) -> str:
    """The value in words, or the reason why there is none."""
    if answer.absent is not None:
        return ABSENT_WORDS[answer.absent]
    return "" if answer.value is None else say_value(item, answer.value)
