"""The safety rules as data: thresholds, clocks, wording and sources, read from `tables/rules.json` and checked.

What a rule looks for is code (`app.domain.safety`); every number and every word of it is here. A plan lays its own
numbers over these by rule id and parameter name (`app.domain.settings.PlanSettings.rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from string import Formatter
from typing import Any

from app.content import load_table
from app.content.loading import build
from app.content.model import ContentError, Mark, as_number

COMMON = "COMMON"
"""Under this name a plan changes the parameters that all rules share."""


class Level(StrEnum):
    """How soon somebody must act. In order: the first is the most urgent."""

    ACT_NOW = "act-now"
    TODAY = "today"
    WATCH = "watch"
    INFO = "info"

    @property
    def urgency(self) -> int:
        """0 for information, 3 for act now."""
        return _URGENCY[self]


_BY_URGENCY = (Level.INFO, Level.WATCH, Level.TODAY, Level.ACT_NOW)
_URGENCY = {level: number for number, level in enumerate(_BY_URGENCY)}


class DueKind(StrEnum):
    """Until when: at once; so many hours; the end of the day; this visit; the next one; a clock of its own; never."""

    NOW = "now"
    HOURS = "hours"
    SAME_DAY = "same-day"
    VISIT = "visit"
    NEXT_VISIT = "visit-next"
    CLOCK = "clock"
    NONE = "none"


AS_USUAL = "as-usual"
SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Due:
    """`words` is what the screen says; `parameter` names the rule's hours, 0 or none: the kind decides."""

    kind: DueKind
    words: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a plan may change, unless it is `pinned`: a fact and no choice. `value` is decimal text."""

    name: str
    value: str
    unit: str
    says: str
    source: str
    mark: Mark
    pinned: bool = False

    @property
    def number(self) -> Decimal:
        return as_number(self.value)


@dataclass(frozen=True, slots=True)
class Variant:
    """Another wording of a rule for one case; None: as the rule says."""

    id: str
    title: str | None = None
    level: Level | None = None
    finding: str | None = None
    actions: tuple[str, ...] | None = None
    due: Due | None = None
    owner: str | None = None
    phone: str | None = None
    phone_facility: str | None = None
    task: bool | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `when` says in words what it looks for. `subject` is what it is about: one alert each, "" is the item.

    `owner` is a role; `phone` and `phone_facility` are purposes in `PlanSettings.phones`. `task` False: only shown.
    `usual`: "usual for this person" quiets it. `last_days`, `comfort_only`, `hospice`: "as-usual", "silent", or the id
    of the variant that takes its place there.
    """

    id: str
    title: str
    when: str
    level: Level
    subject: str
    finding: str
    actions: tuple[str, ...]
    due: Due
    owner: str
    phone: str
    parameters: tuple[Parameter, ...]
    source: str
    mark: Mark
    confirm: str
    phone_facility: str | None = None
    task: bool = True
    private: bool = False
    usual: bool = False
    last_days: str = AS_USUAL
    comfort_only: str = AS_USUAL
    hospice: str = AS_USUAL
    variants: tuple[Variant, ...] = ()

    def find_variant(self, variant_id: str) -> Variant | None:
        return next((one for one in self.variants if one.id == variant_id), None)

    def find_parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)


@dataclass(frozen=True, slots=True)
class RuleTable:
    """All rules in order (the order decides between equal levels about one subject), and the items they read."""

    id: str
    version: str
    confirm: str
    """Who confirms what names nobody else."""
    about: str
    common: tuple[Parameter, ...]
    usual_pain: Variant
    """What becomes of a pain alert that is usual for this person: it goes to the supervisor."""
    specialist: str
    """The line that proposes the palliative specialist: severe at so many contacts in a row."""
    specialist_changed: str
    """The same: severe after so many changes of the plan."""
    aid_in_dying_policy: str
    """What to do about a request for aid in dying, where the plan has no words of its own."""
    rules: tuple[Rule, ...]
    inputs: Mapping[str, tuple[str, ...]]
    """Link ids by what the rules call them."""

    def get(self, rule_id: str) -> Rule:
        """Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def find_parameter(self, rule_id: str, name: str) -> Parameter | None:
        """A number of a rule, or of `COMMON`."""
        if rule_id == COMMON:
            return next((one for one in self.common if one.name == name), None)
        rule = next((one for one in self.rules if one.id == rule_id), None)
        return rule.find_parameter(name) if rule is not None else None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The file without its inputs, which are a mapping."""

    id: str
    version: str
    confirm: str
    about: str
    common: tuple[Parameter, ...]
    usual_pain: Variant
    specialist: str
    specialist_changed: str
    aid_in_dying_policy: str
    rules: tuple[Rule, ...]


