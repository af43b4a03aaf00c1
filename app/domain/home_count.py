"""Opioids and comfort medicines counted in the home, and what the last count leads one to expect. Exact decimals.

What was destroyed or handed back is taken off after the count, so that the next count begins from what was left. An
amount that nobody said counts as none: leaving a field empty must never hide a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.patient import Medicine, fold
from app.domain.safety.numbers import rule_number
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Entry, Value

GROUP = "home-count"
"""Link id of the group whose entries these are, and the id of their form and section."""
WITH, ALONE = "hc-with", "hc-alone"
"""Who counted with the nurse, or why nobody did: once it is said, the count is finished."""
NAME, UNIT, NOW, RECEIVED, GIVEN, EXPLAINED = (
    "hc-name", "hc-unit", "hc-now", "hc-received", "hc-given", "hc-explained",
)  # fmt: skip
GONE, GONE_HOW, GONE_BY, GONE_NURSE, WITNESS, WITNESS_NURSE = (
    "hc-gone", "hc-gone-how", "hc-gone-by", "hc-gone-nurse", "hc-gone-witness", "hc-gone-nurse-saw",
)  # fmt: skip
BEFORE, BEFORE_UNIT, BEFORE_AT, BEFORE_OF = "hc-before", "hc-before-unit", "hc-before-at", "hc-before-of"
"""The last count as its author had it before her: hidden answers of the entry."""
DESTRUCTION = (GONE, GONE_HOW, GONE_BY, GONE_NURSE, WITNESS, WITNESS_NURSE)
RULE = "MEDICINE_COUNT"
LIQUID = "ml"
CLASSES = frozenset({"benzodiazepine"})
"""Beside opioids: classes of `app.content.medicine_tables` whose medicines are counted."""


@dataclass(frozen=True, slots=True)
class LastCount:
    """What was left of one medicine after a signed visit's count. `about`: the order it was counted for."""

    name: str
    unit: str
    left: Decimal
    at: datetime
    by: str
    together_with: str
    visit_id: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class CountLine:
    """One medicine to count: on the plan's list, counted before, or added by hand; `entry` once it is being counted."""

    name: str
    about: str | None
    entry: Entry | None
    last: LastCount | None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One counted medicine. `expected` and `difference` are None where nothing can be compared: a first count, or
    the last one was in another unit. `difference` below 0: less is there than expected.
    """

    name: str
    unit: str
    now: Decimal
    left: Decimal
    expected: Decimal | None = None
    difference: Decimal | None = None
    explained: str = ""


def expect(before: Decimal, received: Decimal, given: Decimal) -> Decimal:
    """What should be there now: what was left last time, and what came in, less what was given."""
    return before + received - given


def reckon(entry: Entry) -> Reckoning | None:
    """None while nothing was counted."""
    now = _number(entry.answers, NOW)
    if now is None:
        return None
    before = _number(entry.answers, BEFORE)
    received, given, gone = (_number(entry.answers, link) or Decimal(0) for link in (RECEIVED, GIVEN, GONE))
    same = _text(entry.answers, BEFORE_UNIT) == _text(entry.answers, UNIT)
    expected = None if before is None or not same else expect(before, received, given)
    return Reckoning(
        name=_text(entry.answers, NAME),
        unit=_text(entry.answers, UNIT),
        now=now,
        left=now - gone,
        expected=expected,
        difference=None if expected is None else now - expected,
        explained=_text(entry.answers, EXPLAINED),
    )


def list_differences(entries: Iterable[Entry], settings: PlanSettings | None = None) -> tuple[Reckoning, ...]:
    """Those where more or less is there than expected; a liquid may differ by what the plan allows."""
    allowed = rule_number(RULE, "ml_allowed", settings)
    found = (one for one in map(reckon, entries) if one is not None and one.difference is not None)
    return tuple(one for one in found if _is_off(one, allowed))


def _is_off(one: Reckoning, allowed: Decimal) -> bool:
    return one.difference is not None and abs(one.difference) > (allowed if one.unit == LIQUID else 0)


def is_finished(answers: Mapping[str, Answer], *, left: bool) -> bool:
    """Whether the numbers stand: it was said who counted, or the nurse has left (`left`)."""
    return left or WITH in answers or ALONE in answers


def plain(number: Decimal) -> str:
    """`12`, `2.5`; never an exponent."""
    text = f"{number.normalize():f}"
    return "0" if text == "-0" else text


def say_difference(one: Reckoning) -> str:
    """ "Morphine 10 mg: 2 tablets less than expected (10, not 12)": as the alert and its Task say it."""
    if one.difference is None or one.expected is None:
        return f"{one.name}: {plain(one.now)}"
    word = "less" if one.difference < 0 else "more"
    number = abs(one.difference)
    unit = UNIT_WORDS.get(one.unit, ("", ""))[number != 1]
    amount = f"{plain(number)} {unit}".strip()
    said = f"{one.name or 'A medicine'}: {amount} {word} than expected"
    said += f" ({plain(one.now)} there, {plain(one.expected)} expected)"
    return f"{said}; said: {SAID[one.explained]}" if one.explained in SAID else said


UNIT_WORDS: Mapping[str, tuple[str, str]] = {
    "tablets": ("tablet", "tablets"),
    "ml": ("mL", "mL"),
    "patches": ("patch", "patches"),
    "suppositories": ("suppository", "suppositories"),
    "vials": ("vial", "vials"),
    "doses": ("dose", "doses"),
}
"""One and several, in a Task."""
SAID: Mapping[str, str] = {
    "spilled": "spilled or dropped",
    "not-written": "given and not written down",
    "taken-along": "taken along to another place",
    "counted-wrong": "the last count may have been wrong",
    "not-known": "nobody knows",
}
"""What was said about a difference, in a Task."""


def is_counted(medicine: Medicine, opioid: bool, classes: frozenset[str]) -> bool:
    """Whether a medicine of the plan's list is one to count."""
    return bool(medicine.text) and (opioid or bool(classes & CLASSES))


