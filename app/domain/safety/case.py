"""One look at one person: the context with the rules' numbers and items beside it. Nothing here ever raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from app.content.model import Option
from app.content.rules import COMMON, RuleTable
from app.domain.instruments import number_of
from app.domain.items import find_place
from app.domain.safety.model import Quiet, SafetyContext
from app.domain.safety.numbers import rule_hours, rule_number
from app.domain.visit import Answer, Value

TERMINAL = "terminal"
"""The phase code that means the last days or weeks."""


class Stuck(StrEnum):
    """Severe at so many contacts in a row, or still severe after so many changes of the plan."""

    CONTACTS = "contacts"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's condition holds. `variant` picks its wording, `words` fill its places.

    `source` and `score`: what was measured, for "usual for this person".
    """

    rule: str
    subject: str = ""
    variant: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    score: int | None = None
    asks: str | None = None
    stuck: Stuck | None = None
    """Why the palliative specialist is proposed, where that is so."""


class Case:
    """The context, read through the rule table."""

    def __init__(self, context: SafetyContext, table: RuleTable) -> None:
        self.context = context
        self.table = table

    def number(self, rule: str, name: str) -> Decimal:
        """A parameter: the plan's where it may set one and did, else the shipped one, else 0."""
        return rule_number(rule, name, self.context.settings, self.table)

    def hours(self, rule: str, name: str) -> timedelta:
        return rule_hours(rule, name, self.context.settings, self.table)

    def links(self, name: str) -> tuple[str, ...]:
        return self.table.inputs.get(name, ())

    def answers(self, name: str) -> Iterable[tuple[str, Answer]]:
        """(link id, answer) of the items that an input names and that were touched in this visit."""
        for link_id in self.links(name):
            answer = self.context.answers.get(link_id)
            if answer is not None:
                yield link_id, answer

    def first(self, name: str) -> Answer | None:
        """This visit's answer to the one item of an input."""
        return next((answer for _, answer in self.answers(name)), None)

    def code(self, name: str) -> str | None:
        """The last chosen code of the one item of an input, in this visit."""
        return next((code for link, one in self.answers(name) if (code := last_code(one, link))), None)

    def earlier(self, link_id: str) -> tuple[Answer, ...]:
        """Answers of earlier contacts, newest first."""
        return self.context.previous.get(link_id, ())

    def latest_code(self, name: str) -> str | None:
        """This visit's code, else the newest on record."""
        now = self.code(name)
        return now if now is not None else self.code_before(name)

    def code_before(self, name: str) -> str | None:
        """The code at the newest earlier contact that has one."""
        for link_id in self.links(name):
            for answer in self.earlier(link_id):
                found = last_code(answer, link_id)
                if found is not None:
                    return found
        return None

    def is_yes(self, name: str) -> bool:
        return self.code(name) in ("yes", "1")

    def at_least(self, name: str) -> int | None:
        """What the items of an input surely add up to, whatever the missing ones are; None when none has a number.

        So a rule fires on what was answered and never waits for a finished form.
        """
        found = {link: n for link, answer in self.answers(name) if (n := highest(link, answer)) is not None}
        if not found:
            return None
        return sum(found[link] if link in found else lowest_of(link) for link in self.links(name))

    def is_usual(self, source: str | None, score: int | None) -> bool:
        """Said to be usual not too long ago, taken back by nobody, and not risen since."""
        if source is None or score is None:
            return False
        said = max((one for one in self.context.quiet if one.source == source), key=_when, default=None)
        if said is None or said.ended:
            return False
        days = float(min(self.number(COMMON, "usual_days"), Decimal(36_500)))
        risen = score >= said.value + self.number(COMMON, "usual_rise")
        return self.context.now - said.at < timedelta(days=days) and not risen

    @cached_property
    def in_last_days(self) -> bool:
        return self.latest_code("phase") == TERMINAL

    @property
    def comfort_only(self) -> bool:
        return bool(self.context.facts.comfort_only)

    @property
    def in_hospice(self) -> bool:
        return bool(self.context.facts.hospice)


def _when(mark: Quiet) -> datetime:
    return mark.at


def values_of(answer: Answer) -> list[Value]:
    """All measurements of an item in one contact, in order, without those that have a reason instead."""
    found = [answer.value, *(again.value for again in answer.again)]
    return [value for value in found if value is not None]


def last_code(answer: Answer | None, link_id: str = "") -> str | None:
    """The code of the last measurement that holds one; a bare score is read as its option's code."""
    for value in reversed(values_of(answer) if answer is not None else []):
        if isinstance(value, str):
            return value
        place = find_place(link_id)
        if isinstance(value, int) and place is not None:
            option = next((one for one in place.item.options if one.score == value), None)
            if option is not None:
                return option.code
    return None


def lowest_of(link_id: str) -> int:
    """The least that an item can score."""
    place = find_place(link_id)
    if place is None:
        return 0
    return min((option.score or 0 for option in place.item.options), default=place.item.minimum)


def points(link_id: str, value: Value) -> int | None:
    """What one value of an item scores; None for an unknown item, or an answer that scores nothing."""
    place = find_place(link_id)
    try:
        if place is not None:
            return number_of(place.item, value)
    except (ValueError, ArithmeticError):
        return None
    return value if isinstance(value, int) else None


def numbers(link_id: str, answer: Answer) -> list[int]:
    """All measurements of an item in one contact, in order, as numbers."""
    return [n for value in values_of(answer) if (n := points(link_id, value)) is not None]


def highest(link_id: str, answer: Answer | None) -> int | None:
    """The worst measurement of one contact."""
    return max(numbers(link_id, answer), default=None) if answer is not None else None


def last(link_id: str, answer: Answer | None) -> int | None:
    """The newest measurement of one contact."""
    found = numbers(link_id, answer) if answer is not None else []
    return found[-1] if found else None


def chosen(link_id: str, answer: Answer) -> list[Option]:
    """Every option that was chosen in this contact, first and later measurements together."""
    place = find_place(link_id)
    if place is None:
        return []
    found: list[Option] = []
    for value in values_of(answer):
        if isinstance(value, int):
            found += [option for option in place.item.options if option.score == value][:1]
            continue
        codes = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        found += [option for code in codes if (option := place.item.find_option(code)) is not None]
    return found


def position(link_id: str, value: Value) -> int:
    """How far down its list the chosen option stands, 0 for the first or for none."""
    place = find_place(link_id)
    option = place.item.find_option(value) if place is not None and isinstance(value, str) else None
    return place.item.options.index(option) if place is not None and option is not None else 0


def display(link_id: str, answer: Answer | None = None) -> str:
    """What an item is called: the person's own name for it, else its short name."""
    if answer is not None and answer.name:
        return answer.name
    place = find_place(link_id)
    return place.item.name if place is not None else link_id