def parse_rules(raw: Any) -> RuleTable:
    """Raises ContentError naming the rule and what does not hold."""
    if not isinstance(raw, dict):
        raise ContentError("rules.json: needs an object")
    rows: _Rows = build(_Rows, {key: value for key, value in raw.items() if key != "inputs"}, "rules.json")
    inputs = {
        name: build(tuple[str, ...], links, f"rules.json.inputs.{name}")
        for name, links in dict(raw.get("inputs") or {}).items()
    }
    table = RuleTable(**{name: getattr(rows, name) for name in _Rows.__dataclass_fields__}, inputs=inputs)
    for complaint in _complaints(table):
        raise ContentError(f"rules.json: {complaint}")
    return table


@cache
def load_rules() -> RuleTable:
    """The rules that ship. Read once a process. Raises ContentError."""
    return parse_rules(load_table("rules"))


def _complaints(table: RuleTable) -> Iterator[str]:
    ids = [rule.id for rule in table.rules]
    if len(set(ids)) != len(ids) or COMMON in ids:
        yield "a rule stands twice"
    yield from _parameters(COMMON, table.common)
    for name, links in table.inputs.items():
        if not links or len(set(links)) != len(links):
            yield f"input {name} names no item, or one twice"
    for rule in table.rules:
        for check in _RULE_CHECKS:
            yield from (f"{rule.id}: {complaint}" for complaint in check(rule))


def _parameters(where: str, parameters: tuple[Parameter, ...]) -> Iterator[str]:
    names = [one.name for one in parameters]
    if len(set(names)) != len(names):
        yield f"{where}: a parameter stands twice"
    for one in parameters:
        try:
            negative = one.number < 0
        except ValueError:
            yield f"{where}: {one.name} is no number"
            continue
        if negative:
            yield f"{where}: {one.name} is below zero"
        if not one.source:
            yield f"{where}: {one.name} has no source"


def _frame(rule: Rule) -> Iterator[str]:
    if not all((rule.title, rule.when, rule.finding, rule.actions, rule.owner, rule.source, rule.confirm)):
        yield "a title, a condition, a finding, actions, an owner, a source and who confirms are needed"
    variants = [one.id for one in rule.variants]
    if len(set(variants)) != len(variants):
        yield "a variant stands twice"
    for place in (rule.last_days, rule.comfort_only, rule.hospice):
        if place not in (AS_USUAL, SILENT, *variants):
            yield f"{place!r} is no variant"
    yield from _parameters(rule.id, rule.parameters)


def _dues(rule: Rule) -> Iterator[str]:
    for due in (rule.due, *(one.due for one in rule.variants if one.due is not None)):
        if due.kind is DueKind.HOURS and due.parameter is None:
            yield "hours need a parameter"
        if due.parameter is not None and rule.find_parameter(due.parameter) is None:
            yield f"{due.parameter!r} is no parameter"


def _texts(rule: Rule) -> Iterator[str]:
    variants = [text for one in rule.variants for text in (one.finding, *(one.actions or ())) if text]
    for text in (rule.finding, *rule.actions, *variants):
        try:
            names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError:
            yield f"{text!r} has an open bracket"
            continue
        if any(not name.isidentifier() for name in names):
            yield f"{text!r} has an empty place"


_RULE_CHECKS: tuple[Callable[[Rule], Iterator[str]], ...] = (_frame, _dues, _texts)