def find_last(counts: Sequence[LastCount], name: str, about: str | None) -> LastCount | None:
    """The newest count of this medicine: of the same order, else under the same name (an order may be renewed)."""
    named = fold(name)
    fitting = [
        one
        for one in counts
        if (about is not None and one.about == about) or (named and fold(one.name) == named)
    ]
    return max(fitting, key=lambda one: (one.at, one.visit_id), default=None)


def newest_of_each(counts: Iterable[LastCount]) -> tuple[LastCount, ...]:
    """One for each name, the newest; by name."""
    found: dict[str, LastCount] = {}
    for one in sorted(counts, key=lambda one: (one.at, one.visit_id)):
        found[fold(one.name)] = one
    return tuple(found[key] for key in sorted(found))


def list_lines(
    listed: Sequence[tuple[str, str | None]], entries: Sequence[Entry], counts: Sequence[LastCount]
) -> tuple[CountLine, ...]:
    """`listed`: (name, order) of what the plan's list has to count, then what was there at the last count and is on
    no list any more, then what was added by hand.
    """
    own = list(entries)
    lines: list[CountLine] = []
    for name, about in listed:
        entry = next((one for one in own if about is not None and one.about == about), None)
        if entry is not None:
            own.remove(entry)
        lines.append(CountLine(name, about, entry, find_last(counts, name, about)))
    known = {line.last for line in lines}
    for last in newest_of_each(counts):
        if last.left == 0 or last in known or any(fold(line.name) == fold(last.name) for line in lines):
            continue
        entry = next((one for one in own if fold(_text(one.answers, NAME)) == fold(last.name)), None)
        if entry is not None:
            own.remove(entry)
        lines.append(CountLine(last.name, last.about, entry, last))
    named = [(_text(one.answers, NAME), one) for one in own]
    return (*lines, *(CountLine(name, one.about, one, find_last(counts, name, None)) for name, one in named))


def first_answers(line: CountLine) -> dict[str, Value]:
    """What a new entry starts with: its name, and the last count as its author has it before her now."""
    answers: dict[str, Value] = {NAME: line.name}
    if line.last is not None:
        answers |= {
            UNIT: line.last.unit,
            BEFORE: line.last.left,
            BEFORE_AT: line.last.at.isoformat(timespec="seconds"),
            BEFORE_OF: f"Encounter/{line.last.visit_id}",
            BEFORE_UNIT: line.last.unit,
        }
    return answers


def is_due(lines: Sequence[CountLine], began_at: datetime, settings: PlanSettings | None = None) -> bool:
    """Whether a visit asks for a count by itself: something is to be counted, and was not for some days."""
    days = timedelta(days=float(min(rule_number(RULE, "again_days", settings), Decimal(36_500))))
    return any(line.last is None or began_at - line.last.at >= days for line in lines if line.entry is None)


def last_count_of(
    answers: Mapping[str, Answer], *, by: str, together_with: str, visit_id: str, about: str | None
) -> LastCount | None:
    """What a signed visit's entry leaves for the next count; None where nothing was counted."""
    made = reckon(Entry("", answers, about))
    if made is None:
        return None
    return LastCount(made.name, made.unit, made.left, answers[NOW].at, by, together_with, visit_id, about)


def _number(answers: Mapping[str, Answer], link_id: str) -> Decimal | None:
    answer = answers.get(link_id)
    value = None if answer is None else answer.value
    return None if value is None or isinstance(value, str | tuple) else Decimal(value)


def _text(answers: Mapping[str, Answer], link_id: str) -> str:
    answer = answers.get(link_id)
    return answer.value if answer is not None and isinstance(answer.value, str) else ""
